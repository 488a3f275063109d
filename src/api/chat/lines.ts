// A line of history as the API gives it: out of the parts of a record, and never out of its XML.
import { type Directory } from '../../directory/ports.ts'
import { readFilesPart } from '../../files/part.ts'
import { type HistoryItem } from '../../history/ports.ts'
import { type Opened } from '../../record/bodies/opened.ts'
import { type PersonId } from '../../record/types.ts'
import { type LineAnswer } from '../contract/chat.ts'
import { type Chat } from './ports.ts'

/** Whose view it is, of which archive. */
export type Viewer = {
  readonly directory: Pick<Directory, 'get'>
  readonly history: Pick<Chat['history'], 'idOf'>
  /** The archive's: a person, or a room. */
  readonly owner: PersonId
  /** Null: not in a room. */
  readonly room: { readonly address: string; readonly seesPeople: boolean } | null
}

export function lineOf(item: HistoryItem, viewer: Viewer): LineAnswer {
  const from = authorOf(item.content.opened, viewer)
  return { from, ...saidLine(item, viewer) }
}

type SaidLine = Omit<LineAnswer, 'from'>

/** The same for everybody who sees it. */
function saidLine({ id, at, content }: HistoryItem, { history, directory }: Viewer): SaidLine {
  const { opened } = content
  const isGone = content.kind === 'retracted'
  const said = isGone ? nothingSaid : saidIn(opened)
  const { kind, refs, sender, message_id: messageId } = opened.envelope
  // Of a bot alone: what others put into a message presses nothing.
  const isOfBot = sender !== null && directory.get(sender)?.role === 'bot'
  const buttons = (isOfBot ? said.buttons : undefined) ?? null
  return {
    id,
    at: new Date(at).toISOString(),
    kind: isGone ? 'retracted' : kind,
    text: buttons === null ? firstOf(said.body) : ownText(said.body, buttons.text),
    buttons: buttons && { isOnce: buttons.isOnce, items: buttons.items },
    subject: firstOf(said.subject),
    reactions: said.reactions ?? null,
    about: refs === null ? null : history.idOf(refs.position),
    messageId,
    files: isGone || opened.files === '' ? [] : readFilesPart(opened.files).map(shownFile),
  }
}

/**
 * Lines as JSON, made once for each record as long as it is kept opened: pages of what many read are the same lines again. What was taken
 * back is made each time, so that nothing is kept of how it was.
 */
const written = new WeakMap<Opened, string>()

/** What `lineOf` says, written down. */
export function linesJson(items: readonly HistoryItem[], viewer: Viewer): string {
  const authors = new Map<string, string>()
  const lines = items.map((item) => {
    const { opened } = item.content
    const { sender, to } = opened.envelope
    // In a room nothing else decides on who it is; of one's own archive each is looked at.
    const who = viewer.room === null ? item.id : `${sender} ${to}`
    const from = authors.get(who) ?? JSON.stringify(authorOf(opened, viewer))
    authors.set(who, from)
    return `{"from":${from},${saidJson(item, viewer)}`
  })
  return `[${lines.join()}]`
}

/** Without the brace that opens it. */
function saidJson(item: HistoryItem, viewer: Viewer): string {
  const { opened, kind } = item.content
  if (kind === 'retracted') return JSON.stringify(saidLine(item, viewer)).slice(1)
  const known = written.get(opened)
  if (known !== undefined) return known
  const json = JSON.stringify(saidLine(item, viewer)).slice(1)
  written.set(opened, json)
  return json
}

function shownFile({
  name,
  type,
  size,
  sha256,
}: LineAnswer['files'][number]): LineAnswer['files'][number] {
  return { name, type, size, sha256 }
}

type Texts = { readonly [language: string]: string }
type Said = {
  readonly body?: Texts
  readonly subject?: Texts
  readonly reactions?: string[]
  readonly buttons?: NonNullable<LineAnswer['buttons']> & { readonly text: number }
}

const nothingSaid: Said = {}

/** Part 1 of a message, as `xmpp/drafts.ts` wrote it. */
function saidIn({ content }: Opened): Said {
  return JSON.parse(content)
}

/** Without what was written for who sees no buttons. */
function ownText(texts: Texts | undefined, units: number): string | null {
  return firstOf(texts)?.slice(0, units) ?? null
}

/** In the language that is not named, or the first. */
function firstOf(texts: Texts | undefined): string | null {
  if (typeof texts !== 'object') return null
  return texts[''] ?? Object.values(texts)[0] ?? null
}

function authorOf(opened: Opened, { room, owner, directory }: Viewer): LineAnswer['from'] {
  const { sender, to, views } = opened.envelope
  const person = sender === null ? null : directory.get(sender)
  const isBot = person?.role === 'bot'
  if (room !== null) {
    const address = room.seesPeople ? (person?.address ?? null) : null
    return { address, nick: resourceOf(to), isBot }
  }
  // In a room somebody may have whispered: each knows the other by his nickname there, and who that is is not for him to see.
  const peer = views.find((view) => view.owner === owner)?.peer ?? null
  const isShown = sender === owner || sender === peer
  if (person !== null && isShown) return { address: person.address, nick: null, isBot }
  const from = senderIn(opened.wire)
  return { address: bareOf(from), nick: isShown ? null : resourceOf(from), isBot: false }
}

/** Where it was said. */
export function placeOf({ content: { opened } }: HistoryItem, viewer: Viewer): Place {
  const { room, owner, directory } = viewer
  if (room !== null) return { room: room.address }
  const { sender, to, views } = opened.envelope
  const view = views.find((one) => one.owner === owner)
  const peer = view === undefined || view.peer === null ? owner : view.peer
  const known = directory.get(peer)
  if (known !== null) return { person: known.address }
  return { person: sender === owner ? bareOf(to) : bareOf(senderIn(opened.wire)) }
}

export type Place = { readonly room: string } | { readonly person: string | null }

function bareOf(address: string): string | null {
  return address.split('/')[0] || null
}

function resourceOf(address: string): string | null {
  const slash = address.indexOf('/')
  return slash === -1 ? null : address.slice(slash + 1)
}

const entities: Readonly<{ [name: string]: string }> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

/** The address that was stamped on what somebody has sent. */
function senderIn(wire: string): string {
  const tag = wire.slice(0, wire.indexOf('>'))
  const [, , address = ''] = /\sfrom=(['"])([^'"]*)/.exec(tag) ?? []
  return address.replaceAll(/&(\w+);/g, (_all, name: string) => entities[name] ?? '')
}
