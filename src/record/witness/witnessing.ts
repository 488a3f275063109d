// Shows our heads to witnesses while the record goes on, and keeps what they sign. Nothing waits for it.

import { fromUtf8, utf8 } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { parseNote, signatureLine } from '../ledger/note.ts'
import { alarm } from './alarm.ts'
import { watchBehind } from './behind.ts'
import { compareWith } from './compare.ts'
import { type Kept, readCosigned, tooMany } from './cosigned.ts'
import { newestHead, type OwnHead, type OwnLog } from './own-log.ts'
import { type PolicyWitness, type WitnessPolicy } from './policy.ts'
import { type Ask, type SizedStore } from './ports.ts'
import { submit, type Submitted } from './submit.ts'

const lookEveryMs = 1_000
/** A witness that is away is asked less and less often, up to this. */
const pauseMsMax = 3_600_000

export type WitnessingParts = {
  readonly own: OwnLog
  /** Size of the newest signed head since the start; null before the first. */
  readonly signed: () => { readonly size: number; readonly at: number } | null
  readonly policy: WitnessPolicy
  /** Cosigned heads, as notes. */
  readonly store: SizedStore
  readonly ask: Ask
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
  /** How often heads are shown, if the tree grew. */
  readonly everyMs: number
  /** From which lag on a warning is logged. */
  readonly lagMsMax: number
}

export type WitnessingStanding = {
  /** Records below the newest head that was cosigned by as many as the policy asks for; null: none. */
  readonly witnessed: number | null
  /** How long a newer head has been waiting for that; 0 while there is none. */
  readonly lagMs: number
  /** Submissions that brought no cosignature, since the start. */
  readonly failures: number
  /** Witnesses that have seen another history than the one here. */
  readonly contradicting: number
}

export type Witnessing = {
  standing(): WitnessingStanding
  /** Shows the newest head to whoever has not cosigned it and is due. What goes wrong is logged. One at a time. */
  round(): Promise<void>
  close(): Promise<void>
}

/** Where one witness stands. */
type Place = { seen: number; failures: number; dueAt: number; contradicts: boolean }

export function openWitnessing(parts: WitnessingParts): Witnessing {
  const { policy, clock, timer, log, everyMs } = parts
  const asked = policy.witnesses.filter(({ url }) => url !== null)
  const places = new Map<string, Place>()
  for (const { name } of asked)
    places.set(name, { seen: 0, failures: 0, dueAt: 0, contradicts: false })
  const rounds = roundsOf(parts, asked, places)
  const behind = watchBehind({
    ...parts,
    reached: () => rounds.witnessed(),
    events: { late: 'witness.behind', caughtUp: 'witness.caught-up' },
  })
  let running: Promise<void> | null = null
  let nextAt = 0
  let callOff = timer.after(lookEveryMs, look)

  async function round(): Promise<void> {
    running ??= rounds
      .once()
      .catch((error: unknown) => {
        if (error instanceof FatalError) throw error
        // Whatever it was, the record goes on, and the next round tries again.
        log.error('witness.round-failed', { error: String(error) })
      })
      .finally(() => (running = null))
    await running
  }
  function look(): void {
    behind.look()
    if (running === null && clock.now() >= nextAt) {
      nextAt = clock.now() + everyMs
      void round()
    }
    callOff = timer.after(lookEveryMs, look)
  }
  return {
    standing: () => ({
      witnessed: rounds.witnessed(),
      lagMs: behind.lagMs(),
      failures: rounds.failures(),
      contradicting: [...places.values()].filter(({ contradicts }) => contradicts).length,
    }),
    round,
    async close() {
      callOff()
      await running
    },
  }
}

type Rounds = {
  once(): Promise<void>
  witnessed(): number | null
  failures(): number
}

function roundsOf(
  parts: WitnessingParts,
  asked: readonly PolicyWitness[],
  places: ReadonlyMap<string, Place>,
): Rounds {
  const { own, store, policy, clock, log } = parts
  let witnessed: number | null = null
  let failures = 0
  let kept: Kept[] | null = null

  async function once(): Promise<void> {
    if (kept === null) {
      const loaded = await loadKept(parts, places)
      kept = loaded.list
      witnessed = loaded.witnessed
    }
    const head = await newestHead(own)
    if (head === null || head.size === 0) return
    const now = clock.now()
    const due = asked.filter(({ name }) => {
      const place = places.get(name)
      return place !== undefined && place.seen < head.size && place.dueAt <= now
    })
    const outcomes = await Promise.all(due.map(async (one) => await show(one, head)))
    const lines = outcomes.flatMap((outcome) =>
      outcome.kind === 'cosigned' ? [outcome.lines] : [],
    )
    if (lines.length > 0) await keep(head, lines.join(''), kept)
  }
  async function show(witness: PolicyWitness, head: OwnHead): Promise<Submitted> {
    const place = places.get(witness.name)
    const outcome = await submit({ witness, head, old: place?.seen ?? 0 }, own, parts.ask)
    if (place === undefined) return outcome
    if (outcome.kind === 'cosigned') {
      Object.assign(place, { seen: head.size, failures: 0, dueAt: 0, contradicts: false })
      return outcome
    }
    failures++
    place.failures++
    const pause = Math.min(parts.everyMs * 2 ** (place.failures - 1), pauseMsMax)
    place.dueAt = clock.now() + pause
    log.warn('witness.not-cosigned', { witness: witness.name, why: outcome.why })
    if (outcome.kind === 'inconsistent') {
      const seen = await compareWith(witness, own, parts.ask)
      place.contradicts = seen.kind === 'contradicts'
      alarm(witness, seen, log)
    }
    return outcome
  }
  /** Beside those that are there: of this head, from a round before. */
  async function keep(head: OwnHead, lines: string, list: Kept[]): Promise<void> {
    const before = await store.read(head.size)
    const note = `${before === null ? head.text : withoutDoubles(before, lines)}${lines}`
    const cosigned = readCosigned(utf8(note), own, policy)
    if (typeof cosigned === 'string')
      throw new Error(`a cosigned head does not verify: ${cosigned}`)
    await store.write(head.size, utf8(note))
    const at = Math.min(...cosigned.cosigned.values()) * 1_000
    if (list.at(-1)?.size !== head.size) list.push({ size: head.size, at })
    if (cosigned.isEnough) witnessed = Math.max(witnessed ?? 0, head.size)
    log.info('witness.cosigned', { size: head.size, by: cosigned.cosigned.size })
    const gone = new Set(tooMany(list, clock.now()))
    for (const size of gone) await store.remove(size)
    kept = list.filter(({ size }) => !gone.has(size))
  }
  return { once, witnessed: () => witnessed, failures: () => failures }
}

/** What was kept before the start, and with it where witnesses stand. */
async function loadKept(
  { own, store, policy, log }: WitnessingParts,
  places: ReadonlyMap<string, Place>,
): Promise<{ readonly list: Kept[]; readonly witnessed: number | null }> {
  const list: Kept[] = []
  let witnessed: number | null = null
  for (const size of await store.sizes()) {
    const cosigned = readCosigned((await store.read(size)) ?? utf8(''), own, policy)
    if (typeof cosigned === 'string') {
      log.error('witness.kept-damaged', { size, why: cosigned })
      continue
    }
    for (const name of cosigned.cosigned.keys()) {
      const place = places.get(name)
      if (place !== undefined) place.seen = Math.max(place.seen, size)
    }
    // Of what witnesses signed that are not in the policy any more no time is known, and nothing is thinned out.
    if (cosigned.cosigned.size === 0) continue
    list.push({ size, at: Math.min(...cosigned.cosigned.values()) * 1_000 })
    if (cosigned.isEnough) witnessed = size
  }
  return { list, witnessed }
}

/** The note that is there, but for lines that came again: of one key there is one line. */
function withoutDoubles(bytes: Uint8Array, lines: string): string {
  const note = parseNote(bytes)
  const added = parseNote(utf8(`x\n\n${lines}`))
  if (typeof note === 'string' || typeof added === 'string') return fromUtf8(bytes) ?? ''
  const isNew = (keyId: string): boolean => added.signatures.every((line) => line.keyId !== keyId)
  const rest = note.signatures.filter(({ keyId }) => isNew(keyId))
  return `${note.text}\n${rest.map(signatureLine).join('')}`
}
