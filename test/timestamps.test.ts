// Time stamps by a service (RFC 3161) that OpenSSL is, and what is made of what others answer.
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { after, before, test } from 'node:test'
import { sameBytes, utf8 } from '../src/base/bytes.ts'
import { systemRandom } from '../src/base/random.ts'
import { type Asked, readAnswer } from '../src/record/timestamps/answer.ts'
import { parseCertificate, parsePem } from '../src/record/timestamps/certificate.ts'
import { decodeStamp, keptStamps, stampedText, toldStamp } from '../src/record/timestamps/kept.ts'
import { nonceOf, stampRequest } from '../src/record/timestamps/request.ts'
import { openStamping } from '../src/record/timestamps/stamping.ts'
import { verifyToken } from '../src/record/timestamps/token.ts'
import { type Ask } from '../src/record/witness/ports.ts'
import { httpAsking } from '../src/storage/http/asking.ts'
import { memorySizedStore } from './fakes/sized-store.ts'
import { fakeTime } from './fakes/timer.ts'
import {
  noOpenssl,
  stampListener,
  type StampKind,
  type TimeStamping,
  timeStamping,
} from './support/time-stamping.ts'
import { testLog } from './support/test-log.ts'
import { growingLog, seenLog } from './support/witnessed.ts'

const skip = noOpenssl
const text = utf8('chat.example/log/1\n5\nroot\n')
let service: TimeStamping

before(() => {
  if (skip === false)
    service = timeStamping('rsa', 'ec', 'expired', 'between', 'below', 'client', 'twice', 'lax')
})

after(() => {
  if (skip === false) service[Symbol.dispose]()
})

function rootsOf(name: 'ca' | 'other' = 'ca'): Asked['roots'] {
  const roots = parsePem(service.pem(name))
  assert.ok(typeof roots !== 'string')
  return roots
}

function asked(over: Partial<Asked> = {}): Asked {
  const nonce = nonceOf(systemRandom().bytes(8))
  return { text, nonce, roots: rootsOf(), now: Date.now(), ...over }
}

/** What the service says to a request of ours. */
function replyTo(
  { text: about, nonce }: Pick<Asked, 'text' | 'nonce'>,
  name: StampKind = 'ec',
): Uint8Array {
  return service.reply(name, stampRequest(about, nonce))
}

test(
  'a stamp of a service with a key of RSA or ECDSA, or with a certificate in between, is believed',
  { skip },
  () => {
    for (const name of ['rsa', 'ec', 'below'] as const) {
      const question = asked()
      const answer = readAnswer(replyTo(question, name), question)
      assert.ok(typeof answer !== 'string', JSON.stringify(answer))
      assert.ok(Math.abs(answer.at - Date.now()) < 60_000)
      assert.deepEqual(verifyToken(answer.token, text, rootsOf()), { ok: true, at: answer.at })
      assert.ok(service.accepts(answer.token, text))
    }
  },
)

test('an answer that is another one than was asked for is refused, and says why', { skip }, () => {
  const question = asked()
  const other = utf8('another head')
  const wrong: readonly (readonly [string, Uint8Array, Asked, RegExp])[] = [
    ['another nonce', replyTo(asked()), question, /another request/],
    ['no nonce', service.reply('ec', service.query(other)), question, /another request/],
    ['another head', replyTo({ ...question, text: other }), question, /not over this head/],
    [
      'another root',
      replyTo(question),
      { ...question, roots: rootsOf('other') },
      /none that is trusted/,
    ],
    ['expired', replyTo(question, 'expired'), question, /not valid at its time/],
    [
      'our clock',
      replyTo(question),
      { ...question, now: Date.now() + 3_600_000 },
      /-3\d{3} s from that/,
    ],
    ['a refusal', service.reply('ec', utf8('no request')), question, /it refuses \(status 2\)/],
    ['nothing', utf8(''), question, /no answer to a request/],
    ['a page', utf8('<html>welcome</html>'), question, /no answer to a request/],
    ['half', replyTo(question).subarray(0, 700), question, /ends too early/],
  ]
  for (const [name, answer, its, why] of wrong) {
    const read = readAnswer(answer, its)
    assert.ok(typeof read === 'string', name)
    assert.match(read, why, name)
  }
})

test('only a certificate for time stamps and nothing else stamps times', { skip }, async () => {
  const { parseCertificate: parseElsewhere } = await elsewhere()
  for (const [name, may] of [
    ['ec', true],
    ['rsa', true],
    ['client', false],
    ['twice', false],
    ['lax', false],
  ] as const)
    assert.deepEqual(
      [parseCertificate, parseElsewhere].map((parse) => parse(service.der(name)).stampsTime),
      [may, may],
      name,
    )
  // The answer of one with another certificate for the same key would have to be signed anew: its name is in what is signed.
  const question = asked()
  const reply = Buffer.from(replyTo(question))
  const [from, to] = [
    Buffer.from('2b06010505070308', 'hex'),
    Buffer.from('2b06010505070302', 'hex'),
  ]
  const at = reply.indexOf(from)
  assert.ok(at > 0)
  reply.set(to, at)
  assert.match(JSON.stringify(readAnswer(reply, question)), /named another certificate/)
})

test(
  'what is changed in a stamp is found, or says the same; the verifier of bundles agrees',
  { skip },
  async () => {
    const { verifyToken: verifyElsewhere, port } = await elsewhere()
    const question = asked()
    const answer = readAnswer(replyTo(question), question)
    assert.ok(typeof answer !== 'string')
    const given = { roots: [service.der('ca')], port, where: 'it' }
    let found = 0
    for (let at = 0; at < answer.token.length; at++) {
      const changed = answer.token.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      const ours = verifyToken(changed, text, rootsOf())
      if (ours.ok) assert.equal(ours.at, answer.at, `byte ${at}`)
      else found++
      const theirs = await verifyElsewhere(changed, text, given).catch(() => null)
      // What is kept can be put into a bundle, so nothing may be taken here that is refused there.
      if (ours.ok) assert.ok(theirs?.isTrusted, `byte ${at}`)
    }
    assert.ok(found > answer.token.length * 0.9, `${found} of ${answer.token.length}`)
  },
)

type Elsewhere = {
  readonly verifyToken: (
    bytes: Uint8Array,
    over: Uint8Array,
    given: object,
  ) => Promise<{ readonly isTrusted: boolean }>
  readonly parseCertificate: (raw: Uint8Array) => { readonly stampsTime: boolean }
  readonly port: unknown
}

async function elsewhere(): Promise<Elsewhere> {
  const [{ verifyToken: verifier, parseCertificate: parse }, { nodePort }] = await Promise.all(
    ['tst.mjs', 'node.mjs'].map(
      async (name) => await import(new URL(`../verifier/${name}`, import.meta.url).href),
    ),
  )
  return { verifyToken: verifier, parseCertificate: parse, port: nodePort }
}

const source = testLog()

/** A log of five records, and a service that answers as the test says. */
function scene(ask: Ask, start = Date.now()) {
  const time = fakeTime(start)
  const own = growingLog(source, 5)
  const store = memorySizedStore()
  const log = seenLog()
  const stamps = keptStamps(store)
  const parts = {
    own,
    signed: () => ({ size: own.size, at: start }),
    service: { url: 'http://stamps.example/tsa', roots: rootsOf() },
    stamps,
    ask,
    clock: time,
    timer: time,
    random: systemRandom(),
    log,
    everyMs: 3_600_000,
    lagMsMax: 10_800_000,
  }
  return { time, own, store, log, stamps, stamping: openStamping(parts) }
}

/** Over HTTP: as the path says. */
const listener: RequestListener = (request, response) => {
  if (request.url === '/slow') return
  if (request.url === '/elsewhere') response.writeHead(302, { location: '/honest' }).end()
  else if (request.url === '/long') response.end(Buffer.alloc(300_000))
  else stampListener(service)(request, response)
}

const honest: Ask = async ({ body }) =>
  await Promise.resolve({ status: 200, body: service.reply('ec', body ?? utf8('')) })

test(
  'each hour the newest head is stamped, if the record grew, and kept with its note',
  { skip },
  async () => {
    let asks = 0
    const { stamping, stamps, store, time, own, log } = scene(async (question) => {
      asks++
      assert.equal(question.headers['content-type'], 'application/timestamp-query')
      return await honest(question)
    })
    await stamping.round()
    time.pass(3_601_000)
    await stamping.round()
    assert.deepEqual([asks, [...store.kept.keys()]], [1, [5]])
    const stamp = decodeStamp(5, store.kept.get(5) ?? utf8(''))
    assert.ok(stamp)
    assert.ok(sameBytes(stampedText(stamp.checkpoint), stampedText(utf8(await source.head(5)))))
    assert.ok(verifyToken(stamp.token, stampedText(stamp.checkpoint), rootsOf()).ok)
    assert.deepEqual(await stamps.untold(), [toldStamp(stamp)])
    stamps.told([toldStamp(stamp)])
    assert.deepEqual(await stamps.untold(), [])
    assert.deepEqual(stamping.standing(), { stamped: 5, at: stamp.at, lagMs: 0, failures: 0 })
    own.size = 9
    assert.ok(stamping.standing().lagMs > 0)
    // The clock of the test has gone on, that of the service has not.
    await stamping.round()
    assert.match(log.events.join(), /timestamp\.refused/)
  },
)

test('a stamp that is wanted is asked for at once', { skip }, async () => {
  const { stamping, stamps, time, own, store } = scene(honest)
  await stamping.round()
  time.pass(1_000)
  await stamping.round()
  own.size = 12
  // Another one is due in an hour.
  time.pass(60_000)
  await new Promise(setImmediate)
  assert.deepEqual([...store.kept.keys()], [5])
  stamps.want()
  time.pass(1_000)
  await stamping.close()
  assert.deepEqual([...store.kept.keys()], [5, 12])
})

test(
  'a service that is away or lies holds up nobody, is asked less and less often, and the lag is told of once',
  { skip },
  async () => {
    const start = Date.now()
    let asks = 0
    const { stamping, store, time, log } = scene(async () => {
      asks++
      return await Promise.resolve({ status: 302, body: utf8('') })
    }, start)
    for (let minute = 0; minute < 4 * 60; minute++) {
      time.pass(60_000)
      await new Promise(setImmediate)
    }
    assert.equal(store.kept.size, 0)
    assert.equal(stamping.standing().failures, asks)
    assert.ok(asks > 6 && asks < 14, `${asks}`)
    assert.equal(log.events.filter((event) => event === 'warn timestamp.behind').length, 1)
    await stamping.close()
  },
)

test(
  'a service that is slow, answers too long, or sends elsewhere brings no stamp',
  { skip },
  async () => {
    await using server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const stopping = new AbortController()
    const outcome = async (path: string, timeoutMs: number): Promise<string> => {
      const over = httpAsking(timeoutMs, stopping.signal)
      const url = `http://127.0.0.1:${address.port}${path}`
      const { stamping, store, log } = scene(async (question) => await over({ ...question, url }))
      await stamping.round()
      return store.kept.size === 1 ? 'kept' : String(log.fields.at(-1)?.['why'])
    }
    assert.equal(await outcome('/honest', 10_000), 'kept')
    assert.match(await outcome('/slow', 50), /no answer within 0\.05 s/)
    assert.match(await outcome('/long', 10_000), /too long/)
    assert.equal(await outcome('/elsewhere', 10_000), 'status 302')
    stopping.abort()
    server.closeAllConnections()
  },
)

test(
  'a file of a stamp that was cut is no stamp, and the others are still there',
  { skip },
  async () => {
    const { stamping, stamps, store } = scene(honest)
    await stamping.round()
    const whole = store.kept.get(5) ?? utf8('')
    for (const bytes of [
      whole.subarray(0, -1),
      whole.subarray(0, 200),
      utf8(''),
      utf8('x\nrfc3161 AAAA\n'),
    ])
      assert.equal(decodeStamp(5, bytes), null)
    store.kept.set(7, whole.subarray(0, 300))
    const sizes: number[] = []
    for await (const { size } of stamps.between({ from: 0, to: 100 })) sizes.push(size)
    assert.deepEqual([sizes, (await stamps.newest())?.size], [[5], 5])
  },
)
