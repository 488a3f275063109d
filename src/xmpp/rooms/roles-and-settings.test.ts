import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  admin,
  archived,
  asXml,
  configure,
  info,
  inRoom,
  inShort,
  kinds,
  items,
  join,
  mam,
  never,
  ping,
  room,
  say,
  user,
} from '../../../test/support/in-room.ts'
import { child, elements } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

test('a kick shows its reason, who did it and 307, and the reason is on record before (section 8.2)', async () => {
  const s = await inRoom()
  const kick = admin(`<item nick='Bo' role='none'><reason>too loud</reason></item>`)
  assert.equal(await s.set('ann/phone', kick, room), null)
  const [gone] = s.got('bo/desk')
  assert.equal(
    inShort(gone ?? never()),
    `presence unavailable ${room}/Bo none none bo@localhost/desk by Ann because too loud 110 307`,
  )
  const note = s.record.entries.findLast(({ kind }) => kind === 'room.leave')
  assert.match(
    note?.wire ?? '',
    /<reason xmlns='http:\/\/jabber.org\/protocol\/muc#user'>too loud<\/reason>/,
  )
})

test('a reason stands in its place whatever a nickname looks like', async () => {
  const s = await inRoom('ann/phone', 'cy/web')
  await join(s, 'cy/web', 'C\ufffdy')
  s.got('ann/phone')
  const kick = admin(`<item nick='C\ufffdy' role='none'><reason>too loud</reason></item>`)
  assert.equal(await s.set('ann/phone', kick, room), null)
  const [gone] = s.got('ann/phone').filter(({ name }) => name === 'presence')
  assert.equal(
    inShort(gone ?? never()),
    `presence unavailable ${room}/C\ufffdy none none cy@localhost/web by Ann because too loud 307`,
  )
})

test('who is banned is out and stays out, and sees nothing of the archive (section 9.1)', async () => {
  const s = await inRoom()
  await say(s, 'ann/phone', 'secret')
  s.got('bo/desk')
  const banned = admin(
    `<item jid='bo@localhost' affiliation='outcast'><reason>spam</reason></item>`,
  )
  assert.equal(await s.set('ann/phone', banned, room), null)
  assert.match(s.got('bo/desk').map(inShort)[0] ?? '', /outcast none .* because spam 110 301$/)
  assert.deepEqual(await join(s, 'bo/desk', 'Bo'), ['error forbidden'])
  assert.equal(await s.set('bo/desk', mam, room), 'forbidden')
})

test('nobody who is no admin may ban, and nobody himself (sections 9.1, 10)', async () => {
  const s = await inRoom()
  assert.equal(await s.set('bo/desk', ban('ann@localhost'), room), 'forbidden')
  assert.equal(await s.set('ann/phone', ban('ann@localhost'), room), 'conflict')
  const none = admin(`<item jid='ann@localhost' affiliation='none'/>`)
  assert.equal(await s.set('ann/phone', none, room), 'conflict', 'a room keeps an owner')
})

test('where members only may come, others are out, and see of the archive what was said while they were members', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await configure(s, 'ann/phone', { 'muc#roomconfig_membersonly': '1' })
  assert.match(s.got('bo/desk').map(inShort).at(-1) ?? '', /322$/)
  assert.deepEqual(await join(s, 'bo/desk', 'Bo'), ['error registration-required'])
  await say(s, 'ann/phone', 'before')
  const member = admin(`<item jid='bo@localhost' affiliation='member'/>`)
  assert.equal(await s.set('ann/phone', member, room), null)
  await say(s, 'ann/phone', 'after')
  s.got('bo/desk')
  await s.set('bo/desk', mam, room)
  assert.deepEqual(archived(s.got('bo/desk')), ['after'])
})

test('a room for members only does not let invitations out of the owner’s hands', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await s.set('ann/phone', admin(`<item jid='bo@localhost' affiliation='member'/>`), room)
  await configure(s, 'ann/phone', { 'muc#roomconfig_membersonly': '1' })
  s.got('bo/desk')
  const invite = `<x xmlns='${user}'><invite to='cy@localhost'/></x>`
  await s.send('bo/desk', `<message to='${room}'>${invite}</message>`)
  assert.deepEqual(s.inbox('bo/desk'), ['error: forbidden'])
})

test('a password is asked for (section 7.2.5)', async () => {
  const s = await inRoom('ann/phone', 'cy/web')
  await configure(s, 'ann/phone', {
    'muc#roomconfig_passwordprotectedroom': '1',
    'muc#roomconfig_roomsecret': 'sesame',
  })
  assert.deepEqual(await join(s, 'cy/web', 'Cy'), ['error not-authorized'])
  assert.ok((await join(s, 'cy/web', 'Cy', '<password>sesame</password>')).length > 1)
})

test('only who may changes the subject (section 8.1)', async () => {
  const s = await inRoom()
  await s.send(
    'bo/desk',
    `<message to='${room}' type='groupchat'><subject>Mine</subject></message>`,
  )
  assert.deepEqual(s.inbox('bo/desk'), ['error: forbidden'])
  await s.send(
    'ann/phone',
    `<message to='${room}' type='groupchat'><subject>Tea</subject></message>`,
  )
  assert.deepEqual(s.got('bo/desk').map(inShort), ['subject Tea'])
})

test('a message to one of them is between the two, and in their archives alone (section 7.5)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await join(s, 'cy/web', 'Cy')
  for (const name of ['ann/phone', 'bo/desk', 'cy/web']) s.got(name)
  await s.send('bo/desk', `<message to='${room}/Ann' type='chat'><body>psst</body></message>`)
  assert.deepEqual(s.inbox('ann/phone'), ['psst'])
  assert.deepEqual([s.inbox('cy/web'), s.inbox('bo/desk')], [[], []])
  const [entry] = s.record.entries.slice(-1)
  assert.deepEqual(
    entry?.views.map(({ owner }) => owner),
    [s.person('bo/desk').id, s.person('ann/phone').id],
  )
})

test('a moderator takes a message back, and archive and newcomers have a tombstone or nothing (XEP-0425)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await say(s, 'bo/desk', 'salaries')
  const [message] = s.got('ann/phone')
  const id = child(message ?? never(), 'stanza-id', 'urn:xmpp:sid:0')?.attrs['id']
  const moderate = `<moderate xmlns='urn:xmpp:message-moderate:1' id='${id}'><retract xmlns='urn:xmpp:message-retract:1'/><reason>private</reason></moderate>`
  assert.equal(await s.set('bo/desk', moderate, room), 'forbidden')
  assert.equal(await s.set('ann/phone', moderate, room), null)
  assert.match(serialize(s.got('bo/desk').at(-1) ?? never()), /<moderated .*<reason>private</)
  await join(s, 'cy/web', 'Cy')
  await s.set('cy/web', mam, room)
  assert.ok(!s.got('cy/web').some((stanza) => serialize(stanza).includes('salaries')))
})

test('the room and the service say what they are, and hidden rooms are not listed (section 6)', async () => {
  const s = await inRoom()
  const rooms = await s.get('bo/desk', items, 'conference.localhost')
  assert.match(
    typeof rooms === 'string' || !rooms ? '' : serialize(rooms),
    /jid='tea@conference.localhost'/,
  )
  await configure(s, 'ann/phone', { 'muc#roomconfig_publicroom': '0' })
  const hidden = await s.get('bo/desk', items, 'conference.localhost')
  assert.doesNotMatch(typeof hidden === 'string' || !hidden ? '' : serialize(hidden), /tea@/)
  const about = await s.get('bo/desk', info, room)
  const vars =
    typeof about === 'string' || !about ? [] : elements(about).map(({ attrs }) => attrs['var'])
  assert.ok(
    vars.includes('muc_hidden') && vars.includes('urn:xmpp:mam:2') && vars.includes('muc_open'),
  )
})

test('who pings himself in a room learns whether he is in (XEP-0410)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  assert.equal(await s.get('bo/desk', ping, `${room}/Bo`), null)
  assert.equal(await s.get('cy/web', ping, `${room}/Cy`), 'not-acceptable')
})

test('rooms are there again after a start, with settings, people and subject', async () => {
  const s = await inRoom()
  await configure(s, 'ann/phone', {
    'muc#roomconfig_persistentroom': '1',
    'muc#roomconfig_roomname': 'Tea room',
  })
  await s.set('ann/phone', admin(`<item jid='bo@localhost' affiliation='admin'/>`), room)
  await s.send(
    'ann/phone',
    `<message to='${room}' type='groupchat'><subject>Tea</subject></message>`,
  )
  await s.restart('ann/phone', 'bo/desk')
  const seen = await join(s, 'bo/desk', 'Bo')
  assert.match(seen[0] ?? '', /admin moderator/)
  assert.equal(seen.at(-1), 'subject Tea')
})

test('who goes while the disk is full is out, and those who are left go on record with the next word', async () => {
  const s = await inRoom()
  await say(s, 'bo/desk', 'one')
  s.got('ann/phone')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await s.drop('bo/desk')
  assert.match(s.got('ann/phone').map(inShort)[0] ?? '', /^presence unavailable .*\/Bo /)
  s.record.refuse(null)
  await say(s, 'ann/phone', 'two')
  assert.deepEqual(kinds(s).slice(-2), ['room.members', 'message'])
})

test('a disk that is full lets nobody in, and nothing is shown', async () => {
  const s = await inRoom('ann/phone', 'bo/desk')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await say(s, 'bo/desk', 'lost')
  assert.deepEqual(s.got('ann/phone'), [])
  assert.deepEqual(s.inbox('bo/desk'), ['error: resource-constraint'])
  s.record.refuse(null)
})

function ban(jid: string): string {
  return admin(`<item jid='${jid}' affiliation='outcast'/>`)
}

test('a room says which space it belongs to (XEP-0503)', async () => {
  const s = await inRoom()
  const before = asXml(await s.get('bo/desk', info, room))
  assert.doesNotMatch(before, /urn:xmpp:spaces:0|pubsub/)
  const space = 'xmpp:ann@localhost?;node=team'
  await configure(s, 'ann/phone', { 'muc#roomconfig_pubsub': space })
  const after = asXml(await s.get('bo/desk', info, room))
  assert.match(after, /<feature var='urn:xmpp:spaces:0'\/>.*<field var='parent' [^>]*><value>xmpp:/)
  await assert.rejects(configure(s, 'ann/phone', { 'muc#roomconfig_pubsub': 'the team' }))
})
