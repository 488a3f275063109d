import { run } from '../src/cli/run.ts'

process.exitCode = await run(process.argv.slice(2), {
  // oxlint-disable-next-line node/no-process-env -- the one place that reads it
  env: process.env,
  input: process.stdin,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
})
