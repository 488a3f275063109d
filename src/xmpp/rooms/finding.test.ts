import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asXml, configure, info, inRoom, room, say } from '../../../test/support/in-room.ts'
import { type Scene } from '../../../test/support/scene.ts'

const service = 'conference.localhost'
const search = 'urn:xmpp:channel-search:0'
const hourMs = 3_600_000

async function find(
  s: Scene,
  name: string,
  values: Readonly<Record<string, string>>,
  page = '',
): Promise<string> {
  const all = { FORM_TYPE: `${search}:search-params`, ...values }
  const fields = Object.entries(all)
    .map(([key, value]) => `<field var='${key}'><value>${value}</value></field>`)
    .join('')
  const form = `<x xmlns='jabber:x:data' type='submit'>${fields}</x>`
  const set = page === '' ? '' : `<set xmlns='http://jabber.org/protocol/rsm'>${page}</set>`
  return asXml(
    await s.get(name, `<search xmlns='${search}:search'>${set}${form}</search>`, service),
  )
}

function addresses(answer: string): string[] {
  return [...answer.matchAll(/<item address='([^@]*)@/g)].map(([, local]) => local ?? '')
}

async function makeRoom(s: Scene, name: string, local: string): Promise<void> {
  const to = `${local}@${service}`
  await s.send(
    name,
    `<presence to='${to}/x'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
  )
  const form = `<x xmlns='jabber:x:data' type='submit'/>`
  await s.set(name, `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`, to)
}

test('a search finds rooms by words in name, description and address, and says what they are (XEP-0433)', async () => {
  const s = await inRoom()
  await makeRoom(s, 'ann/phone', 'coffee')
  await configure(s, 'ann/phone', { 'muc#roomconfig_roomdesc': 'Leaves and cups' })
  assert.deepEqual(addresses(await find(s, 'bo/desk', { q: 'CUPS leaves' })), ['tea'])
  assert.deepEqual(addresses(await find(s, 'bo/desk', { q: 'cups', sindescription: 'false' })), [])
  const all = await find(s, 'bo/desk', { all: 'true' })
  assert.deepEqual(addresses(all), ['tea', 'coffee'], 'the fuller one first')
  assert.match(all, /<nusers>2<\/nusers><service-type>xep-0045<\/service-type><is-open>true</)
  assert.match(asXml(await s.get('bo/desk', info, service)), /channel-search:0:search/)
})

test('results come in pages, by address too', async () => {
  const s = await inRoom()
  for (const local of ['a', 'b', 'c']) await makeRoom(s, 'ann/phone', local)
  const key = { all: 'true', key: `{${search}:order}address` }
  const first = await find(s, 'bo/desk', key, '<max>2</max>')
  assert.deepEqual(addresses(first), ['a', 'b'])
  assert.match(first, /<count>4<\/count>/)
  const last = /<last>([^<]*)/.exec(first)?.[1] ?? ''
  assert.deepEqual(addresses(await find(s, 'bo/desk', key, `<after>${last}</after>`)), ['c', 'tea'])
})

test('a hidden room is found by nobody but those who belong to it', async () => {
  const s = await inRoom()
  await configure(s, 'ann/phone', { 'muc#roomconfig_publicroom': '0' })
  assert.deepEqual(addresses(await find(s, 'bo/desk', { all: 'true' })), [])
  assert.deepEqual(addresses(await find(s, 'ann/phone', { q: 'tea' })), ['tea'])
})

test('a search that makes no sense is told which rule it breaks (section 4.2.2)', async () => {
  const s = await inRoom()
  const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{}, 'no-search-conditions'],
    [{ q: ' ' }, 'invalid-search-terms'],
    [{ q: 'tea', all: '1' }, 'conflicting-fields'],
    [{ q: 'tea', key: 'size' }, 'invalid-sort-key'],
  ]
  for (const [values, detail] of wrong) {
    await find(s, 'bo/desk', values)
    assert.equal(s.detail, detail)
  }
})

test('a public room that stays says how much is said in it, once a whole hour is over (XEP-0502)', async () => {
  const s = await inRoom()
  await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '1' })
  const field = /message-activity' type='text-single'><value>([^<]*)/
  const rate = async (): Promise<string | undefined> =>
    field.exec(asXml(await s.get('bo/desk', info, room)))?.[1]
  s.time.pass(hourMs)
  await say(s, 'ann/phone', 'one')
  await say(s, 'ann/phone', 'two')
  await s.send('ann/phone', `<message to='${room}/Bo' type='chat'><body>psst</body></message>`)
  assert.equal(await rate(), undefined)
  s.time.pass(hourMs)
  assert.equal(await rate(), '2.00')
  s.time.pass(3 * hourMs)
  assert.equal(await rate(), '0.50')
  s.time.pass(30 * hourMs)
  assert.equal(await rate(), '0.00')
  await configure(s, 'ann/phone', { 'muc#roomconfig_publicroom': '0' })
  assert.equal(await rate(), undefined)
})
