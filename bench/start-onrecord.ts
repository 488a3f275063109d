// Our own server for measurements: the program as it is shipped, in a folder of its own, with accounts u0, u1, u2…
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join, resolve } from 'node:path'
import { env } from './environment.ts'

const ownProgram = resolve(import.meta.dirname, '../bin/onrecord')
const readySeconds = 60
/** Sockets over which accounts are made. */
const makersMax = 4

export type Options = {
  readonly dir: string
  readonly domain: string
  readonly users: number
  readonly port?: number
  readonly cacheBytes?: number
  /** Arguments for Node, such as `--cpu-prof`. */
  readonly nodeOptions?: string
  /** What the program is started with, such as `taskset -c 0`. */
  readonly through?: readonly string[]
  readonly settings?: Readonly<Record<string, string>>
  /** Of another checkout. */
  readonly program?: string
}

export type Bench = {
  readonly port: number
  readonly pidFile: string
  stop(): Promise<void>
}

/** Starts on the data that is there, or makes the accounts first. Password `pw`. */
export async function startOnrecord(options: Options): Promise<Bench> {
  const {
    dir,
    domain,
    users,
    port = 26_222,
    cacheBytes,
    nodeOptions,
    program = ownProgram,
    through = [],
    settings = {},
  } = options
  const data = join(dir, 'data')
  const pidFile = join(dir, 'server.pid')
  const log = openSync(join(dir, 'server.log'), 'a')
  const [command, ...words] = [...through, program, 'serve', '--pid-file', pidFile]
  const child = spawn(command, words, {
    stdio: ['ignore', log, log],
    cwd: dir,
    env: {
      ...env,
      ONRECORD_DATA: data,
      ONRECORD_KEY_FILE: join(dir, 'keys/vault.key'),
      ONRECORD_DOMAIN: domain,
      ONRECORD_XMPP_PORT: String(port),
      ONRECORD_XMPPS_PORT: '0',
      ONRECORD_HTTP_PORT: String(port + 1),
      ONRECORD_ALLOW_PLAINTEXT: 'loopback',
      ...(cacheBytes === undefined ? {} : { ONRECORD_OPENED_CACHE_BYTES: String(cacheBytes) }),
      ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }),
      ...settings,
    },
  })
  await ready(port + 1, () => child.exitCode, join(dir, 'server.log'))
  await makeUsers({ dir, data, domain, users })
  return {
    port,
    pidFile,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function ready(http: number, exitCode: () => number | null, log: string): Promise<void> {
  const until = performance.now() + readySeconds * 1_000
  while (performance.now() < until) {
    if (exitCode() !== null) throw new Error(`serve ended: ${readFileSync(log, 'utf8')}`)
    const answer = await fetch(`http://127.0.0.1:${http}/health/ready`).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.status === 200) return
  }
  throw new Error(`not ready within ${readySeconds} s`)
}

type Accounts = {
  readonly dir: string
  readonly data: string
  readonly domain: string
  readonly users: number
}

/** Through the socket that `onrecord user add` uses, many at a time. */
async function makeUsers({ dir, data, domain, users }: Accounts): Promise<void> {
  const done = join(dir, 'users.done')
  if (existsSync(done)) return
  const agent = new Agent({ keepAlive: true, maxSockets: makersMax })
  let next = 0
  const maker = async (): Promise<void> => {
    for (let user = next++; user < users; user = next++) {
      await post(agent, join(data, 'admin.sock'), {
        address: `u${user}@${domain}`,
        password: 'pw',
        role: 'member',
      })
    }
  }
  await Promise.all(Array.from({ length: makersMax }, maker))
  agent.destroy()
  writeFileSync(done, '')
}

async function post(agent: Agent, socketPath: string, body: object): Promise<void> {
  const { promise, resolve: answered, reject } = Promise.withResolvers<number>()
  const asked = request(
    {
      agent,
      socketPath,
      method: 'POST',
      path: '/v1/people',
      headers: { 'content-type': 'application/json' },
    },
    (response) => {
      response.resume()
      response.on('end', () => answered(response.statusCode ?? 0))
    },
  )
  asked.on('error', reject)
  asked.end(JSON.stringify(body))
  const status = await promise
  if (status !== 201) throw new Error(`an account was refused with ${status}`)
}
