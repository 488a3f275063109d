// RFC 6121 section 2: a person's contacts. His own, and over them those that groups of the directory give him.
import { type RosterItem } from './ports.ts'

/** What groups give: the same for all who see the same groups. */
export type Given = {
  /** By bare JID; whoever sees them may be one of them. */
  readonly items: ReadonlyMap<string, RosterItem>
  /** Another one for other items; '' for none. */
  readonly version: string
}

export const nothingGiven: Given = { items: new Map(), version: '' }

export type Roster = {
  /** As it counts, whether he has it himself or is given it. */
  get(jid: string): RosterItem | undefined
  values(): Iterable<RosterItem>
  /** Those that he has himself: what is stored. */
  readonly own: Map<string, RosterItem>
  /** What he is given of it now; null: nothing. */
  givenAt(jid: string): RosterItem | null
  /** What he was given when it was last looked at as a whole, or told; null: it never was. */
  told: Given | null
  given(): Given
}

/** @param bare whose it is: nobody is his own contact */
export function createRoster(bare: string, now: () => Given): Roster {
  const own = new Map<string, RosterItem>()

  function given(): Given {
    const current = now()
    roster.told ??= current
    return current
  }

  const givenAt = (jid: string): RosterItem | null =>
    jid === bare ? null : (given().items.get(jid) ?? null)

  const roster: Roster = {
    own,
    told: null,
    given,
    givenAt,
    get: (jid) => merged(own.get(jid), givenAt(jid)),
    *values() {
      const { items } = given()
      for (const item of own.values()) yield merged(item, items.get(item.jid) ?? null) ?? item
      for (const item of items.values()) if (item.jid !== bare && !own.has(item.jid)) yield item
    },
  }
  return roster
}

/** What he has called a contact himself counts; the rest is the directory's, and nobody has to be asked. */
export function merged(
  own: RosterItem | undefined,
  given: RosterItem | null,
): RosterItem | undefined {
  if (given === null) return own
  if (own === undefined) return given
  const groups = [...own.groups, ...given.groups.filter((group) => !own.groups.includes(group))]
  return { ...given, name: own.name === '' ? given.name : own.name, groups }
}
