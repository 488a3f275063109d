// `npm test`: every *.test.ts. Those beside the sources in one process; the tables of test/conformance/xmpp in another, as they
// share a server; those of test/sim and test/e2e each in its own.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const long = process.argv.includes('--long')
const isolated = ['test/sim/**/*.test.ts', 'test/e2e/**/*.test.ts']
const together = globSync(['src/**/*.test.ts', 'test/*.test.ts', 'test/conformance/*.test.ts'])
const tables = globSync('test/conformance/xmpp/**/*.test.ts')
const apart = globSync([...isolated, ...(long ? ['test/long/**/*.test.ts'] : [])])

let status = 0
for (const [files, args] of [
  [together, ['--test-isolation=none']],
  [tables, ['--test-isolation=none']],
  [apart, ['--test-concurrency=1']],
]) {
  if (files.length === 0) continue
  const run = spawnSync('node_modules/.bin/node', ['--test', ...args, ...files.toSorted()], {
    stdio: 'inherit',
  })
  if (run.status !== 0) status = 1
}
process.exit(status)
