// XEP-0082: XMPP Date and Time Profiles, version 1.1.1
// Source: https://xmpp.org/extensions/xep-0082.html

const dateTime =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,30}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/
/** XML Schema: a zone is within 14 hours of UTC. */
const offsetMinutesMax = 14 * 60

/**
 * Reads a DateTime (section 3.2), which always names its zone. Fractions beyond a millisecond are cut.
 *
 * @returns milliseconds since 1970, or null when it is none
 *
 * @example
 * parseDateTime('1969-07-20T21:56:15-05:00') // -14159025000
 */
export function parseDateTime(text: string): number | null {
  const match = dateTime.exec(text)
  if (!match) return null
  const [, date = '', time = '', fraction = '', sign, hours = '0', minutes = '0'] = match
  const local = Date.parse(`${date}T${time}Z`)
  // Where a part is out of range Date.parse gives NaN, or, for 30 February and 24:00:00, the next day.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(`${date}T${time}.`))
    return null
  const offset = Number(hours) * 60 + Number(minutes)
  if (Number(minutes) > 59 || offset > offsetMinutesMax) return null
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3))
  return local + milliseconds - (sign === '-' ? -offset : offset) * 60_000
}

const dayMs = 86_400_000
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
/** The day of the last one, with its date and the `T`: those of one page of an archive are mostly of the same. */
let [day, date] = [Number.NaN, '']

/** A DateTime in UTC, with milliseconds. @param ms whole ones since 1970 */
export function formatDateTime(ms: number): string {
  const itsDay = Math.floor(ms / dayMs)
  if (itsDay !== day) [day, date] = [itsDay, new Date(ms).toISOString().slice(0, -13)]
  const inDay = ms - itsDay * dayMs
  const hours = twoDigits[Math.floor(inDay / 3_600_000)]
  const minutes = twoDigits[Math.floor(inDay / 60_000) % 60]
  const seconds = twoDigits[Math.floor(inDay / 1_000) % 60]
  return `${date}${hours}:${minutes}:${seconds}.${String(inDay % 1_000).padStart(3, '0')}Z`
}
