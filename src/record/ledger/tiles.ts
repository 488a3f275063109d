// Names and contents of tiles and entry bundles. https://c2sp.org/tlog-tiles
// For verification too: no node: modules here.

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256
const tileHeight = 8
const levelMax = 63

/** A tile: its level, its index in the level, and how many hashes it has, 1 to 256. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number }

/** `tile/<level>/<index>`, and `.p/<width>` for a partial one. */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${indexPath(index)}${partialSuffix(width)}`
}

/** `tile/entries/<index>`, and `.p/<width>` for a partial one. */
export function bundlePath({ index, width }: Omit<Tile, 'level'>): string {
  return `tile/entries/${indexPath(index)}${partialSuffix(width)}`
}

const named = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** What a path names: a tile of hashes, or the bundle of the entries below one of level 0. */
export type NamedTile = { readonly isBundle: boolean; readonly tile: Tile }

/** The opposite of `tilePath` and `bundlePath`; null for what these never make: each tile has one name. */
export function parseTilePath(path: string): NamedTile | null {
  const [, what = '', groups = '', digits] = named.exec(path) ?? []
  const isBundle = what === 'entries'
  const level = isBundle ? 0 : Number(what)
  const width = digits === undefined ? tileWidth : Number(digits)
  const tile = { level, index: Number(groups.replaceAll(/[x/]/g, '')), width }
  const isOne = path === (isBundle ? bundlePath(tile) : tilePath(tile))
  return isOne && level <= levelMax && width <= tileWidth ? { isBundle, tile } : null
}

/** Index 1234067 is `x001/x234/067`. */
function indexPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')]
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  }
  return groups.join('/')
}

function partialSuffix(width: number): string {
  return width === tileWidth ? '' : `.p/${width}`
}

/** How many hashes a level of tiles has in a tree of `size` leaves. */
export function levelLength(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level)
}

/** The tile with this index as a tree of `size` leaves has it; null when it has no such tile. */
export function tileAt(level: number, index: number, size: number): Tile | null {
  const width = Math.min(tileWidth, levelLength(level, size) - index * tileWidth)
  return width > 0 ? { level, index, width } : null
}

/** The partial tiles that a checkpoint of this size needs, from level 0 up. Where a level ends in a full tile, it has none. */
export function partialTiles(size: number): readonly Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; levelLength(level, size) > 0; level++) {
    const length = levelLength(level, size)
    const width = length % tileWidth
    if (width > 0) tiles.push({ level, index: Math.floor(length / tileWidth), width })
  }
  return tiles
}

/** Where the root of the perfect subtree of `2 ** height` leaves with this index is found: in which tile, and over which hashes. */
export function tileRange(
  height: number,
  index: number,
): {
  readonly level: number
  readonly tile: number
  readonly from: number
  readonly count: number
} {
  const level = Math.floor(height / tileHeight)
  const count = 2 ** (height % tileHeight)
  const tile = Math.floor((index * count) / tileWidth)
  return { level, tile, from: index * count - tile * tileWidth, count }
}

/** Bytes that stand before each entry of a bundle: its length, big-endian. */
const prefixBytes = 2

/** Entries of one length in a row, such as our 112 bytes, as a bundle has them. */
export function encodeBundle(entries: Uint8Array, entryBytes: number): Uint8Array {
  const count = entries.length / entryBytes
  const bundle = new Uint8Array(count * (prefixBytes + entryBytes))
  for (let i = 0; i < count; i++) {
    const at = i * (prefixBytes + entryBytes)
    bundle[at] = entryBytes >>> 8
    bundle[at + 1] = entryBytes
    bundle.set(entries.subarray(i * entryBytes, (i + 1) * entryBytes), at + prefixBytes)
  }
  return bundle
}

/** The entries of a bundle, as views of it. @returns null when its lengths do not add up */
export function decodeBundle(bundle: Uint8Array): readonly Uint8Array[] | null {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length;) {
    const start = at + prefixBytes
    const end = start + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0)
    if (end > bundle.length) return null
    entries.push(bundle.subarray(start, end))
    at = end
  }
  return entries
}
