// OAUTHBEARER (RFC 7628) at real streams.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { Client } from '../../../test/client/client.ts'
import { testClients } from '../../../test/fakes/clients.ts'
import { fakeDirectory } from '../../../test/fakes/directory.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { noTokens } from '../../../test/fakes/tokens.ts'
import { directoryScene } from '../../../test/support/api-directory.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { child, textOf } from '../../xml/element.ts'
import { systemRandom } from '../../base/random.ts'
import { nobodyWatches } from '../../directory/sign-in-watch.ts'
import { createThrottle, defaultThrottle } from '../../directory/throttle.ts'
import { oauthBearer } from './oauth-bearer.ts'
import { SignIn } from './sign-in.ts'
import { noWishes } from './wishes.ts'

const by = { commandLine: true } as const
const ns = 'urn:xmpp:sasl:2'
const dayMs = 86_400_000
const ann = { over: 'direct-tls', user: 'ann', password: '' } as const

type Setting = {
  readonly s: TestStreams
  readonly directory: Directory
  readonly person: Person
  readonly token: (scopes?: readonly string[], days?: number) => Promise<string>
  readonly pass: (ms: number) => void
}

async function setUp(t: TestContext): Promise<Setting> {
  const scene = await directoryScene(t, 'localhost')
  const { directory, time } = scene
  const person = await scene.add('ann')
  const s = await testStreams(t, {}, directory)
  return {
    s,
    directory,
    person,
    async token(scopes = ['xmpp.connect'], days = 30) {
      const wanted = { person: person.id, name: 'app', scopes, days }
      return (await directory.tokens.make(wanted, by)).secret.reveal()
    },
    pass(ms) {
      time.pass(ms)
      s.pass(ms)
    },
  }
}

const message = (token: string, header = 'n,a=ann@localhost,'): string =>
  `${header}\x01host=localhost\x01port=5222\x01auth=Bearer ${token}\x01\x01`

/** @returns 'in', or what the client was told in JSON and why it failed then */
async function tries(s: TestStreams, first: string): Promise<string> {
  const client = await Client.connect({ ...ann, port: s.directPort })
  try {
    const told = await client.exchange('auth', first, 'OAUTHBEARER')
    if (told === '') return 'in'
    await client.exchange('response', '\x01')
    return `${told} and nothing else`
  } catch (error) {
    return error instanceof Error ? error.message : 'failed'
  }
}

async function signedIn(s: TestStreams, token: string): Promise<Client> {
  const client = await Client.connect({ ...ann, port: s.directPort })
  await client.exchange('auth', message(token), 'OAUTHBEARER')
  await client.open()
  await client.bind()
  return client
}

async function endOf(client: Client): Promise<string> {
  for (;;) {
    const element = await client.link.incoming.next()
    if (element.name === 'error')
      return textOf(child(element, 'text', 'urn:ietf:params:xml:ns:xmpp-streams'))
  }
}

test('a token signs in the person whose it is, named or not', async (t) => {
  const { s, token } = await setUp(t)
  const secret = await token()
  for (const header of ['n,a=ann@localhost,', 'n,,', 'y,,', 'n,a=ann,'])
    assert.equal(await tries(s, message(secret, header)), 'in', header)
  assert.match((await signedIn(s, secret)).jid, /^ann@localhost\//)
})

test('it does as XEP-0388 has it, too', async (t) => {
  const { s, token } = await setUp(t)
  const client = await Client.connect({ ...ann, port: s.directPort })
  const first = Buffer.from(message(await token())).toString('base64')
  const success = await client.exchange2(
    `<authenticate xmlns='${ns}' mechanism='OAUTHBEARER'><initial-response>${first}</initial-response></authenticate>`,
  )
  assert.equal(textOf(child(success, 'authorization-identifier', ns)), 'ann@localhost')
})

test('who is refused is told why in JSON, answers, and fails', async (t) => {
  const { s, token } = await setUp(t)
  const client = await Client.connect({ ...ann, port: s.directPort })
  const told = async (secret: string): Promise<unknown> => {
    const answer: unknown = JSON.parse(
      await client.exchange('auth', message(secret), 'OAUTHBEARER'),
    )
    await assert.rejects(client.exchange('response', '\x01'), /not-authorized/)
    return answer
  }
  const scope = 'xmpp.connect'
  assert.deepEqual(await told('onr_wrong'), { status: 'invalid_token', scope })
  // XEP-0493: an empty one asks what there is.
  assert.deepEqual(await told(''), { status: 'invalid_token', scope })
  const other = await token(['messages.read'])
  assert.deepEqual(await told(other), { status: 'insufficient_scope', scope })
})

test('no answer to a refusal lets anybody in', async (t) => {
  const { s, token } = await setUp(t)
  const client = await Client.connect({ ...ann, port: s.directPort })
  const secret = await token()
  await client.exchange('auth', message('onr_wrong'), 'OAUTHBEARER')
  await assert.rejects(client.exchange('response', message(secret)), /not-authorized/)
})

test('a token in another’s name is refused, and so is that of who is suspended', async (t) => {
  const { s, directory, person, token } = await setUp(t)
  const secret = await token()
  for (const name of ['bo@localhost', 'bo', 'ann@elsewhere'])
    assert.equal(await tries(s, message(secret, `n,a=${name},`)), 'invalid-authzid')
  await directory.setEnabled(person.id, { enabled: false, by })
  assert.equal(await tries(s, message(secret)), 'not-authorized')
})

for (const [what, wrong] of [
  ['no GS2 header', '\x01auth=Bearer x\x01\x01'],
  ['channel binding', message('x', 'p=tls-exporter,,')],
  ['no token', 'n,,\x01host=localhost\x01\x01'],
  ['two tokens', 'n,,\x01auth=Bearer x\x01auth=Bearer y\x01\x01'],
  ['another scheme', 'n,,\x01auth=Basic x\x01\x01'],
  ['no end', 'n,,\x01auth=Bearer x\x01'],
  ['something behind the end', 'n,,\x01auth=Bearer x\x01\x01x'],
  ['an escape that is none', message('x', 'n,a=a=b,')],
  ['nothing', '\x01'],
] as const)
  test(`a message with ${what} is malformed`, async (t) => {
    const { s } = await setUp(t)
    assert.equal(await tries(s, wrong), 'malformed-request')
  })

test('whatever comes is answered, and lets nobody in', () => {
  const directory = { tokens: noTokens, get: () => null, opens: () => true }
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)),
    fc
      .string({ unit: fc.constantFrom('n', ',', 'a', '=', '\x01', 'auth=Bearer ', 'é', '@') })
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(bytes, (said) => {
      const mechanism = oauthBearer({ directory, domain: 'localhost', admit: () => true })
      const step = mechanism.step(said)
      assert.ok(!(step instanceof Promise))
      assert.notEqual(step.kind, 'success')
    }),
  )
})

test('it is offered where nobody on the way can read it, and nowhere else', async (t) => {
  const { s, token } = await setUp(t)
  const inClear = await Client.connect({ ...ann, over: 'plain', port: s.port })
  assert.ok(!inClear.mechanisms().includes('OAUTHBEARER'))
  const secret = message(await token())
  await assert.rejects(inClear.exchange('auth', secret, 'OAUTHBEARER'), /invalid-mechanism/)
  const secure = await Client.connect({ ...ann, port: s.directPort })
  assert.ok(secure.mechanisms().includes('OAUTHBEARER'))
})

test('when a token is taken back or too old its streams end, and others stay', async (t) => {
  const { s, directory, person, token, pass } = await setUp(t)
  const [one, two, other] = [await token(), await token(undefined, 1), await token()]
  const [first, second, kept] = [
    await signedIn(s, one),
    await signedIn(s, two),
    await signedIn(s, other),
  ]
  const { id } = directory.tokens.find(one) ?? assert.fail()
  await directory.tokens.revoke(id, person.id, by)
  assert.match(await endOf(first), /good no more/)
  assert.equal(await tries(s, message(one)), 'not-authorized')
  pass(dayMs)
  assert.match(await endOf(second), /good no more/)
  const over = s.router.gone.map(({ resource }) => resource.jid.text)
  assert.ok(!over.includes(kept.jid))
})

test('a bot signs in with a token, which is all that it has', async (t) => {
  const { s, directory } = await setUp(t)
  const bot = await directory.addBot({ address: 'bot@localhost', by })
  const wanted = { person: bot.id, name: 'app', scopes: ['xmpp.connect'], days: 1 }
  const { secret } = await directory.tokens.make(wanted, by)
  assert.equal(await tries(s, message(secret.reveal(), 'n,,')), 'in')
})

test('wrong tokens are slowed down as passwords are, with a name or without', async (t) => {
  const scene = await directoryScene(t, 'localhost')
  const { directory } = scene
  const person = await scene.add('ann')
  const wanted = { person: person.id, name: 'app', scopes: ['xmpp.connect'], days: 1 }
  const secret = (await directory.tokens.make(wanted, by)).secret.reveal()
  const throttle = {
    accountFree: 2,
    accountLeakMs: 1_000_000,
    delayMs: 60_000,
    delayMsMax: 60_000,
    waitMsMax: 1_000,
    addressFree: 100,
    addressLeakMs: 1_000_000,
    remembered: 100,
  }
  const s = await testStreams(t, { throttle }, directory)
  for (const header of ['n,a=ann@localhost,', 'n,,']) {
    for (let i = 0; i < 2; i++)
      assert.equal(await tries(s, message('onr_wrong', header)), 'not-authorized')
    // Right ones, too: whoever guesses learns nothing.
    assert.equal(await tries(s, message(secret, header)), 'temporary-auth-failure')
  }
})

test('that a token is wrong is told as late as that a password is', async () => {
  const clock = { now: () => 1_000 }
  const directory = fakeDirectory({})
  const parts = {
    directory,
    clients: testClients(directory, clock),
    random: systemRandom(),
    domain: 'localhost',
    clock,
    throttle: createThrottle({ ...defaultThrottle, accountFree: 0 }, clock),
    watch: nobodyWatches,
  }
  const caller = { address: '192.0.2.1', binding: null, isConfidential: true, from: null }
  const signIn = new SignIn(parts, caller, { mechanism: 'OAUTHBEARER', wishes: noWishes })
  const answer = await signIn.take(Buffer.from(message('onr_wrong')))
  assert.deepEqual([answer.kind, answer.waitMs], ['challenge', defaultThrottle.delayMs])
})
