// Holds the people of the state against the acts on record that made them. DESIGN.md §3 "The log comes first for administration, too".

import { type Opened } from '../record/bodies/opened.ts'
import { type LogPosition } from '../record/types.ts'
import { actOf } from './acts.ts'
import { auditAppPasswords } from './app-passwords/audit.ts'
import { datedGroups } from './audit-groups.ts'
import { auditIdentities } from './identities/audit-identities.ts'
import { auditGuests } from './guests/audit.ts'
import { auditFollowing } from './following/audit-following.ts'
import { auditFactors } from './factors/audit-factors.ts'
import { detailsAfter, detailsJson, noDetails } from './details.ts'
import { type Act } from './ports.ts'
import { type AddressRow, type PersonRow, type StoredPeople } from './stored/types.ts'
import { type Details, type GroupId, signsInHere } from './types.ts'

/** Follows the record, and says in the end what differs. */
export type PeopleAudit = {
  /** The next record, whatever it is about. */
  see(record: Seen): void
  /** Null when the state is what the acts up to its position make; else a clause. */
  difference(): string | null
}

export type Seen = Pick<Opened, 'position' | 'envelope' | 'content'>

/**
 * @param stored may be behind the record: the next start applies the rest
 * @param keyOf what stands for a group
 */
export function auditPeople(stored: StoredPeople, keyOf: (group: GroupId) => string): PeopleAudit {
  const people = new Map<string, MadePerson>()
  const addresses = new Map<string, AddressRow>()
  const invitations = new Map<string, string>()
  const tokens = new Map<string, MadeToken>()
  const groups = datedGroups(keyOf)
  const factors = auditFactors()
  const identities = auditIdentities()
  const appPasswords = auditAppPasswords()
  const guests = auditGuests()
  const following = auditFollowing()
  let applied = -1
  return {
    see(record) {
      const { position, envelope } = record
      if (!isAct(envelope.kind) || position > stored.applied) return
      applied = position
      const act = actOf(record)
      const at = { position, at: envelope.t_server }
      groups.apply(act, at)
      factors.apply(act)
      identities.apply(act)
      appPasswords.apply(act)
      guests.apply(act)
      following.apply(act)
      apply(act, at, { people, addresses, invitations, tokens })
    },
    difference() {
      if (applied !== stored.applied)
        return `its newest act is record ${stored.applied}, which is none`
      if (differ(stored.people, [...people.values()].map(rowOf)))
        return 'its people are not those that the acts on record make'
      if (differ(stored.addresses, addresses.values()))
        return 'its addresses are not those that the acts on record give'
      if (stored.groupsApplied !== stored.applied)
        return `its groups end at record ${stored.groupsApplied}, and its people at ${stored.applied}`
      if (differ(stored.groups, groups.groups()))
        return 'its groups are not those that the acts on record make'
      if (differ(stored.memberships, groups.memberships()))
        return 'who is in its groups is not what the acts on record say'
      for (const { credential } of people.values())
        if (credential !== null && !stored.credentials.has(credential))
          return `the credential ${credential} is missing`
      for (const { id, tokenHash } of stored.invitations)
        if (invitations.get(id) !== tokenHash)
          return `the invitation ${id} is none that the record has`
      for (const { id, tokenHash } of stored.tokens)
        if (tokens.get(id)?.tokenHash !== tokenHash)
          return `the token ${id} is none that the record has`
      return (
        factors.difference(stored.factors) ??
        identities.difference(stored.identities) ??
        appPasswords.difference(stored.appPasswords) ??
        guests.difference(stored.guests) ??
        following.difference(stored.following)
      )
    },
  }
}

function isAct(kind: string): boolean {
  return /^(?:person|group|invitation|token|factor|identity|follow|app-password|guest)\./.test(kind)
}

type MadePerson = Pick<PersonRow, 'id' | 'role' | 'credential'> & {
  readonly details: Details
  readonly isRemoved: boolean
}

function rowOf({ id, role, credential, details, isRemoved }: MadePerson): PersonRow {
  return {
    id,
    role,
    state: details.state,
    credential,
    details: isRemoved ? null : detailsJson(details),
    photo: details.photo,
  }
}

type MadeToken = { readonly person: string; readonly tokenHash: string }

type Made = {
  readonly people: Map<string, MadePerson>
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
  // These have audits of their own.
  if (kind === 'factor.add' || kind === 'factor.remove') return
  if (kind === 'identity.link' || kind === 'identity.unlink') return
  if (kind === 'guest.set') return
  if (kind === 'app-password.make' || kind === 'app-password.revoke') return
  if (kind === 'follow.room' || kind === 'follow.contacts') return
  if (kind === 'group.set' || kind === 'group.members' || kind === 'group.remove') return
  const { people, addresses } = made
  const { person: id } = act
  if (kind === 'person.add') {
    const { role, address, credential, invitation } = act
    if (invitation !== null) made.invitations.delete(invitation)
    const details = detailsAfter(noDetails, act)
    people.set(id, { id, role, credential, details, isRemoved: false })
    const since = { sincePosition: position, since: at }
    addresses.set(id, { address, person: id, ...since, untilPosition: null, until: null })
    return
  }
  const endsAccess = kind === 'person.disable' || kind === 'person.leave' || kind === 'guest.end'
  if (endsAccess || kind === 'person.remove')
    for (const [token, { person }] of made.tokens) if (person === id) made.tokens.delete(token)
  if (kind === 'guest.end') return
  const before = people.get(id)
  const address = addresses.get(id)
  if (!before || !address) return
  const details = detailsAfter(before.details, act)
  if (kind === 'person.password') people.set(id, { ...before, credential: act.credential })
  else if (kind === 'person.role') people.set(id, { ...before, role: act.role })
  else {
    const credential = signsInHere(details.source) ? before.credential : null
    people.set(id, { ...before, credential, details })
  }
  if (kind !== 'person.remove') return
  people.set(id, { ...before, credential: null, details, isRemoved: true })
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
