import { FatalError } from '../base/errors.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { type LogPosition } from '../record/types.ts'
import { type Element } from '../xml/element.ts'
import { escapeAttr, serialize } from '../xml/serialize.ts'
import { type Draft } from './draft.ts'

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
  readonly at: number

  private constructor(wire: string, place: Place) {
    this.#wire = wire
    this.position = place.position
    this.stanzaId = place.stanzaId
    this.at = place.at
  }

  /** The only way in: `append` resolves when the log is flushed past the entry. */
  static async accept(draft: Draft, append: (draft: Draft) => Promise<Place>): Promise<Recorded> {
    return new Recorded(draft.wire, await append(draft))
  }

  /** Out of the archive again, for XEP-0313 and offline delivery. */
  static again({ position, envelope, wire }: Opened): Recorded {
    return new Recorded(wire, {
      position,
      stanzaId: envelope.stanza_id,
      at: envelope.t_server,
    })
  }

  /** The recorded bytes as they go out. */
  get wire(): string {
    return this.#wire
  }

  /** With `<stanza-id by=…/>` (XEP-0359) and, where it comes late, `<delay/>` (XEP-0203). */
  stamped(stamp: { readonly by: string; readonly delayedBy?: string }): Recorded {
    const by = escapeAttr(stamp.by)
    let extra = `<stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='${this.stanzaId}'/>`
    if (stamp.delayedBy !== undefined) {
      const from = escapeAttr(stamp.delayedBy)
      extra += `<delay xmlns='urn:xmpp:delay' from='${from}' stamp='${new Date(this.at).toISOString()}'/>`
    }
    return new Recorded(withLastChildren(this.#wire, extra), this)
  }

  /** The same message inside a carbon, an archive result or a room copy. `wrap` gets the recorded bytes and must keep them. */
  envelope(wrap: (recorded: string) => string): Recorded {
    const wrapped = wrap(this.#wire)
    if (!wrapped.includes(this.#wire))
      throw new FatalError('an envelope left the recorded bytes out')
    return new Recorded(wrapped, this)
  }
}

/** Where a record lies. */
export type Place = {
  readonly position: LogPosition
  readonly stanzaId: string
  readonly at: number
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
  static of(stanza: Element, origin: 'server' | 'relayed'): Transient | null {
    void origin
    return new Transient(serialize(stanza), null)
  }

  get wire(): string {
    return this.#wire
  }
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
