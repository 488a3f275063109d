import { type PersonId } from '../../directory/ports.ts'
import { type GroupId } from '../../directory/types.ts'
import { type LogPosition } from '../../intake/draft.ts'

/** A room's id: its conversation, and the owner of its archive. 32 hex digits, random, never given to another room. */
export type RoomId = PersonId

/** XEP-0045 section 5.2, `none` left out where only the others are kept. */
export type Affiliation = 'owner' | 'admin' | 'member' | 'none' | 'outcast'

/** XEP-0045 section 5.1. */
export type Role = 'moderator' | 'participant' | 'visitor' | 'none'

/** What owners choose. Names as in XEP-0045 section 16.5.3 where there is one. */
export type RoomConfig = {
  readonly name: string
  readonly description: string
  readonly language: string
  readonly isPersistent: boolean
  /** Listed among the service's rooms. */
  readonly isPublic: boolean
  readonly isMembersOnly: boolean
  readonly isModerated: boolean
  /** Null: none is asked for. */
  readonly password: string | null
  /** Everybody sees whose nickname it is; else moderators alone. */
  readonly isNonAnonymous: boolean
  readonly occupantsMax: number
  /** Whoever is in may invite, also where members only may come. */
  readonly allowsInvites: boolean
  readonly allowsSubjectChange: boolean
  readonly privateMessages: 'anyone' | 'participants' | 'moderators' | 'none'
  /** Messages shown to who comes in, at most. */
  readonly historyMax: number
  /** XEP-0500: seconds between two messages of one occupant; 0 is no limit. */
  readonly slowModeSeconds: number
  /** Roles that the others are shown; who is shown once stays so (`broadcast.ts`). */
  readonly presenceBroadcast: readonly ShownRole[]
  /** Roles of occupants who may have the list of members, where they see who the others are (`admin.ts`). */
  readonly memberListRoles: readonly ShownRole[]
  /** XEP-0045 section 7.10: whoever may come in may become a member by himself. */
  readonly allowsRegistration: boolean
  /** XEP-0503: the address of the node that lists this room; '' where there is none. */
  readonly pubsubNode: string
}

/** Who is in has one of these. */
export type ShownRole = Exclude<Role, 'none'>

/** Somebody with an affiliation. `address` is what it was given to: people here are known by their id, whatever their address becomes. */
export type Affiliated = {
  readonly affiliation: Exclude<Affiliation, 'none'>
  readonly address: string
  readonly reason: string
  /** Nobody else can have it in this room (XEP-0045 section 7.10); null where none is reserved. */
  readonly nick: string | null
  /** Absent where people have given it. */
  readonly through?: Through
}

/** A group that the room follows gives it: by whom he is in it, he has it. `own`: what he has without. */
export type Through = { readonly group: GroupId; readonly own: 'member' | 'none' }

/** Somebody who has asked to be a member, and waits for an owner or admin. */
export type Request = {
  readonly person: PersonId
  readonly address: string
  readonly nick: string
}

/** What a room has beside its settings. */
export type RoomExtras = {
  readonly requests: readonly Request[]
  /** XEP-0486: where its card is on record, with the SHA-1 hashes of the pictures in it. */
  readonly card: { readonly position: LogPosition; readonly hashes: readonly string[] } | null
  /** XEP-0317. */
  readonly hats: readonly Hat[]
  readonly wearers: readonly Wearer[]
}

/** XEP-0317 section 3.1. `hue` is an angle in degrees. */
export type Hat = { readonly uri: string; readonly title: string; readonly hue: string | null }

/** Somebody with a hat of this URI. */
export type Wearer = { readonly uri: string; readonly person: PersonId; readonly address: string }

/** From which record on, and up to which, somebody may read what is said. `person` null: everybody. */
export type Access = {
  readonly person: PersonId | null
  /** False: he may not, even where everybody may. */
  readonly grants: boolean
  readonly since: LogPosition
  /** Null while it holds. */
  readonly until: LogPosition | null
}

/** A room as the acts on record made it. */
export type StoredRoom = {
  readonly id: RoomId
  /** Bare JID. */
  readonly address: string
  readonly config: RoomConfig
  readonly people: ReadonlyMap<PersonId, Affiliated>
  readonly access: readonly Access[]
  readonly extras: RoomExtras
  /** Where its subject is on record; null before there is one. */
  readonly subject: LogPosition | null
  /** XEP-0045 section 10.1.1: until its owner has said how it is to be, or anything else, nobody else comes in. */
  readonly isLocked: boolean
}

/** What one act changes of a room. */
export type RoomChange = {
  readonly id: RoomId
  readonly address: string
  readonly config: RoomConfig
  readonly extras: RoomExtras
  readonly subject: LogPosition | null
  readonly isLocked: boolean
  /** It is gone, and its address may be given to another room. */
  readonly isDestroyed: boolean
  /** Null takes the affiliation away. */
  readonly people: ReadonlyMap<PersonId, Affiliated | null>
  /** Begins with this act. */
  readonly opened: readonly Pick<Access, 'person' | 'grants'>[]
  /** Ends with it. */
  readonly closed: readonly Pick<Access, 'person' | 'grants'>[]
}

/** Rooms as a projection of the record, kept so that a start need not read all acts again. */
export type RoomStore = {
  /** All rooms that are not destroyed, as they were written (a version before knew less of them: `wholeRoom`), and the position of the newest act in them, -1 before the first. */
  load(): Promise<{ readonly applied: LogPosition; readonly rooms: readonly StoredRoom[] }>
  /** The change and its position, both or neither; durable when it resolves. What is applied already changes nothing. */
  apply(change: RoomChange, position: LogPosition): Promise<void>
}
