import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClients } from '../../test/fakes/clients.ts'
import { fakeClientState } from '../../test/fakes/client-state.ts'
import { fakeDirectory } from '../../test/fakes/directory.ts'
import { Secret } from '../base/secret.ts'
import { type Clients } from './clients.ts'
import { type PersonId } from './ports.ts'

const address = 'ann@localhost'
const mechanism = 'HT-SHA-256-NONE'
const phone = { id: 'phone', software: 'App', device: "Ann's phone" }

type Opened = ReturnType<typeof open>

function open(tokenMs?: number): {
  readonly clients: Clients
  readonly ann: PersonId
  readonly directory: ReturnType<typeof fakeDirectory>
  readonly state: ReturnType<typeof fakeClientState>
  readonly time: { now: number }
} {
  const directory = fakeDirectory({ [address]: 'pw', 'bo@localhost': 'pw' })
  const state = fakeClientState()
  const time = { now: 1_000 }
  const options = tokenMs === undefined ? { state } : { state, tokenMs }
  const clients = testClients(directory, { now: () => time.now }, options)
  return { clients, directory, state, time, ann: directory.find(address)?.id ?? assert.fail() }
}

const always = (): boolean => true

async function kindOf({ clients }: Opened, token: string, agentId = 'phone'): Promise<string> {
  const proof = { address, agentId, mechanism, isOf: (candidate: string) => candidate === token }
  return (await clients.signIn(proof)).kind
}

async function issued({ clients, ann }: Opened, agent = phone): Promise<string> {
  return (await clients.issue({ person: ann, key: null }, agent, mechanism))?.token ?? assert.fail()
}

test('what is kept makes no token: neither it nor the id of the installation lies there', async () => {
  const o = open()
  const token = await issued(o, { ...phone, id: 'd4565fa7' })
  assert.match(token, /^[\w-]{43}$/)
  const kept = JSON.stringify(await o.state.of(o.ann), (_key, value: unknown) =>
    Array.isArray(value) ? Buffer.from(value).toString('latin1') : value,
  )
  assert.ok(!kept.includes(token) && !kept.includes('d4565fa7'))
  const [client] = await o.state.of(o.ann)
  assert.ok(client?.next && !Buffer.from(token, 'base64url').equals(client.next.seed))
})

test('the same work is done for a name that nobody has, and for a client without a token', async () => {
  const o = open()
  await issued(o)
  for (const who of [
    { address, agentId: 'phone' },
    { address, agentId: 'other' },
    { address: 'nobody@localhost', agentId: 'phone' },
  ]) {
    const tried: string[] = []
    const isOf = (token: string): boolean => tried.push(token) === 0
    assert.equal((await o.clients.signIn({ ...who, mechanism, isOf })).kind, 'refused')
    assert.equal(tried.length, 2)
  }
})

test('a token that fits what stands in for none is none', async () => {
  const o = open()
  for (const who of [address, 'nobody@localhost']) {
    const proof = { address: who, agentId: 'phone', mechanism, isOf: always }
    assert.equal((await o.clients.signIn(proof)).kind, 'refused')
  }
})

test('a person has a bounded number of clients, and the one unseen for longest makes room', async () => {
  const o = open()
  const tokens: string[] = []
  for (let i = 0; i < 51; i += 1) {
    o.time.now += 1
    tokens.push(await issued(o, { ...phone, id: `client ${i}` }))
  }
  assert.equal((await o.state.of(o.ann)).length, 50)
  assert.equal(await kindOf(o, tokens[0] ?? '', 'client 0'), 'refused')
  assert.equal(await kindOf(o, tokens[1] ?? '', 'client 1'), 'ok')
})

test('clients that have expired are shown no longer, and go when somebody gets a token', async () => {
  const o = open(100)
  await issued(o)
  assert.equal((await o.clients.list(o.ann)).length, 1)
  o.time.now += 100
  assert.equal((await o.clients.list(o.ann)).length, 0)
  o.time.now += 86_400_000
  await issued(o, { ...phone, id: 'desk' })
  assert.equal((await o.state.of(o.ann)).length, 1)
})

test('a client is listed with what it said of itself, and how it signed in last', async () => {
  const o = open()
  const token = await issued(o)
  o.time.now = 2_000
  assert.equal(await kindOf(o, token), 'ok')
  const id = o.clients.idOf(o.ann, 'phone')
  const agent = { software: 'App', device: "Ann's phone" }
  const seen = { firstSeen: 1_000, lastSeen: 2_000, usesToken: true }
  const listed = { id, agent, ...seen, key: null }
  assert.deepEqual(await o.clients.list(o.ann), [listed])
  await o.clients.gavePassword(o.ann, phone)
  assert.deepEqual(await o.clients.list(o.ann), [{ ...listed, usesToken: false }])
})

test('that a client comes back is written once an hour, as each write waits for the disk', async () => {
  const o = open()
  const token = await issued(o)
  const seen: (number | undefined)[] = []
  for (const passes of [0, 3_599_999, 1]) {
    o.time.now += passes
    assert.equal(await kindOf(o, token), 'ok')
    seen.push((await o.state.of(o.ann))[0]?.lastSeen)
  }
  assert.deepEqual(seen, [1_000, 1_000, 3_601_000])
})

test('tokens of somebody who was disabled while nobody saw to them go at the start', async () => {
  const o = open()
  await issued(o)
  const before = await o.state.of(o.ann)
  await o.directory.setEnabled(o.ann, { enabled: false })
  for (const client of before) await o.state.put(client)
  const reopened = testClients(o.directory, { now: () => 1_000 }, { state: o.state })
  // It waits for what was begun before.
  await reopened.invalidate(o.ann, 'another')
  assert.deepEqual(await o.state.of(o.ann), [])
})

for (const [what, change] of [
  ['is disabled', async (o: Opened) => await o.directory.setEnabled(o.ann, { enabled: false })],
  [
    'has a new password',
    async (o: Opened) => {
      await o.directory.setPassword(o.ann, new Secret('new'), { commandLine: true })
    },
  ],
] as const) {
  test(`a token of somebody who ${what} is good for nothing, even where it could not be removed`, async () => {
    const o = open()
    const token = await issued(o)
    const [kept] = await o.state.of(o.ann)
    await change(o)
    await o.clients.invalidate(o.ann, 'another')
    await o.state.put(kept ?? assert.fail())
    assert.equal(await kindOf(o, token), 'refused')
  })
}

test('a token that was used is the one that counts, and the only one', async () => {
  const o = open()
  await kindOf(o, await issued(o))
  await kindOf(o, await issued(o))
  const [client] = await o.state.of(o.ann)
  assert.ok(client?.current)
  assert.equal(client.next, null)
})

test('who is disabled while a token is made gets none', async () => {
  const o = open()
  const making = o.clients.issue({ person: o.ann, key: null }, phone, mechanism)
  await o.directory.setEnabled(o.ann, { enabled: false })
  assert.equal(await making, null)
})

test('where tokens are off nobody gets one', async () => {
  const o = open(0)
  assert.equal(o.clients.isOn, false)
  assert.equal(await o.clients.issue({ person: o.ann, key: null }, phone, mechanism), null)
})
