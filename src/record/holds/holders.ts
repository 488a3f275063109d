import { type LogPosition } from '../types.ts'
import { type Hold } from './register.ts'
import { type Matching, type RecordFacts } from './ports.ts'
import { isInScope } from './scope.ts'

/** The holds among these that have the record. In doubt one has it: what is held too long can go later, and what went is gone. */
export function holdersOf(
  record: RecordFacts,
  holds: readonly Hold[],
  matching: Matching,
): readonly LogPosition[] {
  return holds.filter(({ scope }) => isInScope(scope, record, matching) ?? true).map(({ id }) => id)
}
