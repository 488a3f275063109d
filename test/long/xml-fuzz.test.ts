// Random bytes and broken streams for the parser, from a fresh seed each time. A failure prints its seed and what is
// left of the input after shrinking; readStream() lets everything through that is no XmlError.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { serialize } from '../../src/xml/serialize.ts'
import { anyElement } from '../support/xml-arbitraries.ts'
import { bytesOf, byteWise, type Outcome, readStream, streamHeader } from '../support/xml-stream.ts'

const numRuns = 100_000
const seed = Math.trunc(Math.random() * 0x7fffffff)

const stream = fc
  .array(anyElement, { maxLength: 3 })
  .map((stanzas) => bytesOf(streamHeader + stanzas.map((stanza) => serialize(stanza)).join(' ')))
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 })

test(`random bytes are refused or wait, seed ${seed}`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.deepEqual(readStream([bytes]).stanzas, [])
    }),
    { numRuns, seed },
  )
})

test(`a stream with changed bytes is read the same, whole and byte by byte, seed ${seed}`, () => {
  fc.assert(
    fc.property(stream, damage, (bytes, changes) => {
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      const whole = readStream([bytes])
      const apart = readStream(byteWise(bytes))
      if (isGood(whole) && isGood(apart)) assert.deepEqual(apart, whole)
      // Bytes that are no UTF-8 are found before the stanzas of their chunk, and a token that is not whole waits.
      else assert.deepEqual(commonStart(apart, whole), commonStart(whole, apart))
    }),
    { numRuns, seed },
  )
})

function isGood({ end }: Outcome): boolean {
  return end === 'waiting' || end === 'closed'
}

function commonStart(one: Outcome, other: Outcome): unknown {
  return one.stanzas.slice(0, Math.min(one.stanzas.length, other.stanzas.length))
}
