// What a state has of people and groups, row by row, as an audit compares it with the record.

import { type LogPosition } from '../../record/types.ts'
import { type AppPasswordRow } from '../app-passwords/ports.ts'
import { type GuestRow } from '../guests/ports.ts'
import { type IdentityRow } from '../identities/ports.ts'
import { type FollowRow } from '../following/ports.ts'
import { type FactorRow } from '../factors/ports.ts'
import { type StoredInvitation, type StoredToken } from '../ports.ts'

/** A person as the state has him, also when he was removed. */
export type PersonRow = {
  readonly id: string
  readonly role: string
  readonly state: string
  readonly credential: string | null
  /** What was sealed, JSON; null where nothing is kept, or it does not open. */
  readonly details: string | null
  /** SHA-256 of the photo, hex. */
  readonly photo: string | null
}

/** A group, and a membership, from which act to which. Groups by pseudonym. */
export type GroupRow = Dated & { readonly key: string; readonly details: string | null }
export type MembershipRow = Dated & { readonly key: string; readonly member: string }

type Dated = {
  readonly sincePosition: LogPosition
  readonly since: number
  readonly untilPosition: LogPosition | null
  readonly until: number | null
}

/** An address, and whose it was from which act to which. */
export type AddressRow = Dated & { readonly address: string; readonly person: string }

/** All that the state has of people. */
export type StoredPeople = {
  /** Position of the newest act in it, -1 before the first. */
  readonly applied: LogPosition
  readonly people: readonly PersonRow[]
  readonly addresses: readonly AddressRow[]
  readonly invitations: readonly Pick<StoredInvitation, 'id' | 'tokenHash'>[]
  readonly tokens: readonly Pick<StoredToken, 'id' | 'tokenHash'>[]
  readonly factors: readonly FactorRow[]
  readonly identities: readonly IdentityRow[]
  readonly appPasswords: readonly AppPasswordRow[]
  readonly guests: readonly GuestRow[]
  readonly following: readonly FollowRow[]
  /** Names of the credentials that are there. */
  readonly credentials: ReadonlySet<string>
  /** Position of the newest act in the groups. */
  readonly groupsApplied: LogPosition
  readonly groups: readonly GroupRow[]
  readonly memberships: readonly MembershipRow[]
}
