// A real server in a process of its own, as an operator starts it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePorts } from '../support/free-ports.ts'

const program = resolve(import.meta.dirname, '../../bin/onrecord')

/** How long a server may take to be ready, or to stop, before the test fails. */
const patienceMs = 30_000

export type Ports = { readonly xmpp: number; readonly xmpps: number; readonly http: number }

export type Ran = { readonly status: number | null; readonly out: string; readonly err: string }

export type TestServer = {
  readonly domain: string
  readonly dir: string
  readonly data: string
  readonly ports: Ports
  readonly env: Readonly<Record<string, string>>
  pid(): number
  /** Everything the server wrote to stderr since the test began. */
  log(): string
  /** Everything it wrote to stdout. */
  said(): string
  /** On the same data, resolves when it is ready. */
  start(): Promise<void>
  /** SIGTERM; the exit status. */
  stop(): Promise<number | null>
  /** Resolves when it has ended by itself, with the exit status. Asked before it does: a server that ends unasked fails the test. */
  ended(): Promise<number | null>
  kill(): Promise<void>
  /** Runs `onrecord ARGS` with the server's settings, and others over them. */
  run(args: readonly string[], input?: string, extra?: Readonly<Record<string, string>>): Ran
  /** The same beside this program, which goes on talking. */
  runBeside(args: readonly string[]): Promise<Ran>
  addUser(local: string, password: string): void
  /** Stops the server if it runs, and removes everything. */
  remove(): Promise<void>
}

/** @param extra settings beside data folder, domain and ports; `dir` puts the folders somewhere else than the temporary folder; `at` are ports that are known to be free */
export async function testServer(
  extra: Readonly<Record<string, string>> = {},
  dir: string = mkdtempSync(join(tmpdir(), 'onrecord-e2e-')),
  at?: Ports,
): Promise<TestServer> {
  const ports = at ?? (await threePorts())
  const data = join(dir, 'data')
  const domain = 'chat.example'
  const env = { ...settingsOf({ dir, data, domain, ports }), ...extra }
  const process = serverProcess({ env, dir, http: ports.http })

  function run(
    args: readonly string[],
    input = '',
    over: Readonly<Record<string, string>> = {},
  ): Ran {
    const done = spawnSync(program, args, {
      env: { ...env, ...over },
      cwd: dir,
      input,
      encoding: 'utf8',
      timeout: patienceMs,
    })
    const err = done.signal === null ? done.stderr : `${done.stderr}ended by ${done.signal}`
    return { status: done.status, out: done.stdout, err }
  }

  async function runBeside(args: readonly string[]): Promise<Ran> {
    const running = spawn(program, args, { env, cwd: dir, timeout: patienceMs })
    const [out, err]: [string[], string[]] = [[], []]
    running.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()))
    running.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()))
    const [status]: (number | null)[] = await once(running, 'close')
    return { status: status ?? null, out: out.join(''), err: err.join('') }
  }

  return {
    domain,
    dir,
    data,
    ports,
    env,
    run,
    runBeside,
    pid: () => process.pid(),
    log: () => process.log(),
    said: () => process.said(),
    start: async () => {
      await process.start()
    },
    stop: async () => await process.end('SIGTERM'),
    ended: async () => await process.end(null),
    kill: async () => {
      await process.end('SIGKILL')
    },
    addUser(local, password) {
      const done = run(['user', 'add', `${local}@${domain}`, '--password-stdin'], password)
      if (done.status !== 0) throw new Error(`user add ${local}: ${done.err}`)
    },
    remove: async () => {
      await process.end('SIGKILL')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function threePorts(): Promise<Ports> {
  const [xmpp = 0, xmpps = 0, http = 0] = await freePorts(3)
  return { xmpp, xmpps, http }
}

type Place = {
  readonly dir: string
  readonly data: string
  readonly domain: string
  readonly ports: Ports
}

function settingsOf({ dir, data, domain, ports }: Place): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: dir,
    ONRECORD_DATA: data,
    ONRECORD_KEY_FILE: join(dir, 'keys/vault.key'),
    ONRECORD_DOMAIN: domain,
    ONRECORD_XMPP_PORT: String(ports.xmpp),
    ONRECORD_XMPPS_PORT: String(ports.xmpps),
    ONRECORD_HTTP_PORT: String(ports.http),
  }
}

type ServerProcess = {
  pid(): number
  log(): string
  said(): string
  start(): Promise<void>
  /** @param signal null: waits for it to end by itself */
  end(signal: 'SIGTERM' | 'SIGKILL' | null): Promise<number | null>
}

function serverProcess({
  env,
  dir,
  http,
}: {
  readonly env: Record<string, string>
  readonly dir: string
  readonly http: number
}): ServerProcess {
  let child: ChildProcess | null = null
  let isEnding = false
  let log = ''
  let said = ''

  async function ready(started: ChildProcess): Promise<void> {
    const until = performance.now() + patienceMs
    while (performance.now() < until) {
      if (started.exitCode !== null) throw new Error(`serve ended with ${started.exitCode}: ${log}`)
      const answer = await fetch(`http://127.0.0.1:${http}/health/ready`).catch(() => null)
      if (answer?.status === 200) return
      await new Promise((again) => setImmediate(again))
    }
    throw new Error(`not ready within ${patienceMs} ms: ${log}`)
  }

  return {
    pid: () => child?.pid ?? 0,
    log: () => log,
    said: () => said,
    async start() {
      const started = spawn(program, ['serve'], {
        env,
        cwd: dir,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      isEnding = false
      started.stdout?.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      started.stderr?.on('data', (chunk: Buffer) => {
        log += chunk.toString()
      })
      const before = said.length
      await ready(started)
      // It says it is ready to whoever asks before it greets who started it.
      while (!said.includes(' serves ', before))
        await once(started.stdout, 'data', { signal: AbortSignal.timeout(patienceMs) })
      // What waits for a server that has gone would wait for good.
      started.once('exit', (status, signal) => {
        if (!isEnding) throw new Error(`serve ended with ${status ?? signal}: ${log}`)
      })
    },
    async end(signal) {
      const running = child
      isEnding = true
      if (!running) return null
      if (running.exitCode === null && running.signalCode === null) {
        const gone = once(running, 'exit')
        if (signal !== null) running.kill(signal)
        await gone
      }
      child = null
      return running.exitCode
    },
  }
}
