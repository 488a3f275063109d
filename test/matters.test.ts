// Matters over all real parts: what names one names one that there is, and who has a grant for one has no hint of the others.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { noLimits } from '../src/directory/access/grants.ts'
import { type Limits } from '../src/directory/access/types.ts'
import { type Person } from '../src/directory/ports.ts'
import { settleMatters } from '../src/server/matters.ts'
import { storageScene, type Answered, type StorageScene } from './support/api-storage.ts'
import { directRecord } from './support/sealed-batches.ts'

type Scene = StorageScene & {
  readonly olga: Person
  readonly lea: Person
  readonly open: (name: string, more?: object) => Promise<Answered>
  readonly post: (who: Person, path: string, body: object) => Promise<Answered>
  readonly get: (who: Person, path: string) => Promise<Answered>
  readonly limited: (name: string, limits: Partial<Limits>) => Promise<Person>
}

/** The first one in an answer. */
function idOf(one: unknown): string {
  return /"id":"(\w+)"/.exec(JSON.stringify(one))?.[1] ?? ''
}

async function office(t: TestContext): Promise<Scene> {
  const scene = await storageScene(t)
  const { add, ask, storage } = scene
  const [olga, lea] = [await add('olga', 'officer'), await add('lea', 'legal')]
  const post: Scene['post'] = async (who, path, body) =>
    await ask(who, { method: 'POST', path, body })
  return {
    ...scene,
    olga,
    lea,
    post,
    get: async (who, path) => await ask(who, { method: 'GET', path }),
    open: async (name, more = {}) => await post(lea, '/v1/matters', { name, ...more }),
    async limited(name, limits) {
      const person = await add(name)
      const grant = { person: person.id, role: 'officer', of: null, from: 0, until: null } as const
      const all = { ...noLimits, ...limits }
      await storage.directory.access.grants.make({ ...grant, reason: 'r', limits: all }, [])
      return person
    },
  }
}

test('what names a matter names one that there is and that is open', async (t) => {
  const { open, post, olga, lea, add, ask, askThere, findable, storage } = await office(t)
  const boss = await add('boss', 'administrator')
  const scope = { persons: [lea.address] }
  const tries = (matter: string): [string, () => Promise<Answered>][] => [
    ['search', async () => await post(olga, '/v1/searches', { purpose: 'p', query: 'x', matter })],
    ['export', async () => await post(olga, '/v1/exports', { purpose: 'p', matter })],
    ['hold', async () => await post(lea, '/v1/holds', { name: 'h', reason: 'r', matter, scope })],
    [
      'saved search',
      async () =>
        await post(olga, '/v1/saved-searches', { name: 'n', query: 'x', purpose: 'p', matter }),
    ],
    [
      'grant',
      async () =>
        await askThere([], {
          method: 'POST',
          path: '/v1/grants',
          body: { person: boss.address, role: 'auditor', matters: [matter], reason: 'r' },
        }),
    ],
    [
      'change',
      async () => await ask(lea, { method: 'PUT', path: `/v1/matters/${matter}`, body: {} }),
    ],
  ]
  const { size } = storage.record
  for (const [what, attempt] of tries('M-1'))
    assert.equal((await attempt()).code, 'matter.unknown', what)
  assert.equal(storage.record.size, size, 'and nothing is on record')
  assert.equal((await open('M-1')).status, 201)
  await findable()
  for (const [what, attempt] of tries('M-1')) assert.ok((await attempt()).status < 300, what)
  const held = await post(lea, '/v1/matters/M-1/close', { reason: 'settled' })
  assert.equal(held.code, 'matter.held', 'a hold of it stands')
  const [hold] = storage.management.holds.list()
  await storage.management.holds.release({ by: lea.id, hold: hold?.id ?? 0, reason: 'r' })
  assert.equal((await post(lea, '/v1/matters/M-1/close', { reason: 'settled' })).status, 200)
  assert.ok(storage.retention.standing.matters.has('M-1'), 'retention has heard of its end')
  for (const [what, attempt] of tries('M-1'))
    assert.equal((await attempt()).code, 'matter.closed', what)
  for (const name of ['M-1', 'm-1', 'ｍ-1'])
    assert.equal((await open(name)).code, 'matter.exists', 'no other gets its name')
  assert.equal((await open(' M-2')).code, 'matter.name')
})

test('a name that looks like another’s is no other name', async (t) => {
  const { open } = await office(t)
  assert.equal((await open('Quarry 1')).status, 201)
  for (const name of [
    'Qu\u200barry 1',
    'Quarry\u2060 1',
    'Quarry 1\u200e',
    'Qu\u202earry 1',
    'Quarry\n1',
  ])
    assert.equal((await open(name)).code, 'matter.name', JSON.stringify(name))
  assert.equal((await open('Quarry  1')).code, 'matter.exists')
})

test('a matter that is closed while a hold of it is placed has no hold that stands', async (t) => {
  const { open, post, lea, storage } = await office(t)
  await open('M-1')
  const hold = { name: 'h', reason: 'r', matter: 'M-1', scope: { persons: [lea.address] } }
  const [held, closed] = await Promise.all([
    post(lea, '/v1/holds', hold),
    post(lea, '/v1/matters/M-1/close', { reason: 'settled' }),
  ])
  const isClosed = storage.matters.get('M-1')?.closed !== null
  const stands = storage.management.holds.list().some(({ released }) => released === null)
  assert.ok(!(isClosed && stands), `${held.status} ${closed.status} ${closed.code}`)
})

test('a kill between the closing and what retention hears of it is made good', async (t) => {
  const { open, lea, storage } = await office(t)
  await open('M-1')
  await storage.matters.close('M-1', 'settled', lea.id)
  assert.ok(!storage.retention.standing.matters.has('M-1'))
  await settleMatters(storage)
  const { size } = storage.record
  const at = storage.matters.get('M-1')?.closed?.at
  assert.equal(storage.retention.standing.matters.get('M-1'), at)
  await settleMatters(storage)
  assert.equal(storage.record.size, size, 'once')
})

test('a matter shows what belongs to it, and a saved search of it is run in its name', async (t) => {
  const { open, post, get, ask, add, olga, lea, findable, storage, limited } = await office(t)
  const said = { from: olga.id, to: lea.id, text: 'the quarry', fromDevice: '', id: 'm' }
  await storage.record.append(directRecord({ ...said, originId: 'm' }))
  await open('M-1', { reference: '4 O 12/26', people: [olga.address] })
  const saved = { name: 'quarries', query: 'quarry', purpose: 'the claim' }
  const { search } = (await post(olga, '/v1/saved-searches', { ...saved, matter: 'M-1' })).body
  const own = (await post(olga, '/v1/saved-searches', saved)).body['search']
  await limited('rita', { matters: ['M-1'] })
  await findable()
  const ran = await post(lea, `/v1/saved-searches/${idOf(search)}/run`, {})
  assert.equal(ran.status, 403, 'whoever may not search does not run one')
  const found = await post(olga, `/v1/saved-searches/${idOf(search)}/run`, {})
  assert.equal(found.body['total'], 1)
  const { search: position } = JSON.parse(JSON.stringify(found.body['acts']))
  const act = JSON.parse((await storage.record.read(position)).content)
  assert.deepEqual([act.matter, act.purpose, act.query], ['M-1', 'the claim', 'quarry'])
  const again = await post(olga, `/v1/saved-searches/${idOf(own)}/run`, { purpose: 'another' })
  assert.equal(again.status, 200)

  const shown = JSON.parse((await get(lea, '/v1/matters/M-1')).text).matter
  assert.deepEqual([shown.reference, shown.people], ['4 O 12/26', ['olga@chat.example']])
  assert.deepEqual(shown.grants, [{ person: 'rita@chat.example', role: 'officer' }])
  assert.deepEqual(shown.looks, { searches: 1, records: 1, exports: 0, isWhole: true })
  assert.deepEqual([shown.savedSearches, shown.exports, shown.holds], [1, 0, []])

  const lists = (await get(olga, '/v1/saved-searches')).body['searches']
  assert.equal(JSON.stringify(lists).split('"quarries"').length - 1, 2)

  // One’s own are nobody else’s.
  const mine = idOf(own)
  const other = await add('otto', 'officer')
  const its = (await get(other, '/v1/saved-searches')).text
  assert.ok(its.includes(idOf(search)) && !its.includes(mine))
  const path = `/v1/saved-searches/${mine}`
  assert.equal((await post(other, `${path}/run`, {})).code, 'search.unknown')
  assert.equal((await ask(other, { method: 'DELETE', path })).code, 'search.unknown')
  assert.equal((await ask(olga, { method: 'DELETE', path })).status, 200)
  assert.ok(!(await get(olga, '/v1/saved-searches')).text.includes(mine))
})

test('who has a grant for one matter has no hint of another, whatever he asks', async (t) => {
  const { open, post, get, ask, olga, limited } = await office(t)
  for (const name of ['M-1', 'M-2']) await open(name)
  const saved = { name: 'canaries', query: 'x', purpose: 'p' }
  const others = idOf((await post(olga, '/v1/saved-searches', { ...saved, matter: 'M-2' })).body)
  const rita = await limited('rita', { matters: ['M-1'] })
  const sam = await limited('sam', { groups: ['sales'] })
  assert.deepEqual(
    JSON.parse((await get(rita, '/v1/matters')).text).matters.map(
      (one: { name: string }) => one.name,
    ),
    ['M-1'],
  )
  assert.equal((await get(rita, '/v1/matters/M-1')).status, 200)
  for (const who of [rita, sam]) {
    const said = new Set<string>()
    for (const name of ['M-2', 'M-none'])
      for (const [path, body] of [
        [`/v1/matters/${name}`, null],
        ['/v1/searches', { purpose: 'p', query: 'x', matter: name }],
        ['/v1/exports', { purpose: 'p', matter: name }],
        ['/v1/saved-searches', { ...saved, matter: name }],
      ] as const)
        said.add((body === null ? await get(who, path) : await post(who, path, body)).text)
    for (const id of [others, 'f'.repeat(32)]) {
      said.add((await post(who, `/v1/saved-searches/${id}/run`, {})).text)
      said.add((await ask(who, { method: 'DELETE', path: `/v1/saved-searches/${id}` })).text)
    }
    const [one] = said
    assert.ok(said.size === 1 && one?.includes('caller.not-allowed'), [...said].join('\n'))
    assert.ok(!(await get(who, '/v1/saved-searches')).text.includes('canaries'))
  }
})
