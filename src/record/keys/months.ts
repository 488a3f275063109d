/** A calendar month in UTC: from (inclusive) to (exclusive), ms since 1970. */
export type Month = { readonly from: number; readonly to: number }

/** The month that `ms` lies in. LEDGER.md §3.2: buckets are at most a month wide. */
export function monthAt(ms: number): Month {
  const at = new Date(ms)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) }
}
