import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scene, scene } from '../../../test/support/scene.ts'
import { serialize } from '../../xml/serialize.ts'
import { rosterItemsMax } from '../rosters.ts'

const query = (ver?: string): string =>
  ver === undefined
    ? `<query xmlns='jabber:iq:roster'/>`
    : `<query xmlns='jabber:iq:roster' ver='${ver}'/>`
const set = (item: string): string => `<query xmlns='jabber:iq:roster'>${item}</query>`

test('a contact is kept with name and groups, pushed to the devices that asked, and there after a restart', async () => {
  const s = await scene('ann/phone', 'ann/desk', 'ann/bot')
  await s.get('ann/phone', query())
  await s.get('ann/desk', query())
  const item = `<item jid='bo@localhost' name='Bo'><group>Work</group><group>Friends</group></item>`
  assert.equal(await s.set('ann/phone', set(item)), null)
  assert.deepEqual([s.got('ann/desk').length, s.got('ann/bot').length], [1, 0])
  assert.deepEqual((await s.store.load(s.person('ann/phone').id)).roster, [
    {
      jid: 'bo@localhost',
      listed: true,
      name: 'Bo',
      groups: ['Work', 'Friends'],
      subscription: 'none',
      ask: false,
      pendingIn: false,
      request: null,
      approved: false,
    },
  ])
})

test('a client with the newest version gets nothing, and one with an older the whole', async () => {
  const s = await scene('ann/phone')
  await s.set('ann/phone', set(`<item jid='bo@localhost'/>`))
  const whole = await s.get('ann/phone', query(''))
  assert.ok(whole && typeof whole !== 'string')
  const { ver } = whole.attrs
  assert.equal(await s.get('ann/phone', query(ver)), null)
  await s.set('ann/phone', set(`<item jid='cy@localhost'/>`))
  const newer = await s.get('ann/phone', query(ver))
  assert.ok(newer && typeof newer !== 'string')
  assert.equal(newer.children.length, 2)
  assert.notEqual(newer.attrs['ver'], ver)
})

test('what only the server decides is not taken from a client', async () => {
  const s = await scene('ann/phone')
  const item = `<item jid='bo@localhost' subscription='both' ask='subscribe' approved='true'/>`
  await s.set('ann/phone', set(item))
  const roster = await s.get('ann/phone', query())
  assert.ok(roster && typeof roster !== 'string')
  assert.match(serialize(roster), /<item jid='bo@localhost' subscription='none'\/>/)
})

for (const [what, payload, condition] of [
  ['no item', '', 'bad-request'],
  ['two items', `<item jid='a@localhost'/><item jid='b@localhost'/>`, 'bad-request'],
  ['no address', `<item jid='@'/>`, 'bad-request'],
  [
    'a group twice',
    `<item jid='a@localhost'><group>G</group><group>G</group></item>`,
    'bad-request',
  ],
  ['a group without a name', `<item jid='a@localhost'><group/></item>`, 'not-acceptable'],
  [
    'a name that is too long',
    `<item jid='a@localhost' name='${'x'.repeat(1_024)}'/>`,
    'not-acceptable',
  ],
  ['oneself', `<item jid='ann@localhost'/>`, 'not-allowed'],
  ['removal of nobody', `<item jid='a@localhost' subscription='remove'/>`, 'item-not-found'],
] as const) {
  test(`a roster set with ${what} is answered with ${condition}`, async () => {
    const s = await scene('ann/phone')
    assert.equal(await s.set('ann/phone', set(payload)), condition)
  })
}

test('a full roster takes no further contact, and a request to it is not kept', async () => {
  const s = new Scene(['ann/phone', 'bo/phone'])
  const full = Array.from({ length: rosterItemsMax }, (_, at) => ({
    jid: `p${at}@localhost`,
    listed: true,
    name: '',
    groups: [],
    subscription: 'none' as const,
    ask: false,
    pendingIn: false,
    request: null,
    approved: false,
  }))
  const owner = s.person('ann/phone').id
  await s.store.saveRoster(full.map((item) => ({ owner, version: 1, jid: item.jid, item })))
  await s.arrive('ann/phone')
  await s.arrive('bo/phone')
  assert.equal(await s.set('ann/phone', set(`<item jid='bo@localhost'/>`)), 'resource-constraint')
  assert.equal(await s.set('ann/phone', set(`<item jid='p1@localhost' name='One'/>`)), null)
  s.got('ann/phone')
  await s.send('bo/phone', `<presence type='subscribe' to='ann@localhost'/>`)
  assert.deepEqual(s.presence('ann/phone'), [])
})
