// An IRC network (ngircd) and the gateway to it (biboumi), both Debian's, beside a real server.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type Element } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { addPeople, comeOnline } from './people.ts'
import { testServer, type TestServer } from './server.ts'

const secret = 'correct-horse-battery'
export const gateway = 'irc.chat.example'

/** How long ngircd and biboumi may take for anything, before the test fails. */
const patienceMs = 30_000

const missing = ['/usr/sbin/ngircd', '/usr/bin/biboumi'].filter((path) => !existsSync(path))
/** Why tests with IRC cannot run; false where they can. */
export const noIrc = missing.length > 0 && `not installed: ${missing.join(', ')}`

export type Irc = {
  readonly server: TestServer
  readonly host: string
  /** `#c` as the gateway spells it. */
  room(channel: string): string
  readonly ircd: Program
  readonly gateway: Program
  /** A person of ours who is online. */
  person(name: string): Promise<Client>
  /** The same, in the room, past what it tells at the start. */
  joined(name: string, channel: string): Promise<Client>
  remove(): Promise<void>
}

/** @param shownSecret what the gateway shows; by default what the server expects */
export async function ircNetwork(shownSecret: string = secret): Promise<Irc> {
  const port = await freePort()
  const server = await testServer({
    ONRECORD_COMPONENT_PORT: String(port),
    ONRECORD_COMPONENTS: `${gateway}=${secret}`,
  })
  await server.start()
  // Biboumi knows port 6667 alone: the address makes it one that nobody else has.
  const host = `127.${1 + (process.pid % 250)}.${port >> 8}.${port & 255}`
  const ircd = program('/usr/sbin/ngircd', ['-n', '-f', ircdConfig(server.dir, host)])
  const bridge = program('/usr/bin/biboumi', [gatewayConfig(server.dir, port, shownSecret)])
  await ircd.start()
  const zed = await IrcClient.connect(host, 'first')
  zed.close()
  await bridge.start()
  await logged(server, shownSecret === secret ? 'component.connected' : 'component.refused')
  const added = new Set<string>()

  async function person(name: string): Promise<Client> {
    if (!added.has(name)) addPeople(server, name)
    added.add(name)
    return await comeOnline(server, name, 'desk')
  }

  const room = (channel: string): string => `${channel}%${host}@${gateway}`
  return {
    server,
    host,
    room,
    ircd,
    gateway: bridge,
    person,
    async joined(name, channel) {
      const client = await person(name)
      await enter(client, `${room(channel)}/${name}`)
      return client
    },
    async remove() {
      await bridge.end('SIGKILL')
      await ircd.end('SIGKILL')
      await server.remove()
    },
  }
}

/** The server has logged that event. @param times how often */
export async function logged(server: TestServer, event: string, times = 1): Promise<void> {
  const giveUpAt = performance.now() + patienceMs
  while (server.log().split(event).length <= times) {
    if (performance.now() > giveUpAt) throw new Error(`no ${event}: ${server.log()}`)
    await new Promise((again) => setImmediate(again))
  }
}

/** Until the room has said who is there. @returns what came on the way */
export async function enter(client: Client, occupant: string): Promise<readonly Element[]> {
  client.send(
    `<presence xmlns='jabber:client' to='${occupant}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
  )
  return await until(client, (stanza) => hasStatus(stanza, '110'))
}

export function hasStatus(stanza: Element, code: string): boolean {
  return stanza.name === 'presence' && find(stanza, ({ attrs }) => attrs['code'] === code)
}

/** Whether the element or one inside is such. */
export function find(element: Element, is: (inside: Element) => boolean): boolean {
  return is(element) || element.children.some((node) => typeof node !== 'string' && find(node, is))
}

/** Reads until such a stanza comes. @returns all that came, that one last */
export async function until(
  client: Client,
  is: (stanza: Element) => boolean,
): Promise<readonly Element[]> {
  const seen: Element[] = []
  for (;;) {
    const stanza = await client.nextOrEnd(patienceMs)
    if (!stanza) throw new Error('the stream has ended')
    seen.push(stanza)
    if (is(stanza)) return seen
  }
}

/** Somebody with a plain IRC client. */
export class IrcClient {
  readonly #socket: Socket
  #text = ''
  #lines: string[] = []
  #wake: (() => void) | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      const lines = (this.#text + text).split('\r\n')
      this.#text = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('PING')) this.send(line.replace('PING', 'PONG'))
        this.#lines.push(line)
      }
      this.#wake?.()
    })
    socket.on('error', () => this.#wake?.())
  }

  /** Signed in under that nick. Tries again while nobody listens. */
  static async connect(host: string, nick: string): Promise<IrcClient> {
    const giveUpAt = performance.now() + patienceMs
    for (;;) {
      const socket = connect({ host, port: 6667 })
      try {
        await once(socket, 'connect')
        const client = new IrcClient(socket)
        client.send(`NICK ${nick}`)
        client.send(`USER ${nick} 0 * :${nick}`)
        await client.until(/ 001 /)
        return client
      } catch (error) {
        if (performance.now() > giveUpAt) throw error
      }
    }
  }

  send(line: string): void {
    this.#socket.write(`${line}\r\n`)
  }

  async join(channel: string): Promise<void> {
    this.send(`JOIN ${channel}`)
    await this.until(/ 366 /)
  }

  /** The first line that matches; those before it are dropped. */
  async until(pattern: RegExp): Promise<string> {
    const late = AbortSignal.timeout(patienceMs)
    for (;;) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift())
        if (pattern.test(line)) return line
      if (late.aborted || this.#socket.destroyed) throw new Error(`IRC never said ${pattern}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        late.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}

export type Program = {
  start(): Promise<void>
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  log(): string
}

function program(path: string, args: readonly string[]): Program {
  let child: ChildProcess | null = null
  let log = ''
  return {
    log: () => log,
    async start() {
      const started = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      child = started
      for (const output of [started.stdout, started.stderr])
        output?.on('data', (chunk: Buffer) => (log += chunk.toString()))
      await once(started, 'spawn')
    },
    async end(signal) {
      const running = child
      child = null
      if (!running || running.exitCode !== null || running.signalCode !== null) return
      const gone = once(running, 'exit')
      running.kill(signal)
      await gone
    },
  }
}

function ircdConfig(dir: string, host: string): string {
  const path = join(dir, 'ngircd.conf')
  const config = [
    '[Global]',
    'Name = irc.example.net',
    'Info = a network for tests',
    `Listen = ${host}`,
    'Ports = 6667',
    'MotdPhrase = hello',
    '[Limits]',
    'MaxConnections = 0',
    'MaxConnectionsIP = 0',
    'MaxJoins = 0',
    '[Options]',
    'DNS = no',
    'Ident = no',
    'PAM = no',
    '',
  ]
  writeFileSync(path, config.join('\n'))
  return path
}

function gatewayConfig(dir: string, port: number, shownSecret: string): string {
  const path = join(dir, 'biboumi.cfg')
  const config = [
    `hostname=${gateway}`,
    `password=${shownSecret}`,
    'xmpp_server_ip=127.0.0.1',
    `port=${port}`,
    `db_name=${join(dir, 'biboumi.sqlite')}`,
    'identd_port=0',
    'log_level=0',
    '',
  ]
  writeFileSync(path, config.join('\n'))
  return path
}

async function freePort(): Promise<number> {
  const taken = createServer()
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  taken.close()
  await once(taken, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
