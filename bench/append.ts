// Records a second through the whole record (number, seal, flush, integrate), with 1, 10 and 200 in flight.
// node bench/append.ts [seconds for each] [process: the vault is open in a key agent]
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemTicks } from '../src/base/clock.ts'
import { silentLog } from '../src/base/log.ts'
import { systemRandom } from '../src/base/random.ts'
import { systemTimer } from '../src/base/timer.ts'
import { recordOpener } from '../src/record/bodies/opener.ts'
import { bodyReader } from '../src/record/bodies/reader.ts'
import { keysOver } from '../src/record/keys/answers.ts'
import { createVault, openAnswers } from '../src/record/keys/open-keys.ts'
import { type Keys } from '../src/record/keys/ports.ts'
import { headsOver, mailboxOver } from '../src/record/mailbox/mailbox.ts'
import { pseudonyms } from '../src/record/mailbox/names.ts'
import { openRecord } from '../src/record/open.ts'
import { type Record } from '../src/record/ports.ts'
import { threadedIntegrator } from '../src/storage/embedded/integrator-thread.ts'
import { fileBodyFiles } from '../src/storage/files/body-store.ts'
import { fileHeadRegister } from '../src/storage/files/head-register.ts'
import { oneKeyFile } from '../src/storage/key-holders/open-holders.ts'
import { vaultPartsAt, type DataPlace } from '../src/storage/embedded/data-vault.ts'
import { startKeyAgent } from '../src/storage/embedded/key-agent.ts'
import { keysOnLine, lineTo, type KeyedPlace } from '../src/storage/embedded/key-line.ts'
import { fileLogStore } from '../src/storage/files/log-store.ts'
import { sqliteMailboxIndex } from '../src/storage/sqlite/mailbox-index.ts'
import { conversation, newRecord, person } from '../test/fakes/new-record.ts'

const segmentBytes = 16 * 1024 * 1024
const conversations = 500
const body =
  'Could you have a look at the draft before the call at four? Page 3 has the new numbers.'

const seconds = Number(process.argv[2] ?? 2)
const dir = mkdtempSync(join(tmpdir(), 'onrecord-bench-'))

function fail(error: unknown): never {
  throw error
}

type Keyed = {
  readonly keys: Keys
  readonly place: KeyedPlace
  readonly close: () => Promise<void>
}

async function openVault(place: DataPlace): Promise<Keyed> {
  if (process.argv[3] !== 'process') {
    const vault = await openAnswers(vaultPartsAt(place))
    const keys = keysOver(vault.answers, vault.known, { ...vault, random: systemRandom() })
    return { keys, place: { ...place, line: lineTo(vault) }, close: async () => undefined }
  }
  const outside = { log: silentLog, fatal: fail, ticks: systemTicks, timer: systemTimer }
  const agent = await startKeyAgent({ place, domain: null, hotMs: null }, outside)
  const line = { ask: agent.ask }
  return {
    keys: await keysOnLine(line),
    place: { ...place, line },
    close: async () => await agent.close(),
  }
}

let closeLast = async (): Promise<void> => undefined

async function open(): Promise<Record> {
  const places = {
    dataDir: dir,
    holders: oneKeyFile(join(dir, 'key')),
    headRegister: join(dir, 'head'),
  }
  const vault = vaultPartsAt(places)
  await createVault(vault, 'localhost')
  const keyed = await openVault(places)
  const { keys } = keyed
  const settings = { headRegister: places.headRegister, checkpointEveryMs: 1_000 }
  const started = await threadedIntegrator({ ...keyed.place, ...settings }, fail)
  const index = sqliteMailboxIndex(join(dir, 'mailbox.db'))
  const files = fileBodyFiles(join(dir, 'bodies'))
  const names = pseudonyms(keys)
  return await openRecord({
    ...started,
    store: await fileLogStore(join(dir, 'wal'), segmentBytes),
    register: fileHeadRegister(places.headRegister, (bytes) => keys.mac('head register', bytes)),
    keys,
    heads: headsOver(index, names),
    mailbox: mailboxOver(index, names),
    bodies: bodyReader({
      opener: recordOpener({ index, files, keys, use: 'history' }),
      keys,
      cacheBytes: 0,
    }),
    clock: systemClock,
    ticks: systemTicks,
    random: vault.random,
    log: silentLog,
    onFatal: fail,
    forget: async () => files.close(),
    async release() {
      index.close()
      files.close()
      closeLast = keyed.close
    },
  })
}

let sent = 0

async function appendOne(record: Record): Promise<void> {
  const n = sent++
  const [a, b] = [person(n % 997), person(2_000 + (n % 89))]
  await record.append(
    newRecord({
      conversation: conversation(n % conversations),
      members: [a, b],
      sender: a,
      messageId: `m${n}`,
      originId: `m${n}`,
      views: [
        { owner: a, peer: b, peerDevice: '', incoming: false },
        { owner: b, peer: a, peerDevice: 'phone', incoming: true },
      ],
      content: JSON.stringify({ body }),
      wire: `<message xmlns='jabber:client' from='a@localhost/phone' to='b@localhost' type='chat' id='m${n}'><body>${body}</body><origin-id xmlns='urn:xmpp:sid:0' id='m${n}'/></message>`,
    }),
  )
}

/** Threads share a process: what is not the main thread's is the integrator's, the flusher's and the collector's. */
function cpuMs(): { readonly all: number; readonly main: number } {
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()]
  return { all: (all.user + all.system) / 1000, main: (main.user + main.system) / 1000 }
}

async function measure(record: Record, inFlight: number): Promise<string> {
  const latencies: number[] = []
  const before = cpuMs()
  const start = performance.now()
  const until = start + seconds * 1000
  const loop = async (): Promise<void> => {
    while (performance.now() < until) {
      const from = performance.now()
      await appendOne(record)
      latencies.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  const elapsed = performance.now() - start
  await record.integrated(record.size)
  const drained = performance.now() - start
  const after = cpuMs()
  const count = latencies.length
  latencies.sort((a, b) => a - b)
  const at = (share: number): string => (latencies[Math.floor(count * share)] ?? 0).toFixed(2)
  const perRecord = (ms: number): string => ((ms * 1000) / count).toFixed(0)
  return [
    `${inFlight} in flight: ${((count / elapsed) * 1000).toFixed(0)} records/s`,
    `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
    `integrated ${((count / drained) * 1000).toFixed(0)}/s`,
    `CPU a record: main ${perRecord(after.main - before.main)} µs, all threads ${perRecord(after.all - before.all)} µs`,
  ].join('; ')
}

const record = await open()
for (let i = 0; i < 5_000; i += 50) {
  await Promise.all(Array.from({ length: 50 }, async () => await appendOne(record)))
}
process.stdout.write(`${availableParallelism()} processors, ${seconds} s each\n`)
for (const inFlight of [1, 10, 200]) {
  process.stdout.write(`${await measure(record, inFlight)}\n`)
}
await record.close()
await closeLast()
rmSync(dir, { recursive: true })
