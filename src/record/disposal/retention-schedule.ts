import { actsName } from '../retention/builtin.ts'
import { bucketDueAt, classIn, dueAt, dueFactsOf, isPerRecord } from '../retention/due.ts'
import { periodText } from '../retention/period.ts'
import { type RetentionStanding } from '../retention/standing.ts'
import { type PersonId } from '../types.ts'
import { type Schedule } from './schedule.ts'

/** The schedule that classes and events make, as they stand at the call. @param isHere whether somebody has an account here */
export function retentionSchedule(
  standing: () => RetentionStanding,
  isHere: (person: PersonId) => boolean,
): Schedule {
  return {
    of(bucket) {
      const now = standing()
      const found = classIn(now, bucket.class)
      return {
        dueAt: bucketDueAt(bucket, now),
        authority: `${found.name}, ${periodText(found.keep)} after ${found.after}: ${found.authority}`,
        hasActs: bucket.class === actsName,
        isDue: isPerRecord(found)
          ? (envelope, atMs) =>
              (dueAt(dueFactsOf(envelope), now, isHere) ?? Number.POSITIVE_INFINITY) <= atMs
          : null,
      }
    },
  }
}
