import { OperatorError } from '../base/errors.ts'
import { parseList } from './setting-kinds.ts'
import { type SettingName } from './settings.ts'

export type AlarmConfig = {
  readonly escalateMs: number
  /** Null: nobody is mailed. */
  readonly mail: {
    readonly url: string
    readonly from: string
    readonly to: readonly string[]
    readonly escalateTo: readonly string[]
  } | null
}

/** @throws {OperatorError} for settings that contradict each other */
export function alarmConfigOf(text: (name: SettingName) => string): AlarmConfig {
  const url = text('ONRECORD_SMTP_URL')
  const to = parseList(text('ONRECORD_ALARM_MAIL'))
  const escalateTo = parseList(text('ONRECORD_ALARM_ESCALATION_MAIL'))
  const from = text('ONRECORD_MAIL_FROM') || `onrecord@${text('ONRECORD_DOMAIN')}`
  const escalateMs = Number(text('ONRECORD_ALARM_ESCALATION_MINUTES')) * 60_000
  if (to.length + escalateTo.length === 0) return { escalateMs, mail: null }
  if (url !== '') return { escalateMs, mail: { url, from, to, escalateTo } }
  throw new OperatorError(
    'config.no-smtp',
    'ONRECORD_ALARM_MAIL wants mail to be sent: set ONRECORD_SMTP_URL.',
  )
}
