import { type PersonId } from '../directory/ports.ts'
import { versionsOf } from '../intake/button-archives.ts'
import { directConversation, roomConversation } from '../intake/conversation.ts'
import { type Draft, type RecordKind, type View } from '../intake/draft.ts'
import { outsideRoom, outsiderId } from '../intake/outsider.ts'
import { Element, elements, textOf } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { NS_BUTTONS, readButtons, type SaidButtons } from './buttons/buttons.ts'
import { type Speaker } from './services.ts'
import { type Jid, parseJid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

/** What the record needs of a message beside its bytes, collected in one look at its children. */
type Payload = {
  kind: RecordKind
  refersTo: string | null
  originId: string | null
  claimedAt: string | null
  label: string | null
  said: Said
}

/** Part 1 of a record: what was said, as JSON. Texts are by language, '' where none is named, one to a line where several are. */
type Said = {
  type: string
  body?: Texts
  subject?: Texts
  status?: Texts
  thread?: string
  reactions?: readonly string[]
  buttons?: SaidButtons
}
type Texts = Record<string, string>

function emptyTexts(): Texts {
  const texts: Texts = {}
  Object.setPrototypeOf(texts, null)
  return texts
}

/** The child elements that name an earlier message, by namespace: element, kind. */
const references: Readonly<Record<string, readonly [string, RecordKind]>> = {
  'urn:xmpp:message-correct:0': ['replace', 'correction'],
  'urn:xmpp:message-retract:1': ['retract', 'retraction'],
  'urn:xmpp:reactions:0': ['reactions', 'reaction'],
}

/** Whom a stanza is for. */
export type Addressee = {
  readonly to: Jid
  readonly id: PersonId
  /** False at another domain: there is an archive for him elsewhere, or none. */
  readonly isHere: boolean
}

/** The record entry that somebody asks for with a stanza to another person. `stanza` has its `from` stamped. */
export function draftOf(stanza: Element, from: Speaker, addressee: Addressee): Draft {
  const payload = payloadOf(stanza)
  // Between two people here it is a message like others, whatever it calls itself.
  const isOfRoom = stanza.attrs['type'] === 'groupchat' && !(from.session && addressee.isHere)
  const said = isOfRoom ? inRoom(from, addressee) : direct(from, addressee)
  return {
    kind: isToldAgain(stanza, from) ? 'history.import' : payload.kind,
    ...said,
    device: from.jid.resource ?? '',
    to: addressee.to.text,
    views: isArchived(stanza, from)
      ? [
          ...viewsOf(from, addressee),
          ...(said.sender === null ? [] : versionViews(payload, said.conversation, said.sender)),
        ]
      : [],
    messageId: stanza.attrs['id'] ?? null,
    originId: payload.originId,
    origin: from.origin,
    refersTo: payload.refersTo,
    refs: null,
    claimedAt: payload.claimedAt,
    ...(payload.label !== null && { label: payload.label }),
    content: JSON.stringify(payload.said),
    wire: serialize(stanza),
  }
}

/** What somebody says in a room: one record, however many are in, in the room's archive. `stanza` names nobody. */
export function roomDraft(
  stanza: Element,
  {
    room,
    members,
    from,
  }: { readonly room: PersonId; readonly members: readonly PersonId[]; readonly from: Speaker },
): Draft {
  const payload = payloadOf(stanza)
  return {
    kind: payload.kind,
    conversation: roomConversation(room),
    members,
    sender: from.id,
    device: from.jid.resource ?? '',
    to: stanza.attrs['from'] ?? '',
    views:
      stanza.name === 'message'
        ? [
            { owner: room, peer: from.id, peerDevice: '', incoming: true },
            ...versionViews(payload, roomConversation(room), from.id),
          ]
        : [],
    messageId: stanza.attrs['id'] ?? null,
    originId: payload.originId,
    refersTo: payload.refersTo,
    refs: null,
    claimedAt: payload.claimedAt,
    ...(payload.label !== null && { label: payload.label }),
    origin: from.origin,
    content: JSON.stringify(payload.said),
    wire: serialize(stanza),
  }
}

/** Words in presence to a room. */
export function roomStatusDraft(stanza: Element, about: Parameters<typeof roomDraft>[1]): Draft {
  return { ...roomDraft(stanza, about), kind: 'status', views: [] }
}

type Between = Pick<Draft, 'conversation' | 'members' | 'sender'>

function direct({ id }: Speaker, recipient: Addressee): Between {
  return {
    conversation: directConversation(id, recipient.id),
    members: id === recipient.id ? [id] : [id, recipient.id],
    sender: id,
  }
}

/** To or from a room at another domain, where the resource is who speaks. */
function inRoom(from: Speaker, { to, id }: Addressee): Between {
  const sender = from.session ? from.id : outsiderId(from.jid.text)
  const conversation = outsideRoom(from.session ? to.bare : from.jid.bare)
  return { conversation, members: [sender, id], sender }
}

/** Presence with words in it is on record, too: a conversation of the person with himself, or with whom he sends it to. */
export function statusDraftOf(stanza: Element, from: Speaker, addressee: Addressee | null): Draft {
  const to = addressee ?? { to: from.jid, id: from.id, isHere: true }
  return {
    ...draftOf(stanza, from, to),
    kind: 'status',
    to: addressee?.to.bare ?? '',
    views: [],
  }
}

/** A result of somebody else's archive (XEP-0313 section 4.2): what was said before, and is not said now. */
function isToldAgain(stanza: Element, { session }: Speaker): boolean {
  // To the device that has asked, and from elsewhere: people here hide nothing from each other's archives.
  if (session !== null || stanza.attrs['to']?.includes('/') !== true) return false
  return elements(stanza).some(({ name, ns }) => name === 'result' && ns === 'urn:xmpp:mam:2')
}

/**
 * XEP-0313 section 6.1: messages of type chat and normal are archived; headlines, errors and IQs are on record alone, and
 * what is said in a room, which has its own archive.
 */
export function isArchived(stanza: Element, from: Speaker): boolean {
  const { name, attrs } = stanza
  if (name !== 'message' || isToldAgain(stanza, from)) return false
  const type = attrs['type']
  return type !== 'headline' && type !== 'error' && type !== 'groupchat'
}

/** One row a side that is here; one row in all for a note to oneself. */
function viewsOf({ id, jid, session }: Speaker, recipient: Addressee): View[] {
  const toDevice = recipient.to.resource ?? ''
  if (id === recipient.id) {
    return [{ owner: id, peer: null, peerDevice: toDevice, incoming: true }]
  }
  const views: View[] = []
  if (session) views.push({ owner: id, peer: recipient.id, peerDevice: toDevice, incoming: false })
  if (recipient.isHere) {
    views.push({ owner: recipient.id, peer: id, peerDevice: jid.resource ?? '', incoming: true })
  }
  return views
}

function payloadOf(stanza: Element): Payload {
  const { name, ns, attrs, children } = stanza
  const payload: Payload = {
    kind: name === 'iq' ? 'iq' : attrs['type'] === 'error' ? 'error' : 'message',
    refersTo: null,
    originId: null,
    claimedAt: null,
    label: null,
    said: { type: attrs['type'] ?? (name === 'message' ? 'normal' : '') },
  }
  for (const node of children) {
    if (typeof node === 'string') continue
    if (node.ns === ns) addText(payload.said, node)
    else lookAt(node, payload)
  }
  return payload
}

/** What a bot puts in the place of a message with buttons is found again by that message. */
function versionViews(
  { kind, refersTo, said }: Payload,
  conversation: Draft['conversation'],
  sender: PersonId,
): View[] {
  if (kind !== 'correction' || refersTo === null || said.buttons === undefined) return []
  const owner = versionsOf({ conversation, sender, messageId: refersTo })
  return [{ owner, peer: sender, peerDevice: '', incoming: false }]
}

/** A longer one is cut: nobody names it in a rule. */
const labelCharsMax = 256

function lookAt(node: Element, payload: Payload): void {
  const { name, ns, attrs } = node
  if (ns === 'urn:xmpp:sid:0') {
    if (name === 'origin-id') payload.originId = attrs['id'] ?? null
    return
  }
  if (ns === 'urn:xmpp:delay') {
    payload.claimedAt = attrs['stamp'] ?? null
    return
  }
  // XEP-0258 section 3: the words of the label are what rules of retention name.
  if (ns === 'urn:xmpp:sec-label:0') {
    const marking = elements(node).find((child) => child.name === 'displaymarking')
    if (name === 'securitylabel' && marking) payload.label = textOf(marking).slice(0, labelCharsMax)
    return
  }
  if (ns === NS_BUTTONS && name === 'buttons') {
    const buttons = readButtons(node)
    if (buttons) payload.said.buttons = buttons
    return
  }
  const reference = references[ns]
  if (!reference || reference[0] !== name) return
  if (payload.kind === 'error' || payload.kind === 'iq') return
  if (isSameTakenBack(payload, reference[1], attrs['id'])) {
    payload.kind = 'retraction'
    return
  }
  if (payload.kind !== 'message') {
    // Each of them would be done by the clients, and only one of them is checked.
    throw new StanzaError('bad-request', {
      text: 'A message corrects, retracts or reacts to one other message.',
    })
  }
  payload.kind = reference[1]
  payload.refersTo = attrs['id'] ?? null
  if (payload.kind === 'reaction') {
    payload.said.reactions = node.children.filter((child) => typeof child !== 'string').map(textOf)
  }
}

/**
 * A retraction that is a correction of the same message, too, for clients that know only those: gateways send such. It is
 * the retraction that is checked, and what it says instead goes with it.
 */
function isSameTakenBack(
  { kind, refersTo }: Payload,
  other: RecordKind,
  id: string | undefined,
): boolean {
  const both = [kind, other]
  return both.includes('retraction') && both.includes('correction') && refersTo === id
}

/** Texts that people wrote. */
function addText(said: Said, element: Element): void {
  const { name, attrs } = element
  if (name === 'thread') said.thread ??= textOf(element)
  if (name !== 'body' && name !== 'subject' && name !== 'status') return
  // Without a prototype: a language may be called `__proto__`, and what is said in it is on record like the rest.
  const texts = (said[name] ??= emptyTexts())
  const lang = attrs['xml:lang'] ?? ''
  const before = texts[lang]
  // RFC 6121 section 5.2.3 allows one text a language; clients show the first, and nothing is left out here.
  texts[lang] = before === undefined ? textOf(element) : `${before}\n${textOf(element)}`
}

/**
 * The stanza as it will be delivered: `from` stamped (RFC 6120 section 8.1.2.1), and without what only this server may
 * say: stanza ids of its own archives (XEP-0359 section 4) and delays that it has not seen (XEP-0203).
 */
export function stamped(stanza: Element, { jid: from, session }: Speaker, to: Jid): Element {
  const { name, ns, attrs, children } = stanza
  // Who is elsewhere speaks to somebody here.
  const domain = session ? from.domain : to.domain
  const isClean = !children.some((node) => isForged(node, domain))
  return new Element(
    name,
    ns,
    { ...attrs, from: from.text, to: to.text },
    isClean ? children : children.filter((node) => !isForged(node, domain)),
  )
}

function isForged(node: Element | string, domain: string): boolean {
  if (typeof node === 'string') return false
  if (node.ns === 'urn:xmpp:sid:0' && node.name === 'stanza-id')
    return parseJid(node.attrs['by'] ?? '')?.domain === domain
  if (node.ns === 'urn:xmpp:delay') return parseJid(node.attrs['from'] ?? '')?.domain === domain
  return false
}
