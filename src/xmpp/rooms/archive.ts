// XEP-0313: Message Archive Management, version 1.1.3, for rooms, and XEP-0045 section 7.2.13: what was said before
// Source: https://xmpp.org/extensions/xep-0313.html
import { type PersonId } from '../../directory/ports.ts'
import { Recorded, type Outbound } from '../../intake/outbound.ts'
import { type HistoryItem } from '../../history/ports.ts'
import { child, el, type Element, textOf } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { archiveFin, type ArchivedMessage, sendResults } from '../features/archive-results.ts'
import { archiveFields, noSearch, parseArchiveForm } from '../features/archive-query.ts'
import { type Host } from '../host.ts'
import { serverSays } from '../reply.ts'
import { type Speaker } from '../services.ts'
import { buildForm } from '../wire/data-form.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { muc } from './names.ts'
import { affiliationOf, isStaff, occupantOf, readable, type Room } from './room.ts'

/** What whoever comes in is shown. */
type Asked = {
  readonly person: PersonId
  readonly max: number
  /** UTF-16 units of stanzas as they go out. */
  readonly charsMax: number
  /** ms since 1970; null for no bound. */
  readonly since: number | null
  /** Full JID. */
  readonly to: string
}

/** The newest messages that this person may read, oldest first, as XEP-0203 delays them and as they go out. */
export async function recentMessages(
  { history }: Pick<Host, 'history'>,
  room: Room,
  { person, max, charsMax, since: start, to }: Asked,
): Promise<readonly Recorded[]> {
  if (max === 0 || charsMax === 0) return []
  const page = await history.page({
    owner: room.state.id,
    within: readable(room.state, person),
    max,
    pageBefore: '',
    ...(start !== null && { start }),
  })
  if (page.kind !== 'page') return []
  const stamp = { by: room.state.address, delayedBy: room.state.address }
  const said = page.items.flatMap(({ content }) => standing(content))
  const messages = said.map((opened) => Recorded.again(opened).stamped(stamp).addressed(to))
  let chars = 0
  // Section 7.2.13: the newest are shown first where not all of them fit.
  const fitting = messages.toReversed().filter(({ wire }) => (chars += wire.length) <= charsMax)
  return fitting.toReversed()
}

/** What was said and stands. Subjects are shown by themselves. */
function standing(content: HistoryItem['content']): ArchivedMessage[] {
  if (content.kind === 'retracted' || content.opened.envelope.kind === 'room.subject') return []
  return [content.opened]
}

/** Section 7.2.15: the subject, or that there is none. */
export async function subjectOf({ history }: Pick<Host, 'history'>, room: Room): Promise<Outbound> {
  const { subject, address, id } = room.state
  if (subject !== null) room.subject ??= await readSubject(history, id, subject)
  if (subject === null || !room.subject) {
    const attrs = { type: 'groupchat', from: address }
    return serverSays(el('message', ns.client, attrs, el('subject', ns.client)))
  }
  return room.subject.stamped({ by: address, delayedBy: address })
}

/** The subject's text for section 6.4. Null where there is none, or for who may not read what is said. */
export async function subjectText(
  { history }: Pick<Host, 'history'>,
  room: Room,
  from: Speaker,
): Promise<string | null> {
  const { subject, id } = room.state
  if (subject === null || !mayRead(room, from)) return null
  room.subject ??= await readSubject(history, id, subject)
  if (!room.subject) return null
  const message = parseFrame(room.subject.wire, defaultXmlLimits)
  return textOf(child(message, 'subject', ns.client)) || null
}

async function readSubject(
  history: Host['history'],
  owner: PersonId,
  position: number,
): Promise<Recorded | null> {
  const page = await history.page({ owner, within: [{ from: position, to: position + 1 }], max: 1 })
  const [item] = page.kind === 'page' ? page.items : []
  // It may have been disposed of: then there is none.
  return item ? Recorded.again(item.content.opened) : null
}

/** Section 5 of XEP-0313: who may read a room's archive, and what of it. @throws {StanzaError} */
export async function answerArchive(
  iq: Element,
  query: Element,
  { room, from, host }: { readonly room: Room; readonly from: Speaker; readonly host: Host },
): Promise<Element> {
  if (!mayRead(room, from)) throw new StanzaError('forbidden')
  if (iq.attrs['type'] === 'get' && query.name === 'query')
    return el('query', ns.mam, {}, buildForm('form', ns.mam, archiveFields))
  const owner = room.state.id
  const within = readable(room.state, from.id)
  if (iq.attrs['type'] === 'get' && query.name === 'metadata') {
    const [first] = await itemsOf(host, { owner, within, max: 1 })
    const [last] = await itemsOf(host, { owner, within, max: 1, pageBefore: '' })
    return el('metadata', ns.mam, {}, ...edge('start', first), ...edge('end', last))
  }
  if (iq.attrs['type'] !== 'set' || query.name !== 'query')
    throw new StanzaError('service-unavailable')
  const { filter, isFlipped } = parseArchiveForm(query)
  const page = await host.history.page({ ...filter, owner, within })
  if (page.kind === 'unknown-id') throw new StanzaError('item-not-found')
  if (page.kind === 'no-search') throw noSearch()
  const items = isFlipped ? page.items.toReversed() : page.items
  const authorOf = authors(host, room, from)
  sendResults(items, { from: room.state.address, to: from, authorOf }, query.attrs['queryid'])
  return archiveFin(page)
}

/** Section 6.1.2: whose address each is, for who may see addresses, as in the presence of occupants. Of who is elsewhere it is not kept. */
function authors(
  { directory }: Pick<Host, 'directory'>,
  room: Room,
  from: Speaker,
): (opened: ArchivedMessage) => Element | null {
  const isModerator = occupantOf(room, from)?.role === 'moderator'
  const sees =
    room.state.config.isNonAnonymous || isModerator || isStaff(affiliationOf(room, from.id))
  return ({ envelope }) => {
    if (!sees || envelope.kind === 'moderation' || envelope.sender === null) return null
    const person = directory.get(envelope.sender)
    if (!person) return null
    const jid = envelope.device === '' ? person.address : `${person.address}/${envelope.device}`
    return el('x', muc.user, {}, el('item', muc.user, { jid }))
  }
}

/** Whether what was said is for him to read, as far as `readable()` goes. */
export function mayRead(room: Room, from: Speaker): boolean {
  const affiliation = affiliationOf(room, from.id)
  const { isMembersOnly, password } = room.state.config
  // From elsewhere nobody reads in a room that he is not in, and nobody who has not said the password.
  const isOpen = !isMembersOnly && password === null && from.session !== null
  const isAllowed = affiliation !== 'outcast' && (isOpen || affiliation !== 'none')
  return isAllowed || occupantOf(room, from) !== null
}

async function itemsOf(
  { history }: Host,
  query: Parameters<Host['history']['page']>[0],
): Promise<readonly HistoryItem[]> {
  const page = await history.page(query)
  return page.kind === 'page' ? page.items : []
}

function edge(name: 'start' | 'end', item: HistoryItem | undefined): Element[] {
  return item ? [el(name, ns.mam, { id: item.id, timestamp: formatDateTime(item.at) })] : []
}
