// Contact lists that follow groups of the directory.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type AdminScene, adminScene } from '../../test/support/admin-scene.ts'
import { asXml } from '../../test/support/in-room.ts'
import { type Scene } from '../../test/support/scene.ts'
import { silentLog } from '../base/log.ts'
import { shownPeopleMax } from '../directory/following/following.ts'
import { personId } from '../record/ids.ts'
import { elements, textOf } from '../xml/element.ts'
import { createGivenContacts } from './given-contacts.ts'

const by = { commandLine: true } as const
const none = { persons: [], groups: [] }

type Followed = AdminScene & {
  readonly s: Scene
  readonly put: (group: string, ...names: readonly string[]) => Promise<void>
  readonly take: (group: string, ...names: readonly string[]) => Promise<void>
  readonly show: (group: string, ...to: readonly string[]) => Promise<void>
  readonly settled: () => Promise<void>
  /** `bo both Bo in Sales`, by address; what the device has asked for. */
  readonly roster: (device: string) => Promise<string>
  /** What it was pushed since, in the same form, and the version of each. */
  readonly pushes: (device: string) => readonly string[]
}

/** `sales` and `desk` in the directory, shown to nobody. */
async function followed(t: TestContext, ...names: readonly string[]): Promise<Followed> {
  const all = await adminScene(t, ...names)
  const { scene: s, directory } = all
  for (const [id, name] of [
    ['sales', 'Sales'],
    ['desk', 'The desk'],
  ] as const)
    await directory.groups.put({ id, name }, by)
  const ids = (some: readonly string[]): { persons: Person[]; groups: never[] } => ({
    persons: some.map((name) => s.person(name).id),
    groups: [],
  })
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 12; i += 1) await s.settled()
  }
  return {
    ...all,
    s,
    settled,
    async put(group, ...some) {
      await directory.groups.change(group, { added: ids(some), removed: none }, by)
      await settled()
    },
    async take(group, ...some) {
      await directory.groups.change(group, { added: none, removed: ids(some) }, by)
      await settled()
    },
    async show(group, ...to) {
      await directory.following.setContacts(group, to, by)
      await settled()
    },
    async roster(device) {
      const answer = await s.get(device, `<query xmlns='jabber:iq:roster'/>`)
      return asXml(answer) === '' ? '' : itemsIn(answer)
    },
    pushes: (device) =>
      s.got(device).flatMap((stanza) => {
        const [query] = elements(stanza)
        return stanza.name === 'iq' && query?.ns === 'jabber:iq:roster' ? [itemsIn(query)] : []
      }),
  }
}

type Person = ReturnType<Scene['person']>['id']

function itemsIn(query: Awaited<ReturnType<Scene['get']>>): string {
  if (query === null || typeof query === 'string') return String(query)
  return elements(query)
    .map((item) => {
      const { jid = '', subscription = '', name } = item.attrs
      const groups = elements(item)
        .map(textOf)
        .toSorted((a, b) => (a < b ? -1 : 1))
      const [who] = jid.split('@')
      const called = name === undefined ? '' : ` ${name}`
      return `${who} ${subscription}${called}${groups.length > 0 ? ` in ${groups.join('+')}` : ''}`
    })
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join(', ')
}

test('those of a group have each other as contacts, in a roster group of its name, and nobody was asked', async (t) => {
  const { s, put, show, roster, pushes } = await followed(t, 'ann/phone', 'bo/desk', 'cy/web')
  await put('sales', 'ann', 'bo')
  assert.equal(await roster('ann/phone'), '')
  s.got('ann/phone')
  s.got('bo/desk')
  await show('sales', 'sales')
  assert.deepEqual(pushes('ann/phone'), ['bo both in Sales'])
  assert.equal(await roster('ann/phone'), 'bo both in Sales')
  assert.equal(await roster('bo/desk'), 'ann both in Sales')
  assert.equal(await roster('cy/web'), '')
  assert.deepEqual((await s.store.load(s.person('ann').id)).roster, [])
})

test('who comes to the group is pushed to who is signed in, and they see each other; who goes is gone', async (t) => {
  const { s, put, take, show, roster, pushes } = await followed(t, 'ann/phone', 'bo/desk')
  await put('sales', 'ann')
  await show('sales', 'sales')
  for (const name of ['ann/phone', 'bo/desk']) await roster(name)
  s.got('ann/phone')
  s.got('bo/desk')
  await put('sales', 'bo')
  assert.deepEqual(s.presence('ann/phone'), ['available bo/desk'])
  assert.deepEqual(s.presence('bo/desk'), ['available ann/phone'])
  await s.send('bo/desk', '<presence><show>away</show></presence>')
  assert.deepEqual(s.presence('ann/phone'), ['away bo/desk'])
  s.got('bo/desk')
  await take('sales', 'bo')
  assert.deepEqual(pushes('ann/phone'), ['bo remove'])
  assert.deepEqual(s.presence('bo/desk'), ['unavailable ann/phone'])
  assert.equal(await roster('bo/desk'), '')
  await s.send('ann/phone', '<presence/>')
  assert.deepEqual(s.presence('bo/desk'), [])
})

test('a group that is shown to another is contacts of those, and they are its contacts', async (t) => {
  const { put, show, roster } = await followed(t, 'ann/phone', 'bo/desk', 'cy/web')
  await put('sales', 'ann', 'cy')
  await put('desk', 'bo')
  await show('desk', 'sales')
  assert.equal(await roster('ann/phone'), 'bo both in The desk')
  assert.equal(await roster('bo/desk'), 'ann both in Sales, cy both in Sales')
  await show('desk')
  assert.equal(await roster('bo/desk'), '')
})

test('who is suspended is nobody’s contact, and no guest is', async (t) => {
  const { s, put, show, roster, directory, add, settled } = await followed(
    t,
    'ann/phone',
    'bo/desk',
  )
  await add('gil', 'guest')
  await put('sales', 'ann', 'bo', 'gil')
  await show('sales', 'sales')
  assert.equal(await roster('ann/phone'), 'bo both in Sales')
  await directory.setEnabled(s.person('bo').id, { enabled: false, by })
  await settled()
  assert.equal(await roster('ann/phone'), '')
  s.connect('gil/web')
  assert.equal(await roster('gil/web'), '')
  await directory.setRole(s.person('gil').id, 'member', by)
  await settled()
  assert.equal(await roster('gil/web'), 'ann both in Sales')
})

test('a client with the newest version gets nothing, until a group changes, and after a start too', async (t) => {
  const { s, put, show } = await followed(t, 'ann/phone', 'bo/desk', 'cy/web')
  await put('sales', 'ann', 'bo')
  await show('sales', 'sales')
  const ask = async (ver: string): Promise<string | null> => {
    const answer = await s.get('ann/phone', `<query xmlns='jabber:iq:roster' ver='${ver}'/>`)
    return answer === null || typeof answer === 'string' ? null : (answer.attrs['ver'] ?? '')
  }
  const first = (await ask('')) ?? ''
  assert.equal(await ask(first), null)
  await put('sales', 'cy')
  const second = (await ask(first)) ?? ''
  assert.notEqual(second, first)
  await s.restart('ann/phone')
  assert.equal(await ask(second), null)
})

test('the last of several pushes has the version of the whole, and those before it have none that is', async (t) => {
  const { s, put, show, roster } = await followed(t, 'ann/phone', 'bo/desk', 'cy/web')
  await put('sales', 'ann', 'bo', 'cy')
  await roster('ann/phone')
  s.got('ann/phone')
  await show('sales', 'sales')
  const versions = s.got('ann/phone').flatMap((stanza) => elements(stanza)[0]?.attrs['ver'] ?? [])
  assert.equal(versions.length, 2)
  const ask = async (ver: string | undefined): Promise<unknown> =>
    await s.get('ann/phone', `<query xmlns='jabber:iq:roster' ver='${ver}'/>`)
  assert.notEqual(await ask(versions[0]), null)
  assert.equal(await ask(versions[1]), null)
})

test('what somebody calls a contact himself counts, and stays when the group goes', async (t) => {
  const { s, put, take, show, roster, directory, settled } = await followed(
    t,
    'ann/phone',
    'bo/desk',
  )
  await put('sales', 'ann', 'bo')
  await directory.setProfile(s.person('bo').id, { set: { name: 'Bo Borg' } }, by)
  await show('sales', 'sales')
  assert.equal(await roster('ann/phone'), 'bo both Bo Borg in Sales')
  const set = async (item: string): Promise<unknown> =>
    await s.set('ann/phone', `<query xmlns='jabber:iq:roster'>${item}</query>`)
  // As a client sends it that changes nothing.
  await set(`<item jid='bo@localhost' name='Bo Borg'><group>Sales</group></item>`)
  assert.deepEqual((await s.store.load(s.person('ann').id)).roster, [])
  await set(`<item jid='bo@localhost' name='Bobby'><group>Sales</group><group>Lunch</group></item>`)
  assert.equal(await roster('ann/phone'), 'bo both Bobby in Lunch+Sales')
  await directory.groups.put({ id: 'sales', name: 'Sales, North' }, by)
  await settled()
  assert.equal(await roster('ann/phone'), 'bo both Bobby in Lunch+Sales, North')
  await take('sales', 'bo')
  assert.equal(await roster('ann/phone'), 'bo none Bobby in Lunch')
})

test('a contact that a group gives is not removed by hand, and says why', async (t) => {
  const { s, put, show, roster } = await followed(t, 'ann/phone', 'bo/desk')
  await put('sales', 'ann', 'bo')
  await show('sales', 'sales')
  const remove = `<query xmlns='jabber:iq:roster'><item jid='bo@localhost' subscription='remove'/></query>`
  assert.equal(await s.set('ann/phone', remove), 'not-allowed')
  assert.equal(await roster('ann/phone'), 'bo both in Sales')
})

test('a request between those of a group is answered at once, and nobody takes a subscription back', async (t) => {
  const { s, put, show, roster, pushes } = await followed(t, 'ann/phone', 'bo/desk')
  await put('sales', 'ann', 'bo')
  await show('sales', 'sales')
  await roster('ann/phone')
  s.got('ann/phone')
  s.got('bo/desk')
  await s.send('ann/phone', `<presence type='subscribe' to='bo@localhost'/>`)
  assert.deepEqual(s.presence('ann/phone'), ['subscribed bo'])
  assert.deepEqual(s.presence('bo/desk'), [])
  for (const type of ['unsubscribe', 'unsubscribed', 'subscribed']) {
    await s.send('ann/phone', `<presence type='${type}' to='bo@localhost'/>`)
    assert.deepEqual(pushes('ann/phone'), ['bo both in Sales'], type)
  }
  assert.deepEqual(s.got('bo/desk'), [])
  assert.deepEqual((await s.store.load(s.person('bo').id)).roster, [])
})

test('a subscription that two have made themselves stays when the group goes', async (t) => {
  const { s, put, take, show, roster } = await followed(t, 'ann/phone', 'bo/desk')
  for (const [from, to] of [
    ['ann/phone', 'bo'],
    ['bo/desk', 'ann'],
  ]) {
    await s.send(from ?? '', `<presence type='subscribe' to='${to}@localhost'/>`)
    const other = from === 'ann/phone' ? 'bo/desk' : 'ann/phone'
    const back = from === 'ann/phone' ? 'ann' : 'bo'
    await s.send(other, `<presence type='subscribed' to='${back}@localhost'/>`)
  }
  await put('sales', 'ann', 'bo')
  await show('sales', 'sales')
  s.got('bo/desk')
  await take('sales', 'bo')
  assert.deepEqual(s.presence('bo/desk'), [])
  assert.equal(await roster('ann/phone'), 'bo both')
})

test('whom somebody has blocked does not see him, though a group has them both', async (t) => {
  const { s, put, show } = await followed(t, 'ann/phone', 'bo/desk')
  await s.set('ann/phone', `<block xmlns='urn:xmpp:blocking'><item jid='bo@localhost'/></block>`)
  s.got('bo/desk')
  await put('sales', 'ann', 'bo')
  await show('sales', 'sales')
  await s.send('ann/phone', '<presence><show>away</show></presence>')
  assert.deepEqual(s.presence('bo/desk'), [])
})

test('a group that is too large is shown to nobody, rather than in part', async (t) => {
  const { s, put, show, roster, directory } = await followed(t, 'ann/phone', 'bo/desk')
  await put('sales', 'ann', 'bo')
  await show('sales', 'sales')
  assert.equal(await roster('ann/phone'), 'bo both in Sales')
  const isShown = (size: number): boolean => {
    const ids = Array.from({ length: size }, (_one, i) => personId(`${i}`.padStart(32, '0')))
    const groups = { ...directory.groups, everybodyIn: () => new Set(ids) }
    const given = createGivenContacts({ ...directory, groups }, silentLog)
    return given.of(s.person('ann').id).version !== ''
  }
  assert.deepEqual([isShown(shownPeopleMax), isShown(shownPeopleMax + 1)], [true, false])
})
