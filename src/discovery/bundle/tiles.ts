// Which hash tiles prove entries, and that earlier heads are of the same tree. https://c2sp.org/tlog-tiles

import {
  levelLength,
  partialTiles,
  tileAt,
  tileWidth,
  type Tile,
} from '../../record/ledger/tiles.ts'
import { type LogPosition } from '../../record/types.ts'

/** What is to be proved in a tree of `size`. */
export type ToProve = {
  readonly size: number
  readonly range: { readonly from: LogPosition; readonly to: LogPosition }
  /** Entries outside of the range. */
  readonly positions: readonly LogPosition[]
  /** Sizes of earlier heads. */
  readonly heads: readonly number[]
}

/** Tiles by level and index, each with all tiles above it: of the entries, of the right edge, and of the right edges that earlier heads had. */
export function tilesToProve({ size, range, positions, heads }: ToProve): readonly Tile[] {
  const found = new Map<string, Tile>()
  const add = (level: number, index: number): void => {
    const tile = tileAt(level, index, size)
    const name = `${level} ${index}`
    if (tile === null || found.has(name)) return
    found.set(name, tile)
    add(level + 1, Math.floor(index / tileWidth))
  }
  const last = Math.floor((range.to - 1) / tileWidth)
  for (let index = Math.floor(range.from / tileWidth); index <= last; index++) add(0, index)
  for (const position of positions) add(0, Math.floor(position / tileWidth))
  for (const one of [...heads, size])
    for (const { level } of partialTiles(one))
      add(level, Math.floor(levelLength(level, one) / tileWidth))
  return [...found.values()].toSorted((a, b) => a.level - b.level || a.index - b.index)
}
