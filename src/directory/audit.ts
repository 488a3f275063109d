// Holds the people of the state against the acts on record that made them. DESIGN.md §3 "The log comes first for administration, too".

import { type Opened } from '../record/bodies/opened.ts'
import { type LogPosition } from '../record/types.ts'
import { actOf } from './acts.ts'
import { type Act, type AddressRow, type PersonRow, type StoredPeople } from './ports.ts'

/** Follows the record, and says in the end what differs. */
export type PeopleAudit = {
  /** The next record, whatever it is about. */
  see(record: Seen): void
  /** Null when the state is what the acts up to its position make; else a clause. */
  difference(): string | null
}

export type Seen = Pick<Opened, 'position' | 'envelope' | 'content'>

/** @param stored may be behind the record: the next start applies the rest */
export function auditPeople(stored: StoredPeople): PeopleAudit {
  const people = new Map<string, PersonRow>()
  const addresses = new Map<string, AddressRow>()
  const invitations = new Map<string, string>()
  const tokens = new Map<string, MadeToken>()
  let applied = -1
  return {
    see(record) {
      const { position, envelope } = record
      if (!isAct(envelope.kind) || position > stored.applied) return
      applied = position
      apply(
        actOf(record),
        { position, at: envelope.t_server },
        { people, addresses, invitations, tokens },
      )
    },
    difference() {
      if (applied !== stored.applied)
        return `its newest act is record ${stored.applied}, which is none`
      if (differ(stored.people, people.values()))
        return 'its people are not those that the acts on record make'
      if (differ(stored.addresses, addresses.values()))
        return 'its addresses are not those that the acts on record give'
      for (const { credential } of people.values())
        if (credential !== null && !stored.credentials.has(credential))
          return `the credential ${credential} is missing`
      for (const { id, tokenHash } of stored.invitations)
        if (invitations.get(id) !== tokenHash)
          return `the invitation ${id} is none that the record has`
      for (const { id, tokenHash } of stored.tokens)
        if (tokens.get(id)?.tokenHash !== tokenHash)
          return `the token ${id} is none that the record has`
      return null
    },
  }
}

function isAct(kind: string): boolean {
  return /^(?:person|invitation|token)\./.test(kind)
}

type MadeToken = { readonly person: string; readonly tokenHash: string }

type Made = {
  readonly people: Map<string, PersonRow>
  readonly addresses: Map<string, AddressRow>
  /** Hashes of tokens, by id. */
  readonly invitations: Map<string, string>
  readonly tokens: Map<string, MadeToken>
}

function apply(
  act: Act,
  { position, at }: { readonly position: LogPosition; readonly at: number },
  made: Made,
): void {
  const { kind } = act
  if (kind === 'invitation.make') {
    made.invitations.set(act.id, act.tokenHash)
    return
  }
  // What was used or taken back may be there no more; what is too old may be there or not.
  if (kind === 'invitation.take' || kind === 'invitation.revoke') {
    made.invitations.delete(act.invitation)
    return
  }
  if (kind === 'token.make') {
    made.tokens.set(act.id, { person: act.person, tokenHash: act.tokenHash })
    return
  }
  if (kind === 'token.revoke') {
    made.tokens.delete(act.token)
    return
  }
  const { people, addresses } = made
  const { person: id } = act
  if (kind === 'person.add') {
    const { role, address, credential, invitation } = act
    if (invitation !== null) made.invitations.delete(invitation)
    people.set(id, { id, role, enabled: 1, credential, groups: '[]' })
    const since = { sincePosition: position, since: at }
    addresses.set(id, { address, person: id, ...since, untilPosition: null, until: null })
    return
  }
  if (kind === 'person.disable' || kind === 'person.remove')
    for (const [token, { person }] of made.tokens) if (person === id) made.tokens.delete(token)
  const before = people.get(id)
  const address = addresses.get(id)
  if (!before || !address) return
  if (kind === 'person.password') people.set(id, { ...before, credential: act.credential })
  else if (kind === 'person.role') people.set(id, { ...before, role: act.role })
  else if (kind === 'person.groups')
    people.set(id, { ...before, groups: JSON.stringify(act.groups) })
  else people.set(id, { ...before, enabled: kind === 'person.enable' ? 1 : 0 })
  if (kind !== 'person.remove') return
  people.set(id, { ...before, enabled: 0, credential: null })
  addresses.set(id, { ...address, untilPosition: position, until: at })
}

function differ(left: readonly object[], right: Iterable<object>): boolean {
  return inOrder(left) !== inOrder([...right])
}

function inOrder(rows: readonly object[]): string {
  return rows
    .map((row) => JSON.stringify(row))
    .toSorted()
    .join()
}
