import { type Log } from '../base/log.ts'

/** DESIGN.md §6: a stop takes 10 s at most. What has not ended by then is cut off; the next start recovers. */
const stopMsMax = 9_500

/** npm passes on the Ctrl+C that the terminal has sent to us as well: within this time it is the same one. */
const sameSignalMs = 250

/** How the process ends, other than by coming to its end. */
export type Ending = {
  /** Resolves at the first SIGTERM or SIGINT. A second one, more than 250 ms later, ends the process at once. */
  readonly told: Promise<void>
  /** Doubt about the record: nothing goes on. The next start recovers, or refuses to start. */
  readonly fatal: (error: unknown) => never
  /** The signal handlers are gone again. */
  readonly release: () => void
}

/** From here on a signal asks for a stop, and an error that nobody caught ends the process. */
export function takeOverEnding(log: Log): Ending {
  const { promise: told, resolve } = Promise.withResolvers<void>()
  let isTold = false
  let isSame = false

  const onSignal = (signal: NodeJS.Signals): void => {
    if (isSame) return
    log.info(isTold ? 'server.stopped-at-once' : 'server.stopping', { signal })
    if (isTold) process.exit(1)
    isTold = true
    isSame = true
    setTimeout(() => (isSame = false), sameSignalMs).unref()
    setTimeout(() => {
      log.error('server.stop-took-too-long', { limitMs: stopMsMax })
      process.exit(1)
    }, stopMsMax).unref()
    resolve()
  }
  const fatal = (error: unknown): never => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error('server.fatal', { error: text, because: causesOf(error).join(': ') })
    return process.exit(1)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', fatal)
  return {
    told,
    fatal,
    release: () => {
      process.off('SIGTERM', onSignal)
      process.off('SIGINT', onSignal)
      process.off('uncaughtException', fatal)
      process.off('unhandledRejection', fatal)
    },
  }
}

/** Messages of what led to an error, the nearest first. The stack of the error itself does not have them. */
function causesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return []
  return [error.cause.message, ...causesOf(error.cause)]
}
