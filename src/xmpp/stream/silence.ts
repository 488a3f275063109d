/** What to do about a client that says nothing: it is asked whether it is there, and then given up. */
export type Verdict = 'heard' | 'ask' | 'gone'

/** How long a client has said nothing. */
export class Silence {
  #hasHeard = false
  #heardAt: number
  #askedAt: number | null = null

  /** @param now ms */
  constructor(now: number) {
    this.#heardAt = now
  }

  /** Something has come. It costs a flag, since it is called for each piece. */
  heard(): void {
    this.#hasHeard = true
  }

  /** Called about once a second. */
  sweep(now: number): void {
    if (!this.#hasHeard) return
    this.#hasHeard = false
    this.#heardAt = now
    this.#askedAt = null
  }

  /** After `sweep`. `ask` is said once a silence, and `gone` each time from `answerMs` after that. */
  verdict(
    now: number,
    { idleMs, answerMs }: { readonly idleMs: number; readonly answerMs: number },
  ): Verdict {
    if (this.#askedAt !== null) return now - this.#askedAt >= answerMs ? 'gone' : 'heard'
    if (now - this.#heardAt < idleMs) return 'heard'
    this.#askedAt = now
    return 'ask'
  }
}
