// The right edge of the tiled tree: what becomes tiles and entry bundles. https://c2sp.org/tlog-tiles

import { FatalError } from '../../base/errors.ts'
import { concatBytes, sameBytes, u64 } from '../../base/bytes.ts'
import { entryBytes } from '../ledger/entry.ts'
import { perfectRoot } from '../ledger/proof.ts'
import {
  bundlePath,
  encodeBundle,
  levelLength,
  partialTiles,
  tilePath,
  tileWidth,
} from '../ledger/tiles.ts'
import { growTree, hashBytes } from '../ledger/tree.ts'
import { type TileFile, type TileStore } from './ports.ts'

/** The tree as it grows, with the tiles that are not written yet. */
export type TreeTiles = {
  readonly size: number
  /** Tiles and bundles that are full and wait to be written: 2 for each 256 records. */
  readonly waiting: number
  /** @param entry at `offset` of these bytes; they are copied */
  append(leafHash: Uint8Array, bytes: Uint8Array, offset: number): void
  /** Everything that a checkpoint of the present size needs and that was not `written` yet. */
  snapshot(): TilesToWrite
  /** What is in `snapshot` is durable. */
  written(snapshot: TilesToWrite): void
}

export type TilesToWrite = {
  /** `Tree.save()` of the tree of this size. */
  readonly frontier: Uint8Array
  readonly root: Uint8Array
  readonly full: readonly TileFile[]
  readonly partial: readonly TileFile[]
}

const bundleEntryBytes = 2 + entryBytes

/** One level's tile that is being filled; level 0 also has the entries. */
type Edge = { readonly hashes: Uint8Array; width: number }

/**
 * Takes the tree up at a size whose tiles were written.
 *
 * @param frontier `Tree.save()` at that size
 * @throws {FatalError} when a tile is missing, or the tiles are not those of the tree with this frontier
 */
export async function openTreeTiles(frontier: Uint8Array, store: TileStore): Promise<TreeTiles> {
  const { size } = growTree(frontier)
  const edges: Edge[] = []
  for (let level = 0; levelLength(level, size) > 0; level++) edges.push(emptyEdge())
  const entries = new Uint8Array(tileWidth * entryBytes)
  for (const tile of partialTiles(size)) {
    const bytes = await edgeOf(store, tilePath, tile, hashBytes)
    edges[tile.level] = edgeWith(bytes, tile.width)
    if (tile.level > 0) continue
    const bundle = await edgeOf(store, bundlePath, tile, bundleEntryBytes)
    for (let i = 0; i < tile.width; i++) {
      const at = i * bundleEntryBytes + 2
      entries.set(bundle.subarray(at, at + entryBytes), i * entryBytes)
    }
  }
  if (!sameBytes(frontierOf(edges, size), frontier)) {
    throw new FatalError(`the tiles in log/tile are not those of the tree of ${size}`)
  }
  return treeTiles(size, edges, entries)
}

function treeTiles(from: number, edges: Edge[], entries: Uint8Array): TreeTiles {
  let size = from
  let waiting: TileFile[] = []

  /** Puts a hash at the edge of a level; a full tile's root is the next hash of the level above. */
  const push = (level: number, hash: Uint8Array): void => {
    const edge = (edges[level] ??= emptyEdge())
    edge.hashes.set(hash, edge.width * hashBytes)
    edge.width++
    if (edge.width < tileWidth) return
    const bytes = edge.hashes.slice()
    const index = levelLength(level, size) / tileWidth - 1
    waiting.push({ path: tilePath({ level, index, width: tileWidth }), bytes })
    edge.width = 0
    push(level + 1, perfectRoot(bytes))
  }
  return {
    get size() {
      return size
    },
    get waiting() {
      return waiting.length
    },
    append(leafHash, bytes, offset) {
      const at = (size % tileWidth) * entryBytes
      entries.set(bytes.subarray(offset, offset + entryBytes), at)
      size++
      if (size % tileWidth === 0) {
        const path = bundlePath({ index: size / tileWidth - 1, width: tileWidth })
        waiting.push({ path, bytes: encodeBundle(entries, entryBytes) })
      }
      push(0, leafHash)
    },
    snapshot() {
      const frontier = frontierOf(edges, size)
      const partial = partialFiles(edges, entries, size)
      return { frontier, root: growTree(frontier).root(), full: [...waiting], partial }
    },
    written({ full }) {
      waiting = waiting.slice(full.length)
    },
  }
}

/** How many full tiles of a level one checkpoint may add at most, with room to spare. */
const newTilesMax = 256

/** The full tiles and bundles that the newest checkpoint of this size may have added: a stop may have left their partial ones. */
export function newestFullPaths(size: number): string[] {
  const paths: string[] = []
  for (let level = 0; levelLength(level, size) >= tileWidth; level++) {
    const end = Math.floor(levelLength(level, size) / tileWidth)
    for (let index = Math.max(0, end - newTilesMax); index < end; index++) {
      paths.push(tilePath({ level, index, width: tileWidth }))
      if (level === 0) paths.push(bundlePath({ index, width: tileWidth }))
    }
  }
  return paths
}

function partialFiles(edges: readonly Edge[], entries: Uint8Array, size: number): TileFile[] {
  const files: TileFile[] = []
  for (const tile of partialTiles(size)) {
    const hashes = edges[tile.level]?.hashes ?? new Uint8Array(0)
    files.push({ path: tilePath(tile), bytes: hashes.slice(0, tile.width * hashBytes) })
    if (tile.level > 0) continue
    const its = entries.subarray(0, tile.width * entryBytes)
    files.push({ path: bundlePath(tile), bytes: encodeBundle(its, entryBytes) })
  }
  return files
}

/** The perfect subtrees that the tree is made of, from the largest: each level's edge by the one-bits of its width. */
function frontierOf(edges: readonly Edge[], size: number): Uint8Array {
  const hashes: Uint8Array[] = []
  for (const edge of edges.toReversed()) {
    let at = 0
    for (let count = tileWidth / 2; count >= 1; count /= 2) {
      if ((edge.width & count) === 0) continue
      hashes.push(perfectRoot(edge.hashes.subarray(at * hashBytes, (at + count) * hashBytes)))
      at += count
    }
  }
  return concatBytes(u64(size), ...hashes)
}

function emptyEdge(): Edge {
  return edgeWith(new Uint8Array(0), 0)
}

function edgeWith(hashes: Uint8Array, width: number): Edge {
  const bytes = new Uint8Array(tileWidth * hashBytes)
  bytes.set(hashes)
  return { hashes: bytes, width }
}

/** The beginning of a tile or bundle: from the partial one, or from the full one that has taken its place. */
async function edgeOf<T extends { readonly index: number; readonly width: number }>(
  store: TileStore,
  pathOf: (tile: T) => string,
  tile: T,
  itemBytes: number,
): Promise<Uint8Array> {
  const path = pathOf(tile)
  const bytes =
    (await store.read(path)) ?? (await store.read(pathOf({ ...tile, width: tileWidth })))
  if (bytes === null) throw new FatalError(`log/${path} is missing`)
  if (bytes.length < tile.width * itemBytes) throw new FatalError(`log/${path} is too short`)
  return bytes.subarray(0, tile.width * itemBytes)
}
