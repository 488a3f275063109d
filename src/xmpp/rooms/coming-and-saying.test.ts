import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  admin,
  configure,
  info,
  inRoom,
  inShort,
  instant,
  join,
  kinds,
  room,
  say,
  twoInRoom,
  user,
} from '../../../test/support/in-room.ts'
import { scene } from '../../../test/support/scene.ts'
import { child, textOf } from '../../xml/element.ts'

test('who comes first makes the room, and is its owner (XEP-0045 section 10.1)', async () => {
  const s = await scene('ann/phone')
  const seen = await join(s, 'ann/phone', 'Ann')
  assert.deepEqual(seen, [
    `presence ${room}/Ann owner moderator ann@localhost/phone 110 170 201`,
    'subject ',
  ])
  assert.deepEqual(kinds(s), ['room.create', 'room.join'])
})

test('until its owner has said how it is to be, nobody else comes in (section 10.1.1)', async () => {
  const s = await scene('ann/phone', 'bo/desk')
  await join(s, 'ann/phone', 'Ann')
  assert.deepEqual(await join(s, 'bo/desk', 'Bo'), ['error item-not-found'])
  await instant(s, 'ann/phone')
  assert.equal((await join(s, 'bo/desk', 'Bo')).length, 3)
})

test('an owner who speaks or invites before that takes the room as it comes (section 10.1.2)', async () => {
  const invite = `<x xmlns='${user}'><invite to='bo@localhost'/></x>`
  const acts = [`type='groupchat'><body>tea?</body>`, `>${invite}`]
  for (const act of acts) {
    const s = await scene('ann/phone', 'bo/desk')
    await join(s, 'ann/phone', 'Ann')
    await s.send('ann/phone', `<message to='${room}' ${act}</message>`)
    const seen = await join(s, 'bo/desk', 'Bo')
    assert.ok(seen.includes(`presence ${room}/Ann owner moderator`), act)
  }
})

test('a room as it comes stays when the last one leaves', async () => {
  const s = await inRoom('ann/phone')
  await s.send('ann/phone', `<presence to='${room}/Ann' type='unavailable'/>`)
  assert.equal(kinds(s).at(-1), 'room.leave')
  assert.notEqual(await s.get('ann/phone', info, room), 'item-not-found')
})

test('whoever comes is shown to all, and sees all before himself, then subject (section 7.2.2)', async () => {
  const s = await twoInRoom()
  const bo = s.got('bo/desk').map(inShort)
  assert.deepEqual(bo, [
    `presence ${room}/Ann owner moderator`,
    `presence ${room}/Bo none participant bo@localhost/desk 110 170`,
    'subject ',
  ])
  assert.deepEqual(s.got('ann/phone').map(inShort), [
    `presence ${room}/Bo none participant bo@localhost/desk`,
  ])
})

test('what is said is one record, and reaches everybody with the stanza id of the archive', async () => {
  const s = await inRoom()
  const before = s.record.size
  await say(s, 'bo/desk', 'one')
  const said = s.record.entries.slice(before).filter(({ kind }) => kind === 'message')
  assert.equal(said.length, 1)
  assert.equal(said[0]?.members.length, 2)
  for (const name of ['ann/phone', 'bo/desk']) {
    const [message] = s.got(name)
    assert.ok(message)
    assert.equal(message.attrs['from'], `${room}/Bo`)
    assert.equal(message.attrs['type'], 'groupchat')
    assert.equal(textOf(child(message, 'body', 'jabber:client')), 'one')
    assert.equal(child(message, 'stanza-id', 'urn:xmpp:sid:0')?.attrs['by'], room)
    assert.ok(child(message, 'occupant-id', 'urn:xmpp:occupant-id:0')?.attrs['id'])
  }
})

test('who is not in may not speak, and who has no voice may not either (sections 7.4, 8.6)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await s.send('cy/web', `<presence to='${room}' type='unavailable'/>`)
  s.got('cy/web')
  await say(s, 'cy/web', 'hello?')
  assert.deepEqual(s.inbox('cy/web'), ['error: not-acceptable'])
  await configure(s, 'ann/phone', { 'muc#roomconfig_moderatedroom': '1' })
  await s.set('ann/phone', admin(`<item nick='Bo' role='visitor'/>`), room)
  s.got('bo/desk')
  await say(s, 'bo/desk', 'hello?')
  assert.deepEqual(s.inbox('bo/desk'), ['error: forbidden'])
})

test('a nickname that somebody else has is a conflict, one of the own devices may share it (section 7.2.8)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web', 'bo/web')
  assert.deepEqual(await join(s, 'cy/web', 'Bo'), ['error conflict'])
  assert.ok((await join(s, 'bo/web', 'Bo')).some((line) => line.includes('110')))
  s.got('bo/desk')
  await say(s, 'ann/phone', 'both?')
  assert.deepEqual(s.inbox('bo/web'), ['both?'])
  assert.deepEqual(s.inbox('bo/desk'), ['both?'])
})

test('another nickname is shown with 303, then under the new name (section 7.6)', async () => {
  const s = await inRoom()
  await s.send('bo/desk', `<presence to='${room}/Bob'/>`)
  assert.deepEqual(s.got('ann/phone').map(inShort), [
    `presence unavailable ${room}/Bo none participant bo@localhost/desk nick=Bob 303`,
    `presence ${room}/Bob none participant bo@localhost/desk`,
  ])
  assert.deepEqual(s.got('bo/desk').map(inShort), [
    `presence unavailable ${room}/Bo none participant bo@localhost/desk nick=Bob 110 303`,
    `presence ${room}/Bob none participant bo@localhost/desk 110`,
  ])
})

test('who sends presence without <x/> to a room that he is not in hears that he is out, and makes no room (section 7.2.17)', async () => {
  const s = await scene('ann/phone')
  await s.send('ann/phone', `<presence to='${room}/Ann'/>`)
  assert.deepEqual(s.got('ann/phone').map(inShort), [
    `presence unavailable ${room}/Ann none none 110 307 333`,
  ])
  assert.equal(s.record.size, 0)
})

test('a device that goes is out, whatever the way (section 7.14)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk')
  await s.drop('bo/desk')
  assert.deepEqual(s.got('ann/phone').map(inShort), [
    `presence unavailable ${room}/Bo none none bo@localhost/desk`,
  ])
  assert.equal(kinds(s).at(-1), 'room.leave')
})

test('a room that is not to stay ends with the last one, and its record stays', async () => {
  const s = await inRoom('ann/phone')
  await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '0' })
  await s.send('ann/phone', `<presence to='${room}/Ann' type='unavailable'/>`)
  assert.equal(kinds(s).at(-1), 'room.destroy')
  assert.equal(await s.get('ann/phone', info, room), 'item-not-found')
  const seen = await join(s, 'ann/phone', 'Ann')
  assert.ok(seen[0]?.includes('201'), 'another room')
})

test('what was said before is shown, delayed, and the subject last (sections 7.2.13, 7.2.15)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await s.send(
    'ann/phone',
    `<message to='${room}' type='groupchat'><subject>Tea</subject></message>`,
  )
  for (const text of ['one', 'two', 'three']) await say(s, 'ann/phone', text)
  const seen = await join(s, 'cy/web', 'Cy', `<history maxstanzas='2'/>`)
  assert.deepEqual(seen.slice(-3), ['delayed two', 'delayed three', 'subject Tea'])
})
