// A log that a test makes up, and witnesses of it, without a network.
import { fromUtf8, toHex, utf8 } from '../../src/base/bytes.ts'
import { sha256 } from '../../src/base/crypto.ts'
import { type Log, type LogFields, silentLog } from '../../src/base/log.ts'
import { type OwnLog } from '../../src/record/witness/own-log.ts'
import { parsePolicy, type WitnessPolicy } from '../../src/record/witness/policy.ts'
import { type Answer, type Ask } from '../../src/record/witness/ports.ts'
import { createWitness } from '../../src/record/witness/witness.ts'
import { memoryWitnessState } from '../fakes/witness-state.ts'
import { type TestCosigner, testCosigner, type TestLog } from './test-log.ts'

/** A log that is as long as the test says. */
export type GrowingLog = OwnLog & { size: number; source: TestLog }

export function growingLog(source: TestLog, size: number): GrowingLog {
  const log: GrowingLog = {
    origin: source.origin,
    pairs: () => [source.keys],
    size,
    source,
    head: async () => (log.size === 0 ? null : await log.source.head(log.size)),
    readTile: async (path) => await log.source.tile(path),
  }
  return log
}

/** A witness that answers to `https://<name>`, or as the test says. */
export type AskedWitness = TestCosigner & {
  readonly name: string
  readonly state: ReturnType<typeof memoryWitnessState>
  /** Of add-checkpoint, in order: their first lines. */
  readonly asked: string[]
  answer: (path: string, body: Uint8Array | null) => Promise<Answer | string>
}

export function askedWitness(name: string, log: TestLog, now: () => number): AskedWitness {
  const own = testCosigner(name)
  const state = memoryWitnessState()
  const asked: string[] = []
  const parts = { cosigners: [own.cosigner], logs: log.keys, state, clock: { now }, log: silentLog }
  const witness = createWitness(parts)
  const hash = toHex(sha256(utf8(log.origin)))
  return {
    ...own,
    name,
    state,
    asked,
    async answer(path, body) {
      if (path === `/${hash}/checkpoint`) {
        const note = await witness.newest(log.origin)
        return note === null ? { status: 404, body: utf8('') } : { status: 200, body: utf8(note) }
      }
      asked.push((fromUtf8(body ?? utf8('')) ?? '').split('\n')[0] ?? '')
      const { status, text } = await witness.addCheckpoint(body ?? utf8(''))
      return { status, body: utf8(text) }
    },
  }
}

export function askOf(witnesses: readonly AskedWitness[]): Ask {
  return async ({ url, body }) => {
    const { hostname, pathname } = new URL(url)
    const witness = witnesses.find(({ name }) => name === hostname)
    return (await witness?.answer(pathname, body)) ?? 'no such host'
  }
}

/** @param needed of them */
export function policyOf(witnesses: readonly AskedWitness[], needed: number): WitnessPolicy {
  const names = witnesses.map(({ name }) => name)
  const lines = witnesses.map(
    ({ name, verifierKey: key }) => `witness ${name} ${key} https://${name}/`,
  )
  const policy = parsePolicy(
    `${lines.join('\n')}\ngroup all-of-them ${needed} ${names.join(' ')}\nquorum all-of-them\n`,
  )
  if (typeof policy === 'string') throw new Error(policy)
  return policy
}

export type SeenLog = Log & {
  /** As `error witness.split-view`. */
  readonly events: string[]
  readonly fields: LogFields[]
  /** Resolves when such an event was logged, now or later. */
  seen(event: string, isIt: (fields: LogFields) => boolean): Promise<void>
}

/** Keeps what was logged. */
export function seenLog(): SeenLog {
  const events: string[] = []
  const fields: LogFields[] = []
  const waiting = new Set<() => void>()
  const see =
    (severity: string) =>
    (event: string, its: LogFields = {}): void => {
      events.push(`${severity} ${event}`)
      fields.push(its)
      for (const look of waiting) look()
    }
  return {
    events,
    fields,
    info: see('info'),
    warn: see('warn'),
    error: see('error'),
    async seen(event, isIt) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = (): void => {
        if (events.some((one, i) => one === event && isIt(fields[i] ?? {}))) resolve()
      }
      waiting.add(look)
      look()
      await promise
      waiting.delete(look)
    },
  }
}
