import { statfs } from 'node:fs/promises'
import { type Alarms, openAlarms } from '../alarms/alarms.ts'
import { type Bell } from '../alarms/bell.ts'
import { mailAlarms } from '../alarms/mail.ts'
import { recordNews } from '../alarms/news.ts'
import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { smtpMailer } from '../storage/smtp/mailer.ts'
import { type Config } from './config.ts'
import { type Storage } from './storage.ts'
import { type Certificate } from './tls.ts'

const sweepMs = 60_000
/** How often disk and certificate are looked at. */
const lookEvery = 15
const fullFrom = 0.9
const endsSoonMs = 14 * 86_400_000

type Parts = {
  readonly clock: Clock
  readonly log: Log
  readonly bell: Bell
  readonly storage: Pick<Storage, 'alarms' | 'record'>
}

/** The engine, with what it heard before it was there. */
export async function ringAlarms(config: Config, parts: Parts): Promise<Alarms> {
  const { clock, log, bell, storage } = parts
  const { escalateMs, mail } = config.alarms
  const alarms = await openAlarms({ ...storage, store: storage.alarms, clock, log, escalateMs })
  if (mail !== null) {
    const mailer = smtpMailer(mail.url, mail.from)
    mailAlarms({ ...mail, alarms, mailer, domain: config.domain, clock, log })
  }
  recordNews({ alarms, record: storage.record, log })
  bell.attach(alarms)
  return alarms
}

/** Has alarms told further up in time, and looks at what says nothing by itself. @returns what ends it */
export function watchOver(
  { data }: Pick<Config, 'data'>,
  {
    alarms,
    certificate,
    clock,
    log,
  }: Pick<Parts, 'clock' | 'log'> & {
    readonly alarms: Alarms
    readonly certificate: Certificate
  },
): () => void {
  let times = 0
  const look = (): void => {
    alarms.sweep()
    if (times++ % lookEvery !== 0) return
    if (certificate.endsAt() - clock.now() < endsSoonMs) log.warn('tls.ends-soon')
    lookAtDisk(data, log).catch((error: unknown) => {
      log.info('capacity.not-looked', { error: String(error) })
    })
  }
  look()
  const timer = setInterval(look, sweepMs)
  timer.unref()
  return () => clearInterval(timer)
}

async function lookAtDisk(data: string, log: Log): Promise<void> {
  const { blocks, bavail } = await statfs(data)
  if (blocks > 0 && 1 - bavail / blocks > fullFrom)
    log.warn('capacity.disk', { left: Math.round((bavail / blocks) * 100) })
}
