import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  admin,
  configure,
  inRoom,
  inShort,
  join,
  kinds,
  muc,
  never,
  room,
  say,
  user,
} from '../../../test/support/in-room.ts'
import { elsewhere } from '../../../test/support/elsewhere.ts'
import { type Scene } from '../../../test/support/scene.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'

test('an invitation comes from the room, says who invites and why, and is in the archive of who is invited (section 7.8.2)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await invite(s, 'bo/desk', 'cy@localhost')
  const [message] = s.got('cy/web')
  assert.equal(message?.attrs['from'], room)
  const invited = inviteIn(message ?? never())
  assert.equal(invited?.attrs['from'], 'bo@localhost')
  assert.equal(textOf(invited && child(invited, 'reason', user)), 'join us')
  const entry = s.record.entries.at(-1)
  assert.deepEqual(
    entry?.views.map(({ owner }) => owner),
    [s.person('cy/web').id],
  )
})

test('who is invited while he is away finds it when he comes', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await s.drop('cy/web')
  await invite(s, 'bo/desk', 'cy@localhost')
  await s.arrive('cy/web')
  assert.ok(s.got('cy/web').some((stanza) => inviteIn(stanza)))
})

test('where members only may come, who is invited by a moderator is one (section 9.3)', async () => {
  const s = await inRoom('ann/phone', 'cy/web')
  await configure(s, 'ann/phone', {
    'muc#roomconfig_membersonly': '1',
    'muc#roomconfig_passwordprotectedroom': '1',
    'muc#roomconfig_roomsecret': 'sesame',
  })
  await invite(s, 'ann/phone', 'cy@localhost')
  const x = child(s.got('cy/web')[0] ?? never(), 'x', user)
  assert.equal(textOf(x && child(x, 'password', user)), 'sesame')
  const seen = await join(s, 'cy/web', 'Cy', '<password>sesame</password>')
  assert.match(seen[1] ?? '', /Cy member participant/)
})

test('a room carries a refusal to nobody who is neither in it nor of it', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web', 'dee/pad')
  const decline = `<x xmlns='${user}'><decline to='dee@localhost'><reason>anything</reason></decline></x>`
  await s.send('cy/web', `<message to='${room}'>${decline}</message>`)
  assert.deepEqual([s.inbox('cy/web'), s.inbox('dee/pad')], [['error: item-not-found'], []])
})

test('who declines is heard by who invited, under the room’s name (section 7.8.2)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  const decline = `<x xmlns='${user}'><decline to='${room}/Bo'><reason>busy</reason></decline></x>`
  await s.send('cy/web', `<message to='${room}'>${decline}</message>`)
  const x = child(s.got('bo/desk')[0] ?? never(), 'x', user)
  const declined = x && child(x, 'decline', user)
  assert.equal(declined?.attrs['from'], 'cy@localhost')
  assert.equal(textOf(declined && child(declined, 'reason', user)), 'busy')
})

test('nobody invites who is not in, and nobody to no address', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await invite(s, 'cy/web', 'bo@localhost')
  assert.deepEqual(s.inbox('cy/web'), ['error: not-acceptable'])
  await invite(s, 'bo/desk', '@')
  assert.deepEqual(s.inbox('bo/desk'), ['error: jid-malformed'])
})

test('a visitor asks for voice, and a moderator gives it (sections 7.13 and 8.6)', async () => {
  const s = await inRoom()
  await configure(s, 'ann/phone', { 'muc#roomconfig_moderatedroom': '1' })
  s.got('ann/phone')
  s.got('bo/desk')
  await form(s, 'bo/desk', { 'muc#role': 'participant' })
  const asked = s.got('ann/phone').find(({ name }) => name === 'message')
  assert.ok(asked && child(asked, 'x', 'jabber:x:data'))
  await form(s, 'ann/phone', {
    'muc#role': 'participant',
    'muc#roomnick': 'Bo',
    'muc#request_allow': 'true',
  })
  assert.match(s.got('bo/desk').map(inShort)[0] ?? '', /Bo none participant/)
  await say(s, 'bo/desk', 'thanks')
  assert.ok(s.inbox('ann/phone').includes('thanks'))
})

test('private messages go to whom the owner lets them', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await join(s, 'cy/web', 'Cy')
  s.got('bo/desk')
  await configure(s, 'ann/phone', { 'muc#roomconfig_allowpm': 'moderators' })
  s.got('bo/desk')
  const whisper = async (to: string): Promise<string[]> => {
    await s.send('bo/desk', `<message to='${room}/${to}' type='chat'><body>psst</body></message>`)
    return s.inbox('bo/desk')
  }
  assert.deepEqual(await whisper('Cy'), ['error: forbidden'])
  await configure(s, 'ann/phone', { 'muc#roomconfig_allowpm': 'participants' })
  s.got('bo/desk')
  assert.deepEqual(await whisper('Ann'), [])
  assert.deepEqual(await whisper('Nobody'), ['error: item-not-found'])
})

test('in a slow room one waits between two messages, and its owners do not (XEP-0500)', async () => {
  const s = await inRoom()
  await configure(s, 'ann/phone', { 'muc#roomconfig_slow_mode_duration': '10' })
  s.got('bo/desk')
  await say(s, 'bo/desk', 'one')
  await say(s, 'bo/desk', 'two')
  assert.deepEqual(
    s.inbox('bo/desk').filter((text) => text !== ''),
    ['one', 'error: policy-violation'],
  )
  s.time.pass(10_000)
  await say(s, 'bo/desk', 'three')
  assert.deepEqual(s.inbox('bo/desk'), ['three'])
  await say(s, 'ann/phone', 'a')
  await say(s, 'ann/phone', 'b')
  assert.deepEqual(s.inbox('bo/desk'), ['a', 'b'])
})

test('settings that cannot be are refused, each in a sentence, and change nothing', async () => {
  const s = await inRoom()
  for (const [name, value] of [
    ['muc#roomconfig_maxusers', '6000'],
    ['muc#roomconfig_whois', 'nobody'],
    ['muc#roomconfig_allowpm', 'friends'],
    ['muc#roomconfig_membersonly', 'perhaps'],
    ['muc#roomconfig_roomname', 'x'.repeat(1_001)],
  ] as const) {
    const fields = `<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='${name}'><value>${value}</value></field>`
    const owner = `<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>${fields}</x></query>`
    assert.equal(await s.set('ann/phone', owner, room), 'not-acceptable', name)
  }
  assert.equal(kinds(s).filter((kind) => kind === 'room.config').length, 1, 'the first opened it')
})

test('who has no right to see settings or lists sees none', async () => {
  const s = await inRoom()
  const owner = `<query xmlns='http://jabber.org/protocol/muc#owner'/>`
  assert.equal(await s.get('bo/desk', owner, room), 'forbidden')
  for (const list of [`<item affiliation='owner'/>`, `<item role='participant'/>`])
    assert.equal(await s.get('bo/desk', admin(list), room), 'forbidden')
  assert.equal(await s.set('bo/desk', admin(`<item nick='Ann' role='none'/>`), room), 'forbidden')
})

test('who is at another domain is in like everybody, and out once messages to him come back (section 18.1.2)', async () => {
  const s = await inRoom()
  const irc = elsewhere(s, 'irc.example')
  const zed = 'zed@irc.example/x'
  await irc.says(`<presence from='${zed}' to='${room}/Zed'>${muc}</presence>`)
  assert.match(s.got('ann/phone').map(inShort)[0] ?? '', /Zed none participant/)
  await say(s, 'ann/phone', 'hello Zed')
  assert.ok(irc.answers().some((stanza) => stanza.includes('hello Zed')))
  await irc.says(`<message type='error' from='${zed}' to='${room}/Ann'/>`)
  s.inbox('ann/phone')
  await irc.says(`<message type='error' from='${zed}' to='${room}'/>`)
  assert.deepEqual(s.got('ann/phone').map(inShort), [])
  await say(s, 'ann/phone', 'anybody?')
  assert.ok(!irc.answers().some((stanza) => stanza.includes('anybody')))
})

test('who is at another domain makes no rooms, and sees none and nothing of them before he is in', async () => {
  const s = await inRoom()
  const irc = elsewhere(s, 'irc.example')
  const from = `from='zed@irc.example/x'`
  await irc.says(`<presence ${from} to='own@conference.localhost/Zed'>${muc}</presence>`)
  assert.match(irc.answers()[0] ?? '', /not-allowed/)
  await irc.says(`<iq type='set' id='1' ${from} to='${room}'><query xmlns='urn:xmpp:mam:2'/></iq>`)
  assert.match(irc.answers()[0] ?? '', /forbidden/)
  const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`
  await irc.says(`<iq type='get' id='2' ${from} to='conference.localhost'>${items}</iq>`)
  assert.doesNotMatch(irc.answers()[0] ?? '', /tea@/)
})

test('presence with words in it is on record before the others see it', async () => {
  const s = await inRoom()
  const before = s.record.size
  await s.send('bo/desk', `<presence to='${room}/Bo'><status>at lunch</status></presence>`)
  const [shown] = s.got('ann/phone')
  assert.equal(textOf(shown && child(shown, 'status', 'jabber:client')), 'at lunch')
  assert.match(inShort(shown ?? never()), /Bo none participant/)
  assert.deepEqual(
    s.record.entries.slice(before).map(({ kind }) => kind),
    ['status'],
  )
})

test('what a client says in the room’s name is left out', async () => {
  const s = await inRoom()
  const forged = `<x xmlns='${user}'><item affiliation='owner' role='moderator'/></x><occupant-id xmlns='urn:xmpp:occupant-id:0' id='x'/>`
  await s.send('bo/desk', `<presence to='${room}/Bo'>${forged}</presence>`)
  assert.deepEqual(s.got('ann/phone').map(inShort), [
    `presence ${room}/Bo none participant bo@localhost/desk`,
  ])
  const ids = `<stanza-id xmlns='urn:xmpp:sid:0' by='${room}' id='1'/><delay xmlns='urn:xmpp:delay' from='${room}' stamp='2001-01-01T00:00:00Z'/>`
  await s.send(
    'bo/desk',
    `<message to='${room}' type='groupchat'><body>x</body>${ids}${forged}</message>`,
  )
  const [message] = s.got('ann/phone')
  const names = elements(message ?? never()).map(({ name }) => name)
  assert.deepEqual(names.toSorted(), ['body', 'occupant-id', 'stanza-id'])
})

async function invite(s: Scene, from: string, to: string): Promise<void> {
  const x = `<x xmlns='${user}'><invite to='${to}'><reason>join us</reason></invite></x>`
  await s.send(from, `<message to='${room}'>${x}</message>`)
}

function inviteIn(stanza: Element): Element | undefined {
  const x = child(stanza, 'x', user)
  return x && child(x, 'invite', user)
}

async function form(
  s: Scene,
  name: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { FORM_TYPE: 'http://jabber.org/protocol/muc#request', ...values }
  const fields = Object.entries(all)
    .map(([key, value]) => `<field var='${key}'><value>${value}</value></field>`)
    .join('')
  await s.send(
    name,
    `<message to='${room}'><x xmlns='jabber:x:data' type='submit'>${fields}</x></message>`,
  )
}
