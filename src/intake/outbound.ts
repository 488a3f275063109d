import { FatalError } from '../base/errors.ts'
import { Opened } from '../record/bodies/opened.ts'
import { isNobodys } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import {
  type ConversationId,
  type Envelope,
  type LogPosition,
  type NewRecord,
  type PersonId,
} from '../record/types.ts'
import { el, type Element } from '../xml/element.ts'
import { escapeAttr, serialize } from '../xml/serialize.ts'
import { publishedIn, wrappedAll } from './published.ts'
import { deferKeyOf, isTransient, type Origin } from './transient.ts'

/** What may be sent to a client, a server, a gateway: recorded, or transient by the table. Nothing else. */
export type Outbound = Recorded | Transient

/**
 * A message whose entry is durable. The private fields are why nobody else can make one, nor spread one into another.
 * Archive results, carbons and room copies are made from it, by `stamped()` and `envelope()`.
 */
export class Recorded {
  readonly #wire: string
  readonly position: LogPosition
  /** XEP-0359 id, the same in each archive that it enters. */
  readonly stanzaId: string
  readonly #place: Place
  readonly #about: About | Opened

  private constructor(wire: string, place: Place, about: About | Opened) {
    this.#wire = wire
    this.#about = about
    this.position = place.position
    this.stanzaId = place.stanzaId
    this.#place = place
  }

  get at(): number {
    return this.#place.entry.at
  }

  /** What delivery and display marks say of it. */
  get about(): About {
    return this.#about instanceof Opened ? new AboutOpened(this.#about) : this.#about
  }

  /** The only way in: `append` resolves when the log is flushed past the entry, and what is recorded is what goes out. */
  static accept(record: Pick<Record, 'append'>, entry: NewRecord): Promise<Recorded> {
    const { wire, kind, conversation, members } = entry
    const about = { kind, conversation, members }
    return record.append(entry).then((place) => {
      const { position, stanzaId } = place
      return new Recorded(wire, { position, stanzaId, entry: place }, about)
    })
  }

  /** Out of the archive again, for XEP-0313 and offline delivery. */
  static again(opened: Opened): Recorded {
    const { position, stanzaId, wire } = opened
    return new Recorded(wire, { position, stanzaId, entry: opened }, opened)
  }

  /** Hex. What a later record that is about this one names. */
  get leafHash(): string {
    return this.#place.entry.leafHash
  }

  /** The recorded bytes as they go out. */
  get wire(): string {
    return this.#wire
  }

  /** Null for what was not made here, whatever its type claims. */
  static wireOf(out: object): string | null {
    return #wire in out ? out.#wire : null
  }

  /** With `<stanza-id by=…/>` (XEP-0359) and, where it comes late, `<delay/>` (XEP-0203). */
  stamped(this: Recorded, stamp: Stamp): Recorded {
    const by = escapeAttr(stamp.by)
    let extra = `<stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='${this.stanzaId}'/>`
    if (stamp.delayedBy !== undefined) {
      const from = escapeAttr(stamp.delayedBy)
      extra += `<delay xmlns='urn:xmpp:delay' from='${from}' stamp='${new Date(this.at).toISOString()}'/>`
    }
    return new Recorded(withLastChildren(this.#wire, extra), this.#place, this.#about)
  }

  /**
   * With what the server says in the same stanza, such as whose presence in a room it is.
   * @throws {FatalError} when the table of what the server may say does not have these children
   */
  extended(this: Recorded, ...children: readonly Element[]): Recorded {
    return new Recorded(withWordsOfServer(this.#wire, children), this.#place, this.#about)
  }

  /** With `<delay/>` (XEP-0203) alone: what was published before, to who has just come. */
  delayed(this: Recorded, by: string): Recorded {
    const delay = `<delay xmlns='urn:xmpp:delay' from='${escapeAttr(by)}' stamp='${new Date(this.at).toISOString()}'/>`
    return new Recorded(withLastChildren(this.#wire, delay), this.#place, this.#about)
  }

  /**
   * What some publishes said, one after the other, in one answer: XEP-0060 section 6.5. `wrap` gets the recorded payloads and must keep them,
   * in this order; what it puts around them is tags without text. @param records at least one
   */
  static gathered(
    records: readonly Recorded[],
    wrap: (payloads: readonly string[]) => string,
  ): Recorded {
    const last = records.at(-1)
    if (!last) throw new FatalError('an answer was to be made of no record at all')
    const wire = wrappedAll(
      records.map((record) => publishedIn(record.#wire)),
      wrap,
    )
    return new Recorded(wire, last.#place, last.#about)
  }

  /** To one of those it is for. The recorded bytes name nobody: presence that goes to all who subscribed. */
  addressed(this: Recorded, to: string): Recorded {
    return new Recorded(withAddress(this.#wire, to), this.#place, this.#about)
  }

  /**
   * The same message inside a carbon, an archive result or a room copy. `wrap` gets the recorded bytes and must keep them;
   * what it puts around them is tags of an envelope without text.
   */
  envelope(this: Recorded, wrap: (recorded: string) => string): Recorded {
    return new Recorded(wrapped(this.#wire, wrap), this.#place, this.#about)
  }
}

/** One for each record of a page: as a class it takes a third of what an object with a getter of its own does. */
class AboutOpened implements About {
  readonly kind: Envelope['kind']
  readonly conversation: ConversationId
  readonly #opened: Opened

  constructor(opened: Opened) {
    const { kind, conv } = opened.start
    this.kind = kind
    this.conversation = conv
    this.#opened = opened
  }

  /** Of a page of an archive it is asked once a conversation, not once a record. */
  get members(): readonly PersonId[] {
    return this.#opened.envelope.views
      .map(({ owner }) => owner)
      .filter((owner) => !isNobodys(owner))
  }
}

/** XEP-0280, XEP-0297, XEP-0313, XEP-0203, XEP-0045 section 7. Attribute values have no `<` and no `>`: the serializer escapes them. */
const envelopeNames =
  'message|presence|iq|result|forwarded|privilege|sent|received|delay|stanza-id|item|actor|status|destroy|occupant-id'
const mucUserTag = String.raw`<x xmlns='http://jabber\.org/protocol/muc#user'>|</x>`
const envelopeTags = new RegExp(`^(?:</?(?:${envelopeNames})(?:\\s[^<>]*)?>|${mucUserTag})+$`)

type Stamp = { readonly by: string; readonly delayedBy?: string }

/** Where a record lies. */
type Place = {
  readonly position: LogPosition
  readonly stanzaId: string
  /** What was opened from the archive reads both when they are asked for, which a page of an archive does not. */
  readonly entry: { readonly leafHash: string; readonly at: number }
}

/** Which conversation a record is of, and what it is. */
export type About = {
  readonly kind: Envelope['kind']
  readonly conversation: ConversationId
  /** Whose archives it entered, or who can see it. */
  readonly members: readonly PersonId[]
}

/** What says nothing that the record must keep: presence, chat states, pings, answers of the server itself. */
export class Transient {
  readonly #wire: string
  /** May wait while a client is inactive, XEP-0352; a newer one with the same key takes its place. */
  readonly deferKey: string | null

  private constructor(wire: string, deferKey: string | null) {
    this.#wire = wire
    this.deferKey = deferKey
  }

  /** By the table, or null: then it has to be recorded. */
  static of(stanza: Element, origin: Origin): Transient | null {
    if (!isTransient(stanza, origin)) return null
    return new Transient(serialize(stanza), deferKeyOf(stanza))
  }

  /** With what the server says in the same stanza, as `Recorded.extended`. @throws {FatalError} as that */
  extended(this: Transient, ...children: readonly Element[]): Transient {
    return new Transient(withWordsOfServer(this.#wire, children), this.deferKey)
  }

  /** To one of those it is for: `stanza` named nobody. */
  addressed(this: Transient, to: string): Transient {
    return new Transient(withAddress(this.#wire, to), this.deferKey)
  }

  /** The same inside a carbon: a chat state, a receipt. What is put around it is tags of an envelope without text. */
  envelope(this: Transient, wrap: (transient: string) => string): Transient {
    return new Transient(wrapped(this.#wire, wrap), this.deferKey && `copy of ${this.deferKey}`)
  }

  get wire(): string {
    return this.#wire
  }

  /** Null for what was not made here, whatever its type claims. */
  static wireOf(out: object): string | null {
    return #wire in out ? out.#wire : null
  }
}

/**
 * The bytes to send. Whatever writes to a peer takes them from here: TypeScript lets `Object.assign` claim the type of a
 * recorded message for an object with other bytes, and this looks at the private field.
 */
export function wireOf(out: Outbound): string {
  const wire = Recorded.wireOf(out) ?? Transient.wireOf(out)
  if (wire === null) throw new FatalError('something was to be delivered that is not on record')
  return wire
}

/** @throws {FatalError} when `wrap` did not keep the bytes, or put more around them than tags of an envelope */
function wrapped(bytes: string, wrap: (bytes: string) => string): string {
  const whole = wrap(bytes)
  const start = whole.indexOf(bytes)
  if (start < 0 || bytes === '') throw new FatalError('an envelope left the recorded bytes out')
  const around = whole.slice(0, start) + whole.slice(start + bytes.length)
  if (!envelopeTags.test(around)) throw new FatalError('an envelope says something of its own')
  return whole
}

/** @throws {FatalError} when the table of what the server may say does not have these children */
function withWordsOfServer(wire: string, children: readonly Element[]): string {
  const name = /^<([a-z]+)/.exec(wire)?.[1] ?? ''
  if (!isTransient(el(name, 'jabber:client', {}, ...children), 'server'))
    throw new FatalError(`the server may not add this to a <${name}/>`)
  const extra = children.map((child) => serialize(child, 'jabber:client')).join('')
  return withLastChildren(wire, extra)
}

/** Puts `to` first in the opening tag of a stanza without one. */
function withAddress(wire: string, to: string): string {
  const name = wire.search(/[\s/>]/)
  return `${wire.slice(0, name)} to='${escapeAttr(to)}'${wire.slice(name)}`
}

/** Puts `extra` before the closing tag of a stanza that stands alone. */
function withLastChildren(wire: string, extra: string): string {
  if (wire.endsWith('/>')) {
    const name = /^<([^\s/>]+)/.exec(wire)?.[1] ?? ''
    return `${wire.slice(0, -2)}>${extra}</${name}>`
  }
  const close = wire.lastIndexOf('</')
  return wire.slice(0, close) + extra + wire.slice(close)
}
