// What follows groups of the directory, by the API.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { personId } from '../../record/ids.ts'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { type AskedOverHttp, type HttpAnswer, httpScene } from '../../../test/support/api-http.ts'

const tea = personId('7'.repeat(32))
const path = '/v1/rooms/tea@conference.example.org/groups'
const by = { commandLine: true } as const

type Scene = DirectoryScene & {
  readonly as: (
    role: 'administrator' | 'auditor' | 'member',
    asked: AskedOverHttp,
  ) => Promise<HttpAnswer>
}

async function setUp(t: TestContext): Promise<Scene> {
  const scene = await directoryScene(t)
  const { directory } = scene
  const room = { id: tea, address: 'tea@conference.example.org' }
  const { ask, signIn } = await httpScene(t, {
    directory,
    domain: 'example.org',
    rooms: async () => await Promise.resolve([room]),
    findRoom: async (address) => await Promise.resolve(address === room.address ? tea : null),
  })
  for (const role of ['administrator', 'auditor', 'member'] as const) await scene.add(role, role)
  await directory.groups.put({ id: 'sales', name: 'All of Sales' }, by)
  return {
    ...scene,
    async as(role, asked) {
      const person = directory.find(`${role}@example.org`)
      if (person === null) throw new Error('nobody')
      return await ask({ ...asked, headers: await signIn(person.id) })
    },
  }
}

test('an administrator has a room follow groups, an auditor sees it, and a member does neither', async (t) => {
  const { as, record, directory, reopen } = await setUp(t)
  const groups = [{ group: 'sales', affiliation: 'admin' }]
  const body = { groups }
  assert.equal((await as('auditor', { method: 'PUT', path, body })).status, 403)
  assert.equal((await as('member', { method: 'GET', path })).status, 403)
  const set = await as('administrator', { method: 'PUT', path, body })
  assert.equal(set.status, 200, JSON.stringify(set.body))
  const shown = await as('auditor', { method: 'GET', path })
  const [first] = [{ group: 'sales', affiliation: 'admin', name: 'All of Sales', people: 0 }]
  assert.deepEqual(shown.body['groups'], [first])
  const act = record.entries.at(-1)
  assert.deepEqual(
    [act?.kind, act?.sender],
    ['follow.room', directory.find('administrator@example.org')?.id],
  )
  assert.deepEqual([...(await reopen()).following.rooms], [[tea, groups]])
  assert.equal((await as('administrator', { method: 'DELETE', path })).status, 200)
  assert.equal((await reopen()).following.rooms.size, 0)
})

test('a room or a group that is not there, twice the same, none or too many are refused, and nothing is on record', async (t) => {
  const { as, record } = await setUp(t)
  const put = async (groups: readonly object[], at = path): Promise<[number, string]> => {
    const { status, code } = await as('administrator', {
      method: 'PUT',
      path: at,
      body: { groups },
    })
    return [status, code]
  }
  const before = record.entries.length
  assert.deepEqual(await put([{ group: 'none' }]), [404, 'group.unknown'])
  assert.deepEqual(await put([{ group: 'sales' }, { group: 'sales' }]), [409, 'follow.twice'])
  assert.deepEqual(await put([]), [400, 'api.bad-request'])
  assert.deepEqual(await put([{ group: 'sales', affiliation: 'owner' }]), [400, 'api.bad-request'])
  const many = Array.from({ length: 21 }, (_one, i) => ({ group: `g${i}` }))
  assert.deepEqual(await put(many), [400, 'api.bad-request'])
  const elsewhere = '/v1/rooms/none@conference.example.org/groups'
  assert.deepEqual(await put([{ group: 'sales' }], elsewhere), [404, 'follow.unknown'])
  assert.equal(record.entries.length, before)
})

test('saying the same again is no other act, and a group that is gone meanwhile may stay', async (t) => {
  const { as, record, directory } = await setUp(t)
  const body = { groups: [{ group: 'sales' }] }
  await as('administrator', { method: 'PUT', path, body })
  await directory.groups.remove('sales', by)
  const before = record.entries.length
  const again = await as('administrator', { method: 'PUT', path, body })
  assert.equal(again.status, 200)
  assert.equal(record.entries.length, before)
  const [first] = [{ group: 'sales', affiliation: 'member', name: null, people: 0 }]
  assert.deepEqual(again.body['groups'], [first])
})

test('those of a group are contacts of others by an act, and are shown as such', async (t) => {
  const { as, record, directory, reopen } = await setUp(t)
  await directory.groups.put({ id: 'desk', name: 'Desk' }, by)
  const contacts = '/v1/groups/sales/contacts'
  const body = { to: ['sales', 'desk'] }
  assert.equal((await as('auditor', { method: 'PUT', path: contacts, body })).status, 403)
  const set = await as('administrator', { method: 'PUT', path: contacts, body })
  assert.deepEqual(set.body, (await as('auditor', { method: 'GET', path: contacts })).body)
  assert.deepEqual(set.body['to'], [
    { group: 'sales', name: 'All of Sales', people: 0 },
    { group: 'desk', name: 'Desk', people: 0 },
  ])
  assert.equal(record.entries.at(-1)?.kind, 'follow.contacts')
  assert.deepEqual([...(await reopen()).following.contacts], [['sales', ['sales', 'desk']]])
  const before = record.entries.length
  for (const [to, code] of [
    [['none'], 'group.unknown'],
    [['desk', 'desk'], 'follow.twice'],
  ] as const) {
    const refused = await as('administrator', { method: 'PUT', path: contacts, body: { to } })
    assert.equal(refused.code, code)
  }
  const none = { method: 'PUT', path: '/v1/groups/none/contacts', body: { to: ['desk'] } } as const
  assert.equal((await as('administrator', none)).code, 'group.unknown')
  assert.equal(record.entries.length, before)
  assert.equal((await as('administrator', { method: 'DELETE', path: contacts })).status, 200)
  assert.equal((await reopen()).following.contacts.size, 0)
})
