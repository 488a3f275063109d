// The server as an operator meets it: start, people, stop, and each sentence when something is in the way.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { child, type Element, elements, textOf } from '../../src/xml/element.ts'
import { Client } from '../client/client.ts'
import { testServer, type TestServer } from './server.ts'

let server: TestServer

before(async () => {
  server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' })
  await server.start()
  server.addUser('anna', 'wordpass')
  server.addUser('ben', 'password')
})

after(async () => {
  await server.remove()
})

/** What `serve` says and its exit status, where it cannot start. */
function refused(extra: Readonly<Record<string, string>>, args: readonly string[] = []): string {
  const env = { ...server.env, ...extra }
  const run = spawnSync(resolve('bin/onrecord'), ['serve', ...args], {
    env,
    cwd: server.dir,
    encoding: 'utf8',
    timeout: 20_000,
  })
  const lines = run.stderr.split('\n').filter((line) => line.startsWith('onrecord: '))
  return `${run.status} ${lines.join('\n')}`
}

/** On a connection of its own: one that `fetch` kept may have been closed while a command ran. */
async function got(path: string): Promise<string> {
  const asked = request({ port: server.ports.http, path, agent: false }).end()
  const [response]: IncomingMessage[] = await once(asked, 'response')
  return response ? await text(response) : ''
}

/** Name and kind of each metric. */
function sorted(found: readonly RegExpExecArray[]): readonly string[] {
  return found.map(([, name = '', kind = '']) => `${name} ${kind}`).toSorted()
}

/** Waits for an element; what comes before it is of an earlier test's session that is just ending. */
async function until(client: Client, isIt: (element: Element) => boolean): Promise<void> {
  while (!isIt(await client.next()));
}

async function nextStreamError(client: Client): Promise<string> {
  for (;;) {
    const element = await client.next()
    if (element.name === 'error') return elements(element)[0]?.name ?? ''
  }
}

/** XEP-0045: the status codes in the next presence. */
async function statusesOfNext(client: Client): Promise<readonly string[]> {
  for (;;) {
    const stanza = await client.next()
    if (stanza.name !== 'presence') continue
    const x = child(stanza, 'x', 'http://jabber.org/protocol/muc#user')
    return x ? elements(x).flatMap(({ attrs }) => attrs['code'] ?? []) : []
  }
}

for (const over of ['plain', 'starttls', 'direct-tls'] as const) {
  test(`two people talk, ${over}`, async () => {
    const port = over === 'direct-tls' ? server.ports.xmpps : server.ports.xmpp
    const { domain } = server
    const anna = await Client.signIn({ over, port, domain, user: 'anna', password: 'wordpass' })
    const ben = await Client.signIn({ over, port, domain, user: 'ben', password: 'password' })
    // Its own presence comes back: from then on messages are for it.
    ben.send('<presence/>')
    await until(ben, ({ name, attrs }) => name === 'presence' && attrs['from'] === ben.jid)
    const hello = `hello over ${over}`
    anna.send(`<message type='chat' to='${ben.jid}' id='m1'><body>${hello}</body></message>`)
    await until(ben, (element) => textOf(child(element, 'body', 'jabber:client')) === hello)
    anna.close()
    ben.close()
  })
}

test('people are listed, disabled, enabled, given a password and removed while it runs', () => {
  server.addUser('carl', 'first')
  const address = `carl@${server.domain}`
  const listed = (): unknown => JSON.parse(server.run(['user', 'list', '--json']).out)
  const state = { people: [{ address, role: 'member', enabled: false }] }
  assert.equal(server.run(['user', 'disable', address]).status, 0)
  assert.partialDeepStrictEqual(listed(), state)
  assert.equal(server.run(['user', 'enable', address]).status, 0)
  assert.equal(server.run(['user', 'role', address, 'admin']).status, 0)
  assert.partialDeepStrictEqual(listed(), { people: [{ address, role: 'administrator' }] })
  assert.equal(server.run(['user', 'passwd', address, '--password-stdin'], 'second').status, 0)
  assert.equal(server.run(['user', 'remove', address]).status, 0)
  assert.doesNotMatch(server.run(['user', 'list']).out, /carl/)
})

test('what is wrong about a person is one sentence and exit 1', () => {
  const attempts: readonly (readonly [string[], RegExp])[] = [
    [['user', 'add', `anna@${server.domain}`, '--password-stdin'], /anna@/],
    [['user', 'add', 'anna@elsewhere.example', '--password-stdin'], /elsewhere\.example/],
    [['user', 'add', 'no address', '--password-stdin'], /no address/],
    [
      ['user', 'add', `dora@${server.domain}`, '--role', 'king', '--password-stdin'],
      /: role is none that there is: give one of member, guest, administrator, /,
    ],
    [
      ['user', 'role', `anna@${server.domain}`, 'king'],
      /: role is none that there is: give one of member, /,
    ],
    [['user', 'role', `nobody@${server.domain}`, 'guest'], /Nobody has the address nobody@/],
    [['user', 'disable', `nobody@${server.domain}`], /Nobody has the address nobody@/],
  ]
  for (const [args, sentence] of attempts) {
    const { status, err } = server.run(args, 'secret')
    assert.equal(status, 1, err)
    assert.match(err, sentence)
    assert.equal(err.trim().split('\n').length, 1, err)
    assert.doesNotMatch(err, /secret/)
  }
})

test('an address that cannot be is refused before a password is asked for', () => {
  for (const [address, sentence] of [
    [`anna@${server.domain}`, /is there already/],
    ['anna@elsewhere.example', /at another domain/],
    ['no address', /no address of a person/],
  ] as const) {
    // Without a terminal, and without --password-stdin.
    assert.match(server.run(['user', 'add', address]).err, sentence)
  }
})

test('an empty password is refused', () => {
  const run = server.run(['user', 'add', `dora@${server.domain}`, '--password-stdin'], '')
  assert.equal(run.status, 1)
})

test('the socket of administration and the key are their owner’s alone', () => {
  assert.equal(statSync(join(server.data, 'admin.sock')).mode & 0o777, 0o600)
  assert.equal(statSync(join(server.dir, 'keys/vault.key')).mode & 0o777, 0o600)
  assert.equal(statSync(server.data).mode & 0o777, 0o700)
})

test('metrics count connections, sign-ins, records and flushes', async () => {
  const metrics = await got('/metrics')
  assert.match(metrics, /^onrecord_stanzas_total [1-9]/m)
  assert.match(metrics, /^onrecord_flush_seconds_count [1-9]/m)
  assert.match(metrics, /^onrecord_batch_records_count [1-9]/m)
  assert.match(metrics, /^onrecord_writable 1$/m)
  assert.match(metrics, /^onrecord_records_total [1-9]/m)
  assert.match(metrics, /^onrecord_sign_ins_total\{result="ok"\} [1-9]/m)
})

test('docs/operate/metrics.md tells of each metric that there is, and of no other', async () => {
  const page = readFileSync(resolve('docs/operate/metrics.md'), 'utf8')
  const told = [...page.matchAll(/^\| `(\w+)` \| (\w+) /gm)]
  const served = [...(await got('/metrics')).matchAll(/^# TYPE (onrecord_\w+) (\w+)$/gm)]
  assert.deepEqual(sorted(told), sorted(served))
})

test('a second server over the same data folder is refused', () => {
  assert.match(refused({}), /^1 onrecord: Another server holds the data folder .*\.$/)
})

test('a taken port is named with its setting, and nothing is left behind', async () => {
  const blocker = createServer()
  await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done))
  const address = blocker.address()
  const port = String(typeof address === 'object' && address ? address.port : 0)
  const data = join(server.dir, 'other')
  const off = { ONRECORD_DATA: data, ONRECORD_XMPPS_PORT: '0', ONRECORD_HTTP_PORT: '0' }
  const pidFile = join(server.dir, 'never')
  assert.match(
    refused({ ...off, ONRECORD_XMPP_PORT: port }, ['--pid-file', pidFile]),
    new RegExp(`^1 onrecord: Port ${port} at 127.0.0.1 is taken .* ONRECORD_XMPP_PORT`),
  )
  assert.equal(existsSync(pidFile), false)
  assert.equal(existsSync(join(data, 'admin.sock')), false)
  blocker.close()
})

test('a certificate that is missing, and a key file that does not fit, are one sentence each', () => {
  const data = join(server.dir, 'third')
  const tls = { ONRECORD_TLS_CERT: '/nowhere.pem', ONRECORD_TLS_KEY: '/nowhere.key' }
  assert.match(refused({ ONRECORD_DATA: data, ...tls }), /^1 onrecord: ONRECORD_TLS_CERT: the file/)
  const strange = { ONRECORD_DATA: data, ONRECORD_KEY_FILE: join(server.dir, 'strange/vault.key') }
  assert.match(refused(strange), /^1 onrecord: .*strange\/vault\.key/)
})

test('a record of another domain is refused', () => {
  const data = join(server.dir, 'fourth')
  const env = { ONRECORD_DATA: data, ONRECORD_TLS_CERT: '/no.pem', ONRECORD_TLS_KEY: '/no.key' }
  refused(env)
  assert.match(
    refused({ ...env, ONRECORD_DOMAIN: 'other.example' }),
    /set ONRECORD_DOMAIN=chat\.example/,
  )
})

test('a stop is polite, ends with 0, and the record verifies; people can be added while it is stopped', async () => {
  const { domain, ports } = server
  const options = { over: 'plain', port: ports.xmpp, domain, user: 'anna' } as const
  const anna = await Client.signIn({ ...options, password: 'wordpass' })
  const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`
  const room = `tea@conference.${domain}/Anna`
  anna.send(`<presence xmlns='jabber:client' to='${room}'>${muc}</presence>`)
  assert.deepEqual(await statusesOfNext(anna), ['110', '170', '201'])
  assert.equal(await server.stop(), 0)
  // XEP-0045 section 11.2
  assert.deepEqual(await statusesOfNext(anna), ['110', '332'])
  assert.equal(await nextStreamError(anna), 'system-shutdown')
  assert.equal(existsSync(join(server.data, 'admin.sock')), false)
  server.addUser('dora', 'offline')
  assert.equal(server.run(['user', 'role', `dora@${domain}`, 'guest']).status, 0)
  const verified = server.run(['verify'])
  assert.equal(verified.status, 0, verified.out + verified.err)
  await server.start()
  const dora = await Client.signIn({ ...options, user: 'dora', password: 'offline' })
  dora.close()
})

test('killed, it starts again over its leftovers', async () => {
  await server.kill()
  assert.equal(existsSync(join(server.data, 'admin.sock')), true)
  await server.start()
})

test('SIGHUP reads the certificate again', async () => {
  const used = readFileSync(join(server.data, 'tls/self-signed.pem'), 'utf8')
  assert.ok(used.startsWith('-----BEGIN CERTIFICATE-----'))
  rmSync(join(server.data, 'tls/self-signed.pem'))
  process.kill(server.pid(), 'SIGHUP')
  while (!server.log().includes('tls.reload-refused'))
    await new Promise((again) => setImmediate(again))
  assert.equal(await got('/health/live'), '{"live":true}')
})
