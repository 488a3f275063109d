// What is so before anybody has made rules, and stays so where no rule says otherwise.

import { defaultClass } from '../keys/periods.ts'
import { type RecordKind, type StatementKind } from '../types.ts'
import { type BucketClass, type Classified, type Schedule } from './ports.ts'

/** Acts of administrators and officers are apart from what people say, and are kept longer than any of it. LEDGER.md §3.1 */
const actsClass: BucketClass = { name: 'acts', width: 'month' }

const ofActs: Classified = { class: actsClass.name, policy: 'builtin:acts' }
const ofOthers: Classified = { class: defaultClass.name, policy: 'builtin:default' }

const actKinds =
  /^(?:(?:person|session|roster|notice|invitation|retention|hold|disposal|erasure|key)\.|(?:key|clock|search|export|read|backup|witness|scrub)$)/

/** By kind: there are few, and each record asks. */
const known = new Map<string, boolean>()

/** Whether a record is an act of an administrator or officer, or of the server itself. What people upload is not. */
export function isAct(kind: RecordKind | StatementKind): boolean {
  const before = known.get(kind)
  if (before !== undefined) return before
  const is = actKinds.test(kind)
  known.set(kind, is)
  return is
}

/** Everything that is no act in one class. */
export const builtinSchedule: Schedule = {
  classOf: ({ kind }) => (isAct(kind) ? ofActs : ofOthers),
  looksAtTargets: false,
  classes: [defaultClass, actsClass],
}
