// Application passwords at real streams: what was given to one client is taken from it alone, at once.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { Client } from '../../../test/client/client.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { directoryScene } from '../../../test/support/api-directory.ts'
import { type Directory, type PersonId } from '../../directory/ports.ts'
import { child, textOf } from '../../xml/element.ts'

const by = { commandLine: true } as const
const ns = 'urn:xmpp:sasl:2'
const fastNs = 'urn:xmpp:fast:0'
const none = 'HT-SHA-256-NONE'
const agent = `<user-agent xmlns='${ns}' id='d4565fa7-4d72-4749-b3d3-000000000001'/>`
const askToken = `${agent}<request-token xmlns='${fastNs}' mechanism='${none}'/>`

type Made = { readonly id: string; readonly text: string }
type Setting = {
  readonly s: TestStreams
  readonly directory: Directory
  readonly ann: PersonId
  readonly make: (days?: number) => Promise<Made>
  /** Time passes for people and streams. */
  readonly pass: (ms: number) => void
}

async function setUp(t: TestContext): Promise<Setting> {
  const scene = await directoryScene(t, 'localhost')
  const { directory } = scene
  const { id: ann } = await scene.add('ann')
  const s = await testStreams(t, {}, directory)
  const make = async (days = 30): Promise<Made> => {
    const wanted = { person: ann, name: 'phone', days }
    const { password, secret } = await directory.appPasswords.make(wanted, by)
    return { id: password.id, text: secret.reveal() }
  }
  const pass = (ms: number): void => {
    scene.time.pass(ms)
    s.pass(ms)
  }
  return { s, directory, ann, make, pass }
}

async function signedIn(s: TestStreams, password: string, mechanism?: string): Promise<Client> {
  const how = mechanism === undefined ? {} : { mechanism }
  return await Client.signIn({
    over: 'direct-tls',
    port: s.directPort,
    user: 'ann',
    password,
    ...how,
  })
}

/** What ends the stream. */
async function endOf(client: Client): Promise<string> {
  for (;;) {
    const element = await client.link.incoming.next()
    if (element.name === 'error')
      return textOf(child(element, 'text', 'urn:ietf:params:xml:ns:xmpp-streams'))
  }
}

/** Sessions that are over. */
function gone({ router }: TestStreams): readonly string[] {
  return router.gone.map(({ resource }) => resource.jid.text)
}

/** Signs in by SASL2, and asks for a token. */
async function tokenOf(s: TestStreams, password: string): Promise<string> {
  const ann = { over: 'direct-tls', port: s.directPort, user: 'ann', password } as const
  const client = await Client.connect(ann)
  const success = await client.authenticate2({ ...ann, wishes: askToken })
  return child(success, 'token', fastNs)?.attrs['token'] ?? assert.fail('no token')
}

async function comesBack(s: TestStreams, token: string): Promise<string> {
  const ann = { over: 'direct-tls', port: s.directPort, user: 'ann', password: '' } as const
  const client = await Client.connect(ann)
  const proof = createHmac('sha256', token).update('Initiator').digest()
  const message = Buffer.concat([Buffer.from('ann\0'), proof]).toString('base64')
  const answer = client.exchange2(
    `<authenticate xmlns='${ns}' mechanism='${none}'><initial-response>${message}</initial-response>` +
      `<fast xmlns='${fastNs}'/>${agent}</authenticate>`,
  )
  return await answer.then(
    () => 'in',
    (error: unknown) => (error instanceof Error ? error.message : 'failed'),
  )
}

for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'])
  test(`with ${mechanism} a client comes in with its own password, and the server proves itself`, async (t) => {
    const { s, make } = await setUp(t)
    const one = await make()
    for (const password of [one.text, 'ann'])
      assert.match((await signedIn(s, password, mechanism)).jid, /^ann@localhost\//)
    await assert.rejects(signedIn(s, 'wrong', mechanism), /not-authorized/)
  })

test('taking one back cuts that client off at once, and no other', async (t) => {
  const { s, directory, ann, make } = await setUp(t)
  const [one, two] = [await make(), await make()]
  const [lost, other, own] = [
    await signedIn(s, one.text),
    await signedIn(s, two.text),
    await signedIn(s, 'ann'),
  ]
  await directory.appPasswords.revoke(ann, one.id, by)
  assert.match(await endOf(lost), /good no more/)
  await assert.rejects(signedIn(s, one.text), /not-authorized/)
  s.pass(1_000)
  assert.deepEqual(gone(s), [lost.jid])
  assert.notEqual(other.jid, own.jid)
})

test('a token that came of one ends with it, and one that came of the account’s password does not', async (t) => {
  const { s, directory, ann, make } = await setUp(t)
  const one = await make()
  const token = await tokenOf(s, one.text)
  assert.equal(await comesBack(s, token), 'in')
  await directory.appPasswords.revoke(ann, one.id, by)
  assert.equal(await comesBack(s, token), 'not-authorized')
  const own = await tokenOf(s, 'ann')
  const two = await make()
  await directory.appPasswords.revoke(ann, two.id, by)
  assert.equal(await comesBack(s, own), 'in')
})

test('when its time is over its streams end, and its token is good no more', async (t) => {
  const { s, make, pass } = await setUp(t)
  const one = await make(1)
  const token = await tokenOf(s, one.text)
  const client = await signedIn(s, one.text)
  pass(86_399_000)
  assert.equal(await comesBack(s, token), 'in')
  pass(1_000)
  assert.match(await endOf(client), /good no more/)
  assert.equal(await comesBack(s, token), 'not-authorized')
})

test('who adds a second factor keeps the clients with passwords of their own alone', async (t) => {
  const { s, directory, ann, make } = await setUp(t)
  const one = await make()
  const token = await tokenOf(s, 'ann')
  const [kept, lost] = [await signedIn(s, one.text), await signedIn(s, 'ann')]
  const app = { kind: 'totp', name: 'phone', usedAt: null, key: 'c0ffee', step: -1 } as const
  await directory.factors.add(ann, app, by)
  assert.match(await endOf(lost), /good no more/)
  assert.equal(await comesBack(s, token), 'not-authorized')
  await assert.rejects(signedIn(s, 'ann'), /not-authorized/)
  s.pass(1_000)
  assert.ok(!gone(s).includes(kept.jid))
})

test('a stream that has signed in and bound nothing yet is cut off, too', async (t) => {
  const { s, directory, ann, make } = await setUp(t)
  const one = await make()
  const client = await Client.authenticated({
    over: 'direct-tls',
    port: s.directPort,
    user: 'ann',
    password: one.text,
  })
  await directory.appPasswords.revoke(ann, one.id, by)
  assert.match(await endOf(client), /sign in again/)
})
