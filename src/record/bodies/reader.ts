import { toHex } from '../../base/bytes.ts'
import { lru } from '../../base/lru.ts'
import { RecordUnreadable } from '../errors.ts'
import { perEpoch } from '../keys/per-epoch.ts'
import { type Keys } from '../keys/ports.ts'
import { type Use } from '../keys/uses.ts'
import { leafHash } from '../ledger/entry.ts'
import { type LogPosition } from '../types.ts'
import { Opened } from './opened.ts'
import { type Checked, type RecordOpener } from './ports.ts'

/** Reads records, with a bounded memory for those that are asked for again. */
export type BodyReader = {
  /** @throws {RecordUnreadable} when it is not integrated, its key is destroyed, or it does not open */
  read(position: LogPosition): Promise<Opened>
  /**
   * The first of them, in their order: as many as are small enough together, one at least.
   * @param use what for, where that is not what people see of their own
   * @throws {RecordUnreadable} as `read`
   */
  readSome(positions: readonly LogPosition[], use?: Use): Promise<readonly Opened[]>
  /** All that can be opened, in order, past the memory. */
  each(range: { readonly from: LogPosition; readonly to: LogPosition }): AsyncIterable<Opened>
  /** Lets go of the memory when keys were destroyed since. */
  forget(): void
}

/** Records that `each` opens at a time: some 3 ms in which nobody else is served. */
const eachAtOnce = 128

/** What an opened record takes in memory beside its texts: its envelope, mainly. */
const overheadBytes = 2_000

/** @param parts.cacheBytes memory for opened records; 0 keeps none */
export function bodyReader(parts: {
  readonly opener: RecordOpener
  readonly keys: Pick<Keys, 'epoch'>
  readonly cacheBytes: number
}): BodyReader {
  const { opener, keys, cacheBytes } = parts
  const kept = perEpoch(keys, () =>
    lru<LogPosition, Opened>({ costMax: cacheBytes, costOf: bytesOf }),
  )

  async function readSome(
    positions: readonly LogPosition[],
    use?: Use,
  ): Promise<readonly Opened[]> {
    const cache = kept()
    const found = positions.map((position) => cache.get(position))
    const missing = positions.filter((_, i) => found[i] === undefined)
    const opened = missing.length === 0 ? [] : (await opener.open(missing, use)).map(openedOf)
    for (const one of opened) cache.set(one.position, one)
    const some: Opened[] = []
    let next = 0
    for (const there of found) {
      const one = there ?? opened[next++]
      // What is behind the first that was not opened would leave a gap.
      if (one === undefined) break
      some.push(one)
    }
    return some
  }
  return {
    readSome,
    each: (range) => eachOf(opener, range),
    forget: () => void kept(),
    async read(position) {
      const there = kept().get(position)
      if (there !== undefined) return there
      const [opened] = await readSome([position])
      if (opened === undefined) throw new RangeError('an opener that opens nothing')
      return opened
    },
  }
}

async function* eachOf(
  opener: RecordOpener,
  { from, to }: { readonly from: LogPosition; readonly to: LogPosition },
): AsyncGenerator<Opened> {
  for (let next = from; next < to;) {
    const wanted = Math.min(eachAtOnce, to - next)
    const opened = await openUpTo(
      opener,
      Array.from({ length: wanted }, (_, i) => next + i),
    )
    yield* opened.map(openedOf)
    // None: the first cannot be opened.
    next += Math.max(opened.length, 1)
    await new Promise(setImmediate)
  }
}

/** The first of them, up to one that does not open. */
async function openUpTo(
  opener: RecordOpener,
  positions: readonly LogPosition[],
): Promise<readonly Checked[]> {
  if (positions.length === 0) return []
  try {
    // Only holds and disposal look at all that there is.
    return await opener.open(positions, 'disposal')
  } catch (error) {
    if (!(error instanceof RecordUnreadable)) throw error
    return await openUpTo(opener, positions.slice(0, positions.indexOf(error.position)))
  }
}

/** The only place where `Opened` are made: of what an opener has checked. */
function openedOf({ position, stanzaId, entry, envelope, content, wire, files }: Checked): Opened {
  const leaf = (): string => toHex(leafHash(Buffer.from(entry, 'latin1')))
  return Opened.afterCheck({ position, stanzaId, leafHash: leaf, envelope, content, wire, files })
}

/** JavaScript keeps a text in one or two bytes a character. */
function bytesOf({ content, wire, files }: Opened): number {
  return overheadBytes + 2 * (content.length + wire.length + files.length)
}
