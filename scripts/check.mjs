// `npm run check`: types, lint, format, dead code, tidiness. Seconds. Runs all, then says what failed.
import { spawnSync } from 'node:child_process'

const steps = [
  ['tsc', ['--noEmit', '-p', '.']],
  ['oxlint', ['--type-aware', '--deny-warnings', 'src', 'bin', 'test', 'bench']],
  ['oxfmt', ['--check', 'src', 'bin', 'test', 'bench', 'scripts']],
  ['node', ['--test', '--test-isolation=none', '--test-reporter=dot', 'test/tidy.test.ts']],
]

const failed = []
for (const [command, args] of steps) {
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${command}`, args, {
    encoding: 'utf8',
  })
  if (status === 0) continue
  failed.push(command)
  process.stderr.write(`--- ${command}\n${stdout}${stderr}\n`)
}
process.stdout.write(
  failed.length === 0 ? 'check: all good\n' : `check: ${failed.join(', ')} failed\n`,
)
process.exit(failed.length === 0 ? 0 : 1)
