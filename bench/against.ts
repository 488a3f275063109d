// This checkout beside another one, such as an earlier commit with its own node_modules: chat with 200 messages in flight, and with 5.
//
//   node bench/against.ts OTHER [--pairs 10] [--seconds 5]
//
// They take turns, and who begins changes with each pair. Prints a line a pair, then the medians of the ratios (this one / the other)
// and how far they lie apart.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bench, startOnrecord } from './start-onrecord.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '5' },
  },
})
const domain = 'bench.local'
const users = 200

const scenarios = {
  chat: ['chat', '--pairs', '20', '--window', '10', '--seconds', values.seconds, '--warmup', '1'],
  light: ['chat', '--pairs', '5', '--window', '1', '--seconds', values.seconds, '--warmup', '1'],
}

/** Of the generator's figures. */
const compared = [
  ['chat', 'msgs_per_s'],
  ['chat', 'server_cpu_s_per_1000'],
  ['light', 'p50_ms'],
  ['light', 'p99_ms'],
] as const

async function main(other: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'onrecord-against-'))
  const start = async (name: string, checkout: string, port: number): Promise<Bench> => {
    const dir = join(work, name)
    mkdirSync(dir)
    const program = join(checkout, 'bin/onrecord')
    return await startOnrecord({ dir, domain, users, port, program })
  }
  const servers = [
    await start('this', resolve(import.meta.dirname, '..'), 26_222),
    await start('other', resolve(other), 26_322),
  ]
  const ratios = new Map<string, number[]>()
  try {
    for (let pair = 0; pair < Number(values.pairs); pair++) {
      for (const scenario of ['chat', 'light'] as const) {
        const order = pair % 2 === 0 ? [0, 1] : [1, 0]
        const figures: Record<string, unknown>[] = []
        for (const i of order) figures[i] = load(servers[i], scenario)
        for (const [of, key] of compared) {
          if (of !== scenario) continue
          const [ours, theirs] = [Number(figures[0]?.[key]), Number(figures[1]?.[key])]
          const title = `${scenario} ${key}`
          ratios.set(title, [...(ratios.get(title) ?? []), ours / theirs])
          process.stdout.write(
            `${pair + 1} ${title} ${ours} ${theirs} ${(ours / theirs).toFixed(3)}\n`,
          )
        }
      }
    }
  } finally {
    for (const server of servers) await server.stop()
    rmSync(work, { recursive: true, force: true })
  }
  for (const [title, all] of ratios) process.stdout.write(`${title}: ${spread(all)}\n`)
}

function load(
  server: Bench | undefined,
  scenario: keyof typeof scenarios,
): Record<string, unknown> {
  if (!server) throw new Error('no server')
  const args = ['--port', String(server.port), '--domain', domain, '--users', String(users)]
  const run = spawnSync(
    process.execPath,
    [
      join(import.meta.dirname, 'xmpp/load.mjs'),
      ...scenarios[scenario],
      ...args,
      '--pidfile',
      server.pidFile,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  if (run.status !== 0) throw new Error(run.stdout)
  return { ...JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '{}') }
}

function spread(ratios: readonly number[]): string {
  const sorted = ratios.toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.round((sorted.length - 1) * share)] ?? 0).toFixed(3)
  return `median ${at(0.5)}, from ${at(0)} to ${at(1)}`
}

const [other] = positionals
if (other === undefined)
  throw new Error('usage: node bench/against.ts OTHER [--pairs N] [--seconds S]')
await main(other)
