import assert from 'node:assert/strict'
import { test } from 'node:test'
import { info, instant, join, kinds, room, say } from '../../../test/support/in-room.ts'
import { type Scene, scene } from '../../../test/support/scene.ts'

const made = `presence ${room}/Ann owner moderator ann@localhost/phone 110 170 201`
const again = `presence ${room}/Ann owner moderator ann@localhost/phone 110 170`

test('a room that its owner has said nothing of has ended after a start (section 10.1.3)', async () => {
  const s = await scene('ann/phone', 'bo/desk')
  await join(s, 'ann/phone', 'Ann')
  await s.restart('ann/phone', 'bo/desk')
  assert.equal(kinds(s).at(-1), 'room.destroy')
  assert.deepEqual((await s.rooms.load()).rooms, [])
  assert.equal(await s.get('bo/desk', info, room), 'item-not-found')
  assert.equal((await join(s, 'ann/phone', 'Ann'))[0], made)
})

for (const [how, opened] of [
  ['takes it as it comes', async (s: Scene) => await instant(s, 'ann/phone')],
  ['speaks in it', async (s: Scene) => await say(s, 'ann/phone', 'tea?')],
] as const) {
  test(`a room whose owner ${how} is open after a start, by what is on record`, async () => {
    const s = await scene('ann/phone', 'bo/desk')
    await join(s, 'ann/phone', 'Ann')
    await opened(s)
    assert.equal(kinds(s).filter((kind) => kind === 'room.config').length, 1)
    await s.restart('ann/phone', 'bo/desk')
    assert.equal((await join(s, 'bo/desk', 'Bo')).at(-1), 'subject ')
    assert.equal((await join(s, 'ann/phone', 'Ann'))[1], again)
  })
}

test('words that are said while a room is being opened stay in their order', async () => {
  const s = await scene('ann/phone')
  await join(s, 'ann/phone', 'Ann')
  s.record.hold()
  for (const text of ['one', 'two', 'three']) void say(s, 'ann/phone', text)
  await s.settled()
  s.record.release()
  await s.settled()
  const said = s.record.entries.filter(({ kind }) => kind === 'message').map(({ wire }) => wire)
  assert.deepEqual(
    said.map((wire) => /one|two|three/.exec(wire)?.[0]),
    ['one', 'two', 'three'],
  )
  assert.equal(kinds(s).filter((kind) => kind === 'room.config').length, 1)
})

test('a room is made and owned by one act, and one whose owner could not come in is nobody’s trouble', async () => {
  const s = await scene('ann/phone', 'bo/desk')
  // The disk is full once the room is there: its owner comes in no more, and it cannot be ended either.
  const append = s.record.append.bind(s.record)
  s.record.append = async (entry) => {
    const appended = await append(entry)
    if (entry.kind === 'room.create')
      s.record.refuse({ reason: 'space', text: 'The disk is full.' })
    return appended
  }
  assert.deepEqual(await join(s, 'ann/phone', 'Ann'), ['error resource-constraint'])
  assert.deepEqual(kinds(s), ['room.create'])
  assert.deepEqual(await join(s, 'bo/desk', 'Bo'), ['error resource-constraint'])

  // A start ends nothing on a disk that is full.
  await s.restart('ann/phone', 'bo/desk')
  assert.deepEqual(kinds(s), ['room.create'])
  s.record.append = append
  s.record.refuse(null)
  const seen = await join(s, 'bo/desk', 'Bo')
  assert.equal(seen[0], `presence ${room}/Bo owner moderator bo@localhost/desk 110 170 201`)
  assert.deepEqual(kinds(s), ['room.create', 'room.destroy', 'room.create', 'room.join'])
})
