// Application passwords over HTTP, and who tries to get one that he should not have.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type DirectoryScene, directoryScene } from '../../../test/support/api-directory.ts'
import { type HttpScene, httpScene } from '../../../test/support/api-http.ts'
import { Secret } from '../../base/secret.ts'
import { madeAppPassword } from '../contract/app-passwords.ts'

const path = '/v1/self/app-passwords'

async function setUp(t: TestContext): Promise<DirectoryScene & HttpScene> {
  const people = await directoryScene(t)
  const { directory, time } = people
  return { ...people, ...(await httpScene(t, { directory, now: () => time.now() })) }
}

test('somebody makes one in the browser, is told it once, and takes it back', async (t) => {
  const { ask, signIn, add, directory } = await setUp(t)
  const ann = await add('ann')
  const headers = await signIn(ann.id)
  const answer = await ask({ method: 'POST', path, body: { name: 'phone', days: 30 }, headers })
  assert.equal(answer.status, 201)
  const { id, password, expires, used } = madeAppPassword.parse(answer.body)
  assert.deepEqual([expires, used], ['1970-01-31T00:16:40.000Z', null])
  const opened = await directory.checkPassword(ann.address, new Secret(password))
  assert.deepEqual([opened?.person.id, opened?.key], [ann.id, id])
  const list = await ask({ method: 'GET', path, headers })
  const { password: _told, ...shown } = answer.body
  assert.deepEqual(list.body, { passwords: [shown] })
  const own = await ask({ method: 'DELETE', path: `${path}/${id}`, headers })
  assert.equal(own.status, 200)
  assert.equal(await directory.checkPassword(ann.address, new Secret(password)), null)
  assert.equal((await ask({ method: 'DELETE', path: `${path}/${id}`, headers })).status, 404)
})

test('a token makes none, nor does a browser whose proof is old; nobody sees or takes back another’s', async (t) => {
  const { ask, signIn, add, directory, time } = await setUp(t)
  const [ann, ben] = [await add('ann'), await add('ben')]
  const wanted = { person: ann.id, name: 'x', scopes: ['self.manage', 'self.see'], days: 1 }
  const { secret } = await directory.tokens.make(wanted, { person: ann.id })
  const body = { name: 'phone' }
  const bearer = { authorization: `Bearer ${secret.reveal()}` }
  assert.equal(
    (await ask({ method: 'POST', path, body, headers: bearer })).code,
    'session.no-browser',
  )
  const headers = await signIn(ann.id)
  const made = await ask({ method: 'POST', path, body, headers })
  const one = `${path}/${String(made.body['id'])}`
  time.pass(600_000)
  assert.equal((await ask({ method: 'POST', path, body, headers })).code, 'session.not-fresh')
  const his = await signIn(ben.id)
  assert.deepEqual((await ask({ method: 'GET', path, headers: his })).body, { passwords: [] })
  assert.equal(
    (await ask({ method: 'DELETE', path: one, headers: his })).code,
    'app-passwords.unknown',
  )
  assert.equal(directory.appPasswords.of(ann.id).length, 1)
})

test('an administrator sees those of others and takes them back, and makes none', async (t) => {
  const { ask, signIn, add, directory } = await setUp(t)
  const [ann, root] = [await add('ann'), await add('root', 'administrator')]
  const [one, two] = ['phone', 'desk'].map(
    async (name) =>
      await directory.appPasswords.make({ person: ann.id, name, days: 1 }, { person: ann.id }),
  )
  const { password } = (await one) ?? assert.fail()
  await two
  const headers = await signIn(root.id)
  const theirs = `/v1/people/${ann.address}/app-passwords`
  const names = async (): Promise<unknown> => {
    const { passwords } = (await ask({ method: 'GET', path: theirs, headers })).body
    return Array.isArray(passwords) && passwords.map(({ name }) => String(name)).toSorted()
  }
  assert.deepEqual(await names(), ['desk', 'phone'])
  const body = { name: 'mine' }
  assert.equal(
    (await ask({ method: 'POST', path: theirs, body, headers })).code,
    'caller.not-allowed',
  )
  await ask({ method: 'DELETE', path: `${theirs}?id=${password.id}`, headers })
  assert.deepEqual(await names(), ['desk'])
  await ask({ method: 'DELETE', path: theirs, headers })
  assert.deepEqual(await names(), [])
})
