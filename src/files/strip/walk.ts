// Walks through a file that comes in pieces, once and from front to back, for parsers that read like ones with the whole file at hand.

import { type Stretch } from '../ports.ts'

/** What a parser asks for next. `take`: so many bytes. `skip`: to go past so many. `past`: to go past the next such byte. */
export type Want = { readonly take: number } | { readonly skip: number } | { readonly past: number }

/** A parser, or a part of one. It is answered with the bytes that it takes, with none otherwise, and with null at the file's end. */
export type Step<T> = Generator<Want, T, Uint8Array | null>

/** How far the parser has come, in bytes. */
export type Place = { readonly at: number }

/** What goes out of the file, or null: it is not what it claims to be. */
export type Parser = (place: Place) => Step<readonly Stretch[] | null>

export type Walk = {
  push(bytes: Uint8Array): void
  /** No more comes. */
  end(): readonly Stretch[] | null
}

/** Bytes that a parser may take at once: what lies in a HEIF file's `meta` box. */
export const takeBytesMax = 1_048_576

/** Stretches that a file may be cut into: an animation of some thousand frames, each with a note, is no honest one. */
export const stretchesMax = 4_096

const none = new Uint8Array(0)

export function walk(parser: Parser): Walk {
  const place = { at: 0 }
  const parsing = parser(place)
  let state = parsing.next()
  /** What was pushed and not looked at; it grows to what a parser takes at once. */
  let held: Uint8Array = none

  /** @returns false when what is there is not enough */
  function step(want: Want): boolean {
    if ('take' in want) {
      if (want.take > takeBytesMax) return answer(null)
      if (held.length < want.take) return false
      const taken = held.subarray(0, want.take)
      advance(want.take)
      return answer(taken)
    }
    if ('skip' in want) {
      if (held.length < want.skip) return false
      advance(want.skip)
      return answer(none)
    }
    const found = held.indexOf(want.past)
    if (found < 0) {
      advance(held.length)
      return false
    }
    advance(found + 1)
    return answer(none)
  }

  /** @returns false when it is done, or needs more */
  function goOn(): boolean {
    if (state.done !== true) return step(state.value)
    held = none
    return false
  }

  function advance(count: number): void {
    held = held.subarray(count)
    place.at += count
  }

  function answer(bytes: Uint8Array | null): boolean {
    state = parsing.next(bytes)
    return true
  }

  /** Goes past what is to be skipped without keeping it. */
  function skipNow(): void {
    if (state.done === true || !('skip' in state.value) || held.length >= state.value.skip) return
    const rest = state.value.skip - held.length
    advance(held.length)
    state = { done: false, value: { skip: rest } }
  }

  return {
    push(bytes) {
      if (state.done === true) return
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      while (goOn());
      skipNow()
    },
    end() {
      for (;;) {
        while (goOn());
        if (state.done === true) return state.value
        advance(held.length)
        answer(null)
      }
    },
  }
}

/** Null at the end of the file, where fewer are left. */
export function* take(count: number): Step<Uint8Array | null> {
  return yield { take: count }
}

/** Null when the file ends before. */
export function* skip(count: number): Step<Uint8Array | null> {
  return yield { skip: count }
}

/** Null when there is none. */
export function* past(byte: number): Step<Uint8Array | null> {
  return yield { past: byte }
}

/** Puts together what goes out. */
export type Outgoing = {
  /** Bytes of the file up to here are in, but for those that were left out. */
  keepTo(at: number): void
  /** The bytes from the last place to here are left out, and `instead` stands there. */
  leaveTo(at: number, instead?: Uint8Array): void
  /** Null when it is in too many pieces. */
  stretches(): readonly Stretch[] | null
}

export function outgoing(): Outgoing {
  const stretches: Stretch[] = []
  let done = 0
  let from = 0
  const add = (stretch: Stretch): void => {
    // One too many is enough to tell.
    if (stretches.length <= stretchesMax) stretches.push(stretch)
  }
  const close = (): void => {
    if (done > from) add({ from, to: done })
  }
  return {
    keepTo(at) {
      done = at
    },
    leaveTo(at, instead) {
      close()
      if (instead) add({ bytes: instead })
      from = at
      done = at
    },
    stretches() {
      close()
      from = done
      return stretches.length > stretchesMax ? null : stretches
    },
  }
}

/** Latin-1. */
export function textAt(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', from, to)
}
