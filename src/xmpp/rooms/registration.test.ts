import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  admin,
  asXml,
  configure,
  inRoom,
  inShort,
  join,
  kinds,
  room,
} from '../../../test/support/in-room.ts'
import { type Scene } from '../../../test/support/scene.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'

const NS = 'jabber:iq:register'
const ask = `<query xmlns='${NS}'/>`
const node = `<query xmlns='http://jabber.org/protocol/disco#info' node='x-roomuser-item'/>`

function form(values: Readonly<Record<string, string>>): string {
  const all = { FORM_TYPE: 'http://jabber.org/protocol/muc#register', ...values }
  const fields = Object.entries(all)
    .map(([key, value]) => `<field var='${key}'><value>${value}</value></field>`)
    .join('')
  return `<x xmlns='jabber:x:data' type='submit'>${fields}</x>`
}

async function register(s: Scene, name: string, nick: string): Promise<Element | string | null> {
  const query = `<query xmlns='${NS}'>${form({ 'muc#register_roomnick': nick })}</query>`
  return await s.set(name, query, room)
}

async function isRegisteredAs(s: Scene, name: string): Promise<string | null> {
  const answer = await s.get(name, ask, room)
  assert.ok(answer && typeof answer !== 'string')
  return child(answer, 'registered', NS) ? textOf(child(answer, 'username', NS)) : null
}

/** Nicknames and answers to requests that a person was asked about. */
function asked(s: Scene, name: string): string[] {
  return s.got(name).flatMap((stanza) => {
    const x = child(stanza, 'x', 'jabber:x:data')
    const field = x && elements(x).find(({ attrs }) => attrs['var'] === 'muc#register_roomnick')
    return field ? elements(field).map(textOf) : []
  })
}

test('who registers is a member, on record, and everybody is shown that (XEP-0045 section 7.10)', async () => {
  const s = await inRoom()
  assert.match(asXml(await s.get('bo/desk', ask, room)), /muc#register_roomnick/)
  assert.equal(await register(s, 'bo/desk', 'Bo the builder'), null)
  assert.match(s.got('ann/phone').map(inShort)[0] ?? '', /\/Bo member participant/)
  assert.equal(await isRegisteredAs(s, 'bo/desk'), 'Bo the builder')
  assert.equal(kinds(s).at(-1), 'room.affiliation')
})

test('a reserved nickname is nobody else’s: to come in with, to change to, or to register (sections 7.2.8, 7.6, 7.10)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await register(s, 'bo/desk', 'Builder')
  assert.deepEqual(await join(s, 'cy/web', 'Builder'), ['error conflict'])
  await join(s, 'cy/web', 'Cy')
  s.got('cy/web')
  await s.send('cy/web', `<presence to='${room}/Builder'/>`)
  assert.deepEqual(s.got('cy/web').map(inShort), ['error conflict'])
  assert.equal(await register(s, 'cy/web', 'Builder'), 'conflict')
  assert.equal(await register(s, 'cy/web', 'Ann'), 'conflict', 'somebody is called so just now')
  await s.send('bo/desk', `<presence to='${room}/Builder'/>`)
  assert.match(s.got('cy/web').map(inShort).at(-1) ?? '', /\/Builder member/)
})

test('who asks finds his own reserved nickname, and nothing where he has none (section 7.12)', async () => {
  const s = await inRoom()
  const none = await s.get('bo/desk', node, room)
  assert.deepEqual(typeof none === 'string' || !none ? null : elements(none), [])
  await register(s, 'bo/desk', 'Builder')
  const found = await s.get('bo/desk', node, room)
  assert.match(asXml(found), /<identity category='conference' type='text' name='Builder'/)
})

test('a form that is none, a nickname that cannot be, and a room without registration are refused', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  assert.equal(await s.set('bo/desk', `<query xmlns='${NS}'/>`, room), 'bad-request')
  assert.equal(await register(s, 'bo/desk', ''), 'bad-request')
  await configure(s, 'ann/phone', { 'x-muc#roomconfig_registration': '0' })
  assert.equal(await s.get('bo/desk', ask, room), 'not-allowed')
  assert.equal(await register(s, 'bo/desk', 'Bo'), 'not-allowed')
  assert.equal(await register(s, 'ann/phone', 'Boss'), null, 'an owner has a nickname reserved')
  assert.equal(await isRegisteredAs(s, 'ann/phone'), 'Boss')
})

test('where members only may come, an owner is asked, and says yes (section 9.9)', async () => {
  const s = await inRoom('ann/phone', 'cy/web')
  await configure(s, 'ann/phone', { 'muc#roomconfig_membersonly': '1' })
  s.got('ann/phone')
  assert.equal(await register(s, 'cy/web', 'Cy'), null)
  assert.deepEqual(asked(s, 'ann/phone'), ['Cy'])
  assert.deepEqual([kinds(s).at(-1), await isRegisteredAs(s, 'cy/web')], ['room.request', null])
  assert.deepEqual(await join(s, 'cy/web', 'Cy'), ['error registration-required'])
  const yes = form({ 'muc#register_roomnick': 'Cy', 'muc#register_allow': '1' })
  await s.send('cy/web', `<message to='${room}'>${yes}</message>`)
  assert.deepEqual(s.inbox('cy/web'), ['error: forbidden'])
  await s.send('ann/phone', `<message to='${room}'>${yes}</message>`)
  assert.equal(await isRegisteredAs(s, 'cy/web'), 'Cy')
  assert.ok((await join(s, 'cy/web', 'Cy')).length > 1)
})

test('a request waits over a start, is asked of who comes in later, and a no ends it', async () => {
  const s = await inRoom('ann/phone', 'cy/web')
  const settings = { 'muc#roomconfig_membersonly': '1', 'muc#roomconfig_persistentroom': '1' }
  await configure(s, 'ann/phone', settings)
  await register(s, 'cy/web', 'Cy')
  await s.restart('ann/phone', 'cy/web')
  await s.send(
    'ann/phone',
    `<presence to='${room}/Ann'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
  )
  assert.deepEqual(asked(s, 'ann/phone'), ['Cy'])
  const no = form({ 'muc#register_roomnick': 'Cy', 'muc#register_allow': '0' })
  await s.send('ann/phone', `<message to='${room}'>${no}</message>`)
  await join(s, 'ann/phone', 'Ann')
  assert.deepEqual(asked(s, 'ann/phone'), [])
  assert.equal(await isRegisteredAs(s, 'cy/web'), null)
})

test('who unregisters is no member any more, and his nickname is free', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  const remove = `<query xmlns='${NS}'><remove/></query>`
  assert.equal(await s.set('bo/desk', remove, room), 'registration-required')
  await register(s, 'bo/desk', 'Builder')
  assert.equal(await s.set('bo/desk', remove, room), null)
  assert.ok((await join(s, 'cy/web', 'Builder')).length > 1)
})

test('an admin reserves a nickname with a membership, sees it in the list, and takes it away (sections 9.3, 9.5)', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  assert.equal(await s.set('ann/phone', give('bo', 'Builder'), room), null)
  assert.equal(await s.set('ann/phone', give('cy', 'Builder'), room), 'conflict')
  const list = await s.get('ann/phone', admin(`<item affiliation='member'/>`), room)
  assert.match(asXml(list), /jid='bo@localhost' nick='Builder'/)
  const again = admin(`<item jid='bo@localhost' affiliation='member'/>`)
  await s.set('ann/phone', again, room)
  assert.equal(
    await isRegisteredAs(s, 'bo/desk'),
    'Builder',
    'it stays where nothing is said of it',
  )
  await s.set('ann/phone', give('bo', ''), room)
  assert.equal(await isRegisteredAs(s, 'bo/desk'), null)
})

function give(jid: string, nick: string): string {
  return admin(`<item jid='${jid}@localhost' affiliation='member' nick='${nick}'/>`)
}
