/** The month of a time in UTC, such as 2026-05, or one so many months later. */
export function monthOf(ms: number, later = 0): string {
  const at = new Date(ms)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later, 1))
    .toISOString()
    .slice(0, 7)
}

/** Its beginning, and its last millisecond, in ms since 1970; null for what is no month. */
export function boundsOf(month: string): { readonly since: number; readonly until: number } | null {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? []
  if (year === undefined || number === undefined) return null
  const since = Date.UTC(Number(year), Number(number) - 1, 1)
  return { since, until: Date.UTC(Number(year), Number(number), 1) - 1 }
}
