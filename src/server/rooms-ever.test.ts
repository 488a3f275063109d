import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inRoom, instant, join, muc, room } from '../../test/support/in-room.ts'
import { roomsEverAt } from './rooms-ever.ts'

test('a room that was destroyed is found by its address, beside the one that has it now', async () => {
  const s = await inRoom('ann/phone')
  const destroy = `<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>`
  assert.equal((await roomsEverAt(room, s.record)).length, 1)
  await s.set('ann/phone', destroy, room)
  assert.deepEqual((await s.rooms.load()).rooms, [])
  const [first] = await roomsEverAt(room, s.record)
  await join(s, 'ann/phone', 'Ann')
  await instant(s, 'ann/phone')
  await s.send('ann/phone', `<presence to='other@conference.localhost/Ann'>${muc}</presence>`)
  const both = await roomsEverAt(room, s.record)
  const [now] = (await s.rooms.load()).rooms.filter(({ address }) => address === room)
  assert.deepEqual(both, [first, now?.id])
  assert.notEqual(first, now?.id)
  assert.deepEqual(await roomsEverAt('none@conference.localhost', s.record), [])
})
