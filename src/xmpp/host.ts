import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Timer } from '../base/timer.ts'
import { type Administration } from '../directory/administration.ts'
import { type Clients } from '../directory/clients.ts'
import { type Secret } from '../base/secret.ts'
import { type Directory, type PersonId } from '../directory/ports.ts'
import { type Files } from '../files/open.ts'
import { type FileSettings } from '../files/settings.ts'
import { type History } from '../history/ports.ts'
import { type Outbound } from '../intake/outbound.ts'
import { type Intake } from '../intake/ports.ts'
import { type Element } from '../xml/element.ts'
import { type Account, type Accounts, type Session } from './accounts.ts'
import { type Presses } from './buttons/press.ts'
import { type ExternalService } from './features/external-services.ts'
import { type Elsewhere } from './elsewhere.ts'
import { type Delivered } from './messages.ts'
import { type Offline } from './offline.ts'
import { type OutsidePresence } from './outside-presence.ts'
import { type Pep } from './pep/pep.ts'
import { type AccountStore } from './ports.ts'
import { type Presences } from './presence.ts'
import { type PushStore } from './push/ports.ts'
import { type RoomKeeping } from './rooms/hand-over.ts'
import { type Parts as RoomParts } from './rooms/parts.ts'
import { type RoomStore, type StoredRoom } from './rooms/ports.ts'
import { type Rosters } from './rosters.ts'
import { type ServerQuestions } from './server-questions.ts'
import { type Services, type Speaker } from './services.ts'
import { type SignIns } from './sign-ins.ts'
import { type Subscriptions } from './subscriptions.ts'
import { type Jid } from './wire/jid.ts'

/** One extension of the protocol: one file, and one name in the array of `features/index.ts`. */
export type Feature = {
  readonly name: string
  /** The XEP's number. */
  readonly xep: number
  readonly title: string
  readonly version: string
  /** Namespaces that the server announces (XEP-0030). */
  readonly discovery: readonly string[]
  /** Namespaces that a person's account announces. */
  readonly accountDiscovery?: readonly string[]
  /** Namespaces of what a client can ask for while it binds a resource (XEP-0386). */
  readonly inline?: readonly string[]
  /** What a person's account is, beside an account (XEP-0030). */
  readonly accountIdentities?: readonly { readonly category: string; readonly type: string }[]
  /** Something that the XEP asks for or offers is not there. */
  readonly isPartial?: boolean
  /** What is not as the XEP has it, in a sentence each; the reasons stand in the code. */
  readonly notes?: readonly string[]
  setup?(host: Host): void
}

/** Whom a request is for. */
export type Addressed =
  | { readonly kind: 'server' }
  /** The sender's own account. */
  | { readonly kind: 'own' }
  /** Somebody else's account, where the sender gets his presence. */
  | { readonly kind: 'contact'; readonly account: Account }
  /** Somebody else's account, where the sender does not. */
  | { readonly kind: 'stranger'; readonly account: Account }
  /** An address that nobody has, or nobody who may sign in; or whose person does not want to hear from who asks, to whom it is the same. */
  | { readonly kind: 'nobody'; readonly address: Jid }

/** Answers with the payload of the result, or null for an empty one. @throws {StanzaError} for an error */
export type IqHandler = (
  request: Element,
  from: Session,
  at: Addressed,
) => IqResult | Promise<IqResult>

/** The same, for people at other domains and what lives there, too. */
export type OpenIqHandler = (
  request: Element,
  from: Speaker,
  at: Addressed,
) => IqResult | Promise<IqResult>

type IqResult = Element | null | IqAnswer

/** An answer of other bytes than the server's own: recorded ones, or the person's own to himself. */
export type IqAnswer = {
  readonly out: (iq: Element) => Outbound
  /** What follows the answer. */
  readonly after?: () => Promise<void>
}

/** The server as a feature sees it. */
export type Host = {
  readonly domain: string
  readonly directory: Directory
  readonly clients: Clients
  readonly history: History
  readonly intake: Intake
  readonly store: AccountStore
  readonly accounts: Accounts
  readonly offline: Offline
  readonly signIns: SignIns
  readonly administration: Administration
  readonly rosters: Rosters
  readonly presses: Presses
  readonly presences: Presences
  readonly subscriptions: Subscriptions
  readonly services: Services
  readonly elsewhere: Elsewhere
  readonly outsidePresence: OutsidePresence
  readonly roomStore: RoomStore
  readonly pushStore: PushStore
  readonly serverQuestions: ServerQuestions
  readonly pep: Pep
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly log: Log
  /** XEP-0157: URIs by kind of contact. */
  readonly contacts: Contacts
  /** XEP-0215. */
  readonly relays: Relays
  /** Those whose own act revokes what their person has signed in with: they go on. */
  readonly spared: Set<Session>
  /** Null: there is no HTTP port, or files are not taken. */
  readonly uploads: Uploads | null
  readonly features: readonly Feature[]
  /** Nodes of the server itself (XEP-0030 section 3.1), of whoever has some. */
  readonly serverNodes: ServerNodes[]
  /** The service of rooms, once it is there. */
  readonly roomParts: RoomParts[]

  /** A stanza of somebody at another domain, such as a room of ours, for people here. Recorded or transient, then delivered. */
  readonly receive: (stanza: Element, from: Speaker) => Promise<void>

  /** A message of the server itself for somebody here: recorded, then delivered. @throws {StanzaError} */
  readonly say: (message: Element, from: Speaker) => Promise<void>

  /** Handles requests with this child element. `at`: for whom they may be; the sender's own account by default. */
  onIq(request: IqRequest, handler: IqHandler): void
  /** Handles them from other domains, too. */
  onOpenIq(request: IqRequest, handler: OpenIqHandler): void
  /** Called after a message went to who was there. */
  onDelivered(listener: (event: Delivered) => void): void
  /** Changes presence that says that a device is there, on its way to anybody. */
  onAvailable(change: PresenceChange): void
  /** Called after a device became available, or changed its presence. */
  onPresence(listener: (session: Session, change: { readonly isInitial: boolean }) => void): void
  /** Called when messages wait for a device that is not connected, or has just gone without having had them. */
  onWaiting(listener: WaitingListener): void
  /** These wait for a device that is not connected. */
  readonly waiting: WaitingListener
  /** Called when something was said in a room of ours, for those who belong there and do not see it just now. */
  onMissed(listener: (missed: Missed) => void): void
  readonly missed: (missed: Missed) => void
  /** Asked about a message of somebody to his own bare address; who says yes has seen to it, and it goes no further. */
  onNoteToSelf(listener: NoteListener): void
  /** Called once, before anybody is served. */
  onStart(listener: () => Promise<void>): void
  /** Called once, at a stop, while people can still be told; bounded in time by the listener. */
  onStop(listener: () => Promise<void>): void
  /** Called when a client has bound a resource and asked for more at once (XEP-0386). @returns what it is told of it */
  onBound(listener: BoundListener): void
  /** Called when a session has ended. */
  onClosed(listener: (session: Session) => void): void
  /** Adds an element to the stream features after sign-in. */
  streamFeature(element: Element): void
  /** Says who looks after rooms of those who leave. */
  keepsRooms(keeping: RoomKeeping): void
}

/** Null where the node is another one's. @throws {StanzaError} */
export type ServerNodes = {
  info(node: string, from: Speaker): Element | null
  items(node: string, from: Speaker): Element | null
}

/** @param request `<bind/>` */
export type BoundListener = (
  request: Element,
  from: Session,
) => Element | null | Promise<Element | null>

export type NoteListener = (message: Element, from: Session) => Promise<boolean>

export type WaitingListener = (session: Session, messages: readonly Outbound[]) => void

/** Something that was said in a room of ours. */
export type Missed = {
  /** Bare JID. */
  readonly room: string
  /** Members only may come in. */
  readonly isPrivate: boolean
  readonly said: Element
  readonly by: PersonId
  /** Devices that are in, and not connected. */
  readonly waiting: readonly { readonly session: Session; readonly nick: string }[]
  /** All who have an affiliation there. */
  readonly members: StoredRoom['people']
  readonly isIn: (person: PersonId) => boolean
}

export type PresenceChange = (presence: Element, from: Session) => Promise<Element>

export type Uploads = {
  readonly slots: Files['slots']
  readonly settings: Pick<FileSettings, 'refusedTypes'>
}

export type IqRequest = {
  readonly type: 'get' | 'set'
  readonly ns: string
  readonly name: string
  readonly at?: readonly Addressed['kind'][]
}

export type Contacts = Readonly<Record<string, readonly string[]>>

/** STUN and TURN servers; `secret` is shared with those that ask for credentials. */
export type Relays = {
  readonly services: readonly ExternalService[]
  readonly secret: Secret<string> | null
}
