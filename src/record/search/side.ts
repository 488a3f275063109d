// What is known of a partition beside its index, as it is sealed.

import { fromUtf8, utf8 } from '../../base/bytes.ts'
import { type LogPosition } from '../types.ts'

/** Read at each start. */
export type Side = {
  /** What made it: `indexVersion`. */
  readonly version: string
  /** Of its first and last record, seconds since 1970; both 0 where there is none. */
  readonly seconds: readonly [number, number]
  readonly edits: Changes
  readonly retractions: Changes
  /** In how many records words and marks are that are in many; only of a partition that does not grow. */
  readonly frequent: readonly (readonly [string, number])[]
}

/** Positions: of the records that change, and of what they change. */
export type Changes = {
  readonly by: readonly LogPosition[]
  readonly targets: readonly LogPosition[]
}

export function encodeSide(side: Side): Uint8Array {
  return utf8(JSON.stringify(side))
}

/** What `encodeSide` wrote and was sealed under our keys. */
export function decodeSide(bytes: Uint8Array): Side {
  return JSON.parse(fromUtf8(bytes) ?? '')
}

/** The first record of each second that has one: how a time becomes a position. */
export type Times = {
  /** In the order of time. */
  add(second: number, position: LogPosition): void
  /** Position of the first record from that second on; Infinity when there is none. */
  firstFrom(second: number): LogPosition
  encode(): Uint8Array
}

export function timesFrom(encoded: Uint8Array | null): Times {
  const seconds: number[] = []
  const positions: number[] = []
  if (encoded !== null) decodePairs(encoded, seconds, positions)
  return {
    add(second, position) {
      if (second === seconds.at(-1)) return
      seconds.push(second)
      positions.push(position)
    },
    firstFrom(second) {
      let [low, high] = [0, seconds.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((seconds[middle] ?? 0) < second) low = middle + 1
        else high = middle
      }
      return positions[low] ?? Infinity
    },
    encode: () => encodePairs(seconds, positions),
  }
}

/** Differences, in groups of 7 bits, the lowest first; a group that others follow has its highest bit set. */
function encodePairs(seconds: readonly number[], positions: readonly number[]): Uint8Array {
  const bytes: number[] = []
  const put = (value: number): void => {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  for (let i = 0; i < seconds.length; i++) {
    put((seconds[i] ?? 0) - (seconds[i - 1] ?? 0))
    put((positions[i] ?? 0) - (positions[i - 1] ?? 0))
  }
  return Uint8Array.from(bytes)
}

function decodePairs(bytes: Uint8Array, seconds: number[], positions: number[]): void {
  let at = 0
  const take = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte % 128) * scale
      if (byte < 128) return value
    }
  }
  let [second, position] = [0, 0]
  while (at < bytes.length) {
    second += take()
    position += take()
    seconds.push(second)
    positions.push(position)
  }
}
