// `npm test`: every *.test.ts. Those beside the sources in one process, and beside it the tables of test/conformance/xmpp in another,
// as they share a server; then those of test/sim and test/e2e each in its own, two at a time. What failed is said again at the end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const long = process.argv.includes('--long')
const isolated = ['test/sim/**/*.test.ts', 'test/e2e/**/*.test.ts']
const together = globSync(['src/**/*.test.ts', 'test/*.test.ts', 'test/conformance/*.test.ts'])
const tables = globSync('test/conformance/xmpp/**/*.test.ts')
const apart = globSync([...isolated, ...(long ? ['test/long/**/*.test.ts'] : [])])

const folder = mkdtempSync(join(tmpdir(), 'onrecord-test-'))
let made = 0

/**
 * @param out where it writes what goes well and what does not
 * @returns what failed, in words; '' when nothing did
 */
async function run(files, args, out = 'inherit') {
  if (files.length === 0) return ''
  const noted = join(folder, `${made++}`)
  const reporters = [
    ['spec', 'stdout'],
    ['./scripts/failures.mjs', noted],
  ].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`])
  const child = spawn(
    'node_modules/.bin/node',
    ['--test', ...args, ...reporters, ...files.toSorted()],
    { stdio: ['inherit', out, 'inherit'] },
  )
  const [status, signal] = await once(child, 'close')
  return status === 0 ? '' : `${readFileSync(noted, 'utf8')}a run ended with ${signal ?? status}\n`
}

const kept = join(folder, 'tables')
const [beside, tabled] = await Promise.all([
  run(together, ['--test-isolation=none']),
  run(tables, ['--test-isolation=none'], openSync(kept, 'w')),
])
process.stdout.write(readFileSync(kept))
const failed = beside + tabled + (await run(apart, ['--test-concurrency=2']))
rmSync(folder, { recursive: true })
if (failed !== '') process.stdout.write(`\nFAILED\n\n${failed}`)
process.exitCode = failed === '' ? 0 : 1
