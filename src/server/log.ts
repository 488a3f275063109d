import { pino } from 'pino'
import { type Clock } from '../base/clock.ts'
import { type Log, type LogFields } from '../base/log.ts'
import { type LogLevel } from './config.ts'

const order: readonly LogLevel[] = ['info', 'warn', 'error']

type Write = (line: string) => void

/**
 * Events on standard error: JSON lines for collectors, one plain line each for people at a terminal.
 * Written at once and not buffered, so that the last one before a stop is there.
 */
export function openLog(level: LogLevel, clock: Clock): Log {
  if (process.stderr.isTTY)
    return plainLog(level, clock, (line) => {
      process.stderr.write(line)
    })
  return jsonLog(level, pino.destination({ dest: 2, sync: true }))
}

function jsonLog(level: LogLevel, destination: pino.DestinationStream): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  return {
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn: (event, fields) => logger.warn(fields ?? {}, event),
    error: (event, fields) => logger.error(fields ?? {}, event),
  }
}

function plainLog(level: LogLevel, clock: Clock, write: Write): Log {
  const at = (severity: LogLevel) => {
    if (order.indexOf(severity) < order.indexOf(level)) return () => {}
    return (event: string, fields: LogFields = {}) => {
      const time = new Date(clock.now()).toISOString().slice(11, 19)
      const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`)
      write(`${time} ${severity.padEnd(5)} ${event}${pairs.join('')}\n`)
    }
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
