import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configure, inShort, kinds, room, twoInRoom } from '../../../test/support/in-room.ts'

const out = (nick: string, address: string, affiliation: string): string =>
  `presence unavailable ${room}/${nick} ${affiliation} none ${address} 110 332`

test('when the server stops each occupant hears that the service does, once, and it is on record (XEP-0045 section 11.2)', async () => {
  const s = await twoInRoom()
  for (const name of ['ann/phone', 'bo/desk']) s.got(name)
  await s.router.stopping()
  assert.deepEqual(s.got('ann/phone').map(inShort), [out('Ann', 'ann@localhost/phone', 'owner')])
  assert.deepEqual(s.got('bo/desk').map(inShort), [out('Bo', 'bo@localhost/desk', 'none')])
  assert.deepEqual(kinds(s).slice(-2), ['room.leave', 'room.leave'])

  // They are out: the end of their streams says nothing more of it.
  await s.drop('bo/desk')
  assert.deepEqual(s.got('ann/phone'), [])
  assert.equal(kinds(s).filter((kind) => kind === 'room.leave').length, 2)
})

test('a room that is not to stay ends with it', async () => {
  const s = await twoInRoom()
  await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '0' })
  await s.router.stopping()
  assert.equal(kinds(s).at(-1), 'room.destroy')
})

test('a record that does not answer holds up the farewell for a second, no longer', async () => {
  const s = await twoInRoom()
  s.record.hold()
  let isOver = false
  const over = s.router.stopping().then(() => (isOver = true))
  await s.settled()
  assert.equal(isOver, false)
  s.time.pass(1_000)
  await over
  s.record.release()
  await s.settled()
})

test('while nothing can be put on record they hear of it all the same', async () => {
  const s = await twoInRoom()
  await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '0' })
  s.got('bo/desk')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await s.router.stopping()
  assert.deepEqual(s.got('bo/desk').map(inShort), [out('Bo', 'bo@localhost/desk', 'none')])
})
