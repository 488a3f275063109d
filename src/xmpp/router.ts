import { FatalError } from '../base/errors.ts'
import { type Clock, type Ticks } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Timer } from '../base/timer.ts'
import { type Administration } from '../directory/administration.ts'
import { type Clients } from '../directory/clients.ts'
import { type Directory, type PersonId } from '../directory/ports.ts'
import { type History } from '../history/ports.ts'
import { type Outbound, Recorded } from '../intake/outbound.ts'
import { type Heard } from '../intake/heard.ts'
import { type Intake } from '../intake/ports.ts'
import { type Element } from '../xml/element.ts'
import { createAccounts, type Session, takers } from './accounts.ts'
import { type Chat, createChat } from './chat/chat.ts'
import { createPresses } from './buttons/press.ts'
import { createElsewhere } from './elsewhere.ts'
import { createGuestGuard, type GuestGuard } from './guests.ts'
import { createHandle, type Handle } from './handle.ts'
import { features } from './features/index.ts'
import { type Contacts, type Host, type Relays, type Uploads } from './host.ts'
import { type Leaving, leavingOf } from './leaving.ts'
import { hooksOf, type Listeners, noListeners } from './listeners.ts'
import { createIqs } from './iqs.ts'
import { createMessages } from './messages.ts'
import { createOnBehalf, type OnBehalf } from './on-behalf.ts'
import { createOffline } from './offline.ts'
import { createOutages, type Outages } from './outages.ts'
import { createOutsidePresence } from './outside-presence.ts'
import { createOutward, type Link, type OutwardParts } from './outward.ts'
import { createPep } from './pep/pep.ts'
import { type PepStore } from './pep/ports.ts'
import { type AccountStore, type Resource, type Router, type SignInStore } from './ports.ts'
import { createPresences } from './presence.ts'
import { createReturned, type Returned } from './returned.ts'
import { sendError, stanzaErrorOf } from './reply.ts'
import { forgetRemoved } from './removed-contacts.ts'
import { type RoomStore } from './rooms/ports.ts'
import { createRoomLines } from './room-lines.ts'
import { type PushStore } from './push/ports.ts'
import { createRosters } from './rosters.ts'
import { createReceive, type Receive } from './receive.ts'
import { createServerQuestions } from './server-questions.ts'
import { createServerSays, type ServerSays } from './server-says.ts'
import { createServices, type Service, type Services, speakerOf } from './services.ts'
import { createSignIns } from './sign-ins.ts'
import { createSpoken } from './spoken.ts'
import { remind } from './subscription-requests.ts'
import { createSubscriptions } from './subscriptions.ts'
import { parseJid } from './wire/jid.ts'

export type RouterParts = {
  readonly domain: string
  readonly directory: Directory
  readonly clients: Clients
  readonly administration: Administration
  readonly intake: Intake
  readonly history: History
  readonly store: AccountStore
  readonly signInStore: SignInStore
  readonly roomStore: RoomStore
  readonly pepStore: PepStore
  readonly pushStore: PushStore
  readonly clock: Clock
  readonly random: Random
  readonly ticks: Ticks
  readonly timer: Timer
  readonly log: Log
  /** XEP-0157: URIs of who answers for the server, by kind (`admin-addresses` and so on). */
  readonly contacts: Contacts
  /** XEP-0215: servers that clients find for calls. */
  readonly relays: Relays
  /** Null: there is no HTTP port, or files are not taken. */
  readonly uploads: Uploads | null
}

/** What is behind the streams. */
export type ClosableRouter = Router & {
  /** What is at other domains. Components come and go. */
  readonly services: Services
  /** What lives at a domain to which others hold the way: on record first, then over the link. */
  through(link: Link): Service
  readonly receive: Receive
  /** Reads what rooms there are. Before anybody is served. */
  start(): Promise<void>
  /** Before a stop: tells people what they have to know while they can be told. */
  stopping(): Promise<void>
  readonly outages: Outages
  readonly leaving: Leaving
  /** What the server itself says to somebody here. */
  readonly says: ServerSays
  /** Tells who has sent a message what became of it. */
  readonly returned: Returned
  /** For who acts for people here. */
  readonly onBehalf: OnBehalf
  /** What people see and do who have no stream: by the API. */
  chat(heard: Heard): Chat
  /** Requests that are answered: type, element and namespace, with spaces between. */
  requests(): readonly string[]
  /** Stores how far everybody's delivery has come. After the streams were closed. */
  close(): Promise<void>
}

export function createRouter(parts: RouterParts): ClosableRouter {
  const { host, handle, listeners, ...road } = buildRoad(parts)
  const { accounts, offline } = host

  async function settle(stanza: Element, session: Session): Promise<void> {
    try {
      if (!session.account.isLoaded) await session.account.loaded
      if (isOwnAddress(stanza.attrs['from'], session))
        await handle(stanza, speakerOf(session), session)
      else session.resource.close('invalid-from')
    } catch (error) {
      sendError(stanza, stanzaErrorOf(error, parts.log), speakerOf(session))
    }
  }

  parts.directory.onRevoked((id) => {
    const isEnabled = parts.directory.get(id)?.enabled === true
    for (const session of accounts.sessionsOf(id)) {
      if (!isEnabled || !host.spared.has(session)) endRevoked(session.resource)
    }
    if (parts.directory.get(id) !== null) return
    forgetRemoved(host).catch((error: unknown) => {
      if (error instanceof FatalError) throw error
      parts.log.error('xmpp.removed-contact-kept', { error: String(error) })
    })
  })

  return {
    ...besideOf(host, listeners, parts),
    ...road,
    pipelines: ({ name }) => name === 'message',
    stanza(stanza, from) {
      const session = accounts.find(from)
      return session && settle(stanza, session)
    },
    opened(resource) {
      accounts.open(resource)
      host.signIns.came(resource.person.id, resource.client.at)
      // Between sign-in and now the person may have been disabled.
      if (!parts.directory.get(resource.person.id)?.enabled) endRevoked(resource)
    },
    async bound(resource, request) {
      const session = accounts.find(resource)
      if (!session) return []
      const said = listeners.bound.map(async (listener) => await listener(request, session))
      return (await Promise.all(said)).filter((element) => element !== null)
    },
    confirmed(resource, out) {
      const session = accounts.find(resource)
      if (session && out instanceof Recorded) confirm(host, session, out)
    },
    lost(resource, unconfirmed) {
      const session = accounts.find(resource)
      if (session) host.waiting(session, unconfirmed)
    },
    closed(resource, undelivered) {
      // The inbox knows itself what this device has not confirmed.
      const session = accounts.find(resource)
      if (!session) return
      accounts.close(session)
      for (const listener of listeners.closed) listener(session)
      const others = takers(session.account)
      session.account.inbox.gone(session, others)
      offline.touched(session.account)
      host.waiting(session, undelivered)
      // What there was no room for at the others.
      if (others.length > 0) offline.arrived(session.account)
    },
    streamFeatures: () => listeners.streamFeatures,
    start: async () => await oneByOne(listeners.start),
    stopping: async () => await oneByOne(listeners.stop),
    inlineFeatures: () => features.flatMap(({ inline = [] }) => inline),
    close: async () => void (await Promise.all([offline.close(), host.signIns.close()])),
  }
}

async function oneByOne(listeners: readonly (() => Promise<void>)[]): Promise<void> {
  for (const listener of listeners) await listener()
}

/** What others need of what is behind the streams. */
function besideOf(
  host: Host,
  listeners: Listeners,
  { administration }: RouterParts,
): Pick<ClosableRouter, 'services' | 'leaving' | 'says'> {
  return {
    services: host.services,
    leaving: leavingOf(host, listeners),
    says: createServerSays(host, administration),
  }
}

type Road = Pick<
  ClosableRouter,
  'onBehalf' | 'chat' | 'receive' | 'outages' | 'returned' | 'through' | 'requests'
> & {
  readonly host: Host
  readonly handle: Handle
  readonly listeners: Listeners
}

/** The parts that every stanza goes through, wired, and the features on them. */
function buildRoad(parts: RouterParts): Road {
  const listeners = noListeners()
  const common = commonParts(parts)
  const offline = createOffline(common)
  const rosters = createRosters(parts.store, parts.clock)
  const come = ({ jid }: Session, presence: Outbound): void => {
    for (const listener of listeners.coming) listener(jid, presence)
  }
  const presences = createPresences({
    ...common,
    changed: (session, change) => {
      for (const listener of listeners.presence) listener(session, change)
      if (change.isInitial && session.presence) come(session, session.presence)
    },
    left: come,
  })
  const subscriptions = createSubscriptions({ ...common, rosters, presences })
  const iqs = createIqs(common)
  const pep = createPep({ ...common, ask: iqs.ask })
  rosters.onChanged(pep.contactChanged)
  const delivered: OutwardParts['delivered'] = (event) => {
    for (const listener of listeners.delivered) listener(event)
  }
  const messages = createMessages({ ...common, offline, delivered })
  const outward = createOutward({ ...common, subscriptions, delivered })
  const receive = createReceive({ ...common, messages, iqs, subscriptions, outward })
  const host: Host = {
    ...common,
    offline,
    rosters,
    presences,
    subscriptions,
    pep,
    features,
    receive,
    say: messages,
    ...hooksOf(listeners, iqs),
  }
  host.onPresence((session, { isInitial }) => {
    if (isInitial) remindOf(host, session)
    if (session.priority >= 0) offline.arrived(session.account)
  })
  host.onClosed((session) => presences.closed(session))
  for (const feature of features) feature.setup?.(host)

  const stanzas = { presences, messages, iqs, subscriptions, listeners }
  const guests = guardOf(host)
  const handle = createHandle({ ...common, ...stanzas, guests })

  const onBehalf = createOnBehalf({
    ...common,
    iqs,
    rosters,
    guests,
    handle,
    onPresence: (listener) => listeners.coming.push(listener),
  })

  return {
    host,
    listeners,
    handle,
    onBehalf,
    chat: (heard) => createChat({ host, onBehalf, heard }),
    outages: createOutages({ ...common, outward }),
    returned: createReturned({ ...common, offline }),
    through: (link) => outward.through(link),
    requests: () => iqs.known(),
    receive,
  }
}

function guardOf(host: Host): GuestGuard {
  const roomAt = (address: string): PersonId | null =>
    host.roomParts[0]?.rooms.find(address)?.state.id ?? null
  return createGuestGuard({ ...host, roomAt })
}

/** In the background: it is read from the record. */
function remindOf({ history, log }: Host, session: Session): void {
  remind(history, session).catch((error: unknown) => {
    if (error instanceof FatalError) throw error
    log.error('xmpp.requests-not-shown', { error: String(error) })
  })
}

/** What most parts share. */
function commonParts(parts: RouterParts) {
  const accounts = createAccounts(parts.store, parts)
  const services = createServices(parts.domain)
  const elsewhere = createElsewhere({ domain: parts.domain, services })
  const serverQuestions = createServerQuestions({ ...parts, services })
  const roomLines = createRoomLines(parts)
  const spoken = createSpoken(parts.intake, parts.history)
  const common = {
    spared: new Set<Session>(),
    serverNodes: [],
    roomParts: [],
    signIns: createSignIns(parts),
    presses: createPresses(parts),
    ...parts,
    accounts,
    services,
    elsewhere,
    serverQuestions,
    roomLines,
    spoken,
  }
  return { ...common, outsidePresence: createOutsidePresence(common) }
}

/** RFC 6120 section 8.1.2.1: a client may say who it is, and nothing else. */
function isOwnAddress(claimed: string | undefined, { jid }: Session): boolean {
  if (claimed === undefined || claimed === jid.text || claimed === jid.bare) return true
  const text = parseJid(claimed)?.text
  return text === jid.text || text === jid.bare
}

function endRevoked(resource: Resource): void {
  resource.close('not-authorized', 'An administrator has changed this account: sign in again.')
}

const said: ReadonlySet<string> = new Set([
  'message',
  'correction',
  'retraction',
  'reaction',
  'copy',
])

/** A device has it, as a message, a carbon or an archive result: that is on record (DESIGN.md §3). */
function confirm({ intake, offline }: Host, session: Session, message: Recorded): void {
  const { account, jid } = session
  const { about } = message
  account.inbox.confirm(message.position)
  offline.touched(account)
  if (!said.has(about.kind)) return
  intake.mark({
    kind: 'delivered',
    about,
    person: account.person.id,
    device: jid.resource ?? '',
    position: message.position,
  })
}
