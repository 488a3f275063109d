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

  private constructor(position: LogPosition, envelope: Envelope, parts: readonly [string, string]) {
    this.position = position
    this.envelope = envelope
    ;[this.content, this.wire] = parts
  }

  get checked(): boolean {
    return this.#checked
  }
}
