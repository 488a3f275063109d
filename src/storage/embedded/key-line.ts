// How keys are asked for where the vault is not open: it is once, in the main thread or in the process that `key-agent.ts` starts, and each
// thread has a line to it.
// What goes over a line are questions by the name of a `KeyAnswers`, and answers whose secrets are packed into plain data.

import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { FatalError } from '../../base/errors.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import {
  keysOver,
  type KeyAnswers,
  type Known,
  type PurposeKeys,
} from '../../record/keys/answers.ts'
import { openKeys, type OpenedAnswers } from '../../record/keys/open-keys.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { signOnce } from '../../record/keys/signing.ts'
import { vaultPartsAt, type DataPlace } from './data-vault.ts'
import { errorOf, failureOf, type Failure } from './failure.ts'

/** `open` is answered with the keys for single purposes. */
export type CallName = keyof KeyAnswers | 'open'

export type KeyCall = {
  readonly name: CallName
  readonly args: readonly unknown[]
  /** Which `Known` whoever asks has; 0 before the first. */
  readonly has: number
}

/** @property known null: what whoever asks has is the newest */
export type KeyReply =
  | {
      readonly ok: true
      readonly value: unknown
      readonly version: number
      readonly known: Known | null
    }
  | { readonly ok: false; readonly failure: Failure }

/** How the vault stands, with a number that rises with each change of it. */
type Numbers = { readonly version: number; readonly known: Known }

/** Asks whoever has the vault open. Never rejects. */
export type KeyLine = { ask(this: void, call: KeyCall): Promise<KeyReply> }

/** Where a thread gets the keys from: the vault, which it opens by itself, or a line to somebody who has. */
export type KeyedPlace = DataPlace & { readonly line?: KeyLine }

/** What a thread is started with. */
export type ThreadPlace = DataPlace & { readonly port?: MessagePort }

/** A thread's start over a place, with a line of its own. */
export function threadOver(place: KeyedPlace): {
  readonly workerData: ThreadPlace
  readonly transferList: MessagePort[]
} {
  const { line, ...workerData } = place
  if (line === undefined) return { workerData, transferList: [] }
  const { port1, port2 } = new MessageChannel()
  port1.on('message', ({ number, call }: Numbered) => {
    // Nobody reads it any more when the thread has ended.
    void line.ask(call).then((reply) => port1.postMessage({ number, reply }, []))
  })
  // It ends with the thread, and is no reason to go on living.
  port1.unref()
  return { workerData: { ...workerData, port: port2 }, transferList: [port2] }
}

type Numbered = { readonly number: number; readonly call: KeyCall }

/** In a thread: its keys, and the place as it hands it on. */
export async function keysAt(
  place: ThreadPlace,
): Promise<{ readonly keys: Keys; readonly place: KeyedPlace }> {
  const { port, ...its } = place
  if (port === undefined) return { keys: await openKeys(vaultPartsAt(its)), place: its }
  const line = lineOver(port)
  return { keys: await keysOnLine(line), place: { ...its, line } }
}

function lineOver(port: MessagePort): KeyLine {
  const waiting = new Map<number, (reply: KeyReply) => void>()
  let asked = 0
  port.on('message', ({ number, reply }: { readonly number: number; readonly reply: KeyReply }) => {
    waiting.get(number)?.(reply)
    waiting.delete(number)
    if (waiting.size === 0) port.unref()
  })
  port.unref()
  return {
    ask: async (call) =>
      await new Promise((resolve) => {
        const number = asked++
        waiting.set(number, resolve)
        // The thread lives on for an answer, and for nothing else that comes from here.
        port.ref()
        const message: Numbered = { number, call }
        port.postMessage(message, [])
      }),
  }
}

/** A line to a vault that is open here. @param generation higher than that of each vault which was asked over the same line before */
export function lineTo(
  { answers, known, purposes }: Omit<OpenedAnswers, 'journalKey'>,
  generation = 0,
): KeyLine {
  const now = numbered(known, generation)
  // Whoever asks over a line is not believed that there is one tree.
  const its: KeyAnswers = { ...answers, sign: signOnce(answers.sign) }
  return {
    async ask({ name, args, has }) {
      try {
        const value = name === 'open' ? purposes : await Reflect.apply(its[name], its, [...args])
        const { version, known: newest } = now()
        return { ok: true, value: packed(value), version, known: version === has ? null : newest }
      } catch (error) {
        return { ok: false, failure: failureOf(error) }
      }
    },
  }
}

/** Numbers each state of the vault. The numbers of an agent are above those of each before it. */
function numbered(known: () => Known, generation: number): () => Numbers {
  let last: Known | null = null
  let number = generation * 2 ** 32
  let now: Numbers | null = null
  return () => {
    const its = known()
    if (now !== null && its === last) return now
    ;[last, number] = [its, number + 1]
    // Who knows another agent's count is to see that it is another.
    now = { version: number, known: { ...its, bucketsOpened: number } }
    return now
  }
}

/** The keys as they are asked for over a line. @throws {OperatorError} as `openKeys` */
export async function keysOnLine({ ask }: KeyLine): Promise<Keys> {
  let [known, version]: [Known | null, number] = [null, 0]

  async function call(name: CallName, args: readonly unknown[]): Promise<unknown> {
    const reply = await ask({ name, args, has: version })
    if (!reply.ok) throw errorOf(reply.failure)
    // Answers may overtake each other.
    if (reply.known !== null && reply.version > version)
      [known, version] = [reply.known, reply.version]
    return unpacked(reply.value)
  }
  const now = (): Known => {
    if (known === null) throw new FatalError('keys before their line was open')
    return known
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are of one version: the other is `lineTo`
  const purposes = (await call('open', [])) as PurposeKeys
  return keysOver(answersOver(call), now, { purposes, random: systemRandom() })
}

function answersOver(
  call: (name: CallName, args: readonly unknown[]) => Promise<unknown>,
): KeyAnswers {
  const by =
    <Name extends keyof KeyAnswers>(name: Name) =>
    async (...args: Parameters<KeyAnswers[Name]>): Promise<Answer<Name>> =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
      (await call(name, args)) as Answer<Name>
  return {
    // Also where that epoch is known: with the answer comes what else has changed, such as the keys that sign.
    reach: by('reach'),
    bucketAt: by('bucketAt'),
    ensureBuckets: by('ensureBuckets'),
    closeBucket: by('closeBucket'),
    stateOf: by('stateOf'),
    hold: by('hold'),
    turn: by('turn'),
    settle: by('settle'),
    standing: by('standing'),
    issueShares: by('issueShares'),
    issueKits: by('issueKits'),
    dropPaper: by('dropPaper'),
    handleFor: by('handleFor'),
    conversation: by('conversation'),
    record: by('record'),
    index: by('index'),
    sign: by('sign'),
    openings: by('openings'),
    drawSigners: by('drawSigners'),
    replaceSigners: by('replaceSigners'),
    signedUntil: by('signedUntil'),
  }
}

type Answer<Name extends keyof KeyAnswers> = Awaited<ReturnType<KeyAnswers[Name]>>

/** Secrets as plain data: `{ secret }` and nothing else. */
function packed(value: unknown): unknown {
  if (value instanceof Secret) return { secret: value.reveal() }
  return inside(value, packed)
}

function unpacked(value: unknown): unknown {
  if (isRecord(value) && 'secret' in value && Object.keys(value).length === 1)
    return new Secret(value['secret'])
  return inside(value, unpacked)
}

function inside(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, its]) => [key, change(its)]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
}
