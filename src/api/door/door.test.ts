// What the door of the API does for each route: cookies, tokens, other pages, keys against doing it twice, versions, pace.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type DirectoryScene, directoryScene } from '../../../test/support/api-directory.ts'
import { httpScene, type HttpAnswer, type HttpScene } from '../../../test/support/api-http.ts'
import { Secret } from '../../base/secret.ts'
import { type Door } from './door.ts'

type Scene = DirectoryScene & HttpScene

async function setUp(t: TestContext, door: Partial<Door> = {}): Promise<Scene> {
  const people = await directoryScene(t)
  const { directory, time } = people
  const http = await httpScene(t, { directory, now: () => time.now(), domain: 'example.org' }, door)
  return { ...people, ...http }
}

async function signInAs({ ask }: Scene, name: string, password = name): Promise<HttpAnswer> {
  const body = { address: `${name}@example.org`, password }
  return await ask({ method: 'POST', path: '/v1/session', body })
}

function pageOf({ headers, body }: HttpAnswer): { readonly cookie: string; readonly csrf: string } {
  const [cookie = ''] = String(headers['set-cookie']).split(';')
  return { cookie, csrf: String(body['csrf']) }
}

test('who signs in gets a cookie that no script reads and no other site sends', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann', 'officer')
  const answer = await signInAs(scene, 'ann')
  assert.equal(answer.status, 201)
  const cookie = String(answer.headers['set-cookie'])
  assert.match(cookie, /^onrecord=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/)
  const page = pageOf(answer)
  const shown = await scene.ask({
    method: 'GET',
    path: '/v1/session',
    headers: { cookie: page.cookie },
  })
  assert.deepEqual([shown.status, shown.body['csrf']], [200, page.csrf])
  assert.doesNotMatch(JSON.stringify(shown.body), new RegExp(page.cookie.slice(9)))
})

test('over HTTPS the cookie is of this host and of HTTPS alone', async (t) => {
  const scene = await setUp(t, { isTls: true })
  await scene.add('ann')
  const { headers } = await signInAs(scene, 'ann')
  assert.match(String(headers['set-cookie']), /^__Host-onrecord=.*; SameSite=Strict; Secure$/)
})

test('a password that is changed, or an account that is closed, while the answer waits lets nobody in', async (t) => {
  const people = await directoryScene(t)
  const { directory } = people
  const by = { commandLine: true } as const
  const meanwhile: (() => Promise<void>)[] = []
  const waiting: typeof directory = {
    ...directory,
    async checkWebPassword(address, password) {
      const person = await directory.checkWebPassword(address, password)
      await meanwhile.pop()?.()
      return person
    },
  }
  const http = await httpScene(t, { directory: waiting, domain: 'example.org' })
  const scene = { ...people, ...http }
  const ann = await scene.add('ann')
  meanwhile.push(async () => await directory.setPassword(ann.id, new Secret('a-new-one'), by))
  assert.equal((await signInAs(scene, 'ann')).code, 'session.refused')
  assert.equal((await signInAs(scene, 'ann', 'a-new-one')).status, 201)
  meanwhile.push(async () => await directory.setEnabled(ann.id, { enabled: false, by }))
  assert.equal((await signInAs(scene, 'ann', 'a-new-one')).code, 'session.refused')
})

test('a wrong password, an unknown name and somebody who was disabled get the same answer', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const ben = await scene.add('ben')
  await scene.directory.setEnabled(ben.id, { enabled: false, by: { commandLine: true } })
  const answers = [
    await signInAs(scene, 'ann', 'wrong'),
    await signInAs(scene, 'nobody', 'x'),
    await signInAs(scene, 'ben'),
  ]
  for (const { status, body, headers } of answers) {
    assert.equal(status, 401)
    assert.match(String(headers['content-type']), /^application\/problem\+json/)
    assert.deepEqual(body, answers[0]?.body)
    assert.equal(headers['set-cookie'], undefined)
  }
})

test('who guesses is told to come back later, also when the guess is right at last', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const from = '192.0.2.1'
  for (let i = 0; i < 20; i++) scene.host.throttle.attempt('ann@example.org', from)
  const answer = await signInAs(scene, 'ann')
  assert.deepEqual([answer.status, answer.code], [429, 'session.throttled'])
})

test('another page can neither use the cookie nor sign somebody in', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const { cookie, csrf } = pageOf(await signInAs(scene, 'ann'))
  const out = async (headers: { readonly [name: string]: string }): Promise<string> =>
    (await scene.ask({ method: 'DELETE', path: '/v1/session', headers: { cookie, ...headers } }))
      .code
  assert.equal(await out({}), 'caller.no-csrf')
  assert.equal(await out({ 'onrecord-csrf': 'guessed' }), 'caller.no-csrf')
  assert.equal(
    await out({ 'onrecord-csrf': csrf, 'sec-fetch-site': 'cross-site' }),
    'caller.no-csrf',
  )
  const body = { address: 'ann', password: 'ann' }
  const headers = { 'sec-fetch-site': 'cross-site' }
  const foreign = await scene.ask({ method: 'POST', path: '/v1/session', body, headers })
  assert.equal(foreign.code, 'caller.no-csrf')
  const form = { 'content-type': 'text/plain' }
  assert.equal(
    (await scene.ask({ method: 'POST', path: '/v1/session', body, headers: form })).status,
    415,
  )
  assert.equal(await out({ 'onrecord-csrf': csrf, 'sec-fetch-site': 'same-origin' }), '')
  assert.equal(await out({ 'onrecord-csrf': csrf }), 'caller.nobody')
})

test('a token is for its scopes, makes none with more, and ends with its person', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann', 'administrator')
  const tokenFor = async (...scopes: string[]): Promise<{ readonly authorization: string }> => {
    const wanted = { person: ann.id, name: 'x', scopes, days: 1 }
    const { secret } = await scene.directory.tokens.make(wanted, { person: ann.id })
    return { authorization: `Bearer ${secret.reveal()}` }
  }
  const headers = await tokenFor('self.see', 'self.manage')
  const see = async (path: string): Promise<HttpAnswer> =>
    await scene.ask({ method: 'GET', path, headers })
  assert.deepEqual((await see('/v1/self')).body['permissions'], ['self.see', 'self.manage'])
  assert.equal((await see('/v1/people')).code, 'caller.not-allowed')
  const make = async (...scopes: string[]): Promise<HttpAnswer> => {
    const body = { name: 'more', scopes, days: 1 }
    return await scene.ask({ method: 'POST', path: '/v1/self/tokens', body, headers })
  }
  assert.equal((await make('people.see')).code, 'caller.not-allowed')
  assert.equal((await make('self.see')).status, 201)
  await scene.directory.setEnabled(ann.id, { enabled: false, by: { commandLine: true } })
  const after = await see('/v1/self')
  assert.deepEqual([after.status, after.headers['www-authenticate']], [401, 'Bearer'])
})

test('a token that has a scope without the role may nothing with it', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const wanted = { person: ann.id, name: 'x', scopes: ['people.see'], days: 1 }
  const { secret } = await scene.directory.tokens.make(wanted, { person: ann.id })
  const headers = { authorization: `Bearer ${secret.reveal()}` }
  const { code } = await scene.ask({ method: 'GET', path: '/v1/people', headers })
  assert.equal(code, 'caller.not-allowed')
})

test('what is asked for twice with one idempotency key is done once', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const page = await scene.signIn(ann.id)
  const make = async (key: string, name: string): Promise<HttpAnswer> =>
    await scene.ask({
      method: 'POST',
      path: '/v1/self/tokens',
      body: { name, scopes: ['self.see'], days: 1 },
      headers: { ...page, 'idempotency-key': key },
    })
  const [first, again, other] = [
    await make('k', 'one'),
    await make('k', 'one'),
    await make('k2', 'one'),
  ]
  assert.deepEqual(again.body, first.body)
  assert.equal(again.status, 201)
  assert.notEqual(other.body['id'], first.body['id'])
  assert.equal((await make('k', 'two')).code, 'api.other-request')
  assert.equal(scene.directory.tokens.list(ann.id).length, 2)
  const both = await Promise.all([make('k3', 'at once'), make('k3', 'at once')])
  for (const { status } of both) assert.ok(status === 201 || status === 409)
  assert.equal(scene.directory.tokens.list(ann.id).length, 3)
  const ben = await scene.add('ben')
  const bens = await scene.ask({
    method: 'POST',
    path: '/v1/self/tokens',
    body: { name: 'one', scopes: ['self.see'], days: 1 },
    headers: { ...(await scene.signIn(ben.id)), 'idempotency-key': 'k' },
  })
  assert.notEqual(bens.body['id'], first.body['id'], 'keys of one are none of another’s')
})

test('what has not changed is not sent again', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann', 'administrator')
  const headers = await scene.signIn(ann.id)
  const see = async (tag?: string): Promise<HttpAnswer> =>
    await scene.ask({
      method: 'GET',
      path: '/v1/people',
      headers: { ...headers, ...(tag !== undefined && { 'if-none-match': tag }) },
    })
  const tag = String((await see()).headers['etag'])
  assert.match(tag, /^"[0-9a-f]{32}"$/)
  assert.equal((await see(`W/${tag}`)).status, 304)
  await scene.add('ben')
  assert.equal((await see(tag)).status, 200)
})

test('an unknown address below /api, and a body that is none, are answered as problems', async (t) => {
  const { ask, signIn, add } = await setUp(t)
  const nothing = await ask({ method: 'GET', path: '/v1/nothing' })
  assert.deepEqual([nothing.status, nothing.code], [404, 'api.unknown'])
  const ann = await add('ann', 'administrator')
  const headers = await signIn(ann.id)
  const large = await ask({
    method: 'POST',
    path: '/v1/people',
    headers,
    body: 'x'.repeat(200_000),
  })
  assert.deepEqual([large.status, large.code], [413, 'api.too-large'])
  const wrong = await ask({ method: 'POST', path: '/v1/people', headers, body: { role: 'king' } })
  assert.deepEqual([wrong.status, wrong.code], [400, 'api.bad-request'])
})

test('who asks too quickly is told when to go on, and nobody else waits for him', async (t) => {
  const scene = await setUp(t, { perMinute: 3 })
  const [ann, ben] = [await scene.add('ann'), await scene.add('ben')]
  const [anns, bens] = [await scene.signIn(ann.id), await scene.signIn(ben.id)]
  const see = async (headers: typeof anns): Promise<HttpAnswer> =>
    await scene.ask({ method: 'GET', path: '/v1/self', headers })
  for (let i = 0; i < 3; i++) assert.equal((await see(anns)).status, 200)
  const late = await see(anns)
  assert.deepEqual(
    [late.status, late.code, late.headers['retry-after']],
    [429, 'api.too-many', '20'],
  )
  assert.equal((await see(bens)).status, 200)
  scene.time.pass(20_000)
  assert.equal((await see(anns)).status, 200)
})
