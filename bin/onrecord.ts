import { run } from '../src/cli/run.ts'

// Who read it has gone: `| head`, or a terminal that was closed (EIO). That is no reason to stop a server.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })

const status = await run(process.argv.slice(2), {
  // oxlint-disable-next-line node/no-process-env -- the one place that reads it
  env: process.env,
  input: process.stdin,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
})
// Not by exitCode: a start that was refused halfway may have left a thread or a timer.
process.exit(status)
