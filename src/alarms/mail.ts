import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Alarm, type Mailer } from './ports.ts'
import { type Alarms } from './alarms.ts'
import { alarmKinds } from './table.ts'

/** Mails within an hour: of more, people read none. What is kept back is in the next one. */
const perHourMax = 20
const hourMs = 3_600_000

/** Mails what is raised to those who run the server, and what nobody has looked at to those who should hear of that. */
export function mailAlarms({
  alarms,
  mailer,
  to,
  escalateTo,
  domain,
  clock,
  log,
}: {
  readonly alarms: Pick<Alarms, 'onNews'>
  readonly mailer: Mailer
  readonly to: readonly string[]
  readonly escalateTo: readonly string[]
  readonly domain: string
  readonly clock: Clock
  readonly log: Log
}): void {
  let sent: number[] = []
  let keptBack = 0
  alarms.onNews((alarm, news) => {
    if (news === 'changed') return
    const now = clock.now()
    sent = sent.filter((at) => now - at < hourMs)
    const isLoud = alarmKinds[alarm.event]?.staysMs !== undefined
    if (sent.length >= perHourMax && !isLoud) {
      keptBack++
      return
    }
    sent.push(now)
    const more =
      keptBack === 0 ? '' : `\n${keptBack} more alarms were not mailed: see onrecord alarm list.\n`
    keptBack = 0
    const mail = {
      to: news === 'escalated' ? [...to, ...escalateTo] : to,
      subject: `Onrecord at ${domain}: ${alarm.event}${news === 'escalated' ? ', and nobody has looked' : ''}`,
      text: textOf(alarm) + more,
    }
    // Whoever cannot be mailed finds it in the list: an alarm about that would be mailed, too.
    mailer
      .send(mail)
      .catch((error: unknown) => log.info('alarms.not-mailed', { error: String(error) }))
  })
}

function textOf({ id, event, cause, since, count }: Alarm): string {
  const fields = Object.entries(cause).map(([name, value]) => `${name}: ${String(value)}\n`)
  const says = alarmKinds[event]?.says ?? event
  return `${says}\n\n${fields.join('')}since: ${new Date(since).toISOString()}\ntimes: ${count}\n\nonrecord alarm seen ${id}\n`
}
