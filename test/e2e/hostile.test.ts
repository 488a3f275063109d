// Strangers who mean harm, at every port of a real server. Each is refused, and the others are served on.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { Raw, streamHeader } from './raw.ts'
import { testServer, type TestServer } from './server.ts'

let server: TestServer

before(async () => {
  server = await testServer({
    ONRECORD_ALLOW_PLAINTEXT: 'loopback',
    ONRECORD_SIGN_IN_SECONDS: '5',
    ONRECORD_SIGN_IN_FAILURES_PER_ADDRESS: '10',
  })
  await server.start()
  addPeople(server, 'ann', 'bo')
})

after(async () => {
  await server.remove()
})

afterEach(() => {
  assert.doesNotMatch(server.log(), /server\.fatal|supervisor|TypeError|RangeError/)
})

/** The condition of the stream error that ends a stream in which `sent` comes after the header. */
async function streamErrorAfter(sent: string | Uint8Array, header = streamHeader): Promise<string> {
  const raw = await Raw.connect(server.ports.xmpp)
  raw.send(header).send(sent)
  const [, condition = raw.received] = /<stream:error><([a-z-]+)/.exec(await raw.ended()) ?? []
  return condition
}

test('hostile XML ends the stream with the condition of RFC 6120, whatever it is', async () => {
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    [
      'entity bomb',
      `<!DOCTYPE b [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><b>&b;</b>`,
      'restricted-xml',
    ],
    ['outside entity', `<!DOCTYPE b SYSTEM "file:///etc/passwd"><b/>`, 'restricted-xml'],
    ['undeclared entity', `<message><body>&lol;</body></message>`, 'restricted-xml'],
    ['comment', `<!-- x -->`, 'restricted-xml'],
    ['processing instruction', `<?php x ?>`, 'restricted-xml'],
    ['deep nesting', '<a>'.repeat(2_000), 'policy-violation'],
    ['many attributes', `<a ${attributes(2_000)}/>`, 'policy-violation'],
    ['attribute without end', `<a b='${'x'.repeat(50_000)}`, 'policy-violation'],
    ['name without end', `<${'x'.repeat(50_000)}`, 'policy-violation'],
    ['text without end', `<a>${'x'.repeat(50_000)}`, 'policy-violation'],
    ['attribute twice', `<a b='1' b='2'/>`, 'not-well-formed'],
    ['prefix of nobody', `<x:a/>`, 'not-well-formed'],
    ['wrong end', `<a></b>`, 'not-well-formed'],
    ['null', `<a>\0</a>`, 'not-well-formed'],
    ['reference to null', `<a>&#0;</a>`, 'not-well-formed'],
    ['UTF-8 that is none', Buffer.from([0x3c, 0x61, 0x3e, 0xc3, 0x28]), 'not-well-formed'],
    [
      'UTF-8 longer than it need be',
      Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0x80]),
      'not-well-formed',
    ],
    ['half of a pair', Buffer.from([0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80]), 'not-well-formed'],
    [
      'stanza before sign-in',
      `<message to='ann@chat.example'><body>hi</body></message>`,
      'not-authorized',
    ],
    [
      'bind before sign-in',
      `<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`,
      'not-authorized',
    ],
  ]
  const found = await Promise.all(
    cases.map(async ([name, sent]) => [name, await streamErrorAfter(sent)]),
  )
  assert.deepEqual(
    found,
    cases.map(([name, , condition]) => [name, condition]),
  )
})

function attributes(count: number): string {
  return Array.from({ length: count }, (_, i) => `a${i}=''`).join(' ')
}

test('a stream that is not one of clients is refused', async () => {
  const xmlns = `xmlns:stream='http://etherx.jabber.org/streams'`
  const conditions = await Promise.all([
    streamErrorAfter(
      '',
      `<stream:stream to='elsewhere.example' version='1.0' xmlns='jabber:client' ${xmlns}>`,
    ),
    streamErrorAfter(
      '',
      `<stream:stream to='chat.example' version='1.0' xmlns='jabber:server' ${xmlns}>`,
    ),
    streamErrorAfter('', `<html>`),
    streamErrorAfter('', `GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n`),
  ])
  assert.deepEqual(conditions, [
    'host-unknown',
    'invalid-namespace',
    'invalid-namespace',
    'not-well-formed',
  ])
})

test('what comes in clear behind starttls is forgotten', async () => {
  const injected = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFubgBh</auth>`
  const raw = await Raw.connect(server.ports.xmpp)
  raw.send(
    `${streamHeader}<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>${streamHeader}${injected}`,
  )
  const said = await raw.until('<proceed')
  assert.doesNotMatch(said.slice(said.indexOf('<proceed')), /failure|success|<stream:features/)
  raw.destroy()
})

test('who does not get on with signing in is let go, however slowly he talks', async () => {
  const half = await Raw.connect(server.ports.xmpps)
  half.send(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))
  const silent = await Raw.connect(server.ports.xmpp)
  const direct = await Raw.connect(server.ports.xmpps, { tls: true })
  const proceeded = await Raw.connect(server.ports.xmpp)
  proceeded.send(`${streamHeader}<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)
  const dribbling = await Raw.connect(server.ports.xmpp)
  dribbling.send(streamHeader)
  const drops = setInterval(() => dribbling.send(' '), 50)
  const all = [half, silent, direct, proceeded, dribbling]
  await Promise.all(all.map(async (raw) => await raw.ended()))
  clearInterval(drops)
})

test('noise where a handshake is expected is let go', async () => {
  const noise = randomBytes(4_096)
  const direct = await Raw.connect(server.ports.xmpps)
  direct.send(noise)
  await direct.ended()
  const upgraded = await Raw.connect(server.ports.xmpp)
  upgraded.send(`${streamHeader}<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)
  await upgraded.until('<proceed')
  upgraded.send(noise)
  await upgraded.ended()
})

for (const listener of ['xmpp', 'xmpps', 'http'] as const) {
  test(`one address holds a bounded number of strangers' connections, ${listener}`, async () => {
    const localAddress = `127.0.0.${{ xmpp: 11, xmpps: 12, http: 13 }[listener]}`
    const all = await Promise.all(
      Array.from(
        { length: 400 },
        async () => await Raw.connect(server.ports[listener], { localAddress }),
      ),
    )
    const over = all.slice(200)
    const states = Promise.all(over.map(async (raw) => await raw.ended()))
    await states
    assert.equal(
      all.filter((raw) => !raw.socket.destroyed && !raw.socket.readableEnded).length > 0,
      true,
    )
    await assertServed()
    for (const raw of all) raw.destroy()
  })
}

/** Two people talk. */
async function assertServed(): Promise<void> {
  const [ann, bo] = [await comeOnline(server, 'ann'), await comeOnline(server, 'bo')]
  say(ann, `bo@${server.domain}`, 'still here?', 'm')
  assert.equal(bodyOf(await nextMessage(bo)), 'still here?')
  ann.close()
  bo.close()
}

test('an address that guesses passwords is told to come back later; others sign in', async () => {
  const localAddress = '127.0.0.21'
  const outcomes: string[] = []
  for (let i = 0; i < 12; i++) {
    const raw = await Raw.connect(server.ports.xmpp, { localAddress })
    const guess = Buffer.from(`\0somebody${i}\0guess`).toString('base64')
    raw.send(
      `${streamHeader}<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${guess}</auth>`,
    )
    const said = await raw.until('</failure>')
    outcomes.push(/<failure[^>]*><([a-z-]+)/.exec(said)?.[1] ?? said)
    raw.destroy()
  }
  assert.equal(outcomes[0], 'not-authorized')
  assert.equal(outcomes.at(-1), 'temporary-auth-failure')
  await assertServed()
})
