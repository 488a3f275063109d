import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frozenQuery } from './frozen.ts'
import { type Names } from './ports.ts'

const [room, person] = ['e'.repeat(32), 'a'.repeat(32)]
const names: Names = {
  person: async (address) => (address === 'ann@chat.example' ? [person] : []),
  conversation: async (address) =>
    address === 'sales@rooms.chat.example' ? [room] : address.startsWith('two@') ? ['1', '2'] : [],
  held: async () => null,
}

test('a query of a hold goes on record with rooms by their ids', async () => {
  const typed =
    '(in:sales@rooms.chat.example OR 🙂in:"sales@rooms.chat.example") "in:x" from:ann@chat.example'
  const asked = typed.replace('🙂', '"🙂 mood" ')
  const expected = `(in:${room} OR "🙂 mood" in:${room}) "in:x" from:ann@chat.example`
  assert.equal(await frozenQuery(asked, names), expected)
  assert.equal(await frozenQuery(expected, names), expected)
})

test('one that names what nobody knows, or asks what is held, is refused where it says so', async () => {
  const refused: readonly [string, RegExp][] = [
    ['offer from:bo@chat.example', /column 12: nobody has, or had, the address bo@chat\.example/],
    ['in:sale@rooms.chat.example', /column 4: there is no room/],
    [
      'x in:two@rooms.chat.example',
      /column 6: several rooms have had the address two@rooms\.chat\.example: .* 1 or 2/,
    ],
    ['offer -is:held', /column 8: is:held is for searches/],
    ['offer (', /column 8: something to look for is missing/],
  ]
  for (const [text, why] of refused) await assert.rejects(frozenQuery(text, names), why)
})
