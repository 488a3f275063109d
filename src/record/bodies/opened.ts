import { startOfEnvelope } from '../ledger/envelope.ts'
import { type Envelope, type LogPosition } from '../types.ts'

/**
 * A record that was opened from the archive: its AEAD tag was checked with the key that its place in the key tree gives.
 * The private field is why nobody else can make one. Intake makes a `Recorded` of it, and of nothing else.
 */
export class Opened {
  readonly #checked = true
  readonly position: LogPosition
  /** XEP-0359: under which employees see it. */
  readonly stanzaId: string
  readonly content: string
  readonly wire: string
  /** Part 3: the files of ours that it names; '' where there are none. */
  readonly files: string
  readonly #leafHash: () => string
  #envelope: string | Envelope

  private constructor({ position, stanzaId, leafHash, envelope, content, wire, files }: Parts) {
    this.position = position
    this.stanzaId = stanzaId
    this.#leafHash = leafHash
    this.#envelope = envelope
    this.content = content
    this.wire = wire
    this.files = files
  }

  /** Called by the reader of bodies alone, once the tag was checked; `test/outbound-types.test.ts` looks for other callers. */
  static afterCheck(parts: Parts): Opened {
    return new Opened(parts)
  }

  /** Hex. What a later record that is about this one names. Made when asked for: pages of an archive don't. */
  get leafHash(): string {
    return this.#leafHash()
  }

  /** Read when it is asked for: most pages of an archive show what was said and when, and the rows know when. */
  get envelope(): Envelope {
    if (typeof this.#envelope === 'string') this.#envelope = envelopeOf(this.#envelope)
    return this.#envelope
  }

  /** What it is and of which conversation: marks of a page that was fetched need no more. */
  get start(): Pick<Envelope, 'kind' | 'conv'> {
    return typeof this.#envelope === 'string' ? startOfEnvelope(this.#envelope) : this.#envelope
  }

  /** Server time in ms since 1970. */
  get at(): number {
    return this.envelope.t_server
  }

  get checked(): boolean {
    return this.#checked
  }
}

type Parts = {
  readonly position: LogPosition
  readonly stanzaId: string
  readonly leafHash: () => string
  /** JSON, as it was sealed under our keys, or what it says. */
  readonly envelope: string | Envelope
  readonly content: string
  readonly wire: string
  readonly files: string
}

/** What was sealed under our keys was written by `ledger/envelope.ts`. */
function envelopeOf(json: string): Envelope {
  return JSON.parse(json)
}
