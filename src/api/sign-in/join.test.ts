// Coming in through the web with a link.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Secret } from '../../base/secret.ts'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { httpScene, type HttpAnswer, type HttpScene } from '../../../test/support/api-http.ts'

type Scene = DirectoryScene & HttpScene & { readonly headers: { readonly [name: string]: string } }

/** `headers`: of an administrator's page. */
async function setUp(t: TestContext): Promise<Scene> {
  const people = await directoryScene(t)
  const { directory, time } = people
  const http = await httpScene(t, { directory, now: () => time.now(), domain: 'example.org' })
  const by = { commandLine: true } as const
  const password = 'tulpen im november'
  const ada = await directory.add({
    address: 'ada@example.org',
    password: new Secret(password),
    role: 'administrator',
    by,
  })
  return { ...people, ...http, headers: await http.signIn(ada.id) }
}

async function link({ ask, headers }: Scene, body: object = {}): Promise<string> {
  const made = await ask({ method: 'POST', path: '/v1/invitations', body, headers })
  const [address, token = ''] = String(made.body['link']).split('#')
  assert.equal(address, 'http://localhost:8080/join')
  return `/v1/invitations/${token}/account`
}

async function come({ ask }: Scene, path: string, body: object): Promise<HttpAnswer> {
  return await ask({ method: 'POST', path, body })
}

test('who has a link sees what it is for, makes an account with it once, and is signed in', async (t) => {
  const scene = await setUp(t)
  const path = await link(scene, { name: 'ben' })
  const { body } = await scene.ask({ method: 'GET', path })
  assert.deepEqual(
    [body['domain'], body['address'], body['inviter']],
    ['example.org', 'ben@example.org', 'ada@example.org'],
  )
  const made = await come(scene, path, { password: 'gulls over the mill' })
  assert.equal(made.status, 201)
  const [cookie = ''] = String(made.headers['set-cookie']).split(';')
  const self = await scene.ask({ method: 'GET', path: '/v1/self', headers: { cookie } })
  assert.match(JSON.stringify(self.body['person']), /"ben@example\.org","role":"member"/)
  assert.equal((await come(scene, path, { password: 'gulls over the mill' })).status, 404)
  assert.equal((await scene.ask({ method: 'GET', path })).status, 404)
})

test('a weak password, another name than the one it is for, or none where there is a choice leaves it as it was', async (t) => {
  const scene = await setUp(t)
  const path = await link(scene, { name: 'ben' })
  const password = 'gulls over the mill'
  assert.equal((await come(scene, path, { password: 'password1' })).code, 'directory.weak-password')
  assert.equal((await come(scene, path, { name: 'bob', password })).code, 'invitation.other-name')
  const free = await link(scene)
  assert.equal((await come(scene, free, { password })).code, 'invitation.no-name')
  assert.equal((await come(scene, free, { name: 'ada', password })).code, 'directory.taken')
  assert.equal((await come(scene, free, { name: 'ben', password })).code, 'directory.taken')
  assert.equal((await come(scene, path, { password })).status, 201)
  assert.equal((await come(scene, free, { name: 'bob', password })).status, 201)
})

test('of two who come with one link at once one gets in', async (t) => {
  const scene = await setUp(t)
  const path = await link(scene)
  const password = 'gulls over the mill'
  const names = ['ben', 'bob', 'bea']
  const answers = await Promise.all(
    names.map(async (name) => (await come(scene, path, { name, password })).status),
  )
  assert.deepEqual(
    answers.toSorted((a, b) => a - b),
    [201, 404, 404],
  )
  assert.equal(scene.directory.list().length, 2)
})

test('an invitation that was taken back, whose time is over, or that nobody made is the same to who asks', async (t) => {
  const scene = await setUp(t)
  const [old, revoked] = [await link(scene, { days: 1 }), await link(scene, { days: 9 })]
  const [, late] = scene.directory.invitations.list()
  await scene.directory.invitations.revoke(late?.id ?? '', { commandLine: true })
  scene.time.pass(86_400_000)
  const answers = []
  for (const path of [old, revoked, '/v1/invitations/0123/account'])
    answers.push(await come(scene, path, { name: 'ben', password: 'gulls over the mill' }))
  for (const { status, body } of answers) assert.deepEqual([status, body], [404, answers[0]?.body])
})

test('who guesses links is told to come back later', async (t) => {
  const scene = await setUp(t)
  const path = await link(scene)
  for (let i = 0; i < 20; i++) scene.host.throttle.attempt('invitations 192.0.2.1', '192.0.2.1')
  assert.equal((await scene.ask({ method: 'GET', path })).code, 'session.throttled')
})
