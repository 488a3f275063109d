// From when on nothing asks for a record to be kept any more. Holds are not looked at here: they win over all of it.

import { type Bucket } from '../keys/ports.ts'
import { type Envelope, type PersonId } from '../types.ts'
import { defaultName } from './builtin.ts'
import { addPeriod } from './period.ts'
import { type RetentionStanding } from './standing.ts'
import { type RetentionClass } from './types.ts'

/** What is known of a record without its content. */
export type DueFacts = {
  /** Its retention class, and the other classes that it is kept for: `classesOf`. */
  readonly classes: readonly string[]
  /** Server time, ms since 1970. */
  readonly at: number
  /** Whose leaving counts: who wrote it, and in whose archives it is. */
  readonly people: readonly PersonId[]
}

/** The classes in an envelope: its own first. */
export function classesOf({ class: own, policy }: Pick<Envelope, 'class' | 'policy'>): string[] {
  return [own, ...policy.split('+').slice(1)]
}

export function dueFactsOf(
  envelope: Pick<Envelope, 'class' | 'policy' | 't_server' | 'sender' | 'views'>,
): DueFacts {
  const { sender, views, t_server: at } = envelope
  const people = new Set(views.map(({ owner }) => owner))
  if (sender !== null) people.add(sender)
  return { classes: classesOf(envelope), at, people: [...people] }
}

/**
 * The instant from which a record may be disposed of; null while there is none: it is permanent, or waits for an event.
 *
 * @param isHere whether somebody has an account here, now: who has never had one cannot leave
 */
export function dueAt(
  { classes, at, people }: DueFacts,
  standing: RetentionStanding,
  isHere: (person: PersonId) => boolean,
): number | null {
  let due = 0
  for (const name of classes) {
    const found = classIn(standing, name)
    const from = countedFrom(found, { at, people }, { standing, isHere })
    const end = from === null ? null : addPeriod(Math.max(from, at), found.keep)
    if (end === null) return null
    due = Math.max(due, end)
  }
  return due
}

/**
 * The instant from which on a bucket is worth a look: all that is in it may go then, unless `isPerRecord` says that each record has to be
 * asked. Null while nothing in it can be due.
 */
export function bucketDueAt(
  { class: name, to }: Pick<Bucket, 'class' | 'to'>,
  standing: RetentionStanding,
): number | null {
  const found = classIn(standing, name)
  const { after } = found
  if (after === 'creation') return addPeriod(to, found.keep)
  const events =
    after === 'leaver'
      ? [...standing.leavers.values()]
      : [standing.matters.get(after.slice('matter '.length)) ?? Infinity]
  const first = Math.min(...events)
  return first === Infinity ? null : addPeriod(Math.max(first, to), found.keep)
}

/** Whether records of one bucket of this class may be due at different times, by events. */
export function isPerRecord({ after }: RetentionClass): boolean {
  return after !== 'creation'
}

/** @returns the class `default` for what there is none of: envelopes from before there were classes say that */
export function classIn({ classes }: RetentionStanding, name: string): RetentionClass {
  const found = classes.get(name) ?? classes.get(defaultName)
  if (!found) throw new RangeError('a standing without the class default')
  return found
}

function countedFrom(
  { after }: RetentionClass,
  { at, people }: Pick<DueFacts, 'at' | 'people'>,
  { standing, isHere }: { standing: RetentionStanding; isHere: (person: PersonId) => boolean },
): number | null {
  if (after === 'creation') return at
  if (after !== 'leaver') return standing.matters.get(after.slice('matter '.length)) ?? null
  // Everybody of ours has to have left: the last one counts.
  let last: number | null = null
  for (const person of people) {
    const left = standing.leavers.get(person)
    if (left === undefined && isHere(person)) return null
    if (left !== undefined) last = Math.max(last ?? 0, left)
  }
  return last
}
