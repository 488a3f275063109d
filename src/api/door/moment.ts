import { OperatorError } from '../../base/errors.ts'
import { type Moment } from '../../directory/types.ts'
import { type ApiHost } from './route.ts'

/** A day is the end of it, in UTC; today is now. */
const day = /^\d{4}-\d\d-\d\d$/
const time = /^\d{4}-\d\d-\d\dT[\d:.]{5,12}(?:Z|[+-]\d\d:\d\d)$/
const dayMs = 86_400_000

/** A log position, a day, or a time as ISO 8601 has it. @throws {OperatorError} for anything else, and for what is still to come */
export function momentIn(text: string, { now, record }: Pick<ApiHost, 'now' | 'record'>): Moment {
  if (/^\d{1,15}$/.test(text)) {
    const position = Number(text)
    if (position < record.size) return { position }
    throw new OperatorError('moment.not-yet', `There is no record ${text} yet.`)
  }
  const isDay = day.test(text)
  const ms = isDay || time.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms))
    throw new OperatorError(
      'moment.form',
      `${text.slice(0, 60)} is no day such as 2026-03-03, no time such as 2026-03-03T09:00:00Z, and no log position.`,
    )
  if (ms > now()) throw new OperatorError('moment.not-yet', `${text} is still to come.`)
  return { at: isDay ? Math.min(ms + dayMs - 1, now()) : ms }
}
