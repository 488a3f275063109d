// The rules, made into one function over plain facts: the sequencer asks it for each record, and waits for nothing.

import { isAct } from '../kinds.ts'
import { type PersonId } from '../types.ts'
import {
  actsName,
  defaultName,
  exemptName,
  ofActs,
  ofExempt,
  ofOthers,
  referencePolicy,
} from './builtin.ts'
import { periodDays, widthOf } from './period.ts'
import { type BucketClass, type Classified, type Facts, type Schedule } from './ports.ts'
import { type RetentionStanding } from './standing.ts'
import { type RetentionClass, type RetentionRule, type RuleCondition } from './types.ts'

/** Which groups people are in, now. */
export type Groups = {
  of(person: PersonId): readonly string[]
  /** Another one after each change. */
  readonly version: number
}

/** Longer than any period that is counted from the record itself. */
const eventRank = 1e9

/** What is compared when several classes fit. A period that begins with an event may begin late: it is longer than one that has begun. */
export function rankOf({ keep, after }: RetentionClass): number {
  return after === 'creation' ? periodDays(keep) : eventRank + periodDays(keep)
}

/** How many combinations of rules are remembered with what they come to. */
const combinationsMax = 1_000

export function compileSchedule(standing: RetentionStanding, groups: Groups): Schedule {
  const { rules, position } = standing.rules
  const strongest = strongestOf(standing)
  const groupsOf = groupsOfRecord(standing, groups)
  const fits = rules.map(({ when }) => compileCondition(when, groupsOf))
  const isExempt = exemptFromRecording(standing)
  const decided = new Map<string, Classified>()

  function byRules(facts: Facts): Classified {
    let key = ''
    for (const [i, isFitting] of fits.entries()) if (isFitting(facts)) key += `${i} `
    if (key === '') return ofOthers
    const before = decided.get(key)
    if (before) return before
    const fitting = key
      .trimEnd()
      .split(' ')
      .flatMap((i) => rules[Number(i)] ?? [])
    const classified = strongest(fitting, position)
    if (decided.size < combinationsMax) decided.set(key, classified)
    return classified
  }

  const classes = classesInUse(standing)
  const inUse = new Set(classes.map(({ name }) => name))
  return {
    classOf(facts, target) {
      if (isAct(facts.kind)) return ofActs
      const own = isExempt?.(facts) ? ofExempt : byRules(facts)
      return target !== null && inUse.has(target) ? atLeast(own, target, standing) : own
    },
    looksAtTargets: classes.some(({ name }) => name !== defaultName && name !== actsName),
    classes,
  }
}

/**
 * Those that records may go into from now on. A class that no rule names any more has records that others may refer to, and those are kept
 * as long. `exempt` alone has a bucket each day, and only while somebody is exempt.
 */
function classesInUse({ classes, exemptions }: RetentionStanding): Schedule['classes'] {
  const isExempting = [...exemptions.values()].some(({ from }) => from === 'recording')
  return [...classes.values()]
    .filter(({ name }) => name !== exemptName || isExempting)
    .map(bucketClassOf)
}

/** A class as the vault has to know it. */
export function bucketClassOf({ name, keep, locked }: RetentionClass): BucketClass {
  return { name, width: widthOf(keep), duty: { keep, locked } }
}

/** Of rules that fit: the class that is kept longest, and what it is kept for besides where an event decides how long that is. */
function strongestOf({
  classes,
}: RetentionStanding): (fitting: readonly RetentionRule[], position: number) => Classified {
  return (fitting, position) => {
    const ranked = fitting
      .flatMap((rule) => {
        const found = classes.get(rule.class)
        return found ? [{ rule, found, rank: rankOf(found) }] : []
      })
      .toSorted((a, b) => b.rank - a.rank || (a.rule.name < b.rule.name ? -1 : 1))
    const [first] = ranked
    if (!first) return ofOthers
    const others = new Set(ranked.map(({ found }) => found.name))
    others.delete(first.found.name)
    const hasEvent = first.found.after !== 'creation'
    const also = hasEvent ? [...others].map((name) => `+${name}`).join('') : ''
    return { class: first.found.name, policy: `${position}:${first.rule.name}${also}` }
  }
}

/** A correction is kept as long as what it corrects. */
function atLeast(own: Classified, target: string, { classes }: RetentionStanding): Classified {
  const [mine, its] = [classes.get(own.class), classes.get(target)]
  if (!mine || !its || rankOf(its) <= rankOf(mine)) return own
  const also = its.after === 'creation' ? '' : `+${mine.name}`
  return { class: target, policy: `${referencePolicy}${also}` }
}

type Fits = (facts: Facts) => boolean

function compileCondition(
  { groups, rooms, labels, networks, kinds }: RuleCondition,
  groupsOf: (facts: Facts) => ReadonlySet<string>,
): Fits {
  const terms: Fits[] = []
  if (kinds) {
    const wanted = new Set(kinds)
    terms.push(({ kind }) => wanted.has(kind))
  }
  if (rooms) {
    const wanted = new Set(rooms)
    terms.push(({ conversation }) => wanted.has(conversation))
  }
  if (labels) terms.push(({ label }) => label !== undefined && labels.includes(label))
  if (networks) terms.push(({ origin }) => networks.some((network) => isOf(origin, network)))
  if (groups) {
    terms.push((facts) => {
      const its = groupsOf(facts)
      return groups.some((group) => its.has(group))
    })
  }
  return (facts) => terms.every((term) => term(facts))
}

function isOf(origin: string, network: string): boolean {
  return network.endsWith(':*') ? origin.startsWith(network.slice(0, -1)) : origin === network
}

/** A room's list of members is the same array until somebody comes or goes. Shorter ones are looked through each time. */
const namedIdsMax = 8

/** The groups of all who can see it and of who wrote it, but of those who are exempt from retention. */
function groupsOfRecord(
  { exemptions }: RetentionStanding,
  groups: Groups,
): (facts: Facts) => ReadonlySet<string> {
  const exempt = personsExemptFrom('retention', exemptions)
  const lists = new WeakMap<readonly PersonId[], ReadonlySet<string>>()
  let version = groups.version
  let known = lists

  function ofMembers(members: readonly PersonId[]): ReadonlySet<string> {
    if (members.length > namedIdsMax) {
      if (groups.version !== version) [known, version] = [new WeakMap(), groups.version]
      const there = known.get(members)
      if (there) return there
    }
    const found = new Set<string>()
    for (const person of members)
      if (!exempt.has(person)) for (const group of groups.of(person)) found.add(group)
    if (members.length > namedIdsMax) known.set(members, found)
    return found
  }

  return ({ members, sender }) => {
    const found = ofMembers(members)
    if (sender === null || exempt.has(sender) || members.includes(sender)) return found
    const own = groups.of(sender)
    return own.length === 0 ? found : new Set([...found, ...own])
  }
}

/** Only what nobody else can see: whoever is not exempt has his words and what he was told on record as ever. */
function exemptFromRecording({ exemptions }: RetentionStanding): Fits | null {
  const exempt = personsExemptFrom('recording', exemptions)
  if (exempt.size === 0) return null
  return ({ sender, members }) =>
    members.length > 0 &&
    (sender === null || exempt.has(sender)) &&
    members.every((person) => exempt.has(person))
}

function personsExemptFrom(
  what: string,
  exemptions: RetentionStanding['exemptions'],
): ReadonlySet<PersonId> {
  const all = [...exemptions.values()]
  return new Set(all.filter(({ from }) => from === what).map(({ person }) => person))
}
