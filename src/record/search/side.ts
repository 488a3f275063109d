// What is known of a partition beside its index, as it is sealed.

import { concatBytes, fromUtf8, utf8 } from '../../base/bytes.ts'
import { type LogPosition } from '../types.ts'

/** Read at each start. */
export type Side = {
  /** What made it: `indexVersion`. */
  readonly version: string
  /** Of its first and last record, seconds since 1970; both 0 where there is none. */
  readonly seconds: readonly [number, number]
  readonly edits: Changes
  readonly retractions: Changes
  /** In how many records words, marks and pairs of words are that are in many; only of a partition that does not grow. */
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

/**
 * What is encoded stays so, and is read through when somebody asks: some 10 ms for a million records, where lists of numbers took
 * 100 ms to make, and 16 bytes a record.
 */
export function timesFrom(encoded: Uint8Array | null): Times {
  const base = encoded ?? new Uint8Array(0)
  const fresh: Moment[] = []
  // Known once something is added.
  let end: Moment | null = null
  const last = (): Moment => fresh.at(-1) ?? (end ??= lastOf(base))
  return {
    add(second, position) {
      const isFirst = fresh.length === 0 && base.length === 0
      if (isFirst || second !== last().second) fresh.push({ second, position })
    },
    firstFrom(second) {
      const inBase = firstIn(base, second)
      if (inBase !== null) return inBase
      let [low, high] = [0, fresh.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((fresh[middle]?.second ?? 0) < second) low = middle + 1
        else high = middle
      }
      return fresh[low]?.position ?? Infinity
    },
    encode: () => concatBytes(base, encodeMoments(fresh, (end ??= lastOf(base)))),
  }
}

type Moment = { readonly second: number; readonly position: LogPosition }

/** Differences, in groups of 7 bits, the lowest first; a group that others follow has its highest bit set. */
function encodeMoments(moments: readonly Moment[], before: Moment): Uint8Array {
  const bytes: number[] = []
  const put = (value: number): void => {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  let last = before
  for (const moment of moments) {
    put(moment.second - last.second)
    put(moment.position - last.position)
    last = moment
  }
  return Uint8Array.from(bytes)
}

function lastOf(bytes: Uint8Array): Moment {
  const last = { second: 0, position: 0 }
  eachMoment(bytes, (second, position) => {
    last.second = second
    last.position = position
    return true
  })
  return last
}

function firstIn(bytes: Uint8Array, wanted: number): LogPosition | null {
  let found: LogPosition | null = null
  eachMoment(bytes, (second, position) => {
    if (second >= wanted) found = position
    return found === null
  })
  return found
}

/** Tells of each until it is told to stop with `false`. */
function eachMoment(
  bytes: Uint8Array,
  tell: (second: number, position: LogPosition) => boolean,
): void {
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
    if (!tell(second, position)) return
  }
}
