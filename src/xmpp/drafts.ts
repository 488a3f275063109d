import { type Person } from '../directory/ports.ts'
import { directConversation } from '../intake/conversation.ts'
import { type Draft, type RecordKind, type View } from '../intake/draft.ts'
import { Element, textOf } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { type Session } from './accounts.ts'
import { type Jid, parseJid } from './wire/jid.ts'
import { StanzaError } from './wire/stanza-error.ts'

/** What the record needs of a message beside its bytes, collected in one look at its children. */
type Payload = {
  kind: RecordKind
  refersTo: string | null
  originId: string | null
  claimedAt: string | null
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

/** The record entry that somebody asks for with a stanza to another person. `stanza` has its `from` stamped. */
export function draftOf(
  stanza: Element,
  from: Session,
  { to, recipient }: { readonly to: Jid; readonly recipient: Person },
): Draft {
  const sender = from.account.person
  const payload = payloadOf(stanza)
  const members = sender.id === recipient.id ? [sender.id] : [sender.id, recipient.id]
  return {
    kind: payload.kind,
    conversation: directConversation(sender.id, recipient.id),
    members,
    sender: sender.id,
    device: from.jid.resource ?? '',
    to: to.text,
    views: isArchived(stanza) ? viewsOf(from, to, recipient) : [],
    messageId: stanza.attrs['id'] ?? null,
    originId: payload.originId,
    refersTo: payload.refersTo,
    claimedAt: payload.claimedAt,
    content: JSON.stringify(payload.said),
    wire: serialize(stanza),
  }
}

/** Presence with words in it is on record, too: a conversation of the person with himself, or with whom he sends it to. */
export function statusDraftOf(stanza: Element, from: Session, recipient: Person | null): Draft {
  const to = recipient ?? from.account.person
  return {
    ...draftOf(stanza, from, { to: from.jid, recipient: to }),
    kind: 'status',
    to: recipient?.address ?? '',
    views: [],
  }
}

/** XEP-0313 section 6.1: messages of type chat and normal are archived; headlines, errors and IQs are on record alone. */
export function isArchived({ name, attrs }: Element): boolean {
  if (name !== 'message') return false
  const type = attrs['type']
  return type !== 'headline' && type !== 'error'
}

/** One row a side; one row in all for a note to oneself. */
function viewsOf(from: Session, to: Jid, recipient: Person): View[] {
  const sender = from.account.person
  const toDevice = to.resource ?? ''
  if (sender.id === recipient.id) {
    return [{ owner: sender.id, peer: null, peerDevice: toDevice, incoming: true }]
  }
  return [
    { owner: sender.id, peer: recipient.id, peerDevice: toDevice, incoming: false },
    {
      owner: recipient.id,
      peer: sender.id,
      peerDevice: from.jid.resource ?? '',
      incoming: true,
    },
  ]
}

function payloadOf(stanza: Element): Payload {
  const { name, ns, attrs, children } = stanza
  const payload: Payload = {
    kind: name === 'iq' ? 'iq' : attrs['type'] === 'error' ? 'error' : 'message',
    refersTo: null,
    originId: null,
    claimedAt: null,
    said: { type: attrs['type'] ?? (name === 'message' ? 'normal' : '') },
  }
  for (const node of children) {
    if (typeof node === 'string') continue
    if (node.ns === ns) addText(payload.said, node)
    else lookAt(node, payload)
  }
  return payload
}

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
  const reference = references[ns]
  if (!reference || reference[0] !== name) return
  if (payload.kind === 'error' || payload.kind === 'iq') return
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
export function stamped(stanza: Element, from: Jid, to: Jid): Element {
  const { name, ns, attrs, children } = stanza
  const isClean = !children.some((node) => isForged(node, from.domain))
  return new Element(
    name,
    ns,
    { ...attrs, from: from.text, to: to.text },
    isClean ? children : children.filter((node) => !isForged(node, from.domain)),
  )
}

function isForged(node: Element | string, domain: string): boolean {
  if (typeof node === 'string') return false
  if (node.ns === 'urn:xmpp:sid:0' && node.name === 'stanza-id')
    return parseJid(node.attrs['by'] ?? '')?.domain === domain
  if (node.ns === 'urn:xmpp:delay') return parseJid(node.attrs['from'] ?? '')?.domain === domain
  return false
}
