import { type Log, type LogFields } from '../base/log.ts'
import { type Alarms } from './alarms.ts'

/** What is said before there is an engine, until it is opened. */
const waitingMax = 100

/** Between the log, which is there first, and the alarms, which are opened late. */
export type Bell = {
  /** The same log, of which the alarms hear what is warned of and what failed. */
  ringing(log: Log): Log
  /** From now on; what was said before comes first. */
  attach(alarms: Pick<Alarms, 'hear'>): void
}

export function createBell(): Bell {
  const waiting: { readonly event: string; readonly fields: LogFields }[] = []
  let hearing: Pick<Alarms, 'hear'> | null = null

  function ring(event: string, fields: LogFields): void {
    if (hearing !== null) hearing.hear(event, fields)
    else if (waiting.length < waitingMax) waiting.push({ event, fields })
  }
  const heard =
    (say: Log['warn']): Log['warn'] =>
    (event, fields = {}) => {
      say(event, fields)
      ring(event, fields)
    }
  return {
    ringing: (log) => ({
      info: (event, fields) => log.info(event, fields),
      warn: heard((event, fields) => log.warn(event, fields)),
      error: heard((event, fields) => log.error(event, fields)),
    }),
    attach(alarms) {
      hearing = alarms
      for (const { event, fields } of waiting.splice(0)) alarms.hear(event, fields)
    },
  }
}
