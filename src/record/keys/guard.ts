// What stands before the vault in a key agent: keys of buckets that are older than the hot window are given for what is written down
// before, and to officers for an act that is on record and was shown. LEDGER.md §4, docs/decisions/0016-key-agent.md.

import { toHex } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type KeyAnswers, type Known } from './answers.ts'
import { type Opening } from './openings.ts'
import { type Journal, type RecordPlace } from './ports.ts'
import { shownActs } from './shown-act.ts'
import { useIn, type Shown } from './uses.ts'

/** Openings that are known to be written: one is written once while the agent lives, and again when it is forgotten. */
const writtenMax = 100_000

export type Guarding = {
  readonly journal: Journal
  /** A bucket is cold when its period has been over for so long; null: never. */
  readonly hotMs: number | null
  readonly clock: Clock
}

/** @param opened the vault as it answers who has it open */
export function guardedAnswers(
  opened: { readonly answers: KeyAnswers; readonly known: () => Known },
  { journal, hotMs, clock }: Guarding,
): KeyAnswers {
  const { answers, known } = opened
  const acts = shownActs(opened, clock)
  const written = new Map<string, Promise<void>>()

  async function isCold(number: number): Promise<boolean> {
    if (hotMs === null) return false
    const find = (): { readonly to: number } | undefined =>
      known().buckets.find((bucket) => bucket.number === number)
    // Of one that is not known the vault is read again.
    if (find() === undefined) await answers.stateOf(number)
    const bucket = find()
    return bucket === undefined || bucket.to < clock.now() - hotMs
  }

  async function noted(opening: Omit<Opening, 'at'>): Promise<void> {
    const { use, bucket, handle } = opening
    const its = typeof use === 'string' ? use : `${use.for} ${use.act}`
    const name = `${bucket} ${handle === null ? '-' : toHex(handle)} ${its}`
    const before = written.get(name)
    if (before !== undefined) return await before
    if (written.size >= writtenMax) written.clear()
    const writing = journal.note({ ...opening, at: clock.now() })
    written.set(name, writing)
    writing.catch(() => written.delete(name))
    await writing
  }

  /** @param what for which the answer is the key */
  async function given<T>(asked: Asked, answer: () => Promise<T | null>): Promise<T | null> {
    const { bucket, handle, what, shown } = asked
    const use = useIn(asked.use)
    if (use === null) throw new OperatorError('key.no-use', 'A key is asked for without a reason.')
    if (!(await isCold(bucket))) return await answer()
    if (typeof use !== 'string') await acts.check({ use, what }, shown)
    const key = await answer()
    if (key !== null) await noted({ use, bucket, handle })
    return key
  }

  async function printed<T>(print: () => Promise<T>): Promise<T> {
    await journal.note({ use: 'paper', bucket: 0, handle: null, at: clock.now() })
    return await print()
  }

  return {
    ...answers,
    async handleFor(bucket, conversation, counter) {
      const key = await answers.handleFor(bucket, conversation, counter)
      if (await isCold(bucket)) await noted({ use: 'write', bucket, handle: key.handle })
      return key
    },
    async conversation(bucket, handle, use, shown) {
      const asked = { use, bucket, handle, what: 'conversation', shown } as const
      return await given(asked, async () => await answers.conversation(bucket, handle, use))
    },
    async record(place, use, shown) {
      const { bucket, handle } = place
      const asked = { use, bucket, handle, what: place, shown }
      return await given(asked, async () => await answers.record(place, use))
    },
    async index(bucket, use, shown) {
      const asked = { use, bucket, handle: null, what: 'index', shown } as const
      return await given(asked, async () => await answers.index(bucket, use))
    },
    issueShares: async (scheme, atMs) =>
      await printed(async () => await answers.issueShares(scheme, atMs)),
    issueKits: async (atMs) => await printed(async () => await answers.issueKits(atMs)),
    openings: async () => await journal.end(),
  }
}

type Asked = {
  /** As it came in. */
  readonly use: unknown
  readonly bucket: number
  readonly handle: Uint8Array | null
  readonly what: 'conversation' | 'index' | RecordPlace
  readonly shown: Shown | undefined
}
