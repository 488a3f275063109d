// Onrecord beside ejabberd on PostgreSQL and Prosody, on one machine in one run.
//
//   node bench/compare.ts [--seconds 10] [--rounds 3] [--users 2000] [--only chat,light,muc,login,mam,warm,idle,tls] [--out FILE] [--nice=-15]
//
// Needs root and Debian's ejabberd, prosody, postgresql, erlang-p1-pgsql, sqlite3. The servers take turns, scenario by scenario,
// so that a slow minute of the machine touches all of them. Prints one line a measurement, then medians and ratios.
// --nice raises the servers and the generator over whatever else runs on a shared machine.
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { env } from './environment.ts'
import { startOnrecord } from './start-onrecord.ts'

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    users: { type: 'string', default: '2000' },
    only: { type: 'string', default: 'chat,light,muc,mam,warm,login,idle,tls' },
    peers: { type: 'string', default: 'ejabberd,prosody' },
    out: { type: 'string' },
    nice: { type: 'string' },
  },
})
const domain = 'bench.local'
const work = mkdtempSync(join(tmpdir(), 'onrecord-compare-'))
chmodSync(work, 0o755)

type Peer = {
  readonly name: string
  readonly port: number
  readonly pidFiles: string
  /** Stops and starts on the same data, so that memory and caches are fresh. `cacheBytes` is ours alone. */
  restart(cacheBytes?: number): Promise<void>
  stop(): Promise<void>
}

type Figures = Readonly<Record<string, number | null>>

const chat = ['chat', '--pairs', '20', '--window', '10', '--seconds', values.seconds]
// One room of 50, in which five speak.
const muc = ['muc', '--members', '50', '--senders', '5', '--window', '2', '--seconds', '6']
const light = ['chat', '--pairs', '5', '--window', '1', '--seconds', '6', '--warmup', '1']
const pages = ['mam', '--queriers', '4', '--page', '50', '--user-offset', '1000', '--seconds', '6']
// 100 accounts: the generator derives each one's key once, which costs it more than the rest of a login costs the server.
const logins = [
  'login',
  '--concurrency',
  '20',
  '--mech',
  'SCRAM-SHA-1',
  '--seconds',
  '6',
  '--warmup',
  '3',
]
const idle = ['idle', '--conns', '2000', '--seconds', '5']

/** The smallest that can be set. 4,000 records lie in the four archives that are paged through, some 3 kB each as the cache counts. */
const cacheOfATenth = 1_048_576

const lines: { peer: string; scenario: string; figures: Figures }[] = []

async function main(): Promise<void> {
  const peers = await startAll()
  try {
    for (const peer of peers) fill(peer)
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const scenario of ['light', 'chat', 'muc', 'login'] as const) {
        for (const peer of peers) measure(peer, scenario)
      }
    }
    for (const scenario of ['mam', 'warm'] as const) {
      if (!wanted(scenario)) continue
      for (const peer of peers) await peer.restart(scenario === 'mam' ? cacheOfATenth : undefined)
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const peer of peers) measure(peer, scenario)
      }
    }
    for (const scenario of ['idle', 'tls'] as const) {
      if (!wanted(scenario)) continue
      for (const peer of peers) {
        await peer.restart()
        measure(peer, scenario)
      }
    }
  } finally {
    for (const peer of peers) await peer.stop()
    rmSync(work, { recursive: true, force: true })
  }
  table(peers.map((peer) => peer.name))
}

function wanted(scenario: string): boolean {
  return values.only.split(',').includes(scenario)
}

async function startAll(): Promise<Peer[]> {
  const peers: Peer[] = [await ours()]
  if (values.peers.includes('ejabberd')) {
    script('start-postgres.sh', [join(work, 'pg')])
    peers.push(other('ejabberd', 28_322, join(work, 'pg/pg.pid')))
  }
  if (values.peers.includes('prosody')) peers.push(other('prosody', 27_322, null))
  for (const peer of peers.slice(1)) await peer.restart()
  return peers
}

async function ours(): Promise<Peer> {
  const dir = join(work, 'onrecord')
  mkdirSync(dir)
  const users = Number(values.users)
  let server = await startOnrecord({ dir, domain, users })
  return {
    name: 'onrecord',
    port: server.port,
    pidFiles: server.pidFile,
    async restart(cacheBytes) {
      await server.stop()
      server = await startOnrecord({
        dir,
        domain,
        users,
        port: server.port,
        ...(cacheBytes === undefined ? {} : { cacheBytes }),
      })
    },
    async stop() {
      await server.stop()
    },
  }
}

/** ejabberd keeps everything in PostgreSQL; Prosody in its own files, its default and its fastest. */
function other(name: 'ejabberd' | 'prosody', port: number, databasePid: string | null): Peer {
  const dir = join(work, name)
  const storage = name === 'ejabberd' ? 'pgsql' : 'internal'
  const pid = join(dir, 'server.pid')
  return {
    name,
    port,
    pidFiles: databasePid ? `${pid},${databasePid}` : pid,
    restart: async () => {
      script('stop.sh', [dir])
      script(`start-${name}.sh`, [dir, storage], { PORT: String(port), USERS: values.users })
    },
    stop: async () => {
      script('stop.sh', [dir])
      if (databasePid) script('stop.sh', [dirname(databasePid)])
    },
  }
}

function script(file: string, args: readonly string[], extra: NodeJS.ProcessEnv = {}): void {
  const run = spawnSync(join(here, 'xmpp/peers', file), args, {
    env: { ...env, ...extra },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (run.status !== 0) throw new Error(`${file} ${args.join(' ')} failed with ${run.status}`)
}

/** Two pairs talk until each of u1000 to u1003 has 5,000 messages in his archive. */
function fill(peer: Peer): void {
  const to = ['--pairs', '2', '--window', '20', '--count', '5000', '--user-offset', '1000']
  load(peer, ['chat', ...to, '--warmup', '0', '--seconds', '120'])
}

function measure(peer: Peer, scenario: string): void {
  if (!wanted(scenario)) return
  const args = {
    chat,
    light,
    muc,
    mam: pages,
    warm: pages,
    login: logins,
    idle,
    tls: [...idle, '--tls'],
  }[scenario]
  if (!args) throw new Error(`no scenario ${scenario}`)
  const figures = load(peer, args)
  lines.push({ peer: peer.name, scenario, figures })
  process.stdout.write(`${peer.name} ${scenario} ${JSON.stringify(figures)}\n`)
  if (values.out) {
    appendFileSync(values.out, `${JSON.stringify({ peer: peer.name, scenario, ...figures })}\n`)
  }
}

/** Every thread of the servers, and this process, which the generator comes from. */
function raise(peer: Peer): void {
  if (values.nice === undefined) return
  const roots = peer.pidFiles.split(',').map((file) => Number(readFileSync(file, 'utf8').trim()))
  for (const pid of [process.pid, ...descendants(roots)]) {
    tryTo(() => writeFileSync(`/proc/${pid}/autogroup`, String(values.nice)))
    for (const thread of tryTo(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
      tryTo(() => setPriority(Number(thread), Number(values.nice)))
    }
  }
}

/** Processes come and go while we look; one that is gone needs nothing. */
function tryTo<T>(act: () => T): T | null {
  try {
    return act()
  } catch {
    return null
  }
}

function descendants(roots: readonly number[]): number[] {
  const children = roots.flatMap((pid) =>
    (tryTo(() => readdirSync(`/proc/${pid}/task`)) ?? []).flatMap((thread) =>
      (tryTo(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '')
        .split(' ')
        .filter((child) => child !== '')
        .map(Number),
    ),
  )
  return children.length === 0 ? [...roots] : [...roots, ...descendants(children)]
}

function load(peer: Peer, args: readonly string[]): Figures {
  raise(peer)
  const users = args[0] === 'login' ? '100' : values.users
  const common = ['--port', String(peer.port), '--domain', domain, '--users', users]
  const run = spawnSync(
    process.execPath,
    [join(here, 'xmpp/load.mjs'), ...args, ...common, '--pidfile', peer.pidFiles],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const figures: unknown = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}')
  if (run.status !== 0 || typeof figures !== 'object' || figures === null) {
    throw new Error(`${peer.name}: ${run.stdout}`)
  }
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, typeof value === 'number' ? value : null]),
  )
}

function median(peer: string, scenario: string, key: string): number {
  const found = lines
    .filter((line) => line.peer === peer && line.scenario === scenario)
    .map((line) => line.figures[key] ?? Number.NaN)
    .toSorted((a, b) => a - b)
  return found[Math.floor((found.length - 1) / 2)] ?? Number.NaN
}

/** Scenario, figure, title, and whether more is better. */
const rows: readonly (readonly [string, string, string])[] = [
  ['chat', 'msgs_per_s', 'messages/s, 200 in flight'],
  ['chat', 'server_cpu_s_per_1000', 'CPU seconds per 1,000 messages'],
  ['light', 'p50_ms', 'p50 ms, 5 in flight'],
  ['light', 'p99_ms', 'p99 ms, 5 in flight'],
  ['muc', 'deliveries_per_s', 'deliveries/s in a room of 50, 5 speak, 2 in flight each'],
  ['mam', 'pages_per_s', 'archive pages/s, archives ten times the cache'],
  ['warm', 'pages_per_s', 'archive pages/s, warm'],
  ['login', 'logins_per_s', 'logins/s, SCRAM-SHA-1'],
  ['idle', 'rss_per_conn_kb', 'kB per idle connection, plain'],
  ['tls', 'rss_per_conn_kb', 'kB per idle connection, TLS'],
]

function table(peers: readonly string[]): void {
  const out = [
    `| | ${peers.join(' | ')} | ours / ejabberd |`,
    `|---|${'---:|'.repeat(peers.length + 1)}`,
  ]
  for (const [scenario, key, title] of rows) {
    if (!wanted(scenario)) continue
    const cells = peers.map((peer) => String(median(peer, scenario, key)))
    const ratio = median('onrecord', scenario, key) / median('ejabberd', scenario, key)
    out.push(`| ${title} | ${cells.join(' | ')} | ${ratio.toFixed(2)} |`)
  }
  process.stdout.write(`\n${out.join('\n')}\n`)
}

await main()
