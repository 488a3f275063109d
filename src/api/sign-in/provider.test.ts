// Signing in at an identity provider, which is a real one, and who tries to come in by it.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { httpScene, type HttpAnswer, type HttpScene } from '../../../test/support/api-http.ts'
import {
  clientId,
  clientSecret,
  identityProvider,
  type IdentityProvider,
} from '../../../test/support/identity-provider.ts'
import { silentLog } from '../../base/log.ts'
import { adminApi } from '../door/admin.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { createOidcSignIn, type OidcRules } from '../../directory/oidc/sign-in.ts'
import { oidcProvider } from '../../storage/oidc/provider.ts'
import { fakeApiHost } from '../../../test/fakes/api-host.ts'

const origin = 'http://localhost:8080'
const redirectUri = `${origin}/api/v1/session/provider/back`
const afterSignOut = `${origin}/`

type Scene = DirectoryScene & HttpScene & { readonly there: IdentityProvider }

async function setUp(t: TestContext, rules: Partial<OidcRules> = {}): Promise<Scene> {
  const people = await directoryScene(t)
  const { directory, time } = people
  const there = await identityProvider(t, { redirectUri, afterSignOut })
  const host = { directory, now: () => time.now(), domain: 'example.org' }
  const { sessions } = await fakeApiHost(host)
  const oidc = createOidcSignIn({
    provider: oidcProvider({
      issuer: there.issuer,
      clientId,
      clientSecret: new Secret(clientSecret),
      redirectUri,
      afterSignOut,
      scope: 'openid',
    }),
    rules: { addressClaim: 'email', creates: false, groupsClaim: 'groups', groups: [], ...rules },
    directory,
    sessions,
    domain: 'example.org',
    random: systemRandom(),
    log: silentLog,
  })
  return { ...people, ...(await httpScene(t, { ...host, sessions, oidc })), there }
}

function cookiesIn({ headers }: HttpAnswer): string[] {
  const set = headers['set-cookie']
  const all = Array.isArray(set) ? set.map(String) : [String(set)]
  return all.map((one) => one.split(';')[0] ?? '')
}

type Came = {
  readonly answer: HttpAnswer
  readonly cookie: string
  readonly back: string
  readonly journey: string
}

/** There and back again. */
async function come({ ask, there }: Scene, browser = there.browser()): Promise<Came> {
  const gone = await ask({ method: 'GET', path: '/v1/session/provider' })
  assert.equal(gone.status, 302)
  const [journey = ''] = cookiesIn(gone)
  const back = (await browser.follow(String(gone.headers['location']))).slice(
    `${origin}/api`.length,
  )
  const answer = await ask({ method: 'GET', path: back, headers: { cookie: journey } })
  const cookie =
    answer.status === 302
      ? (cookiesIn(answer).find((one) => one.startsWith('onrecord=')) ?? '')
      : ''
  return { answer, cookie, back, journey }
}

const ann = { sub: 'a-1', email: 'ann@example.org', email_verified: true }

test('who has signed in at the provider is signed in here, and stays the same person under another address', async (t) => {
  const scene = await setUp(t)
  const { id } = await scene.add('ann', 'officer')
  scene.there.signsIn(ann)
  const { answer, cookie } = await come(scene)
  assert.deepEqual([answer.status, answer.headers['location']], [302, `${origin}/`])
  const self = await scene.ask({ method: 'GET', path: '/v1/self', headers: { cookie } })
  assert.match(JSON.stringify(self.body['person']), new RegExp(id))
  scene.there.signsIn({ ...ann, email: 'other@example.org' })
  assert.equal((await come(scene)).answer.status, 302)
  const issuer = scene.there.issuer
  assert.equal((await scene.reopen()).identities.find({ issuer, subject: 'a-1' }), id)
  const [link] = scene.record.entries.filter(({ kind }) => kind === 'identity.link')
  assert.match(link?.content ?? '', /"by":"provider".*"subject":"a-1"/)
})

test('nobody signs in as a program: what it does, it does by tokens', async (t) => {
  const scene = await setUp(t)
  const { directory, there } = scene
  const by = { commandLine: true } as const
  const { id } = await directory.addBot({ address: 'ann@example.org', by })
  there.signsIn(ann)
  const { answer, cookie } = await come(scene)
  assert.deepEqual([answer.code, cookie], ['session.refused', ''])
  assert.equal(directory.identities.of(id), null)
})

test('an address that is not verified, nobody’s, another’s at another subject, or of a closed account lets nobody in', async (t) => {
  const scene = await setUp(t)
  const { id } = await scene.add('ann')
  const refused = async (claims: {
    readonly sub: string
    readonly [name: string]: unknown
  }): Promise<string> => {
    scene.there.signsIn(claims)
    return (await come(scene)).answer.code
  }
  assert.equal(await refused({ ...ann, email_verified: false }), 'session.refused')
  assert.equal(await refused({ sub: 'b-1' }), 'session.refused')
  assert.equal(await refused({ ...ann, email: 'ben@example.org' }), 'session.refused')
  assert.equal(await refused({ ...ann, email: 'ann@elsewhere.example' }), 'session.refused')
  assert.equal(await refused(ann), '')
  assert.equal(await refused({ ...ann, sub: 'a-2' }), 'identity.taken')
  await scene.directory.setEnabled(id, { enabled: false, by: { commandLine: true } })
  assert.equal(await refused(ann), 'session.refused')
})

test('an answer counts in the browser that has asked, and once', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  scene.there.signsIn(ann)
  const { back, journey } = await come(scene)
  const again = async (cookie: string, path = back): Promise<string> =>
    (await scene.ask({ method: 'GET', path, headers: { cookie } })).code
  assert.equal(await again(journey), 'session.refused', 'the code was used')
  assert.equal(await again(''), 'session.refused')
  const other = await scene.ask({ method: 'GET', path: '/v1/session/provider' })
  const fresh = scene.there.browser()
  const stolen = (await fresh.follow(String(other.headers['location']))).slice(
    `${origin}/api`.length,
  )
  assert.equal(await again(journey, stolen), 'session.refused', 'another browser’s')
  assert.equal(await again(String(cookiesIn(other)[0]), `${stolen}x`), 'session.refused')
})

test('who has no account gets one where the settings say so, and groups follow the provider from then on', async (t) => {
  const groups = [
    ['g-1', 'traders'],
    ['g-2', 'staff'],
  ] as const
  const scene = await setUp(t, { creates: true, groups })
  scene.there.signsIn({ ...ann, groups: ['g-1', 'g-2', 'g-3'] })
  assert.equal((await come(scene)).answer.status, 302)
  const { directory } = scene
  const person = directory.find('ann@example.org') ?? assert.fail()
  assert.equal(person.role, 'member')
  assert.deepEqual(directory.groups.directOf(person.id), ['staff', 'traders'])
  await directory.setGroups(person.id, ['own', 'staff', 'traders'], { commandLine: true })
  const then = { position: scene.record.size - 1 }
  scene.there.signsIn({ ...ann, groups: ['g-2'] })
  await come(scene)
  assert.deepEqual(directory.groups.directOf(person.id), ['own', 'staff'])
  // Which groups was she in, before she came again?
  assert.deepEqual(await directory.groups.groupsAt(person.id, then), ['own', 'staff', 'traders'])
  scene.there.signsIn(ann)
  await come(scene)
  assert.deepEqual(directory.groups.directOf(person.id), ['own', 'staff'], 'nothing was said')
})

test('a group that a directory server or a provisioning service keeps is none of the provider’s, and nobody is kept out for it', async (t) => {
  const scene = await setUp(t, { groups: [['g-1', 'traders']] })
  const { id } = await scene.add('ann')
  const { groups } = scene.directory
  const source = { kind: 'scim', id: 'x' } as const
  await groups.put({ id: 'traders', name: 'Traders', source }, { sync: 'scim' })
  scene.there.signsIn({ ...ann, groups: ['g-1'] })
  assert.equal((await come(scene)).answer.status, 302)
  assert.deepEqual(groups.directOf(id), [])
})

test('signing out there ends the session here, and that one alone; the word for it counts once', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  scene.there.signsIn(ann)
  const browser = scene.there.browser()
  const [here, elsewhere] = [await come(scene, browser), await come(scene)]
  const see = async (cookie: string): Promise<HttpAnswer> =>
    await scene.ask({ method: 'GET', path: '/v1/session', headers: { cookie } })
  await browser.signOut(`${scene.there.issuer}/session/end`)
  const [token = ''] = scene.there.logoutTokens
  const path = '/v1/session/provider/signed-out'
  const tell = async (logout: string): Promise<number> =>
    (await scene.ask({ method: 'POST', path, form: { logout_token: logout } })).status
  assert.equal(await tell(`${token.slice(0, -4)}AAAA`), 400)
  assert.equal((await see(here.cookie)).status, 200)
  assert.equal(await tell(token), 200)
  assert.deepEqual(
    [(await see(here.cookie)).status, (await see(elsewhere.cookie)).status],
    [401, 200],
  )
  assert.equal(await tell(token), 400)
})

test('signing out here says where to sign out there, and no form is taken anywhere else', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  scene.there.signsIn(ann)
  const { cookie } = await come(scene)
  const { body } = await scene.ask({ method: 'GET', path: '/v1/session', headers: { cookie } })
  const headers = { cookie, 'onrecord-csrf': String(body['csrf']) }
  const out = await scene.ask({ method: 'DELETE', path: '/v1/session', headers })
  assert.match(String(out.body['elsewhere']), new RegExp(`^${scene.there.issuer}/session/end\\?`))
  const form = { address: 'ann', password: 'ann' }
  assert.equal((await scene.ask({ method: 'POST', path: '/v1/session', form })).status, 415)
})

test('who was unlinked is out, and is linked anew with whoever has that address there', async (t) => {
  const scene = await setUp(t)
  const { id } = await scene.add('ann')
  scene.there.signsIn(ann)
  const { cookie } = await come(scene)
  const api = adminApi(scene.host)
  const url = '/v1/people/ann@example.org/identity'
  assert.equal((await api.inject({ method: 'DELETE', url })).statusCode, 200)
  const path = '/v1/session'
  assert.equal((await scene.ask({ method: 'GET', path, headers: { cookie } })).status, 401)
  const { issuer } = scene.there
  assert.equal((await scene.reopen()).identities.find({ issuer, subject: 'a-1' }), null)
  scene.there.signsIn({ ...ann, sub: 'a-2' })
  assert.equal((await come(scene)).answer.status, 302)
  assert.equal(scene.directory.identities.find({ issuer, subject: 'a-2' }), id)
})

test('without a provider there is nothing to go to', async (t) => {
  const { ask } = await httpScene(t, {})
  assert.equal((await ask({ method: 'GET', path: '/v1/session/provider' })).status, 404)
})
