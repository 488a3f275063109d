// `npm run check`: types, lint, format, dead code, tidiness. Seconds. Runs all beside each other, then says what failed.
import { execFile } from 'node:child_process'

const steps = [
  ['tsc', ['--noEmit', '-p', '.']],
  ['oxlint', ['--type-aware', '--deny-warnings', 'src', 'bin', 'test', 'bench']],
  ['oxfmt', ['--check', 'src', 'bin', 'test', 'bench', 'scripts']],
  ['knip', []],
  ['node', ['--test', '--test-isolation=none', '--test-reporter=dot', 'test/tidy.test.ts']],
]

const failed = (await Promise.all(steps.map(run))).filter((name) => name !== null)
process.stdout.write(
  failed.length === 0 ? 'check: all good\n' : `check: ${failed.join(', ')} failed\n`,
)
process.exitCode = failed.length === 0 ? 0 : 1

/** Resolves with the step's name when it failed, after its output was printed; else with null. */
function run([command, args]) {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }
  return new Promise((resolve) => {
    execFile(`node_modules/.bin/${command}`, args, options, (error, stdout, stderr) => {
      if (error !== null) process.stderr.write(`--- ${command}\n${stdout}${stderr}\n`)
      resolve(error === null ? null : command)
    })
  })
}
