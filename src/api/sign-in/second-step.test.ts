// Signing in with more than a password, over HTTP, and who tries to do without.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { type DirectoryScene, directoryScene } from '../../../test/support/api-directory.ts'
import { fakeAudit } from '../../../test/fakes/audit.ts'
import { authenticator, type Authenticator } from '../../../test/support/authenticator.ts'
import { httpScene, type HttpAnswer, type HttpScene } from '../../../test/support/api-http.ts'
import { adminApi } from '../door/admin.ts'
import { secondFactorProblem } from '../contract/factors.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { totpCode } from '../../directory/factors/totp.ts'
import { type Person } from '../../directory/ports.ts'
import { type SecondFactorMode } from '../../directory/second-factor-modes.ts'
import { createSecondStep } from '../../directory/web/second-step.ts'

const by = { commandLine: true } as const
const minuteMs = 60_000
const party = { id: 'chat.example.org', origins: ['https://chat.example.org'], name: 'x' }
const ours = { origin: 'https://chat.example.org', rpId: 'chat.example.org' }

type Scene = DirectoryScene & HttpScene

async function setUp(t: TestContext, mode: SecondFactorMode = 'optional'): Promise<Scene> {
  const people = await directoryScene(t)
  const { directory, record, time } = people
  const audit = fakeAudit({ ...people, clock: time, timer: time })
  const parts = { directory, party, mode, clock: time, random: systemRandom() }
  const host = { directory, record, audit, now: () => time.now(), domain: 'example.org' }
  return { ...people, ...(await httpScene(t, { ...host, secondStep: createSecondStep(parts) })) }
}

type Headers = { readonly [name: string]: string }

async function post(
  { ask }: Scene,
  path: string,
  body: unknown = {},
  headers: Headers = {},
): Promise<HttpAnswer> {
  return await ask({ method: 'POST', path, body, headers })
}

async function password(scene: Scene, name = 'ann', typed = name): Promise<HttpAnswer> {
  return await post(scene, '/v1/session', { address: `${name}@example.org`, password: typed })
}

function pageOf({ headers, body, status }: HttpAnswer): Headers {
  assert.equal(status, 201)
  const [cookie = ''] = String(headers['set-cookie']).split(';')
  return { cookie, 'onrecord-csrf': String(body['csrf']) }
}

type WithApp = {
  readonly headers: Headers
  readonly code: () => string
  readonly id: string
}

/** She adds an app to her password. */
async function withApp(scene: Scene, headers: Headers): Promise<WithApp> {
  const asked = await post(scene, '/v1/self/factors/totp/secret', {}, headers)
  const key = fromBase32(String(asked.body['secret']))
  const code = (): string => totpCode(key, Math.floor(scene.time.now() / 30_000))
  const given = { challenge: asked.body['challenge'], name: 'phone', code: code() }
  const added = await post(scene, '/v1/self/factors/totp', given, headers)
  assert.equal(added.status, 201)
  scene.time.pass(minuteMs)
  return { headers, code, id: String(added.body['id']) }
}

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = text
    .split('')
    .map((one) => alphabet.indexOf(one).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
}

async function withPasskey(scene: Scene, { id }: Person, headers: Headers): Promise<Authenticator> {
  const mine = authenticator(id, ours)
  const asked = await post(scene, '/v1/self/factors/passkey/options', {}, headers)
  const challenge = String(asked.body['challenge'])
  const given = { challenge, name: 'key', passkey: mine.make(challenge) }
  assert.equal((await post(scene, '/v1/self/factors/passkey', given, headers)).status, 201)
  return mine
}

test('with an app a password is the first of two steps, and each code is good once', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const { code, id } = await withApp(scene, pageOf(await password(scene)))
  const first = await password(scene)
  assert.deepEqual([first.status, first.code], [401, 'session.second-factor'])
  assert.match(String(first.headers['content-type']), /^application\/problem\+json/)
  const { factors, passkey } = secondFactorProblem.parse(first.body)
  assert.deepEqual([factors, passkey], [['totp'], null])
  assert.equal(first.headers['set-cookie'], undefined)
  const answer = { challenge: first.body['challenge'], code: code() }
  const [wrong, right, again] = [
    await post(scene, '/v1/session/factor', { ...answer, code: '000000' }),
    await post(scene, '/v1/session/factor', answer),
    await post(scene, '/v1/session/factor', answer),
  ]
  assert.deepEqual([wrong.status, wrong.code], [401, 'session.refused'])
  assert.deepEqual([again.status, again.body], [401, wrong.body])
  const headers = pageOf(right)
  const listed = await scene.ask({ method: 'GET', path: '/v1/self/factors', headers })
  assert.deepEqual(listed.body, {
    factors: [
      {
        id,
        kind: 'totp',
        name: 'phone',
        made: '1970-01-01T00:16:40.000Z',
        used: '1970-01-01T00:17:40.000Z',
        left: null,
      },
    ],
    required: false,
  })
  const next = { challenge: (await password(scene)).body['challenge'], code: code() }
  assert.equal((await post(scene, '/v1/session/factor', next)).code, 'session.refused', 'used')
})

test('of two who come with the same code at once one is let in', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const { code } = await withApp(scene, pageOf(await password(scene)))
  const steps = [await password(scene), await password(scene), await password(scene)]
  const answers = await Promise.all(
    steps.map(
      async ({ body }) =>
        await post(scene, '/v1/session/factor', { challenge: body['challenge'], code: code() }),
    ),
  )
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 401, 401],
  )
})

test('who guesses codes is told to come back later, also when the code is right at last', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const { code } = await withApp(scene, pageOf(await password(scene)))
  const { challenge } = (await password(scene)).body
  const guess = async (typed: string): Promise<string> =>
    (await post(scene, '/v1/session/factor', { challenge, code: typed })).code
  for (let i = 0; i < 10; i++) assert.equal(await guess('123456'), 'session.refused')
  assert.equal(await guess(code()), 'session.throttled')
  scene.time.pass(10 * minuteMs)
  const later = { challenge: (await password(scene)).body['challenge'], code: code() }
  pageOf(await post(scene, '/v1/session/factor', later))
})

test('a challenge ends with five minutes, a new password, and the person', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const { code } = await withApp(scene, pageOf(await password(scene)))
  const comes = async (meanwhile: () => Promise<void> | void, typed: string): Promise<string> => {
    const { challenge } = (await password(scene, 'ann', typed)).body
    await meanwhile()
    return (await post(scene, '/v1/session/factor', { challenge, code: code() })).code
  }
  assert.equal(await comes(() => scene.time.pass(5 * minuteMs), 'ann'), 'session.refused')
  const { directory } = scene
  const change = async (): Promise<void> =>
    await directory.setPassword(ann.id, new Secret('new'), by)
  assert.equal(await comes(change, 'ann'), 'session.refused')
  const disable = async (): Promise<void> =>
    await directory.setEnabled(ann.id, { enabled: false, by })
  assert.equal(await comes(disable, 'new'), 'session.refused')
})

test('a passkey is a second factor, and signs in without a password where it knows its user', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const mine = await withPasskey(scene, ann, pageOf(await password(scene)))
  const first = await password(scene)
  assert.deepEqual(first.body['factors'], ['passkey'])
  const challenge = String(first.body['challenge'])
  const passkey = mine.use(challenge, { isUserUnknown: true })
  pageOf(await post(scene, '/v1/session/factor', { challenge, passkey }))
  const alone = String((await post(scene, '/v1/session/passkey')).body['challenge'])
  const own = { challenge: alone, passkey: mine.use(alone) }
  const answer = await post(scene, '/v1/session/factor', own)
  pageOf(answer)
  assert.deepEqual(answer.body['person'], { ...ann })
  assert.equal((await post(scene, '/v1/session/factor', own)).status, 401, 'used')
})

test('a passkey of another page, another host, an older count, another person or no user is none', async (t) => {
  const scene = await setUp(t)
  const [ann, ben] = [await scene.add('ann'), await scene.add('ben')]
  const mine = await withPasskey(scene, ann, pageOf(await password(scene)))
  const his = await withPasskey(scene, ben, pageOf(await password(scene, 'ben')))
  const forged = authenticator(ann.id, ours)
  const tries = [
    (challenge: string) => mine.use(challenge, { origin: 'https://chat.example.org.evil.example' }),
    (challenge: string) => mine.use(challenge, { rpId: 'evil.example' }),
    (challenge: string) => mine.use(challenge, { counter: 0 }),
    (challenge: string) => mine.use(challenge, { isUserUnknown: true }),
    (challenge: string) => mine.use(`${challenge.slice(0, -4)}AAAA`),
    (challenge: string) => forged.use(challenge),
    (challenge: string) => ({ ...forged.use(challenge), id: mine.use(challenge).id }),
    (challenge: string) => {
      const { userHandle: _whose, ...response } = mine.use(challenge).response
      return { ...mine.use(challenge), response: { ...response, userHandle: 'AAAA' } }
    },
  ]
  for (const [at, use] of tries.entries()) {
    const challenge = String((await post(scene, '/v1/session/passkey')).body['challenge'])
    const answer = await post(scene, '/v1/session/factor', { challenge, passkey: use(challenge) })
    assert.deepEqual([answer.status, answer.code], [401, 'session.refused'], `${at}`)
  }
  // Her password, and his passkey.
  const { challenge } = (await password(scene)).body
  const passkey = his.use(String(challenge))
  assert.equal((await post(scene, '/v1/session/factor', { challenge, passkey })).status, 401)
})

test('a recovery code lets in once', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const { headers } = await withApp(scene, pageOf(await password(scene)))
  const made = await post(scene, '/v1/self/factors/recovery', {}, headers)
  const { codes } = made.body
  assert.ok(Array.isArray(codes) && codes.length === 10)
  const comes = async (): Promise<HttpAnswer> => {
    const { challenge } = (await password(scene)).body
    return await post(scene, '/v1/session/factor', { challenge, code: codes[3] })
  }
  const page = pageOf(await comes())
  assert.equal((await comes()).code, 'session.refused')
  const listed = await scene.ask({ method: 'GET', path: '/v1/self/factors', headers: page })
  const { factors } = listed.body
  assert.ok(Array.isArray(factors))
  assert.deepEqual(
    factors.map(({ kind, left }) => [kind, left]),
    [
      ['totp', null],
      ['recovery', 9],
    ],
  )
})

test('with the first factor, who has come with the password alone is out elsewhere', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  const [here, elsewhere] = [pageOf(await password(scene)), pageOf(await password(scene))]
  await withApp(scene, here)
  const see = async (headers: Headers): Promise<number> =>
    (await scene.ask({ method: 'GET', path: '/v1/session', headers })).status
  assert.deepEqual([await see(here), await see(elsewhere)], [200, 401])
})

test('factors are changed within ten minutes of a proof, and in the session that has asked', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const { headers, code, id } = await withApp(scene, pageOf(await password(scene)))
  const mine = await withPasskey(scene, ann, headers)
  scene.time.pass(10 * minuteMs)
  const remove = async (one: string): Promise<string> =>
    (await scene.ask({ method: 'DELETE', path: `/v1/self/factors/${one}`, headers })).code
  assert.equal(await remove(id), 'session.not-fresh')
  for (const path of ['passkey/options', 'totp/secret', 'recovery'])
    assert.equal(
      (await post(scene, `/v1/self/factors/${path}`, {}, headers)).code,
      'session.not-fresh',
    )
  const prove = async (proof: unknown): Promise<HttpAnswer> =>
    await post(scene, '/v1/session/proof', proof, headers)
  assert.equal((await prove({ password: 'wrong' })).code, 'session.refused')
  assert.equal((await prove({ code: '000000' })).code, 'session.refused')
  assert.equal(await remove(id), 'session.not-fresh')
  const asked = await post(scene, '/v1/session/proof/passkey', {}, headers)
  const challenge = String(asked.body['challenge'])
  assert.equal((await prove({ challenge, passkey: mine.use(challenge) })).status, 200)
  assert.equal(await remove('f'.repeat(32)), 'factors.unknown')
  assert.equal(await remove(id), '')
  scene.time.pass(10 * minuteMs)
  assert.equal((await prove({ code: code() })).code, 'session.refused', 'it was removed')
  assert.equal((await prove({ password: 'ann' })).status, 200)
})

test('a proof that was asked for elsewhere, or for something else, is none here', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const headers = pageOf(await password(scene))
  const mine = await withPasskey(scene, ann, headers)
  const other = String((await password(scene)).body['challenge'])
  const passkey = mine.use(other)
  assert.equal(
    (await post(scene, '/v1/session/proof', { challenge: other, passkey }, headers)).code,
    'session.refused',
  )
  const asked = await post(scene, '/v1/session/proof/passkey', {}, headers)
  const challenge = String(asked.body['challenge'])
  const stolen = { challenge, passkey: mine.use(challenge) }
  assert.equal((await post(scene, '/v1/session/factor', stolen)).code, 'session.refused')
  await scene.add('ben')
  const ben = pageOf(await password(scene, 'ben'))
  assert.equal((await post(scene, '/v1/session/proof', stolen, ben)).code, 'session.refused')
  const secret = await post(scene, '/v1/self/factors/totp/secret', {}, headers)
  const code = totpCode(
    fromBase32(String(secret.body['secret'])),
    Math.floor(scene.time.now() / 30_000),
  )
  const given = { challenge: secret.body['challenge'], name: 'x', code }
  assert.equal(
    (await post(scene, '/v1/self/factors/totp', given, ben)).code,
    'factors.no-answer',
    'he would have an app that she has the secret of',
  )
})

test('who has the password and no factor is in the trail by name, with a code and with a passkey', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const { headers } = await withApp(scene, pageOf(await password(scene)))
  const mine = await withPasskey(scene, ann, headers)
  const asked = async (): Promise<string> => String((await password(scene)).body['challenge'])
  const [first, second] = [await asked(), await asked()]
  await post(scene, '/v1/session/factor', { challenge: first, code: '000000' })
  await post(scene, '/v1/session/factor', { challenge: second, passkey: mine.use('other') })
  const attempts = scene.record.entries.filter(({ kind }) => kind === 'attempt')
  const refused = [{ address: 'ann@example.org' }, 'web, second factor', 'session.refused']
  const noted = attempts.map(({ content }) => JSON.parse(content))
  assert.deepEqual(
    noted.map(({ tried, route, code }) => [tried, route, code]),
    [refused, refused],
  )
})

test('a program with a token neither has factors nor changes them', async (t) => {
  const scene = await setUp(t)
  const { id: person } = await scene.add('ann')
  const wanted = { person, name: 'x', scopes: ['session.own', 'self.manage'], days: 1 }
  const { secret } = await scene.directory.tokens.make(wanted, { person })
  const headers = { authorization: `Bearer ${secret.reveal()}` }
  for (const path of ['totp/secret', 'recovery', 'passkey/options'])
    assert.equal(
      (await post(scene, `/v1/self/factors/${path}`, {}, headers)).code,
      'session.no-browser',
    )
})

test('whose role takes a factor may add one with a password, and nothing else, and keeps the last', async (t) => {
  const scene = await setUp(t, 'officers')
  await scene.add('ann', 'officer')
  await scene.add('ben')
  const answer = await password(scene)
  const headers = pageOf(answer)
  assert.equal(answer.body['lacksFactor'], true)
  const see = async (path: string, of = headers): Promise<string> =>
    (await scene.ask({ method: 'GET', path, headers: of })).code
  assert.equal(await see('/v1/self'), 'session.factor-first')
  assert.equal(await see('/v1/holds'), 'session.factor-first')
  assert.equal(
    (await post(scene, '/v1/self/tokens', { name: 'x', scopes: ['self.see'] }, headers)).code,
    'session.factor-first',
  )
  assert.equal(await see('/v1/session'), '')
  const { id } = await withApp(scene, headers)
  assert.equal(await see('/v1/self'), '')
  const path = `/v1/self/factors/${id}`
  assert.equal((await scene.ask({ method: 'DELETE', path, headers })).code, 'factors.last')
  const ben = await password(scene, 'ben')
  assert.deepEqual([ben.body['lacksFactor'], await see('/v1/self', pageOf(ben))], [false, ''])
})

test('an administrator at the machine takes all factors from somebody, who is out, and comes back with the password', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const { headers } = await withApp(scene, pageOf(await password(scene)))
  const url = `/v1/people/${ann.address}/factors`
  const api = adminApi(scene.host)
  assert.equal((await api.inject({ method: 'GET', url })).json().factors.length, 1)
  assert.equal((await api.inject({ method: 'DELETE', url })).statusCode, 200)
  assert.equal((await scene.ask({ method: 'GET', path: '/v1/session', headers })).status, 401)
  pageOf(await password(scene))
})
