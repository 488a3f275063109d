/** Seconds since 1970, from (inclusive) to (exclusive). */
type Span = { readonly from: number; readonly to: number }

const form =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[Tt](\d{2}):(\d{2})(?::(\d{2}))?([Zz]|[+-]\d{2}:\d{2})?)?)?)?$/

/** The year, month, day, minute or second that is written there; UTC unless it says otherwise. Null for what is none. */
export function timeOf(text: string): Span | null {
  const found = form.exec(text)
  if (!found) return null
  const [, year = '', month = '01', day = '01', hour, minute, second, zone = 'Z'] = found
  const start = Date.parse(
    `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}${zone.toUpperCase()}`,
  )
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  // 31 April is no day: Date.parse may move it to May.
  if (Number.isNaN(start) || new Date(Date.UTC(y, m - 1, d)).getUTCDate() !== d) return null
  const from = start / 1000
  if (hour !== undefined) return { from, to: from + (second === undefined ? 60 : 1) }
  if (found[3] !== undefined) return { from, to: from + 86_400 }
  return { from, to: (found[2] === undefined ? Date.UTC(y + 1, 0) : Date.UTC(y, m)) / 1000 }
}
