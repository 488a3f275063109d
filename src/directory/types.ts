// What is known of people beside their addresses, and of groups. DESIGN.md §3 "Names behind names".

import { type LogPosition, type PersonId } from '../record/types.ts'

/** Only who is active signs in. `suspended`: not for now. `left`: has gone from the company; what was said stays. */
export type PersonState = 'active' | 'suspended' | 'left'

/** What colleagues are shown of a person. Null: not known. Texts are 1 to 200 characters. */
export type Profile = {
  readonly name: string | null
  readonly given: string | null
  readonly family: string | null
  readonly mail: string | null
  readonly job: string | null
  readonly unit: string | null
  readonly manager: PersonId | null
}

export const noProfile: Profile = {
  name: null,
  given: null,
  family: null,
  mail: null,
  job: null,
  unit: null,
  manager: null,
}

/** PNG, JPEG or WebP, 96 KiB at most. */
export type Photo = { readonly type: PhotoType; readonly bytes: Uint8Array }
export type PhotoType = 'image/png' | 'image/jpeg' | 'image/webp'

/** Systems that keep people for us: a directory server, which we ask, and a provisioning service, which tells us. */
export const syncKinds = ['ldap', 'scim'] as const
export type SyncKind = (typeof syncKinds)[number]

/** Where a person or group is kept who is not kept here. */
export type Source = {
  readonly kind: SyncKind
  /** Of the entry there, the same whatever it is called or moved to; empty where a provisioning service has not said one. */
  readonly id: string
}

/** Of a person. Who is of a directory server signs in there, and has no password here. */
export type PersonSource = Source & {
  /** When the password was set there, as that system writes it; null: it does not say. */
  readonly passwordAt: string | null
  /** He was kept there, and is no more. */
  readonly gone?: true
}

/** The system that keeps a person, and that alone says what is known of him; null: he is kept here. */
export function keeperOf(source: PersonSource | null): SyncKind | null {
  return source === null || source.gone === true ? null : source.kind
}

/** A provisioning service knows no passwords: people of it may have one here. */
export function signsInHere(source: PersonSource | null): boolean {
  return source?.kind !== 'ldap'
}

/** All that is known of a person beside address, role and what signs him in. */
export type Details = {
  readonly state: PersonState
  /** Which system suspended him, and may let him in again; null: an administrator, or nobody. */
  readonly suspendedBy: SyncKind | null
  readonly profile: Profile
  /** SHA-256 of the photo, hex; null: none. */
  readonly photo: string | null
  readonly source: PersonSource | null
}

/** What rules call a group by: 1 to 40 of a-z, 0-9 and `-`. It stays when the name changes. */
export type GroupId = string

export type Group = {
  readonly id: GroupId
  /** As it is shown, 1 to 200 characters. */
  readonly name: string
  readonly source: Source | null
}

/** Who belongs to a group: people, and whoever is in the groups that are nested in it. */
export type Members = {
  readonly persons: readonly PersonId[]
  readonly groups: readonly GroupId[]
}

/** A person or a group as a member. */
export type Member =
  | { readonly kind: 'person'; readonly id: PersonId }
  | { readonly kind: 'group'; readonly id: GroupId }

/** One who is in a group himself, not by another group. */
export type Membership = { readonly group: GroupId; readonly member: Member }

/** How things were: after the record at that position, or at that time (ms since 1970). */
export type Moment = { readonly position: LogPosition } | { readonly at: number }

/** How groups stand. */
export type StoredGroups = {
  /** Position of the newest act in it, -1 before the first: it may be behind that of people. */
  readonly applied: LogPosition
  readonly groups: readonly Group[]
  readonly memberships: readonly Membership[]
}

export type GroupAct =
  /** Made, or given another name. */
  | ({ readonly kind: 'group.set' } & Group)
  | { readonly kind: 'group.remove'; readonly group: GroupId }
  | {
      readonly kind: 'group.members'
      readonly group: GroupId
      readonly added: Members
      readonly removed: Members
    }

/** What a change of what is known says: only what changes. */
export type ProfileChange = {
  readonly set: Partial<Profile>
  /** Null takes it away. */
  readonly photo?: Photo | null
  /** Kept there from now on: what signed him in here does no more. */
  readonly source?: PersonSource
}
