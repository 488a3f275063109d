// Which changes are refused. Each check answers with a sentence, or null where there is nothing against it.

import { type PersonId } from '../types.ts'
import { actsName, exemptName } from './builtin.ts'
import { isAsLong, periodText } from './period.ts'
import { type RetentionStanding } from './standing.ts'
import { type RetentionClass, type RetentionRule, type RuleCondition } from './types.ts'

/** Classes get buckets of their own, each month or day: that many are enough for a company. */
const classesMax = 200
const rulesMax = 1_000
const itemsMax = 1_000
const nameForm = /^[a-z][a-z0-9-]{0,39}$/
const authorityMax = 2_000

/** A class that is new, or takes the place of the one of its name. */
export function refuseClass(change: RetentionClass, { classes }: RetentionStanding): string | null {
  const { name, authority } = change
  const before = classes.get(name)
  if (!nameForm.test(name)) return `${quoted(name)} is no name of a class: ${formOfNames}`
  if (!before && classes.size >= classesMax) return `there are ${classesMax} classes already`
  if (authority.length > authorityMax) return `an authority has ${authorityMax} characters at most`
  if (before?.locked) {
    const locked = refuseLocked(change, before)
    if (locked !== null) return locked
  }
  if ((name === actsName || name === exemptName) && change.after !== 'creation')
    return `the class ${name} is counted from the creation of its records`
  return refuseBesideActs(new Map(classes).set(name, change))
}

/** Whether something would be kept for less time than it is now. */
export function isShortening(change: RetentionClass, { classes }: RetentionStanding): boolean {
  const before = classes.get(change.name)
  if (!before) return false
  return !isAsLong(change.keep, before.keep) || change.after !== before.after
}

function refuseLocked(change: RetentionClass, before: RetentionClass): string | null {
  const { name, keep } = before
  if (!change.locked) return `the class ${name} is locked, and stays so`
  if (change.keep === 'permanent') return null
  if (change.after !== before.after)
    return `the class ${name} is locked: what it is counted from stays`
  if (isAsLong(change.keep, keep)) return null
  return `the class ${name} is locked at ${periodText(keep)}: it can be made longer and not shorter`
}

/** The audit trail outlives what it is about. */
function refuseBesideActs(classes: ReadonlyMap<string, RetentionClass>): string | null {
  const acts = classes.get(actsName)
  if (!acts || acts.keep === 'permanent') return null
  for (const { name, keep, after } of classes.values()) {
    if (name === actsName) continue
    const isShorter = keep !== 'permanent' && after === 'creation' && !isAsLong(keep, acts.keep)
    if (!isShorter)
      return `acts of administration are kept longer than anything else: the class ${actsName} has ${periodText(acts.keep)}, and the class ${name} would have ${periodText(keep)}`
  }
  return null
}

export function refuseRules(
  rules: readonly RetentionRule[],
  { classes }: RetentionStanding,
): string | null {
  if (rules.length > rulesMax) return `there are ${rulesMax} rules at most`
  const names = new Set<string>()
  for (const { name, class: chosen, when } of rules) {
    if (!nameForm.test(name)) return `${quoted(name)} is no name of a rule: ${formOfNames}`
    if (names.has(name)) return `two rules have the name ${name}`
    names.add(name)
    if (chosen === actsName || chosen === exemptName)
      return `the rule ${name} names the class ${chosen}, which no rule can`
    if (!classes.has(chosen))
      return `the rule ${name} names the class ${chosen}, which there is not`
    const wrong = refuseCondition(when)
    if (wrong !== null) return `the rule ${name}: ${wrong}`
  }
  return null
}

function refuseCondition(when: RuleCondition): string | null {
  for (const [what, list] of Object.entries(when)) {
    if (list.length === 0) return `the list of ${what} is empty, so it fits nothing`
    if (list.length > itemsMax) return `the list of ${what} has more than ${itemsMax} items`
  }
  const network = when.networks?.find((one) => !/^(?:native|(?:s2s|component):\S+)$/.test(one))
  return network === undefined
    ? null
    : `${quoted(network)} is no network: native, s2s:DOMAIN or component:DOMAIN, with * for all`
}

/** Whether enough persons say so: distinct ones, none of them whom it is about. */
export function refuseApprovals(
  approvals: readonly PersonId[],
  needed: number,
  about: PersonId | null = null,
): string | null {
  if (new Set(approvals).size !== approvals.length) return 'somebody was named twice'
  if (about !== null && approvals.includes(about)) return 'nobody approves what is about himself'
  if (approvals.length >= needed) return null
  return `this needs ${needed === 1 ? 'a person' : `${needed} persons`} who ${needed === 1 ? 'says' : 'say'} so, and ${approvals.length} did`
}

const formOfNames = 'it has 1 to 40 of a-z, 0-9 and -, and begins with a letter'

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60))
}
