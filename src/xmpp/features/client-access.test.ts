import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elsewhere } from '../../../test/support/elsewhere.ts'
import { directoryScene } from '../../../test/support/api-directory.ts'
import { scene, Scene } from '../../../test/support/scene.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'
import { type SignedIn } from '../ports.ts'

const ns = 'urn:xmpp:cam:0'
const list = `<list xmlns='${ns}'/>`
const phone = { id: 'phone', software: 'App', device: "Ann's phone" }
const mechanism = 'HT-SHA-256-NONE'

const signedIn = (by: SignedIn['by'], agent: SignedIn['agent'] = phone): SignedIn => ({
  agent,
  by,
  key: null,
  at: 5,
  address: '',
})

async function clients(s: Scene, name: string): Promise<readonly Element[]> {
  const answer = await s.get(name, list)
  assert.ok(answer && typeof answer !== 'string')
  return elements(answer)
}

const idOf = (client: Element | undefined): string => client?.attrs['id'] ?? assert.fail()
const revoke = (client: Element | undefined): string =>
  `<revoke xmlns='${ns}' id='${idOf(client)}'/>`
const authOf = (client: Element | undefined): readonly string[] =>
  elements(child(client ?? assert.fail(), 'auth', ns) ?? assert.fail()).map(({ name }) => name)

const enable = (node: string): string =>
  `<enable xmlns='urn:xmpp:push:0' jid='push.example' node='${node}'/>`

/** A token for Ann's client, which has come back with it. */
async function withToken(s: Scene, agent = phone): Promise<void> {
  const ann = s.person('ann/desk')
  const token = await s.clients.issue({ person: ann.id, key: null }, agent, mechanism)
  const isOf = (candidate: string): boolean => candidate === token?.token
  const proof = { address: ann.address, agentId: agent.id, mechanism, isOf }
  assert.equal((await s.clients.signIn(proof)).kind, 'ok')
}

test('a client that is signed in is listed with what it says of itself, to its person alone', async () => {
  const s = await scene('bo/desk', 'ann/desk')
  s.connect('ann/phone', signedIn('password'))
  const [desk, other, ...more] = await clients(s, 'ann/desk')
  assert.deepEqual(more, [])
  assert.ok(!idOf(desk).includes('desk'))
  assert.deepEqual(other?.attrs, { id: idOf(other), type: 'session', connected: 'true' })
  const agent = child(other ?? assert.fail(), 'user-agent', ns) ?? assert.fail()
  assert.deepEqual(
    elements(agent).map((said) => [said.name, textOf(said)]),
    [
      ['software', 'App'],
      ['device', "Ann's phone"],
    ],
  )
  assert.equal(textOf(child(other, 'first-seen', ns)), new Date(5).toISOString())
  assert.deepEqual([authOf(desk), authOf(other)], [['password'], ['password']])
  assert.equal((await clients(s, 'bo/desk')).length, 1)
  assert.equal(await s.get('bo/desk', list, 'ann@localhost'), 'service-unavailable')
})

test('two sessions of one installation are one client, and so is a token that waits', async () => {
  const s = await scene('ann/desk')
  await withToken(s)
  s.connect('ann/one', signedIn('token'))
  s.connect('ann/two', signedIn('token'))
  const [, app, ...more] = await clients(s, 'ann/desk')
  assert.deepEqual(more, [])
  assert.deepEqual(authOf(app), ['fast'])
})

test('a client that can come back is listed, and is out once it is revoked', async () => {
  const s = await scene('ann/desk')
  await withToken(s)
  const [, app] = await clients(s, 'ann/desk')
  assert.equal(app?.attrs['connected'], 'false')
  assert.equal(await s.set('ann/desk', revoke(app)), null)
  assert.equal((await clients(s, 'ann/desk')).length, 1)
  assert.deepEqual(await s.clients.list(s.person('ann/desk').id), [])
})

test('a client that is revoked is woken no more, and others are', async () => {
  const s = await scene('ann/desk')
  elsewhere(s, 'push.example')
  await withToken(s)
  s.connect('ann/phone', signedIn('token'))
  await s.set('ann/phone', enable('phone'))
  await s.set('ann/desk', enable('desk'))
  const [, app] = await clients(s, 'ann/desk')
  assert.equal(await s.set('ann/desk', revoke(app)), null)
  await s.settled()
  const left = [...(await s.pushes.load()).values()].flat()
  assert.deepEqual(
    left.map(({ node }) => node),
    ['desk'],
  )
})

test('the sessions of a client that is revoked end, and no others', async () => {
  const s = await scene('ann/desk')
  await withToken(s)
  s.connect('ann/phone', signedIn('token'))
  const [, app] = await clients(s, 'ann/desk')
  await s.set('ann/desk', revoke(app))
  assert.equal(s.closedWith('ann/phone'), 'not-authorized')
  assert.equal(s.closedWith('ann/desk'), null)
})

test('a session of a client whose token has gone can be ended', async () => {
  const s = await scene('ann/desk')
  s.connect('ann/phone', signedIn('token'))
  const [, app] = await clients(s, 'ann/desk')
  assert.equal(await s.set('ann/desk', revoke(app)), null)
  assert.equal(s.closedWith('ann/phone'), 'not-authorized')
})

test('a client that knows the password is not revoked, as it could come back at once', async () => {
  const s = await scene('ann/desk')
  await withToken(s)
  s.connect('ann/phone', signedIn('password'))
  const [desk, app] = await clients(s, 'ann/desk')
  assert.deepEqual(authOf(app), ['password', 'fast'])
  assert.equal(await s.set('ann/desk', revoke(app)), 'service-unavailable')
  assert.equal(await s.set('ann/desk', revoke(desk)), 'service-unavailable')
  assert.equal(s.closedWith('ann/phone'), null)
})

test("what is nobody's client, or somebody else's, cannot be revoked", async () => {
  const s = await scene('ann/desk', 'bo/desk')
  await withToken(s)
  const [, app] = await clients(s, 'ann/desk')
  assert.equal(await s.set('bo/desk', revoke(app)), 'item-not-found')
  assert.equal(await s.set('ann/desk', `<revoke xmlns='${ns}'/>`), 'bad-request')
})

test('a client with a password or token of its own has a grant, which is taken back with its access', async (t) => {
  const people = await directoryScene(t, 'localhost')
  const { id: person } = await people.add('ann')
  const { directory } = people
  const by = { commandLine: true } as const
  const made = await directory.appPasswords.make({ person, name: 'phone', days: 1 }, by)
  const wanted = { person, name: 'app', scopes: ['xmpp.connect'], days: 1 }
  const { token } = await directory.tokens.make(wanted, by)
  for (const key of [made.password.id, token.id]) {
    const s = new Scene([], people)
    s.connect('ann/desk')
    s.connect('ann/phone', { ...signedIn('password'), key })
    const [, app] = await clients(s, 'ann/desk')
    assert.deepEqual(authOf(app), ['grant'])
    assert.equal(directory.opens(person, key), true)
    assert.equal(await s.set('ann/desk', revoke(app)), null)
    assert.equal(directory.opens(person, key), false)
    assert.equal(s.closedWith('ann/phone'), 'not-authorized')
    assert.equal(s.closedWith('ann/desk'), null)
  }
})
