// The Merkle tree of RFC 6962 and RFC 9162, in the tiles of https://c2sp.org/tlog-tiles. Sizes go past 2 ** 32: no bit operations on them.
import { concat, need, same } from './bytes.mjs'

const [tileWidth, hashBytes] = [256, 32]

/** @param sha256 of bytes, at once */
export function hashing(sha256) {
  const node = (left, right) => sha256(concat([1], left, right))
  return {
    leaf: (entry) => sha256(concat([0], entry)),
    node,
    /** The root over perfect subtrees, the largest first. */
    joined: (subtrees) => subtrees.reduceRight((right, left) => (right === null ? left : node(left, right)), null) ?? sha256(new Uint8Array(0)),
  }
}

/** A tree that grows by hashes. `subtrees` are perfect, the largest first. */
export function growing({ node, joined }, hashes = []) {
  const subtrees = []
  let size = 0
  function add(hash) {
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) hash = node(subtrees.pop(), hash)
    subtrees.push(hash)
    size++
  }
  for (let at = 0; at < hashes.length; at += hashBytes) add(hashes.subarray(at, at + hashBytes))
  return { add, subtrees, root: () => joined(subtrees) }
}

/** RFC 9162 section 2.1.3.2. */
export function isIncluded({ leafHash, index, size, root }, path, { node }) {
  if (index >= size) return false
  let [at, last, hash] = [index, size - 1, leafHash]
  for (const sibling of path) {
    if (last === 0) return false
    const isLeft = at % 2 === 1 || at === last
    hash = isLeft ? node(sibling, hash) : node(hash, sibling)
    while (isLeft && at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && same(hash, root)
}

/** Level, index and width out of `log/tile/…`; null where it is no name of a tile. */
export function tileOf(name) {
  const [, level, path, width = tileWidth] = /^log\/tile\/(0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(name) ?? []
  if (path === undefined || path.startsWith('x000/')) return null
  return { level: Number(level), index: Number(path.replaceAll(/\D/g, '')), width: Number(width) }
}

const levelLength = (level, size) => Math.floor(size / tileWidth ** level)

/** Takes the tiles of a tree whose root is known from a signed head, and believes none: those of the right edge give the root, and each
 * other one is the hash that the tile above has of it.
 * @param names of all files @param whole gives a whole file */
export async function openTiles({ head: { size, root }, names, whole, hashes }) {
  const tiles = new Map()
  for (const name of names.filter((one) => one.startsWith('log/tile/'))) {
    const tile = tileOf(name)
    const width = Math.min(tileWidth, levelLength(tile.level, size) - tile.index * tileWidth)
    need(tile.width === width, 3, 'tile.name', `the tree of ${size} has no ${name}`)
    tiles.set(`${tile.level} ${tile.index}`, { ...tile, name })
  }
  // What is above level 0 stays in memory, an eight-thousandth of the range, and of level 0 the last one.
  const kept = new Map()
  async function bytesOf(level, index) {
    const tile = tiles.get(`${level} ${index}`)
    if (tile === undefined) return null
    const { name, width } = tile
    const place = level > 0 ? name : 'level 0'
    if (kept.get(place)?.name === name) return kept.get(place).bytes
    const bytes = await whole(name)
    need(bytes.length === width * hashBytes, 3, 'tile.length', `${name} has ${bytes.length} bytes`)
    kept.set(place, { name, bytes })
    return bytes
  }
  /** The hash of a position among those of a level; null where its tile is not in the bundle. */
  async function hashAt(level, position) {
    const bytes = await bytesOf(level, Math.floor(position / tileWidth))
    const at = (position % tileWidth) * hashBytes
    return bytes?.length >= at + hashBytes ? bytes.subarray(at, at + hashBytes) : null
  }
  /** The root of an earlier or the same size, of tiles at its right edge. Null where one is not there. */
  async function rootAt(earlier) {
    let subtrees = []
    for (let level = 0; levelLength(level, earlier) > 0; level++) {
      const length = levelLength(level, earlier)
      const bytes = length % tileWidth === 0 ? [] : await bytesOf(level, Math.floor(length / tileWidth))
      const wanted = (length % tileWidth) * hashBytes
      if (bytes === null || bytes.length < wanted) return null
      subtrees = [...growing(hashes, bytes.slice(0, wanted)).subtrees, ...subtrees]
    }
    return hashes.joined(subtrees)
  }
  const found = await rootAt(size)
  need(found !== null, 3, 'tile.missing', `tiles at the right edge of the tree of ${size} are missing`)
  need(same(found, root), 3, 'tree.root', 'the tiles are not those of the tree that was signed')
  const full = [...tiles.values()].filter(({ width }) => width === tileWidth)
  for (const { level, index, name } of full.sort((a, b) => b.level - a.level)) {
    const above = await hashAt(level + 1, index)
    need(above !== null, 3, 'tile.orphan', `nothing stands above ${name}`)
    need(same(growing(hashes, await bytesOf(level, index)).root(), above), 3, 'tile.hash', `${name} is not what the tree has there`)
  }
  return { rootAt, leafAt: async (position) => await hashAt(0, position) }
}
