import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asXml, configure, info, inRoom, join, kinds, room } from '../../../test/support/in-room.ts'
import { type Scene } from '../../../test/support/scene.ts'
import { child, elements } from '../../xml/element.ts'

const NS = 'http://jabber.org/protocol/commands'
const uri = 'urn:example:hats#teacher'

async function command(
  s: Scene,
  name: string,
  node: string,
  values: Readonly<Record<string, string>> | null,
): Promise<string> {
  const all = { FORM_TYPE: 'urn:xmpp:hats:commands', ...values }
  const fields = Object.entries(all)
    .map(([key, value]) => `<field var='${key}'><value>${value}</value></field>`)
    .join('')
  const form = values ? `<x xmlns='jabber:x:data' type='submit'>${fields}</x>` : ''
  const of = `urn:xmpp:hats:commands:${node}`
  const answer = await s.set(name, `<command xmlns='${NS}' node='${of}'>${form}</command>`, room)
  return asXml(answer)
}

const teacher = { 'hats#title': 'Teacher', 'hats#uri': uri, 'hats#hue': '12.5' }
const boTeaches = { 'hats#jid': 'bo@localhost', 'hats#uri': uri }

/** Titles of the hats that people are shown with, by address. */
function worn(s: Scene, name: string): string[] {
  return s.got(name).flatMap((stanza) => {
    const hats = child(stanza, 'hats', 'urn:xmpp:hats:0')
    const titles = hats ? elements(hats).map(({ attrs }) => attrs['title'] ?? '') : []
    return stanza.name === 'presence' ? [`${stanza.attrs['from'] ?? ''}: ${titles.join()}`] : []
  })
}

test('an owner makes a hat and gives it to somebody: on record, and shown with his presence (XEP-0317)', async () => {
  const s = await inRoom()
  assert.match(
    await command(s, 'ann/phone', 'create', null),
    /status='executing'.*hats#title.*<required\/>/,
  )
  assert.match(await command(s, 'ann/phone', 'create', teacher), /status='completed'/)
  assert.equal(kinds(s).at(-1), 'room.hats')
  assert.match(await command(s, 'ann/phone', 'assign', boTeaches), /status='completed'/)
  assert.deepEqual(worn(s, 'ann/phone'), [`${room}/Bo: Teacher`])
  assert.match(
    await command(s, 'bo/desk', 'list', null),
    /Teacher.*urn:example:hats#teacher.*12\.5/,
  )
  assert.match(await command(s, 'ann/phone', 'list-assigned', null), /bo@localhost.*Teacher/)
  const about = asXml(await s.get('bo/desk', info, room))
  assert.match(about, /<feature var='urn:xmpp:hats:0'\/>.*var='hats#hash'/)
})

test('a hat is worn also after a start, and by the one alone who has it', async () => {
  const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
  await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '1' })
  await command(s, 'ann/phone', 'create', teacher)
  await command(s, 'ann/phone', 'assign', boTeaches)
  await s.restart('bo/desk', 'cy/web')
  await join(s, 'bo/desk', 'Bo')
  await s.send(
    'cy/web',
    `<presence to='${room}/Cy'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
  )
  assert.deepEqual(worn(s, 'cy/web'), [`${room}/Bo: Teacher`, `${room}/Cy: `])
})

test('a hat that is renamed, taken or destroyed is shown so at once', async () => {
  const s = await inRoom()
  await command(s, 'ann/phone', 'create', teacher)
  await command(s, 'ann/phone', 'assign', boTeaches)
  s.got('bo/desk')
  await command(s, 'ann/phone', 'create', { ...teacher, 'hats#title': 'Dean' })
  assert.deepEqual(worn(s, 'bo/desk'), [`${room}/Bo: Dean`])
  await command(s, 'ann/phone', 'unassign', boTeaches)
  assert.deepEqual(worn(s, 'bo/desk'), [`${room}/Bo: `])
  await command(s, 'ann/phone', 'assign', boTeaches)
  s.got('bo/desk')
  await command(s, 'ann/phone', 'destroy', { 'hats#uri': uri })
  assert.deepEqual(worn(s, 'bo/desk'), [`${room}/Bo: `])
  assert.equal(await command(s, 'ann/phone', 'unassign', boTeaches), 'item-not-found')
})

test('nobody but an owner gives hats, and nobody puts one on himself', async () => {
  const s = await inRoom()
  for (const node of ['create', 'assign', 'unassign', 'destroy', 'list-assigned'])
    assert.equal(await command(s, 'bo/desk', node, teacher), 'forbidden')
  const hat = `<hats xmlns='urn:xmpp:hats:0'><hat title='Boss' uri='urn:boss'/></hats>`
  await s.send('bo/desk', `<presence to='${room}/Bo'>${hat}</presence>`)
  assert.deepEqual(worn(s, 'ann/phone'), [`${room}/Bo: `])
})

test('what cannot be a hat is refused', async () => {
  const s = await inRoom()
  const bad = [{ 'hats#title': '' }, { 'hats#uri': 'no uri' }, { 'hats#hue': '361' }]
  for (const wrong of bad)
    assert.equal(await command(s, 'ann/phone', 'create', { ...teacher, ...wrong }), 'bad-request')
  assert.equal(await command(s, 'ann/phone', 'assign', boTeaches), 'item-not-found')
  assert.equal(await command(s, 'ann/phone', 'steal', null), 'item-not-found')
})

test('the commands that somebody may give are found by discovery (XEP-0050 section 2.2)', async () => {
  const s = await inRoom()
  const items = `<query xmlns='http://jabber.org/protocol/disco#items' node='${NS}'/>`
  assert.equal((asXml(await s.get('ann/phone', items, room)).match(/<item /g) ?? []).length, 6)
  assert.equal((asXml(await s.get('bo/desk', items, room)).match(/<item /g) ?? []).length, 1)
  const about = `<query xmlns='http://jabber.org/protocol/disco#info' node='urn:xmpp:hats:commands:list'/>`
  assert.match(asXml(await s.get('bo/desk', about, room)), /type='command-node'/)
})

test('a form that was asked for is filled in where it came from, and in no other room', async () => {
  const s = await inRoom()
  const other = 'coffee@conference.localhost'
  await s.send(
    'ann/phone',
    `<presence to='${other}/Ann'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
  )
  const node = 'urn:xmpp:hats:commands:create'
  const asked = asXml(await s.set('ann/phone', `<command xmlns='${NS}' node='${node}'/>`, room))
  const [, session = ''] = /sessionid='([^']*)'/.exec(asked) ?? []
  const fields = Object.entries({ FORM_TYPE: 'urn:xmpp:hats:commands', ...teacher })
    .map(([key, value]) => `<field var='${key}'><value>${value}</value></field>`)
    .join('')
  const form = `<x xmlns='jabber:x:data' type='submit'>${fields}</x>`
  const filled = `<command xmlns='${NS}' node='${node}' sessionid='${session}'>${form}</command>`
  assert.equal(await s.set('ann/phone', filled, other), 'bad-request')
  assert.equal(s.detail, 'bad-sessionid')
  assert.match(asXml(await s.set('ann/phone', filled, room)), /status='completed'/)
  assert.match(await command(s, 'bo/desk', 'list', null), /Teacher/)
})
