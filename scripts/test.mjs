// `npm test`: every *.test.ts. Those beside the sources in one process; the tables of test/conformance/xmpp in another, as they
// share a server; those of test/sim and test/e2e each in its own. What failed in any of them is said again at the end.
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const long = process.argv.includes('--long')
const isolated = ['test/sim/**/*.test.ts', 'test/e2e/**/*.test.ts']
const together = globSync(['src/**/*.test.ts', 'test/*.test.ts', 'test/conformance/*.test.ts'])
const tables = globSync('test/conformance/xmpp/**/*.test.ts')
const apart = globSync([...isolated, ...(long ? ['test/long/**/*.test.ts'] : [])])

const folder = mkdtempSync(join(tmpdir(), 'onrecord-test-'))
let failed = ''
let status = 0
for (const [i, [files, args]] of [
  [together, ['--test-isolation=none']],
  [tables, ['--test-isolation=none']],
  [apart, ['--test-concurrency=1']],
].entries()) {
  if (files.length === 0) continue
  const noted = join(folder, `${i}`)
  const reporters = [
    ['spec', 'stdout'],
    ['./scripts/failures.mjs', noted],
  ].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`])
  const run = spawnSync(
    'node_modules/.bin/node',
    ['--test', ...args, ...reporters, ...files.toSorted()],
    { stdio: 'inherit' },
  )
  if (run.status === 0) continue
  status = 1
  failed += `${readFileSync(noted, 'utf8')}run ${i + 1} ended with ${run.signal ?? run.status}\n`
}
rmSync(folder, { recursive: true })
if (status !== 0) process.stdout.write(`\nFAILED\n\n${failed}`)
process.exit(status)
