// The acts that a bundle shows beside its records, and what they say of who had which address.

import { type Evidence } from '../../record/evidence/ports.ts'
import { type LogPosition, type PersonId } from '../../record/types.ts'
import { envelopeIn, personsIn } from './opened.ts'
import { type BundleWorld } from './ports.ts'
import { fates, type Selection } from './select.ts'
import { type Seen } from './seen.ts'

/** Who had an address: an act says so, or the address itself, whose hash is the id. */
export type Identity = {
  readonly person: PersonId
  readonly address: string
  /** Positions of the acts; null for people at other domains, and while it has not ended. */
  readonly since: LogPosition | null
  readonly until: LogPosition | null
}

export type ActsAndIdentities = {
  /** Ascending, in the range and outside of it. */
  readonly acts: readonly LogPosition[]
  readonly identities: readonly Identity[]
}

/** Who is named by records and acts, who made those acts, and so on until nobody is left. Marks acts of the range as such. */
export async function actsAndIdentities(
  { seen, selection, also }: Found,
  { evidence, world, size }: Sources,
): Promise<ActsAndIdentities> {
  const acts = new Set<LogPosition>(also)
  for (const [i, fate] of selection.fates.entries())
    if (fate === fates.act) acts.add(selection.from + i)
  const identities: Identity[] = []
  const named = new Set<PersonId>()
  const rows = rowsByPerson(world, size)
  const looked = new Set<LogPosition>()

  const name = (person: PersonId): void => {
    if (named.has(person)) return
    named.add(person)
    for (const { address, since, until } of rows.get(person) ?? []) {
      if (isWithheld(selection, since)) continue
      const end = until !== null && until < size && !isWithheld(selection, until) ? until : null
      identities.push({ person, address, since, until: end })
      acts.add(since)
      if (end !== null) acts.add(end)
    }
  }
  for (const person of seen.persons) name(person)
  for (let isMore = true; isMore;) {
    isMore = false
    for (const position of acts) {
      if (looked.has(position)) continue
      looked.add(position)
      isMore = true
      for (const person of await personsOfAct(position, { evidence, size })) name(person)
    }
  }
  identities.push(...outsiders(seen, world, rows))
  for (const position of acts)
    if (position >= selection.from && position < selection.to)
      selection.fates[position - selection.from] = fates.act
  return {
    acts: [...acts].toSorted((a, b) => a - b),
    identities: identities.toSorted(byPersonAndTime),
  }
}

type Found = {
  readonly seen: Seen
  readonly selection: Selection
  /** Acts that are shown whatever they name: the export's own, those about the records, and statements of heads. */
  readonly also: Iterable<LogPosition>
}

type Sources = {
  readonly evidence: Evidence
  readonly world: BundleWorld
  readonly size: number
}

type Rows = ReadonlyMap<PersonId, BundleWorld['addresses']>

function rowsByPerson({ addresses }: BundleWorld, size: number): Rows {
  return Map.groupBy(
    addresses.filter(({ since }) => since < size),
    ({ person }) => person,
  )
}

/** What was withheld, or cannot be opened, stays so: who had the address is then not said. */
function isWithheld({ from, to, fates: all }: Selection, position: LogPosition): boolean {
  if (position < from || position >= to) return false
  const fate = all[position - from]
  return fate === fates.withheld || fate === fates.destroyed || fate === fates.damaged
}

async function personsOfAct(
  position: LogPosition,
  { evidence, size }: Pick<Sources, 'evidence' | 'size'>,
): Promise<readonly PersonId[]> {
  for await (const entry of evidence.entries({ from: position, to: position + 1 }, size)) {
    const opened = await evidence.disclose(entry)
    if (opened.kind === 'record') return personsIn(envelopeIn(opened))
  }
  return []
}

/** Those whom no act has added, where an address was seen whose hash is their id. */
function outsiders(seen: Seen, world: BundleWorld, rows: Rows): readonly Identity[] {
  const unnamed = new Set([...seen.persons].filter((person) => !rows.has(person)))
  const found: Identity[] = []
  for (const address of seen.addresses) {
    const person = world.outsiderId(address)
    if (unnamed.delete(person)) found.push({ person, address, since: null, until: null })
  }
  return found
}

function byPersonAndTime(a: Identity, b: Identity): number {
  if (a.person !== b.person) return a.person < b.person ? -1 : 1
  return (a.since ?? 0) - (b.since ?? 0)
}
