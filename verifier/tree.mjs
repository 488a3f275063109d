// The Merkle tree of RFC 6962 and RFC 9162, in the tiles of https://c2sp.org/tlog-tiles. Sizes go past 2 ** 32: no bit operations on them.

import { Broken, concat, same } from './bytes.mjs'

const tileWidth = 256
const hashBytes = 32

/** @param sha256 of bytes, at once */
export function hashing(sha256) {
  const leaf = (entry) => sha256(concat(new Uint8Array([0]), entry))
  const node = (left, right) => sha256(concat(new Uint8Array([1]), left, right))
  /** The root over 2 ** k hashes that lie one behind the other. */
  const perfect = (hashes) => {
    if (hashes.length <= hashBytes) return hashes
    const middle = hashes.length / 2
    return node(perfect(hashes.subarray(0, middle)), perfect(hashes.subarray(middle)))
  }
  /** The root over perfect subtrees, the largest first. */
  const joined = (subtrees) => subtrees.reduceRight((right, left) => (right === null ? left : node(left, right)), null) ?? sha256(new Uint8Array(0))
  return { leaf, node, perfect, joined }
}

/** A tree that grows by leaf hashes, to compare roots with. */
export function growing({ node, joined }) {
  let [size, subtrees] = [0, []]
  return {
    add(hash) {
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) hash = node(subtrees.pop(), hash)
      subtrees.push(hash)
      size++
    },
    root: () => joined(subtrees),
  }
}

/** RFC 9162 section 2.1.3.2. */
export function isIncluded({ leafHash, index, size, root }, path, { node }) {
  if (index >= size) return false
  let [at, last, hash] = [index, size - 1, leafHash]
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = node(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = node(hash, sibling)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && same(hash, root)
}

/** Level, index and width out of `log/tile/…`; null where it is no name of a tile. */
export function tileOf(name) {
  const [, level, path, width] = /^log\/tile\/(0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(name) ?? []
  if (path === undefined || path.startsWith('x000/')) return null
  return { level: Number(level), index: Number(path.replaceAll(/\D/g, '')), width: width === undefined ? tileWidth : Number(width) }
}

function levelLength(level, size) {
  return Math.floor(size / tileWidth ** level)
}

/**
 * Takes the tiles of a tree whose root is known from a signed head, and believes none: those of the right edge give the root, and each
 * other one is the hash that the tile above has of it.
 *
 * @param names of all files @param read gives a whole file
 */
export async function openTiles({ size, root, names, read, hashes }) {
  const { perfect, joined } = hashes
  const tiles = new Map()
  for (const name of names) {
    if (!name.startsWith('log/tile/')) continue
    const tile = tileOf(name)
    const width = tile && Math.min(tileWidth, levelLength(tile.level, size) - tile.index * tileWidth)
    if (tile === null || tile.width !== width) throw new Broken(3, 'tile.name', `the tree of ${size} has no ${name}`)
    tiles.set(`${tile.level} ${tile.index}`, { ...tile, name })
  }
  // What is above level 0 stays in memory: an eight-thousandth of the range.
  const kept = new Map()
  async function bytesOf(level, index) {
    const tile = tiles.get(`${level} ${index}`)
    if (tile === undefined) return null
    const there = kept.get(tile.name)
    if (there !== undefined) return there
    const bytes = await read(tile.name)
    if (bytes.length !== tile.width * hashBytes) throw new Broken(3, 'tile.length', `${tile.name} has ${bytes.length} bytes`)
    if (level > 0) kept.set(tile.name, bytes)
    return bytes
  }
  /** The root of an earlier or the same size, of tiles at its right edge. Null where one is not there. */
  async function rootAt(earlier) {
    const subtrees = []
    let top = 0
    while (levelLength(top + 1, earlier) > 0) top++
    for (let level = top; level >= 0; level--) {
      const length = levelLength(level, earlier)
      const width = length % tileWidth
      if (width === 0) continue
      const bytes = await bytesOf(level, Math.floor(length / tileWidth))
      if (bytes === null || bytes.length < width * hashBytes) return null
      let at = 0
      for (let count = 128; count >= 1; count /= 2) {
        if (width % (count * 2) < count) continue
        subtrees.push(perfect(bytes.subarray(at * hashBytes, (at + count) * hashBytes)))
        at += count
      }
    }
    return joined(subtrees)
  }
  const found = await rootAt(size)
  if (found === null) throw new Broken(3, 'tile.missing', `tiles at the right edge of the tree of ${size} are missing`)
  if (!same(found, root)) throw new Broken(3, 'tree.root', 'the tiles are not those of the tree that was signed')
  for (const tile of [...tiles.values()].sort((a, b) => b.level - a.level)) {
    if (tile.width < tileWidth) continue
    const above = await bytesOf(tile.level + 1, Math.floor(tile.index / tileWidth))
    const at = (tile.index % tileWidth) * hashBytes
    if (above === null || above.length < at + hashBytes) throw new Broken(3, 'tile.orphan', `nothing stands above ${tile.name}`)
    if (!same(perfect(await bytesOf(tile.level, tile.index)), above.subarray(at, at + hashBytes)))
      throw new Broken(3, 'tile.hash', `${tile.name} is not what the tree has there`)
  }
  const level0 = { index: -1, bytes: null }
  return {
    rootAt,
    /** The leaf hash at a position, as the tree has it. Null where its tile is not in the bundle. */
    async leafAt(position) {
      const index = Math.floor(position / tileWidth)
      if (level0.index !== index) Object.assign(level0, { index, bytes: await bytesOf(0, index) })
      const at = (position % tileWidth) * hashBytes
      return level0.bytes === null || at >= level0.bytes.length ? null : level0.bytes.subarray(at, at + hashBytes)
    },
  }
}
