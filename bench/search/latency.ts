// What searches and indexing cost those who chat. Three servers' states take turns in one run, so that a slow minute of the machine touches all:
// an index that is complete and nobody who searches; the same, and somebody who searches without a pause; and an index that is made anew.
//
//   node bench/search/latency.ts [--records 300000] [--rounds 5] [--seconds 5]

import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { asHeader } from '../../src/api/door/caller.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { readConfig } from '../../src/server/config.ts'
import { openStorage } from '../../src/server/storage.ts'
import { startOnrecord, type Bench } from '../start-onrecord.ts'
import { fill } from './fill.ts'
import { words } from './generator.ts'

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '300000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
  },
})
const domain = 'bench.local'
const users = 40
const officer = `olga@${domain}`
const work = mkdtempSync(join(tmpdir(), 'onrecord-search-latency-'))
const [whole, anew] = [join(work, 'whole'), join(work, 'anew')]

const states = ['nothing', 'searches', 'indexing'] as const
type State = (typeof states)[number]
type Figures = { readonly p50_ms: number; readonly p99_ms: number; readonly msgs_per_s: number }

async function main(): Promise<void> {
  const measured = new Map<State, Figures[]>(states.map((state) => [state, []]))
  try {
    await prepare()
    const server = await started(whole, 26_222)
    for (let round = 0; round < Number(values.rounds); round++) {
      measured.get('nothing')?.push(await whileNothing(server))
      measured.get('searches')?.push(await whileSearching(async () => await chat(server)))
      measured.get('indexing')?.push(await whileIndexing())
    }
    await server.stop()
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  for (const [state, all] of measured) {
    const median = (key: keyof Figures): number =>
      all.map((one) => one[key]).toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN
    say(
      `median, ${state}: p50 ${median('p50_ms')} ms, p99 ${median('p99_ms')} ms, ${median('msgs_per_s')} messages/s`,
    )
  }
}

/** Two folders with the same record, accounts and officer, and the index of all of it. */
async function prepare(): Promise<void> {
  const env = {
    ONRECORD_DATA: join(whole, 'data'),
    ONRECORD_KEY_FILE: join(whole, 'keys/vault.key'),
    ONRECORD_DOMAIN: domain,
  }
  await using opened = new AsyncDisposableStack()
  const outside = {
    clock: { now: () => Date.now() },
    random: systemRandom(),
    log: silentLog,
    fatal(error: unknown): never {
      throw error
    },
    onFlush() {},
    onNewKey() {},
  }
  const { record, search } = await openStorage(readConfig({ env }), outside, opened)
  await fill(record, Number(values.records))
  await search.reached(record.size)
  await opened.disposeAsync()
  const server = await started(whole, 26_222)
  await post(whole, '/v1/people', {
    address: officer,
    password: 'a long password',
    role: 'officer',
  })
  await server.stop()
  cpSync(whole, anew, { recursive: true })
}

async function started(dir: string, port: number): Promise<Bench> {
  return await startOnrecord({ dir, domain, users, port })
}

/** Five pairs, one message in flight each. */
async function chat({ port }: Bench): Promise<Figures> {
  const load = spawn(
    process.execPath,
    `${join(import.meta.dirname, '../xmpp/load.mjs')} chat --pairs 5 --window 1 --warmup 1 --seconds ${values.seconds} --port ${port} --domain ${domain} --users ${users}`.split(
      ' ',
    ),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let out = ''
  for await (const some of load.stdout.setEncoding('utf8')) out += String(some)
  const figures: Figures = JSON.parse(out.trim().split('\n').at(-1) ?? '{}')
  return figures
}

async function whileNothing(server: Bench): Promise<Figures> {
  const figures = await chat(server)
  report('nothing', figures, `${figures.msgs_per_s} messages/s`)
  return figures
}

/** One question after the other: words, phrases, beginnings, and a regular expression over some hundreds of texts. */
async function whileSearching(act: () => Promise<Figures>): Promise<Figures> {
  const over = new AbortController()
  let count = 0
  const searcher = async (): Promise<void> => {
    for (; !over.signal.aborted; count++) {
      const word = words[(count * 37) % 3_000] ?? ''
      const asked = [
        word,
        `"of ${word}"`,
        `${word.slice(0, 2)}*`,
        `${word} -the`,
        `${words[3_000 + count] ?? ''} /[a-f]{4}/`,
      ]
      const query = asked[count % asked.length] ?? ''
      await post(whole, '/v1/searches', { purpose: 'the bench', query }, officer)
    }
  }
  const searching = searcher()
  const figures = await act()
  over.abort()
  await searching
  report('searches', figures, `${count} searches`)
  return figures
}

/** A server that has no index at its start. */
async function whileIndexing(): Promise<Figures> {
  rmSync(join(anew, 'data/search'), { recursive: true, force: true })
  const server = await started(anew, 26_322)
  // A server that has just started is slow by itself, and so is its thread of searches.
  await chat(server)
  const before = await lag(server)
  const figures = await chat(server)
  const after = await lag(server)
  await server.stop()
  report('indexing', figures, `${before - after} records nearer, ${after} are missing`)
  return figures
}

async function lag({ port }: Bench): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port + 1}/metrics`)).text()
  return Number(/^onrecord_search_lag_records (\d+)$/m.exec(metrics)?.[1])
}

/** Over the socket that the command line uses. @param as who acts; '': who administers the machine */
async function post(dir: string, path: string, body: object, as = ''): Promise<void> {
  const answered = Promise.withResolvers<IncomingMessage>()
  const headers = { 'content-type': 'application/json', [asHeader]: encodeURIComponent(as) }
  const socketPath = join(dir, 'data/admin.sock')
  const asked = request({ socketPath, method: 'POST', path, headers }, answered.resolve)
  asked.on('error', answered.reject)
  asked.end(JSON.stringify(body))
  const response = await answered.promise
  const said = await text(response)
  if (response.statusCode !== 200 && response.statusCode !== 201) throw new Error(said)
}

function report(state: State, { p50_ms: p50, p99_ms: p99 }: Figures, more: string): void {
  say(`${state}: p50 ${p50} ms, p99 ${p99} ms; ${more}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
