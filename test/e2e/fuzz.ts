// Random bytes and mutated stanzas at every listener of a server, by a seed: the same seed sends the same.
import { setTimeout as pass } from 'node:timers/promises'
import { TcpLink } from '../client/link.ts'
import {
  componentHeader,
  components,
  pieces,
  requests,
  sentences,
  serverHeader,
  servers,
  strangers,
} from './fuzz-words.ts'
import { comeOnline } from './people.ts'
import { Raw, streamHeader } from './raw.ts'
import { freePorts } from '../support/free-ports.ts'
import { testServer, type TestServer } from './server.ts'

/** Where to. */
export type Target = Pick<TestServer, 'domain' | 'ports'> & { readonly others: OtherPorts }

type OtherPorts = { readonly s2s: number; readonly s2sTls: number; readonly component: number }

/** A server with every listener that there is, and where they are. */
export async function everyListener(): Promise<{
  readonly server: TestServer
  readonly target: Target
}> {
  const [s2s = 0, s2sTls = 0, component = 0] = await freePorts(3)
  const server = await testServer({
    ONRECORD_S2S_PORT: String(s2s),
    ONRECORD_S2S_TLS_PORT: String(s2sTls),
    ONRECORD_S2S_ALLOW: 'elsewhere.example',
    ONRECORD_COMPONENT_PORT: String(component),
    ONRECORD_COMPONENTS: 'gateway.example=a secret that nobody guesses',
  })
  const { domain, ports } = server
  return { server, target: { domain, ports, others: { s2s, s2sTls, component } } }
}

/** A whole number from 0 up to, and without, `bound`. */
export type Dice = (bound: number) => number

/** Mulberry32: small, and the same everywhere. */
export function dice(seed: number): Dice {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

export function pick<T>(roll: Dice, all: readonly T[]): T {
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
  const { s2s, s2sTls, component } = server.others
  const all = [xmpp, xmpps, http, s2s, s2sTls, component]
  switch (roll(10)) {
    case 0:
      return await say(roll, { port: pick(roll, all) }, () => noise(roll))
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
    case 5:
      return await say(roll, { port: s2s, first: serverHeader }, () =>
        mutated(roll, pick(roll, servers)),
      )
    case 6:
      return await say(roll, { port: s2sTls, tls: true, first: serverHeader }, () =>
        mutated(roll, pick(roll, servers)),
      )
    case 7:
      return await say(roll, { port: component, first: componentHeader }, () =>
        mutated(roll, pick(roll, components)),
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
