// `npm test`: every *.test.ts, two runs at a time, as this is for two processors. Those beside the sources are two runs, and so are the tables
// of test/conformance/xmpp, which share a server; those of test/sim and test/e2e have a run each. What failed is said again at the end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const atOnce = 2
const long = process.argv.includes('--long')
const together = globSync(['src/**/*.test.ts', 'test/*.test.ts', 'test/conformance/*.test.ts'])
const tables = globSync('test/conformance/xmpp/**/*.test.ts')
const apart = ['test/sim/**/*.test.ts', 'test/e2e/**/*.test.ts']
if (long) apart.push('test/long/**/*.test.ts')

const isOfRecord = (file) => file.startsWith('src/record/')
const inOneProcess = ['--test-isolation=none']
const runs = [
  { files: together.filter((file) => !isOfRecord(file)), args: inOneProcess },
  { files: together.filter(isOfRecord), args: inOneProcess },
  { files: tables, args: inOneProcess },
  ...globSync(apart).map((file) => ({ files: [file], args: [] })),
].filter(({ files }) => files.length > 0)

const folder = mkdtempSync(join(tmpdir(), 'onrecord-test-'))
const failed = []

/** Runs one after the other what is left. What each says is shown when it has ended. */
async function work() {
  for (let next = runs.shift(); next !== undefined; next = runs.shift()) await run(next)
}

async function run({ files, args }) {
  const name = join(folder, `${runs.length}`)
  const said = openSync(name, 'w')
  const reporters = [
    ['spec', 'stdout'],
    ['./scripts/failures.mjs', `${name}.failed`],
  ].flatMap(([reporter, to]) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${to}`,
  ])
  const child = spawn(
    'node_modules/.bin/node',
    ['--test', ...args, ...reporters, ...files.toSorted()],
    { stdio: ['ignore', said, said] },
  )
  const [status, signal] = await once(child, 'close')
  closeSync(said)
  process.stdout.write(readFileSync(name))
  if (status === 0) return
  const which = files.length === 1 ? files[0] : `of ${files.length} files`
  failed.push(
    `${readFileSync(`${name}.failed`, 'utf8')}the run ${which} ended with ${signal ?? status}\n`,
  )
}

await Promise.all(Array.from({ length: atOnce }, work))
rmSync(folder, { recursive: true })
if (failed.length > 0) process.stdout.write(`\nFAILED\n\n${failed.join('')}`)
process.exitCode = failed.length === 0 ? 0 : 1
