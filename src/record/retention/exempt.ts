import { type RetentionStanding } from './standing.ts'
import { type ExemptFrom } from './types.ts'

/** How many persons are exempt from what: it stands in the signed statement of each hour. */
export type ExemptCounts = { readonly [from in ExemptFrom]: number }

/** Persons, not exemptions: of one person there is one from each. */
export function exemptCounts({ exemptions }: Pick<RetentionStanding, 'exemptions'>): ExemptCounts {
  const counts = { recording: 0, review: 0, retention: 0 }
  for (const { from } of exemptions.values()) counts[from]++
  return counts
}
