// What is so before anybody has made rules, and stays so where no rule says otherwise.

import { type RecordKind, type StatementKind } from '../types.ts'
import { type Classified, type Schedule } from './ports.ts'
import { widthOf } from './period.ts'
import { type RetentionClass } from './types.ts'

/** Everything that no rule names. */
export const defaultName = 'default'
/** What administrators and officers do, and the server itself: apart from what people say, and kept longer than any of it. LEDGER.md §3.1 */
export const actsName = 'acts'
/** What is said among people who are exempt from recording: on record before it is delivered, and gone soon. */
export const exemptName = 'exempt'

/** Classes that each log has. They may be given other periods as others may. */
export const builtinClasses: readonly RetentionClass[] = [
  {
    name: defaultName,
    keep: 'permanent',
    after: 'creation',
    locked: false,
    authority: 'No period was set: everything is kept.',
  },
  {
    name: actsName,
    keep: 'permanent',
    after: 'creation',
    locked: false,
    authority:
      '17 CFR 240.17a-4(f)(2)(i)(A): the audit trail is complete, and outlives what it is about.',
  },
  {
    name: exemptName,
    keep: { count: 1, unit: 'days' },
    after: 'creation',
    locked: false,
    authority: 'An exemption from recording, approved by two persons.',
  },
]

export const ofActs: Classified = { class: actsName, policy: 'builtin:acts' }
export const ofOthers: Classified = { class: defaultName, policy: 'builtin:default' }
export const ofExempt: Classified = { class: exemptName, policy: 'builtin:exempt' }
/** Policies that no act makes, and the class that each chooses. */
export const builtinPolicies: ReadonlyMap<string, string> = new Map(
  [ofActs, ofOthers, ofExempt].map((one) => [one.policy, one.class]),
)
/** What refers to a record is kept as long as that. */
export const referencePolicy = 'builtin:reference'

const actKinds =
  /^(?:(?:person|group|session|roster|notice|invitation|token|factor|identity|app-password|alarm|webhook|ways|grant|approval|retention|hold|disposal|erasure|key|audit|connections)\.|(?:key|clock|search|export|read|backup|witness|scrub|attempt)$)/

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
  classes: [defaultName, actsName].map((name) => ({ name, width: widthOf('permanent') })),
}
