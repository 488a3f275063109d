// RFC 6121 section 8: what becomes of a message.
import { type Directory, type Person, type PersonId } from '../directory/ports.ts'
import { directConversation } from '../intake/conversation.ts'
import { type Recorded, Transient } from '../intake/outbound.ts'
import { type Intake } from '../intake/ports.ts'
import { child, type Element, withAttrs } from '../xml/element.ts'
import { type Account, type Accounts, type Session, takers } from './accounts.ts'
import { refuseBlocked, refuseToBlocked } from './blocking.ts'
import { type Presses } from './buttons/press.ts'
import { draftOf, isArchived, stamped } from './drafts.ts'
import { type Offline } from './offline.ts'
import { onRecordOnce } from './reply.ts'
import { refuseDirectTransfer } from './direct-transfer.ts'
import { type RoomLines } from './room-lines.ts'
import { type Speaker } from './services.ts'
import { bareJid, type Jid, parseJid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

export type MessageType = 'normal' | 'chat' | 'groupchat' | 'headline' | 'error'

/** A message that has reached its recipient's devices, or waits for them. */
export type Delivered = {
  /** As it was delivered; made with `envelope()` or `copy()` and with nothing else. */
  readonly message: Recorded | Transient
  readonly stanza: Element
  readonly type: MessageType
  readonly from: Speaker
  /** Null while nobody of the account is there, and for who is at another domain. */
  readonly recipient: Account | null
  /** Whom it is for; null for who is at another domain. */
  readonly person: Person | null
  readonly targets: readonly Session[]
}

export type MessageParts = {
  readonly directory: Pick<Directory, 'find'>
  readonly intake: Intake
  readonly accounts: Accounts
  readonly offline: Offline
  readonly roomLines: RoomLines
  readonly presses: Pick<Presses, 'selected'>
  readonly delivered: (event: Delivered) => void
}

/** Where RFC 6121 table 1 sends a message of this type to an account that exists. */
type Way =
  | { readonly kind: 'deliver'; readonly sessions: readonly Session[] }
  | { readonly kind: 'store' }
  | { readonly kind: 'error' }
  | { readonly kind: 'ignore' }

/** Messages in: settled when the promise resolves. @throws {StanzaError} for the sender */
export function createMessages(
  parts: MessageParts,
): (stanza: Element, from: Speaker) => Promise<void> {
  const { directory, intake, accounts } = parts

  return async (stanza, from) => {
    const to = addresseeOf(stanza, from)
    // Whether or not there is anybody (RFC 6120 section 13.11).
    refuseToBlocked(from, to)
    refuseDirectTransfer(stanza)
    const type = typeOf(stanza)
    const person = to.local === null ? null : directory.find(to.bare)
    if (!person?.enabled) {
      // Section 8.5.1 lets us: to somebody who is not there it would come to nothing, and nobody would be told.
      if (type === 'headline' && to.local !== null && to.resource === null) return
      throw new StanzaError('service-unavailable')
    }
    const recipient = accounts.peek(person.id) ?? (await accounts.load(person))
    refuseBlocked({ from, to, recipient })
    const place = { kind: 'person', bot: person } as const
    if (person.role === 'bot' && (await parts.presses.selected(stanza, from, place))) return
    const way = wayOf(type, to, recipient)
    if (way.kind === 'error') throw new StanzaError('service-unavailable')
    // A headline that nobody is there for is put on record all the same: its sender is told that it is.
    if (way.kind === 'ignore' && type === 'error') return
    const out = stamped(stanza, from, to)
    if (type !== 'error') markDisplayed(intake, out, from, person.id)
    const transient = Transient.of(out, 'relayed')
    if (transient && relay(parts, transient, { out, type, from, recipient, way })) return

    const draft = draftOf(out, from, { to, id: person.id, isHere: true })
    const isKept = isArchived(out, from) && (transient !== null || !isSignal(out))
    const message =
      type === 'groupchat' && from.session === null
        ? await parts.roomLines.record(draft, { stanza: out, from, to })
        : await onRecordOnce(intake, isKept ? draft : { ...draft, views: [] })
    if (message) deliver(parts, message, { out, type, from, to, person, isKept })
  }
}

/** A chat state and the like between devices whose names have words in them: on record, and of no use in an archive. */
function isSignal(stanza: Element): boolean {
  const bare = withAttrs(stanza, { from: null, to: null })
  return !saysWhatWaits(stanza) && Transient.of(bare, 'relayed') !== null
}

/** Transient: it goes to who is there. @returns false when it has to be recorded, so that it waits */
function relay(
  parts: MessageParts,
  message: Transient,
  event: {
    readonly out: Element
    readonly type: MessageType
    readonly from: Speaker
    readonly recipient: Account
    readonly way: Way
  },
): boolean {
  const { out, type, from, recipient, way } = event
  if (way.kind !== 'deliver') return !saysWhatWaits(out)
  for (const session of way.sessions) session.pass(message)
  const { person } = recipient
  parts.delivered({ message, stanza: out, type, from, recipient, person, targets: way.sessions })
  return true
}

/** Receipts (XEP-0184) and markers (XEP-0333) wait for who is away; chat states (XEP-0085) to nobody are nothing. */
function saysWhatWaits({ children }: Element): boolean {
  return children.some(
    (node) =>
      typeof node !== 'string' &&
      ((node.ns === 'urn:xmpp:receipts' && node.name === 'received') ||
        (node.ns === 'urn:xmpp:chat-markers:0' && node.name !== 'markable')),
  )
}

/** XEP-0333 section 4: what the sender says he has seen goes on record, whether or not the marker itself does. */
export function markDisplayed(
  intake: Intake,
  stanza: Element,
  { id: person, jid }: Speaker,
  author: PersonId,
): void {
  const messageId = child(stanza, 'displayed', 'urn:xmpp:chat-markers:0')?.attrs['id']
  if (messageId === undefined || person === author) return
  intake.markNamed({
    kind: 'displayed',
    conversation: directConversation(person, author),
    members: [person, author],
    person,
    device: jid.resource ?? '',
    author,
    messageId,
  })
}

/** On record: it goes to the devices that are there now, which may be others than at accept. */
function deliver(
  { accounts, offline, delivered }: MessageParts,
  message: Recorded,
  event: {
    readonly out: Element
    readonly type: MessageType
    readonly from: Speaker
    readonly to: Jid
    readonly person: Person
    /** It enters archives, and waits there for who is away. */
    readonly isKept: boolean
  },
): void {
  const { out, type, from, to, person, isKept } = event
  const recipient = accounts.peek(person.id)
  const way: Way = recipient ? wayOf(type, to, recipient) : { kind: 'store' }
  // What is on record is never dropped: where the device that it was for has gone meanwhile, it waits for the next one.
  const targets = way.kind === 'deliver' ? way.sessions : []
  if (!isKept) for (const session of targets) session.pass(message)
  else if (recipient) {
    const isNamed = to.resource !== null && recipient.sessions.get(to.resource) === targets[0]
    giveTo({ offline }, message, recipient, { targets, isNamed })
  }
  delivered({ message, stanza: out, type, from, recipient, person, targets })
}

/**
 * It is in his archive: where none of these devices takes it, it waits.
 * @param isNamed it is for these, and not for all that are there
 */
export function giveTo(
  { offline }: Pick<MessageParts, 'offline'>,
  message: Recorded,
  recipient: Account,
  { targets, isNamed }: { readonly targets: readonly Session[]; readonly isNamed: boolean },
): void {
  recipient.inbox.give(message.stamped({ by: recipient.bare }), targets, isNamed)
  offline.touched(recipient)
  // There was no room for it at the devices: it is fetched when there is.
  if (targets.length > 0 && takers(recipient).length > 0) offline.arrived(recipient)
}

/** RFC 6121 table 1, for an account that exists. */
function wayOf(type: MessageType, to: Jid, account: Account): Way {
  const session = to.resource === null ? undefined : account.sessions.get(to.resource)
  // Section 8.5.3.1: also where it has sent no presence, or a negative priority.
  if (session) return { kind: 'deliver', sessions: [session] }
  if (type === 'groupchat') return { kind: 'error' }
  // Section 8.5.3.2.1: only chat is treated as if it were for the bare JID.
  if (to.resource !== null && (type === 'normal' || type === 'headline')) return { kind: 'error' }
  // Sections 8.5.2.1.1 and 8.5.2.2.1.
  if (type === 'error') return { kind: 'ignore' }
  const sessions = takers(account)
  if (sessions.length > 0) return { kind: 'deliver', sessions }
  return type === 'headline' ? { kind: 'ignore' } : { kind: 'store' }
}

/** Section 5.2.2: any other type is `normal`. */
export function typeOf({ attrs }: Element): MessageType {
  const type = attrs['type']
  if (type === 'chat' || type === 'groupchat' || type === 'headline' || type === 'error') {
    return type
  }
  return 'normal'
}

/** RFC 6120 section 10.3.1: without `to` it is for the sender's own account. */
export function addresseeOf({ attrs }: Element, from: Pick<Speaker, 'jid'>): Jid {
  const text = attrs['to']
  if (text === undefined) return bareJid(from.jid)
  const to = parseJid(text)
  if (!to) throw new StanzaError('jid-malformed')
  return to
}
