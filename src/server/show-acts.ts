import { join } from 'node:path'
import { readIfThere } from '../base/files.ts'
import { lru } from '../base/lru.ts'
import { type BodyFiles } from '../record/bodies/ports.ts'
import { type Proved } from '../record/keys/uses.ts'
import { entryBytes } from '../record/ledger/entry.ts'
import { proveInclusion, tileReader, type SubtreeReader } from '../record/ledger/proof.ts'
import { type MailboxIndex } from '../record/mailbox/ports.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { type ActShower } from '../storage/embedded/proving-line.ts'

/** Tiles that are kept for the next proof: 2 MiB. */
const tilesMax = 256

/** Shows acts from what lies in the data folder, once a head is signed that has them. */
export function showActs(parts: {
  /** The folder of the log. */
  readonly dir: string
  readonly record: Pick<Record, 'shedding'>
  readonly index: Pick<MailboxIndex, 'places'>
  readonly files: Pick<BodyFiles, 'read'>
}): ActShower {
  const { dir, record, index, files } = parts
  let tree: { readonly note: string; readonly size: number; readonly read: SubtreeReader } | null =
    null

  async function treeOf(size: number): Promise<NonNullable<typeof tree>> {
    if (tree !== null && tree.size >= size) return tree
    await record.shedding.signed(size)
    const note = String((await readIfThere(join(dir, 'checkpoint'))) ?? '')
    const its = Number(note.split('\n')[1])
    tree = { note, size: its, read: tileReader(its, tilesOf(dir)) }
    return tree
  }

  function bytesOf(position: LogPosition): Buffer {
    const place = index.places([position]).get(position)
    if (place === undefined) throw new Error(`record ${position} is not in the archive`)
    return files.read(place.bucket, place.offset, place.length)
  }

  return async (act, named) => {
    const { note, size, read } = await treeOf(Math.max(act, named ?? 0) + 1)
    const proved = async (position: LogPosition, bytes: Buffer): Promise<Proved> => ({
      position,
      entry: new Uint8Array(bytes.subarray(0, entryBytes)),
      path: await proveInclusion(position, size, read),
    })
    const bytes = bytesOf(act)
    const body = new Uint8Array(bytes.subarray(entryBytes))
    return {
      head: note,
      act: { ...(await proved(act, bytes)), body },
      record: named === null ? null : await proved(named, bytesOf(named)),
    }
  }
}

function tilesOf(dir: string): (path: string) => Promise<Uint8Array | null> {
  const kept = lru<string, Uint8Array>({ costMax: tilesMax })
  return async (path) => {
    const before = kept.get(path)
    if (before !== undefined) return before
    const bytes = await readIfThere(join(dir, path))
    if (bytes !== null) kept.set(path, bytes)
    return bytes
  }
}
