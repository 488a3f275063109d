import { type SlotAnswer, type SlotRequest } from '../../files/slots.ts'
import { type History, type HistoryQuery } from '../../history/ports.ts'
import { type PersonId } from '../../record/types.ts'
import { type GivenButtons } from '../contract/chat.ts'

type OnRecord = {
  readonly position: number
  readonly stanzaId: string
  readonly isRepeated: boolean
}

export type Affiliation = 'owner' | 'admin' | 'member' | 'none' | 'outcast'

export type ChatRoom = {
  readonly address: string
  readonly name: string
  readonly description: string
  readonly affiliation: Affiliation
  readonly isIn: boolean
  readonly occupants: number
  readonly isPublic: boolean
  readonly isMembersOnly: boolean
  readonly isModerated: boolean
  readonly asksPassword: boolean
  readonly isNonAnonymous: boolean
}

export type ChatMember = {
  readonly address: string
  readonly affiliation: 'owner' | 'admin' | 'member'
  readonly nick: string | null
}

/** An archive, and what of it somebody may read. */
export type Archive = {
  readonly id: PersonId
  readonly address: string
  readonly within: NonNullable<HistoryQuery['within']>
  /** He sees who has said what; else he sees nicknames. */
  readonly seesPeople: boolean
}

export type RoomSettings = {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly isPublic?: boolean | undefined
  readonly isMembersOnly?: boolean | undefined
  readonly isModerated?: boolean | undefined
  readonly isNonAnonymous?: boolean | undefined
}

export type RoomChange =
  | { readonly kind: 'settings'; readonly settings: RoomSettings }
  | {
      readonly kind: 'people'
      readonly people: readonly { readonly address: string; readonly affiliation: Affiliation }[]
    }
  | { readonly kind: 'end' }

/**
 * Rooms and messages as one person sees them: the same rooms, the same road, the same history that clients have. All that names a room
 * throws an OperatorError for one that he may not see, the same as for one that is not there.
 */
export type Chat = {
  readonly history: Pick<
    History,
    'page' | 'feed' | 'find' | 'newest' | 'positionOf' | 'idOf' | 'onGone'
  >
  rooms(person: PersonId): Promise<readonly ChatRoom[]>
  room(person: PersonId, address: string): Promise<ChatRoom>
  members(person: PersonId, address: string): Promise<readonly ChatMember[]>
  readable(person: PersonId, address: string): Promise<Archive>
  /** Of the rooms that he belongs to or is in. */
  archives(person: PersonId): readonly Archive[]
  makeRoom(
    person: PersonId,
    wanted: { readonly local: string; readonly settings: RoomSettings },
  ): Promise<ChatRoom>
  changeRoom(person: PersonId, address: string, change: RoomChange): Promise<ChatRoom>
  /** Who somebody is in archives; null where that address is nobody's. */
  peer(address: string): PersonId | null
  /** Resolves when it is on record. */
  say(saying: {
    readonly person: PersonId
    readonly to: string
    readonly text: string
    readonly originId: string
    readonly buttons?: GivenButtons | null | undefined
    readonly replaces?: string | null | undefined
  }): Promise<OnRecord>
  /** Resolves when it is on record. @param pressed.message id of the line that has the button */
  press(pressed: {
    readonly person: PersonId
    readonly to: string
    readonly message: string
    readonly value: string
    readonly originId: string
  }): Promise<OnRecord>
  /** Where the bytes of a file go. Null: no files are taken. */
  slot(person: PersonId, wanted: SlotRequest): Promise<SlotAnswer | null>
  /** Called when something is on record that is in archives, or a rule withheld it. @param people who can see it; none: nobody does */
  onRecorded(listener: (people: readonly PersonId[]) => void): void
}
