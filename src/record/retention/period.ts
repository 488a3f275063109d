import { type BucketWidth } from './ports.ts'

/** How long something is kept. A whole number of calendar years or months, or of days, in UTC; or for ever. */
export type RetentionPeriod =
  | 'permanent'
  | { readonly count: number; readonly unit: 'years' | 'months' | 'days' }

/** A hundred years are permanent in all but name. */
const countMax = { years: 100, months: 1_200, days: 36_525 } as const

const dayMs = 86_400_000
const daysPerYear = 365.2425

/** `permanent`, `7 years`, `18 months`, `1 day`. @returns null for what is none of these, or is longer than a hundred years */
export function parsePeriod(text: string): RetentionPeriod | null {
  if (text === 'permanent') return 'permanent'
  const [, digits, one] = /^([1-9]\d{0,4}) (year|month|day)s?$/.exec(text) ?? []
  if (digits === undefined) return null
  const unit = one === 'year' ? 'years' : one === 'month' ? 'months' : 'days'
  const count = Number(digits)
  return count <= countMax[unit] ? { count, unit } : null
}

export function periodText(period: RetentionPeriod): string {
  if (period === 'permanent') return period
  const { count, unit } = period
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`
}

/**
 * The end of a period that begins at `ms`; null for the permanent one. A day that a year or month does not have is the one after its last:
 * 29 February and one year are 1 March, so that nothing is kept for less than it says.
 */
export function addPeriod(ms: number, period: RetentionPeriod): number | null {
  if (period === 'permanent') return null
  const { count, unit } = period
  if (unit === 'days') return ms + count * dayMs
  const at = new Date(ms)
  if (unit === 'years') return at.setUTCFullYear(at.getUTCFullYear() + count)
  return at.setUTCMonth(at.getUTCMonth() + count)
}

/** About how many days it is, to compare one with another. */
export function periodDays(period: RetentionPeriod): number {
  if (period === 'permanent') return Infinity
  const { count, unit } = period
  if (unit === 'days') return count
  return unit === 'years' ? count * daysPerYear : (count * daysPerYear) / 12
}

/** Whether `period` ends no earlier than `other`, on whatever day both begin. */
export function isAsLong(period: RetentionPeriod, other: RetentionPeriod): boolean {
  if (period === 'permanent') return true
  if (other === 'permanent') return false
  // Four years have each day that a calendar has, but for the turn of a century, which makes years shorter for both.
  for (let ms = Date.UTC(2028, 0); ms < Date.UTC(2032, 0); ms += dayMs) {
    if ((addPeriod(ms, period) ?? 0) < (addPeriod(ms, other) ?? 0)) return false
  }
  return true
}

/** A month, or a twelfth of the period where that is less, and a day at least. LEDGER.md §3.2 */
export function widthOf(period: RetentionPeriod): BucketWidth {
  const days = Math.max(1, Math.floor(periodDays(period) / 12))
  return days >= 30 ? 'month' : { days }
}
