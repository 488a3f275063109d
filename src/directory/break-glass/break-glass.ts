// Access that is prepared for somebody from outside, lies sealed, and is opened loudly. Each step is an entry of the record first.

import { toHex } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type Secret } from '../../base/secret.ts'
import {
  type ActsOnRecord,
  type ActsRecord,
  createActsOnRecord,
} from '../../record/acts-on-record.ts'
import { type PersonId } from '../../record/types.ts'
import { type Access } from '../access/open.ts'
import { type AccessState } from '../access/ports.ts'
import { type DoneBy } from '../access/types.ts'
import { type Tokens } from '../tokens.ts'
import { type WebCost } from '../web-password.ts'
import { actOf, afterAct, breakGlassArchive, recordOf } from './acts.ts'
import { drawCode, fitsCode } from './code.ts'
import { givingRights, type Rights } from './rights.ts'
import { type BreakGlassAct, type Envelope, type StandingEnvelope } from './types.ts'

/** Those that are not over. */
const envelopesMax = 100
const hoursMax = 168
const hourMs = 3_600_000

export type EnvelopeState = 'prepared' | 'sealed' | 'open' | 'ended'

export type BreakGlass = {
  list(): readonly StandingEnvelope[]
  get(id: string): StandingEnvelope | null
  stateOf(envelope: StandingEnvelope): EnvelopeState
  /** @throws {OperatorError} with one sentence */
  prepare(wanted: Omit<Envelope, 'id'>, by: DoneBy): Promise<StandingEnvelope>
  /** Draws its code, once. @returns the papers @throws {OperatorError} when it was printed before */
  print(id: string, by: DoneBy): Promise<readonly Secret<string>[]>
  /**
   * With the right code: on record, then told, then good. Once; with the same code again while it is open, for no longer.
   * @returns a token for its person, which is good as long as it is open. @throws {OperatorError} the same for whatever is wrong
   */
  open(
    id: string,
    asked: { readonly code: string; readonly purpose: string },
  ): Promise<{ readonly envelope: StandingEnvelope; readonly token: Secret<string> }>
  /** It is closed, or its paper is worth nothing any more. @throws {OperatorError} where it is over */
  end(id: string, reason: string, by: DoneBy): Promise<StandingEnvelope>
  /** What is over by its time ends; what a stop has left out is made good. Called now and again. */
  sweep(): Promise<void>
  /** Tells again of what is open: a stop may have come before it was told. */
  tellAgain(): void
  onNews(listener: (envelope: StandingEnvelope, news: 'opened' | 'ended') => void): void
}

type Parts = {
  readonly state: AccessState
  readonly record: ActsRecord
  readonly access: Access
  readonly tokens: Pick<Tokens, 'make' | 'list' | 'revoke'>
  /** Whether he may sign in, and opens nothing by himself. */
  readonly mayBeNamed: (person: PersonId) => boolean
  readonly cost: WebCost
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** What stands, and what is done with it. */
type Standing = Parts & {
  readonly known: ReadonlyMap<string, StandingEnvelope>
  readonly acts: ActsOnRecord<BreakGlassAct>
  readonly rights: Rights
  readonly tell: (envelope: StandingEnvelope, news: 'opened' | 'ended') => void
}

/** Reads what there is, and applies what is on record and not in the state. */
export async function openBreakGlass(parts: Parts): Promise<BreakGlass> {
  const { clock, log } = parts
  const kept = await keepEnvelopes(parts)
  const { known } = kept
  // Who could give him a password before could be in beside him, unseen, once it is open.
  parts.access.alsoOpens.push((id) =>
    [...known.values()].some(({ person, ended }) => person === id && ended === null),
  )
  const listeners: Parameters<BreakGlass['onNews']>[0][] = []
  const tell: Standing['tell'] = (envelope, news) => {
    // The log rings: this is an alarm that nobody closes for a while, and a mail.
    const what = { envelope: envelope.id }
    if (news === 'opened') log.error('break-glass.opened', what)
    else log.warn('break-glass.ended', what)
    for (const listener of listeners) listener(envelope, news)
  }
  const rights = givingRights(parts)
  const standing = { ...parts, ...kept, rights, tell }
  const end = ending(standing)
  const stateOf = (envelope: StandingEnvelope): EnvelopeState => stateAt(envelope, clock.now())
  return {
    list: () => [...known.values()].toSorted((a, b) => a.position - b.position),
    get: (id) => known.get(id) ?? null,
    stateOf,
    ...sealing(standing),
    open: opening(standing),
    end,
    async sweep() {
      for (const envelope of known.values()) {
        const { id, openedAt, ended } = envelope
        if (ended !== null) await rights.take(envelope)
        else if (openedAt !== null && stateOf(envelope) === 'ended')
          await end(id, 'Its time was over.', [])
      }
    },
    tellAgain() {
      for (const envelope of known.values())
        if (stateOf(envelope) === 'open') tell(envelope, 'opened')
    },
    onNews: (listener) => void listeners.push(listener),
  }
}

async function keepEnvelopes({
  state,
  record,
  log,
}: Parts): Promise<Pick<Standing, 'known' | 'acts'>> {
  const { applied, texts } = await state.load()
  const known = new Map<string, StandingEnvelope>()
  for (const text of texts) {
    if (text === null)
      throw new FatalError('a row of break_glass in state.db was not written by this server')
    // Written below.
    const envelope: StandingEnvelope = JSON.parse(text)
    known.set(envelope.id, envelope)
  }
  const changed = new Map<number, StandingEnvelope>()
  const acts = createActsOnRecord<BreakGlassAct>({
    name: 'break-glass',
    record,
    archive: breakGlassArchive,
    actOf,
    apply(act, at) {
      const after = afterAct(known, act, at)
      if (after === null) return
      known.set(after.id, after)
      changed.set(at.position, after)
    },
    async store(_act, { position }) {
      const its = changed.get(position)
      const items = its === undefined ? [] : [{ key: its.id, text: JSON.stringify(its) }]
      await state.apply(items, position)
      changed.delete(position)
    },
    applied,
    log,
  })
  await acts.catchUp()
  return { known, acts }
}

function sealing({
  known,
  acts,
  clock,
  random,
  cost,
  mayBeNamed,
}: Standing): Pick<BreakGlass, 'prepare' | 'print'> {
  return {
    async prepare(wanted, by) {
      refuseForm(wanted)
      return await acts.inTurn(async () => {
        if (!mayBeNamed(wanted.person) || by.includes(wanted.person))
          throw new OperatorError(
            'break-glass.person',
            'Sealed access is for another than who seals it: somebody who may sign in, and opens nothing by his own role.',
          )
        const left = [...known.values()].filter(({ ended }) => ended === null)
        if (left.length >= envelopesMax)
          throw new OperatorError(
            'break-glass.too-many',
            `There are ${envelopesMax} envelopes at most: end some.`,
          )
        const envelope = { id: toHex(random.bytes(16)), ...wanted }
        const act = { kind: 'break-glass.seal', by, envelope } as const
        await acts.write(act, recordOf(act))
        return found(known, envelope.id)
      })
    },
    print: async (id, by) =>
      await acts.inTurn(async () => {
        const envelope = found(known, id)
        if (stateAt(envelope, clock.now()) !== 'prepared')
          throw new OperatorError('break-glass.printed', 'Its code was told once: prepare another.')
        const { papers, key } = await drawCode(envelope, { random, cost, now: clock.now() })
        const act = { kind: 'break-glass.seal', by, printed: id, key } as const
        await acts.write(act, recordOf(act))
        return papers
      }),
  }
}

function opening({ known, acts, clock, log, rights, tell }: Standing): BreakGlass['open'] {
  return async (id, { code, purpose }) =>
    await acts.inTurn(async () => {
      const envelope = known.get(id)
      const key = envelope?.key ?? null
      const isGood = key !== null && (await fitsCode(code, key))
      const is = envelope === undefined ? null : stateAt(envelope, clock.now())
      if (!isGood || envelope === undefined || (is !== 'sealed' && is !== 'open'))
        throw refusedCode(log, envelope?.id ?? null)
      const { person, hours } = envelope
      const until = envelope.until ?? clock.now() + hours * hourMs
      const act = { kind: 'break-glass.open', by: [], opened: id, person, purpose, until } as const
      await acts.write(act, recordOf(act))
      tell(found(known, id), 'opened')
      // If we stop before this, the same code is good again, and tells everybody again.
      await rights.give(found(known, id))
      return { envelope: found(known, id), token: await rights.token(found(known, id)) }
    })
}

function ending({ known, acts, rights, tell }: Standing): BreakGlass['end'] {
  return async (id, reason, by) =>
    await acts.inTurn(async () => {
      const { person, ended } = found(known, id)
      if (ended !== null)
        throw new OperatorError('break-glass.over', 'Nothing was done: this envelope is over.')
      const act = { kind: 'break-glass.end', by, ended: id, person, reason } as const
      await acts.write(act, recordOf(act))
      // If we stop before this, the next sweep takes it.
      await rights.take(found(known, id))
      tell(found(known, id), 'ended')
      return found(known, id)
    })
}

function found(known: ReadonlyMap<string, StandingEnvelope>, id: string): StandingEnvelope {
  const envelope = known.get(id)
  if (envelope !== undefined) return envelope
  throw new OperatorError('break-glass.unknown', 'There is no such envelope: see the list.')
}

function stateAt({ ended, until, openedAt, key }: StandingEnvelope, now: number): EnvelopeState {
  if (ended !== null || (until !== null && now >= until)) return 'ended'
  if (openedAt !== null) return 'open'
  return key === null ? 'prepared' : 'sealed'
}

/**
 * One sentence, whatever is wrong; and somebody hears of it.
 * @param envelope null where there is none: ids that were made up are one alarm, however many they are
 */
function refusedCode(log: Log, envelope: string | null): OperatorError {
  log.warn('break-glass.refused', { envelope })
  return new OperatorError(
    'break-glass.refused',
    'This opens nothing: the words are others, or the envelope is used up. Everybody is told of it.',
  )
}

function refuseForm({ roles, hours, threshold, of }: Omit<Envelope, 'id'>): void {
  if (roles.length === 0 || new Set(roles).size < roles.length)
    throw new OperatorError('break-glass.roles', 'Name each role once, and one at least.')
  if (hours < 1 || hours > hoursMax)
    throw new OperatorError('break-glass.hours', `It is open for 1 to ${hoursMax} hours.`)
  const isOne = threshold === 1 && of === 1
  if (!isOne && (threshold < 2 || of < threshold || of > 15))
    throw new OperatorError(
      'break-glass.shares',
      'Its code is on one paper, or on up to 15 of which 2 at least are needed.',
    )
}
