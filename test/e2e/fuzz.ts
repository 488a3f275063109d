// Random bytes and mutated stanzas at every listener of a server, by a seed: the same seed sends the same.
import { setTimeout as pass } from 'node:timers/promises'
import { TcpLink } from '../client/link.ts'
import { comeOnline } from './people.ts'
import { Raw, streamHeader } from './raw.ts'
import { type TestServer } from './server.ts'

/** Where to. */
export type Target = Pick<TestServer, 'domain' | 'ports'>

/** A whole number from 0 up to, and without, `bound`. */
type Dice = (bound: number) => number

/** Mulberry32: small, and the same everywhere. */
function dice(seed: number): Dice {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

/** What people's clients send, before it is mutated. Nothing in it is for anybody but fuzzers. */
const sentences: readonly string[] = [
  `<message to='fuzz@chat.example' type='chat' id='m'><body>one &amp; two</body><request xmlns='urn:xmpp:receipts'/></message>`,
  `<message to='fuzz@chat.example/x' type='chat'><body xml:lang='de'>wort</body><replace id='m' xmlns='urn:xmpp:message-correct:0'/></message>`,
  `<message to='fuzz@chat.example' type='chat' id='r'><retract id='m' xmlns='urn:xmpp:message-retract:1'/><fallback xmlns='urn:xmpp:fallback:0'/></message>`,
  `<message to='fuzz@chat.example' type='chat'><reactions id='m' xmlns='urn:xmpp:reactions:0'><reaction>\u{1f600}</reaction></reactions><store xmlns='urn:xmpp:hints'/></message>`,
  `<message to='fuzz@chat.example' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
  `<message to='fuzz@chat.example' type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='m'/></message>`,
  `<message to='nobody@chat.example' type='error' id='e'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  `<message to='a@elsewhere.example' type='headline'><subject>s</subject><thread parent='p'>t</thread></message>`,
  `<presence><show>away</show><status>out</status><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v'/></presence>`,
  `<presence type='unavailable'/>`,
  `<presence to='fuzz@chat.example' type='subscribe'/>`,
  `<presence to='fuzz@chat.example' type='unsubscribed'/>`,
  `<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='0'/></iq>`,
  `<iq type='set' id='2'><query xmlns='jabber:iq:roster'><item jid='c@chat.example' name='C' subscription='both'><group>g</group></item></query></iq>`,
  `<iq type='set' id='3'><query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field><field var='start'><value>2026-01-01T00:00:00Z</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>10</max><before/></set></query></iq>`,
  `<iq type='get' id='4'><metadata xmlns='urn:xmpp:mam:2'/></iq>`,
  `<iq type='set' id='5'><block xmlns='urn:xmpp:blocking'><item jid='d@chat.example'/></block></iq>`,
  `<iq type='set' id='6'><unblock xmlns='urn:xmpp:blocking'/></iq>`,
  `<iq type='get' id='7' to='chat.example'><query xmlns='http://jabber.org/protocol/disco#info' node='n#v'/></iq>`,
  `<iq type='get' id='8' to='fuzz@chat.example'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
  `<iq type='set' id='9'><enable xmlns='urn:xmpp:carbons:2'/></iq>`,
  `<iq type='get' id='10' to='chat.example'><time xmlns='urn:xmpp:time'/></iq>`,
  `<iq type='result' id='11' to='fuzz@chat.example/x'/>`,
  `<iq type='get' id='12' to='fuzz@chat.example/x'><query xmlns='jabber:iq:version'/></iq>`,
  `<iq type='get' id='13'><list xmlns='urn:xmpp:cam:0'/></iq>`,
  `<iq type='set' id='14'><revoke xmlns='urn:xmpp:cam:0' id='c'/></iq>`,
  `<enable xmlns='urn:xmpp:sm:3' resume='true'/>`,
  `<r xmlns='urn:xmpp:sm:3'/>`,
  `<a xmlns='urn:xmpp:sm:3' h='1'/>`,
  `<inactive xmlns='urn:xmpp:csi:0'/>`,
  `<active xmlns='urn:xmpp:csi:0'/>`,
]

const strangers: readonly string[] = [
  `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`,
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>biwsbj1hLHI9Yg==</auth>`,
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1-PLUS'>cD10bHMtZXhwb3J0ZXIsLG49YSxyPWI=</auth>`,
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>`,
  `<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1iaXdzLHI9YixwPWE=</response>`,
  `<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`,
  `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEAYg==</initial-response><user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>s</software></user-agent><resume xmlns='urn:xmpp:sm:3' h='0' previd='p'/><bind xmlns='urn:xmpp:bind:0'><tag>t</tag><enable xmlns='urn:xmpp:sm:3'/></bind><request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/></authenticate>`,
  `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'><initial-response>YQBhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh</initial-response><user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/><fast xmlns='urn:xmpp:fast:0' count='1'/></authenticate>`,
  `<response xmlns='urn:xmpp:sasl:2'>Yz1iaXdzLHI9YixwPWE=</response>`,
  `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.example' version='1.0'/>`,
  `<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`,
  `</stream:stream>`,
  streamHeader,
]

/** A request of XEP-0124. */
function bosh(attrs: string): string {
  const body = `<body xmlns='http://jabber.org/protocol/httpbind' ${attrs}><message to='a@b'><body>c</body></message></body>`
  return `POST /http-bind HTTP/1.1\r\nHost: chat.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const requests: readonly string[] = [
  `GET /health/ready HTTP/1.1\r\nHost: chat.example\r\n\r\n`,
  `GET /.well-known/host-meta HTTP/1.1\r\nHost: chat.example\r\nAccept: */*\r\n\r\n`,
  `POST /xmpp HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `GET /xmpp HTTP/1.1\r\nHost: chat.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n`,
  bosh(
    `rid='1' to='chat.example' wait='60' hold='1' xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0'`,
  ),
  bosh(`rid='2' sid='s' type='terminate'`),
  bosh(`rid='2' sid='s' pause='60' ack='1'`),
  `HEAD /../../etc/passwd HTTP/1.0\r\n\r\n`,
]

const pieces: readonly string[] = [
  '<',
  '>',
  '/>',
  '</',
  "'",
  '"',
  '&',
  '&#0;',
  '&lt;',
  ']]>',
  '<![CDATA[',
  '<!--',
  '<!DOCTYPE a [',
  '<?x?>',
  '\0',
  '\ufffe',
  '\u{1f600}',
  '\u0301',
  " xmlns=''",
  " xml:lang='x'",
  " a='1' a='2'",
  '@',
  '/',
  '@@',
  '..',
  'chat.example',
  'fuzz@chat.example',
  '-1',
  '99999999999999999999',
  'NaN',
  '__proto__',
  '\r\n',
  '\r\n\r\n',
]

function pick<T>(roll: Dice, all: readonly T[]): T {
  const found = all[roll(all.length)]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

/** A sentence, whole or with some bytes changed, taken out, put in or doubled. */
function mutated(roll: Dice, text: string): Buffer {
  let bytes = Buffer.from(text)
  for (let changes = roll(4); changes > 0 && bytes.length > 0; changes--) {
    const at = roll(bytes.length)
    const to = Math.min(bytes.length, at + roll(20))
    const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]
    const put: readonly Buffer[] = [
      Buffer.from([roll(256)]),
      Buffer.from(pick(roll, pieces)),
      Buffer.alloc(0),
      Buffer.concat([middle, middle]),
      Buffer.alloc(roll(2_000), middle.length > 0 ? middle : 'x'),
    ]
    bytes = Buffer.concat([head, pick(roll, put), tail])
  }
  return bytes
}

function noise(roll: Dice): Buffer {
  return Buffer.from(Array.from({ length: roll(2_000) }, () => roll(256)))
}

/** A masked frame as a browser sends it, with an opcode and a length that may be wrong. */
function frame(roll: Dice, payload: Buffer): Buffer {
  const opcode = roll(8) === 0 ? roll(256) : 0x81
  const length = roll(20) === 0 ? roll(65_536) : payload.length
  const head = Buffer.from([opcode, 0xfe, length >> 8, length & 0xff, 0, 0, 0, 0])
  return Buffer.concat([head, payload])
}

/** One connection that goes wrong, at a listener that the dice choose; resolves when it is over. */
async function mischief(server: Target, roll: Dice): Promise<void> {
  const { xmpp, xmpps, http } = server.ports
  switch (roll(7)) {
    case 0:
      return await say(roll, { port: pick(roll, [xmpp, xmpps, http]) }, () => noise(roll))
    case 1:
      return await say(roll, { port: xmpp, first: streamHeader }, () =>
        mutated(roll, pick(roll, strangers)),
      )
    case 2:
      return await say(roll, { port: xmpps, tls: true, first: streamHeader }, () =>
        mutated(roll, pick(roll, strangers)),
      )
    case 3:
      return await say(roll, { port: http }, () => mutated(roll, pick(roll, requests)))
    case 4:
      return await say(roll, { port: http, first: requests[3] ?? '' }, () =>
        frame(roll, mutated(roll, pick(roll, [...strangers, ...sentences]))),
      )
    default:
      return await asPerson(server, roll)
  }
}

type Where = { readonly port: number; readonly tls?: boolean; readonly first?: string }

async function say(
  roll: Dice,
  { port, tls = false, first = '' }: Where,
  next: () => Buffer,
): Promise<void> {
  const raw = await Raw.connect(port, { tls, localAddress: '127.0.0.66' })
  raw.send(first)
  for (let i = roll(10); i >= 0 && raw.socket.writable; i--) {
    raw.send(next())
    if (roll(3) === 0) await new Promise((again) => setImmediate(again))
  }
  if (roll(2) === 0) raw.destroy()
  else raw.socket.end()
  await raw.ended()
}

/** Signed in, and then out of order. */
async function asPerson(server: Target, roll: Dice): Promise<void> {
  // Another of us may take its resource meanwhile.
  const client = await comeOnline(server, 'fuzz', `r${roll(3)}`).catch(() => null)
  if (!client) return
  const { link } = client
  if (!(link instanceof TcpLink)) throw new Error('not over TCP')
  const { socket } = link
  for (let i = roll(200); i >= 0 && socket.writable; i--) {
    socket.write(roll(3) === 0 ? pick(roll, sentences) : mutated(roll, pick(roll, sentences)))
    if (roll(10) === 0) await new Promise((again) => setImmediate(again))
  }
  if (roll(2) === 0) client.cut()
  else client.close()
  await link.incoming.rest()
}

export type Mischief = {
  readonly seed: number
  /** Connections beside each other. */
  readonly beside: number
  /** Between two of them. */
  readonly pauseMs: number
  isEnough(count: number): boolean
}

/** Goes wrong time and again until it is enough. */
export async function mischiefUntil(target: Target, how: Mischief): Promise<void> {
  let count = 0
  const one = async (): Promise<void> => {
    while (!how.isEnough(count)) {
      count += 1
      // Dice of its own for each, so that their order in time changes nothing.
      await mischief(target, dice(how.seed + count))
      if (how.pauseMs > 0) await pass(how.pauseMs)
    }
  }
  await Promise.all(Array.from({ length: how.beside }, one))
}
