import { type Envelope, type LogPosition } from '../types.ts'

/**
 * A record that was opened from the archive: its AEAD tag was checked with the key that its place in the key tree gives.
 * The private field is why nobody else can make one. Intake makes a `Recorded` of it, and of nothing else.
 */
export class Opened {
  readonly #checked = true
  readonly position: LogPosition
  readonly envelope: Envelope
  readonly content: string
  readonly wire: string
  readonly #leafHash: () => string

  private constructor({ position, leafHash, envelope, content, wire }: Parts) {
    this.position = position
    this.#leafHash = leafHash
    this.envelope = envelope
    this.content = content
    this.wire = wire
  }

  /** Called by the reader of bodies alone, once the tag was checked; `test/outbound-types.test.ts` looks for other callers. */
  static afterCheck(parts: Parts): Opened {
    return new Opened(parts)
  }

  /** Hex. What a later record that is about this one names. Made when asked for: pages of an archive don't. */
  get leafHash(): string {
    return this.#leafHash()
  }

  get checked(): boolean {
    return this.#checked
  }
}

type Parts = {
  readonly position: LogPosition
  readonly leafHash: () => string
  readonly envelope: Envelope
  readonly content: string
  readonly wire: string
}
