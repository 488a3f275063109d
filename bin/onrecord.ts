import { run } from '../src/cli/run.ts'

const status = await run(process.argv.slice(2), {
  // oxlint-disable-next-line node/no-process-env -- the one place that reads it
  env: process.env,
  input: process.stdin,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
})
// Not by exitCode: a start that was refused halfway may have left a thread or a timer.
process.exit(status)
