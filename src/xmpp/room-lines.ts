// XEP-0045 at another domain: what is said in a room there comes once for each of our people who is in it.
import { hash } from 'node:crypto'
import { type Ticks } from '../base/clock.ts'
import { recentMap } from '../base/recent-map.ts'
import { type Draft } from '../intake/draft.ts'
import { type Recorded } from '../intake/outbound.ts'
import { type Intake } from '../intake/ports.ts'
import { child, type Element, textOf } from '../xml/element.ts'
import { type Addressee } from './drafts.ts'
import { onRecordOnce } from './reply.ts'
import { createRoomNicks, type RoomNicks } from './room-nicks.ts'
import { type Speaker } from './services.ts'
import { type Jid } from './wire/jid.ts'

/** How far apart the copies of one line may come. They have other ids each, and nothing else tells them from a line said again. */
const copiesMs = 10_000
/** Lines of one occupant that may still have copies under way. */
const linesMax = 100
/** Occupants whose lines are remembered, and lines that a room may tell again to who joins. */
const occupantsRemembered = 2_000
const linesRemembered = 20_000
/** Of a line's text, in UTF-16 units. An IRC line has 512 bytes. */
const textUnitsMax = 8_192
/**
 * One line is one message on record, whoever here hears it: the first copy that comes, or what one of our own people has said.
 * Each other copy is a record of the kind `copy` that names that message, so that what was delivered to whom, and under
 * which ids, can be proved; lines that a room tells again (XEP-0203) are of the kind `history.import`.
 */
export type RoomLines = {
  /** In the order in which a device was sent them. Null where it was on record before. @throws {StanzaError} for who speaks */
  record(draft: Draft, said: Said): Promise<Recorded | null>
  /** Presence of a room to a device here, which may say how its person is called there. */
  noticed(stanza: Element, from: Speaker, addressee: Addressee): void
}

type Said = { readonly stanza: Element; readonly from: Speaker; readonly to: Jid }

type Place = NonNullable<Draft['refs']>

type Line = {
  readonly text: string
  readonly at: number
  /** Of one of our own: a network may break it up. */
  readonly isOurs: boolean
  /** Null where it is not on record after all. */
  readonly place: Promise<Place | null>
  /** By device and text: who has had a copy. */
  readonly hadBy: Set<string>
}

/** What a stanza from or to a room is on record. */
type Filed = {
  readonly kind: 'message' | 'copy' | 'history.import'
  readonly of: Promise<Place | null> | null
  readonly placed: ((place: Place | null) => void) | null
}

export function createRoomLines({
  intake,
  ticks,
}: {
  readonly intake: Intake
  readonly ticks: Ticks
}): RoomLines {
  const lines = recentMap<Line[]>(occupantsRemembered)
  const told = recentMap<Promise<Place | null>>(linesRemembered)
  const nicks = createRoomNicks()
  const takeTurn = createTurns()

  /** A line that nobody has told us yet. */
  function begin(key: string, text: string, isOurs: boolean): Filed & { readonly line: Line } {
    const { promise, resolve } = Promise.withResolvers<Place | null>()
    const at = ticks.elapsed()
    const line: Line = { text, at, isOurs, place: promise, hadBy: new Set() }
    const before = (lines.get(key) ?? []).filter((other) => at - other.at <= copiesMs)
    lines.set(key, [...before.slice(1 - linesMax), line])
    told.set(keyOf(key, text), promise)
    return { kind: 'message', of: null, placed: resolve, line }
  }

  function file({ stanza, from, to }: Said, draft: Draft): Filed {
    const room = from.session ? to.bare : from.jid.bare
    const isTold = draft.claimedAt !== null
    const text = textOfLine(stanza, draft)
    const isSubject = text.startsWith('\0')
    const key = `${room} ${isSubject ? '' : nicks.nickOf(from, room)}`
    if (from.session) return begin(key, text, true)
    const before = told.get(keyOf(key, text))
    if (isTold || (isSubject && before)) {
      if (before) return { kind: isTold ? 'history.import' : 'copy', of: before, placed: null }
      const { promise, resolve } = Promise.withResolvers<Place | null>()
      told.set(keyOf(key, text), promise)
      return { kind: 'history.import', of: null, placed: resolve }
    }
    const copy = `${to.text} ${text}`
    const now = ticks.elapsed()
    const line = lines.get(key)?.find((one) => {
      if (now - one.at > copiesMs || one.hadBy.has(copy)) return false
      return one.text === text || (one.isOurs && one.text.includes(text))
    })
    if (line) {
      line.hadBy.add(copy)
      return { kind: 'copy', of: line.place, placed: null }
    }
    const begun = begin(key, text, false)
    begun.line.hadBy.add(copy)
    return begun
  }

  return {
    async record(draft, said) {
      const filed = file(said, draft)
      const next = await takeTurn(said.from.session ? said.from.jid.text : said.to.text, filed.of)
      let place: Place | null = null
      try {
        const accepting = onRecordOnce(
          intake,
          filledIn(named(draft, said, nicks), filed, await filed.of),
        )
        next()
        const message = await accepting
        if (message) place = { position: message.position, leafHash: message.leafHash }
        return message
      } finally {
        next()
        filed.placed?.(place)
      }
    },
    noticed: (stanza, from, addressee) => nicks.noticed(stanza, from, addressee),
  }
}

/** Which of our people somebody in a room is. */
function named(draft: Draft, { from, to }: Said, nicks: RoomNicks): Draft {
  if (from.session) return withField(draft, 'nick', nicks.nickOf(from, to.bare))
  const person = nicks.personOf(from.jid)
  return person ? withField(draft, 'person', person) : draft
}

/** What was there before for this device has called `accept`, which keeps the order from there on, and `of` is known. */
type TakeTurn = (device: string, of: Filed['of']) => Promise<() => void>

/** Bounded by its callers, who each wait for an answer. */
function createTurns(): TakeTurn {
  const inTurn = new Map<string, Promise<void>>()
  return async (device, of) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = inTurn.get(device)
    inTurn.set(device, promise)
    await Promise.all([before, of])
    return () => {
      resolve()
      if (inTurn.get(device) === promise) inTurn.delete(device)
    }
  }
}

/** Body, else subject, else whatever is said with other elements. */
function textOfLine(stanza: Element, { content, refersTo }: Draft): string {
  const said = (name: string): string => textOf(child(stanza, name, stanza.ns))
  const body = said('body')
  if (body !== '') return body.slice(0, textUnitsMax)
  if (child(stanza, 'subject', stanza.ns)) return `\0${said('subject')}`.slice(0, textUnitsMax)
  return `${content} ${refersTo ?? ''}`.slice(0, textUnitsMax)
}

function keyOf(occupant: string, text: string): string {
  return hash('sha256', `${occupant}\n${text}`, 'base64')
}

/** A copy keeps its bytes and ids; what was said stands in the message. */
function filledIn(draft: Draft, { kind }: Filed, refs: Place | null): Draft {
  // Its ids are those of one copy: another with the same is no resend.
  const ofRoom = draft.origin === 'native' ? draft : { ...draft, originId: null }
  if (refs) {
    return { ...ofRoom, kind, refs, refersTo: null, content: JSON.stringify({ type: 'groupchat' }) }
  }
  return kind === 'history.import' ? { ...ofRoom, kind, refersTo: null } : ofRoom
}

/** @param draft whose content is an object in JSON */
function withField(draft: Draft, name: 'nick' | 'person', value: string): Draft {
  const content = `${draft.content.slice(0, -1)},"${name}":${JSON.stringify(value)}}`
  return { ...draft, content }
}
