import { concatBytes, toBase64 } from '../../../src/base/bytes.ts'
import { leafHash } from '../../../src/record/ledger/entry.ts'
import { growTree } from '../../../src/record/ledger/tree.ts'
import { edited, flipped, withExportKey, type Base, type BundleCase, type Change } from './case.ts'
import { type Files } from './scene.ts'

/** Entries and tiles: step 3. */
export function treeCases(base: Base): BundleCase[] {
  const item = 120
  const entries = base.files.get('log/entries.bin') ?? new Uint8Array()
  const without = (at: number): Uint8Array =>
    concatBytes(entries.slice(0, at * item), entries.slice((at + 1) * item))
  const swapped = new Uint8Array(entries)
  swapped.set(entries.slice(20 * item + 8, 21 * item), 21 * item + 8)
  swapped.set(entries.slice(21 * item + 8, 22 * item), 20 * item + 8)
  const moved = concatBytes(
    entries.slice(0, 20 * item),
    entries.slice(21 * item, 22 * item),
    entries.slice(20 * item, 21 * item),
    entries.slice(22 * item),
  )
  const doubled = concatBytes(entries.slice(0, 21 * item), entries.slice(20 * item))
  return [
    withExportKey(base, ['an entry is changed', 'entry.changed'], (all) =>
      flipped(all, 'log/entries.bin', 20 * item + 60),
    ),
    withExportKey(base, ['an entry is of a version that is not known', 'entry.form'], (all) =>
      flipped(all, 'log/entries.bin', 20 * item + 8),
    ),
    withExportKey(base, ['an entry is missing', 'entry.missing'], setEntries(without(20))),
    withExportKey(
      base,
      ['the last entry of the range is missing', 'entry.missing'],
      setEntries(without(301)),
    ),
    withExportKey(base, ['two entries are exchanged', 'entry.changed'], setEntries(swapped)),
    withExportKey(base, ['two entries are in the wrong order', 'entry.missing'], setEntries(moved)),
    withExportKey(base, ['an entry is put in', 'entries.order'], setEntries(doubled)),
    withExportKey(
      base,
      ['the entries are cut short', 'entries.form'],
      setEntries(entries.slice(0, -7)),
    ),
    ...tileCases(base),
  ]
}

function tileCases(base: Base): BundleCase[] {
  return [
    withExportKey(base, ['a full tile is changed', 'tile.hash'], (all) =>
      flipped(all, 'log/tile/0/000', 77),
    ),
    withExportKey(base, ['a tile at the right edge is changed', 'tree.root'], (all) =>
      flipped(all, 'log/tile/0/001.p/47', 77),
    ),
    withExportKey(base, ['a full tile is missing', 'tile.missing'], (all) => {
      all.delete('log/tile/0/000')
      all.delete('log/after/50')
    }),
    withExportKey(base, ['a tile of an earlier head is missing', 'checkpoint.tiles'], (all) =>
      all.delete('log/tile/0/000'),
    ),
    withExportKey(base, ['a tile at the right edge is missing', 'tile.missing'], (all) =>
      all.delete('log/tile/1/000.p/1'),
    ),
    withExportKey(base, ['a tile that the tree does not have', 'tile.name'], (all) =>
      all.set('log/tile/0/009', new Uint8Array(8_192)),
    ),
    withExportKey(
      base,
      ['a record, its entry and the tree are made anew, without the log’s key', 'signature.bad'],
      (all) => forgeTree(all, 30),
      (manifest) => {
        const root = forgedRoot(base.files, 30)
        manifest['checkpoint'] = { ...Object(manifest['checkpoint']), root: toBase64(root) }
      },
    ),
  ]
}

function setEntries(bytes: Uint8Array): Change {
  return (all) => all.set('log/entries.bin', bytes)
}

/** Changes an entry, and all of the tree so that it fits. */
function forgeTree(files: Files, index: number): void {
  const root = forgedRoot(files, index)
  flipped(files, 'log/entries.bin', index * 120 + 70)
  edited(files, 'log/checkpoint', (text) => text.replace(/^[^\n]+=$/m, toBase64(root)))
}

function forgedRoot(files: Files, index: number): Uint8Array {
  const entries = new Uint8Array(files.get('log/entries.bin') ?? [])
  const at = index * 120 + 70
  entries[at] = (entries[at] ?? 0) ^ 1
  const tree = growTree()
  for (let from = 8; from < entries.length; from += 120) tree.append(leafHash(entries, from))
  return tree.root()
}
