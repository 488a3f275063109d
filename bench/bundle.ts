// What memory an export of everything takes, as a zip, and how long that and its verification take. `node bench/bundle.ts [records]...`, of 100 bytes of text among 1,000 people,
// in a data folder that is served by nobody. Each export runs in a process of its own; `base` is what that has before it begins.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../src/base/log.ts'
import { systemRandom } from '../src/base/random.ts'
import { exportRecord, scopeOf } from '../src/discovery/bundle/act.ts'
import { type Config, readConfig } from '../src/server/config.ts'
import { exportBundle, logPolicy } from '../src/server/export-bundle.ts'
import { openStorage, type Storage } from '../src/server/storage.ts'
import { directRecord, somebody } from '../test/support/sealed-batches.ts'
import { nothingStated } from '../test/support/bundles/nothing-stated.ts'

const people = 1_000
const atOnce = 200
const megabyte = 1024 * 1024

const [first = '25000', ...rest] = process.argv.slice(2)
if (first === '--export') await exportOnce(rest[0] ?? '', Number(rest[1]))
else for (const count of [first, ...rest]) await measure(Number(count))

async function measure(records: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-bundle-'))
  try {
    const act = await fill(configOf(dir), records)
    const args = [...process.execArgv, import.meta.filename, '--export', dir, String(act)]
    const measured = execFileSync(process.execPath, args, { encoding: 'utf8' })
    const { size } = statSync(join(dir, 'bundle.zip'))
    const bundleMiB = Math.round(size / megabyte)
    const verifySeconds = await verifyOnce(dir)
    const line = { records, bundleMiB, ...JSON.parse(measured), verifySeconds }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

async function exportOnce(dir: string, act: number): Promise<void> {
  const base = peakMiB()
  const began = performance.now()
  const wanted = { act, path: join(dir, 'bundle.zip'), heads: [], stateHeads: nothingStated }
  await exportBundle(configOf(dir), wanted)
  const seconds = Math.round(performance.now() - began) / 1000
  process.stdout.write(JSON.stringify({ seconds, baseMiB: base, peakMiB: peakMiB() }))
}

/** By the verifier's own program, of which the exit status says that it is complete. */
async function verifyOnce(dir: string): Promise<number> {
  const policy = join(dir, 'policy.txt')
  writeFileSync(policy, await logPolicy(configOf(dir)))
  const program = join(import.meta.dirname, '../verifier/onrecord-verify.mjs')
  const began = performance.now()
  execFileSync(process.execPath, [program, join(dir, 'bundle.zip'), '--policy', policy])
  return Math.round(performance.now() - began) / 1000
}

function peakMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024)
}

function configOf(dir: string): Config {
  const env = {
    ONRECORD_DATA: join(dir, 'data'),
    ONRECORD_KEY_FILE: join(dir, 'keys/vault.key'),
    ONRECORD_DOMAIN: 'chat.example',
  }
  return readConfig({ env })
}

/** @returns the act of an export of everything */
async function fill(config: Config, records: number): Promise<number> {
  await using opened = new AsyncDisposableStack()
  const storage = await openStorage(
    config,
    {
      clock: { now: () => Date.now() },
      random: systemRandom(),
      log: silentLog,
      fatal: thrown,
      onFlush() {},
      onNewKey() {},
    },
    opened,
  )
  for (let done = 0; done < records; done += atOnce) {
    const batch = Array.from({ length: atOnce }, (_, i) => said(done + i))
    await Promise.all(batch.map(async (one) => await storage.record.append(one)))
  }
  return await putExport(storage)
}

async function putExport({ record, keys }: Storage): Promise<number> {
  const ends = { conversations: [], persons: [] }
  const key = keys.exports.verifierKey
  const asked = { v: 1, id: 'e'.repeat(32), by: somebody(0), purpose: 'bench' } as const
  const act = exportRecord({ ...asked, matter: null, scope: scopeOf({}), ends, key })
  return (await record.append(act)).position
}

function said(n: number): ReturnType<typeof directRecord> {
  const [from, to] = [somebody(n % people), somebody((n * 7 + 1) % people)]
  return directRecord({ from, to, text: `message ${n} `.padEnd(100, 'and so on ') })
}

function thrown(error: unknown): never {
  throw error
}
