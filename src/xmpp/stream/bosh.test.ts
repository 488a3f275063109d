import assert from 'node:assert/strict'
import { test } from 'node:test'

import { postBody } from '../../../test/client/bosh-link.ts'
import { Client } from '../../../test/client/client.ts'
import { conditionIn } from '../../../test/client/link.ts'
import { recordedMessage } from '../../../test/fakes/outbound.ts'
import { written } from '../../../test/fakes/router.ts'
import { testStreams, type TestStreams } from '../../../test/fakes/streams.ts'
import { child, type Element, elements, textOf } from '../../xml/element.ts'

const ann = { user: 'ann', password: 'pw', over: 'bosh', resource: 'web' } as const
const sasl2 = 'urn:xmpp:sasl:2'
const plain = Buffer.from('\0ann\0pw').toString('base64')
const signIn =
  `<authenticate xmlns='${sasl2}' mechanism='PLAIN'><initial-response>${plain}</initial-response>` +
  `<bind xmlns='urn:xmpp:bind:0'/></authenticate>`

/** A session whose requests the test sends one by one. */
class Raw {
  readonly url: string
  sid = ''
  rid = 5_000

  constructor(url: string) {
    this.url = url
  }

  static async open(s: TestStreams, attrs = ''): Promise<{ raw: Raw; first: Element }> {
    const raw = new Raw(await s.bosh())
    const first = await raw.next('', `to='localhost' xmlns:xmpp='urn:xmpp:xbosh' ${attrs}`)
    raw.sid = first.attrs['sid'] ?? assert.fail('no sid')
    return { raw, first }
  }

  /** Signed in, with a resource and nothing unsaid. */
  static async bound(s: TestStreams, attrs = ''): Promise<Raw> {
    const { raw } = await Raw.open(s, attrs)
    const names = elements(await raw.next(signIn)).map(({ name }) => name)
    assert.deepEqual(names, ['success', 'features'])
    return raw
  }

  async next(payload = '', attrs = ''): Promise<Element> {
    this.rid += 1
    return await this.post(this.rid, payload, attrs)
  }

  async post(rid: number, payload = '', attrs = ''): Promise<Element> {
    const sid = this.sid === '' ? '' : `sid='${this.sid}'`
    const all = `xmlns='http://jabber.org/protocol/httpbind' rid='${rid}' ${sid} ${attrs}`
    return await postBody(this.url, `<body ${all}>${payload}</body>`)
  }
}

const message = (id: string): string => `<message xmlns='jabber:client' id='${id}'/>`
const endOf = ({ attrs }: Element): readonly unknown[] => [attrs['type'], attrs['condition']]
const bodies = (answer: Element): readonly string[] =>
  elements(answer).map((stanza) => textOf(child(stanza, 'body', 'jabber:client')))

test('a client signs in, binds and talks over BOSH', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, url: await s.bosh() })
  assert.equal(client.jid, 'ann@localhost/web')
  client.send(`<message xmlns='jabber:client'><body>hi</body></message>`)
  await s.router.until(() => s.router.stanzas.length === 1)
  s.router.resources[0]?.send(await recordedMessage('there'))
  assert.equal((await client.next()).name, 'message')
  client.close()
  await s.router.until(() => s.router.gone.length === 1)
  assert.equal(await client.nextOrEnd(), null)
})

test('channel binding and STARTTLS are not offered, as a session goes over many connections', async (t) => {
  const s = await testStreams(t)
  const client = await Client.connect({ ...ann, url: await s.bosh() })
  assert.deepEqual(client.mechanisms(), ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'OAUTHBEARER'])
  assert.equal(
    child(client.features ?? assert.fail(), 'starttls', 'urn:ietf:params:xml:ns:xmpp-tls'),
    undefined,
  )
})

test('the first answer says what the session is like, and brings the features', async (t) => {
  const s = await testStreams(t)
  const { first } = await Raw.open(s, `wait='90' hold='3'`)
  const { sid = '', authid = '', ...attrs } = first.attrs
  assert.match(sid, /^[\w-]{32}$/)
  assert.notEqual(authid, sid)
  assert.deepEqual(attrs, {
    '{urn:xmpp:xbosh}version': '1.0',
    '{urn:xmpp:xbosh}restartlogic': 'true',
    ver: '1.11',
    wait: '60',
    hold: '1',
    requests: '2',
    inactivity: '60',
    polling: '5',
    maxpause: '120',
    ack: '5001',
    from: 'localhost',
  })
  assert.deepEqual(
    elements(first).map(({ name }) => name),
    ['features'],
  )
})

test('stanzas without a namespace are those of a client, all the way down', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  raw.next(`<message><body>hi</body><x xmlns='urn:x'/></message>`).catch(() => {})
  await s.router.until(() => s.router.stanzas.length === 1)
  assert.deepEqual(written(s.router), [`<message><body>hi</body><x xmlns='urn:x'/></message>`])
})

test('requests are heard in the order of their ids, whichever comes first', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  const late = raw.post(raw.rid + 2, message('2'))
  // Another whole sign-in passes meanwhile.
  await Client.signIn({ user: 'bo', password: 'pw', over: 'plain', port: s.port })
  assert.equal(s.router.stanzas.length, 0)
  const answer = await raw.post(raw.rid + 1, message('1'))
  assert.deepEqual(answer.attrs, { ack: String(raw.rid + 2) })
  assert.deepEqual(written(s.router), [`<message id='1'/>`, `<message id='2'/>`])
  s.router.resources[0]?.send(await recordedMessage('for the other'))
  assert.deepEqual(bodies(await late), ['for the other'])
})

test('a lost answer is given again, and counts as had when the client has gone on', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  const held = raw.next()
  s.router.resources[0]?.send(await recordedMessage('lost'))
  assert.deepEqual(bodies(await held), ['lost'])
  assert.deepEqual(bodies(await raw.post(raw.rid)), ['lost'])
  assert.equal(s.router.acknowledged.length, 0)
  const next = raw.next()
  s.router.resources[0]?.send(await recordedMessage('two'))
  await next
  assert.equal(s.router.acknowledged.length, 0, 'it may have sent both before it had either')
  raw.next().catch(() => {})
  await s.router.until(() => s.router.acknowledged.length === 1)
})

for (const [name, ack, count] of [
  ['has had all answers unless it says otherwise', 0, 1],
  ['has not had an answer that it does not acknowledge', 1, 0],
] as const) {
  test(`a client that acknowledges ${name}`, async (t) => {
    const s = await testStreams(t)
    const raw = await Raw.bound(s, `ack='1'`)
    const held = raw.next()
    s.router.resources[0]?.send(await recordedMessage('one'))
    await held
    raw.next(message('1'), ack === 0 ? '' : `ack='${raw.rid - ack}'`).catch(() => {})
    await s.router.until(() => s.router.stanzas.length === 1)
    assert.equal(s.router.acknowledged.length, count)
  })
}

test('what the client has not gone on from is given to others when it stays away', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  const held = raw.next()
  const sent = await recordedMessage('lost')
  s.router.resources[0]?.send(sent)
  await held
  s.pass(59_000)
  assert.equal(s.router.gone.length, 0)
  s.pass(1_000)
  await s.router.until(() => s.router.gone.length === 1)
  assert.deepEqual(s.router.gone[0]?.undelivered, [sent])
  assert.deepEqual(endOf(await raw.next()), ['terminate', 'item-not-found'])
})

test('a request that is held already goes to the connection that asks again', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  const old = raw.next(message('1'))
  await s.router.until(() => s.router.stanzas.length === 1)
  const again = raw.post(raw.rid)
  assert.deepEqual(endOf(await old), ['error', undefined])
  s.router.resources[0]?.send(await recordedMessage('here'))
  assert.deepEqual(bodies(await again), ['here'])
})

test('a request is answered when the client does not want to wait longer', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s, `wait='20'`)
  const held = raw.next(message('1'))
  await s.router.until(() => s.router.stanzas.length === 1)
  s.pass(19_000)
  s.pass(1_000)
  assert.deepEqual(elements(await held), [])
})

test('a client that pauses may be away for longer, and gets what came meanwhile', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  const held = raw.next(message('1'))
  await s.router.until(() => s.router.stanzas.length === 1)
  assert.deepEqual(elements(await raw.next('', `pause='120'`)), [])
  assert.deepEqual(elements(await held), [])
  s.router.resources[0]?.send(await recordedMessage('meanwhile'))
  s.pass(119_000)
  assert.deepEqual(bodies(await raw.next()), ['meanwhile'])
})

for (const [name, ahead] of [
  ['an id from far ahead', 4],
  ['an id from long ago', -3],
] as const) {
  test(`${name} ends the session`, async (t) => {
    const s = await testStreams(t)
    const raw = await Raw.bound(s)
    assert.deepEqual(endOf(await raw.post(raw.rid + ahead)), ['terminate', 'item-not-found'])
    await s.router.until(() => s.router.gone.length === 1)
  })
}

test('empty requests that come too quickly end the session', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  const ends = await Promise.all([raw.next(), raw.next()])
  for (const end of ends) assert.deepEqual(endOf(end), ['terminate', 'policy-violation'])
})

test('a client that polls has one request at a time, and waits between them', async (t) => {
  const s = await testStreams(t)
  const { raw, first } = await Raw.open(s, `hold='0'`)
  assert.deepEqual([first.attrs['hold'], first.attrs['requests']], ['0', '1'])
  assert.deepEqual(elements(await raw.next(signIn)), [])
  await s.router.until(() => s.router.resources.length === 1)
  s.pass(5_000)
  assert.equal(elements(await raw.next())[0]?.name, 'success')
  s.router.resources[0]?.send(await recordedMessage('one'))
  assert.deepEqual(bodies(await raw.next()), ['one'])
  assert.deepEqual(elements(await raw.next()), [])
  s.pass(5_000)
  assert.deepEqual(endOf(await raw.next()), [undefined, undefined])
  assert.deepEqual(endOf(await raw.next()), ['terminate', 'policy-violation'])
})

for (const [name, body] of [
  ['what is no XML', '<body'],
  ['another element', `<x xmlns='http://jabber.org/protocol/httpbind' rid='1'/>`],
  ['no id', `<body xmlns='http://jabber.org/protocol/httpbind' to='localhost'/>`],
  ['an id that is no number', `<body xmlns='http://jabber.org/protocol/httpbind' rid='-1'/>`],
  ['an id too large', `<body xmlns='http://jabber.org/protocol/httpbind' rid='9007199254740993'/>`],
  ['nothing', ''],
] as const) {
  test(`${name} is a bad request`, async (t) => {
    const s = await testStreams(t)
    const answer = await postBody(await s.bosh(), body)
    assert.deepEqual(endOf(answer), ['terminate', 'bad-request'])
    assert.equal(s.streams.counts().connections, 0)
  })
}

test('a session that there is not is not found', async (t) => {
  const s = await testStreams(t)
  const raw = new Raw(await s.bosh())
  raw.sid = 'guessed'
  assert.deepEqual(endOf(await raw.next()), ['terminate', 'item-not-found'])
})

test('an error of the stream is the last that the client hears', async (t) => {
  const s = await testStreams(t)
  const { raw } = await Raw.open(s)
  const end = await raw.next(message('1'))
  assert.deepEqual(endOf(end), ['terminate', 'remote-stream-error'])
  const [error] = elements(end)
  assert.equal(error?.ns, 'http://etherx.jabber.org/streams')
  assert.equal(conditionIn(error), 'not-authorized')
  assert.deepEqual(endOf(await raw.next()), ['terminate', 'item-not-found'])
})

test('a host that is none of ours is told in the first answer', async (t) => {
  const s = await testStreams(t)
  const raw = new Raw(await s.bosh())
  const end = await raw.next('', `to='other.example'`)
  assert.deepEqual(endOf(end), ['terminate', 'host-unknown'])
  assert.deepEqual(elements(end), [])
})

test('strangers have as many sessions, as long requests and as long a time as elsewhere', async (t) => {
  const s = await testStreams(t, { strangersPerAddressMax: 2, strangerBytesMax: 4_000 })
  const { raw } = await Raw.open(s)
  await Raw.open(s)
  const third = new Raw(raw.url)
  assert.deepEqual(endOf(await third.next('', `to='localhost'`)), ['terminate', 'policy-violation'])
  const long = `<x xmlns='urn:x'>${'x'.repeat(5_000)}</x>`
  assert.deepEqual(endOf(await raw.next(long)), ['terminate', 'policy-violation'])
  const { raw: slow } = await Raw.open(s, `hold='0'`)
  s.pass(30_000)
  assert.deepEqual(elements(await slow.next()), [])
  s.pass(30_000)
  const end = await slow.next()
  assert.equal(conditionIn(elements(end)[0] ?? assert.fail()), 'connection-timeout')
})

test('a signed-in client may send what a stranger may not', async (t) => {
  const s = await testStreams(t)
  const raw = await Raw.bound(s)
  raw.next(`<message><body>${'x'.repeat(50_000)}</body></message>`).catch(() => {})
  await s.router.until(() => s.router.stanzas.length === 1)
})

test('nothing more is heard while earlier stanzas are not settled', async (t) => {
  const s = await testStreams(t, { unsettledMax: 1 })
  const settle: (() => void)[] = []
  s.router.handle = async () => await new Promise((resolve) => settle.push(() => resolve()))
  const raw = await Raw.bound(s)
  const held = raw.next(message('1') + message('2'))
  await s.router.until(() => settle.length === 1)
  let isAnswered = false
  const answered = held.then(() => (isAnswered = true))
  const more = raw.next(message('3'))
  await Client.signIn({ user: 'bo', password: 'pw', over: 'plain', port: s.port })
  assert.equal(settle.length, 1)
  assert.equal(isAnswered, false, 'which would be leave to send more')
  for (const at of [0, 1, 2]) {
    await s.router.until(() => settle.length === at + 1)
    settle[at]?.()
  }
  s.router.resources[0]?.send(await recordedMessage('done'))
  await Promise.all([answered, s.streams.stop(), more])
})

test('a client that was behind is heard again when it has caught up', async (t) => {
  const s = await testStreams(t, { backlogCharsMax: 100_000 })
  const raw = await Raw.bound(s)
  s.router.resources[0]?.send(await recordedMessage('x'.repeat(200_000)))
  const answer = await raw.next(message('1'))
  assert.equal(bodies(answer)[0]?.length, 200_000)
  await s.router.until(() => s.router.stanzas.length === 1)
})

test('a session is resumed over another kind of connection', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, url: await s.bosh() })
  const id = (await client.enable(true)).attrs['id'] ?? assert.fail()
  s.router.resources[0]?.send(await recordedMessage('unconfirmed'))
  await client.next()
  client.cut()
  const again = await Client.authenticated({ ...ann, over: 'plain', port: s.port })
  assert.equal((await again.resume(id, 0)).name, 'resumed')
  assert.equal((await again.next()).name, 'message')
})

test('stopping tells each client that the system shuts down', async (t) => {
  const s = await testStreams(t)
  const client = await Client.signIn({ ...ann, url: await s.bosh() })
  const stopped = s.streams.stop()
  assert.equal(conditionIn(await client.next()), 'system-shutdown')
  await stopped
  assert.deepEqual(s.streams.counts(), { connections: 0, sessions: 0 })
})
