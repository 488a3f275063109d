import { type Outbound, wireOf } from '../../intake/outbound.ts'

/** What a client was sent, or will be, and has not confirmed; oldest first. */
export class Unconfirmed {
  #items: (Outbound | null)[] = []
  #head = 0
  #chars = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  /** UTF-16 units of all of it. */
  get chars(): number {
    return this.#chars
  }

  /** @returns what goes over the wire */
  push(out: Outbound): string {
    const wire = wireOf(out)
    this.#items.push(out)
    this.#chars += wire.length
    return wire
  }

  /** The oldest, which is gone from here then. */
  shift(): Outbound | null {
    const out = this.#items[this.#head] ?? null
    if (!out) return null
    this.#items[this.#head] = null
    this.#head += 1
    this.#chars -= out.wire.length
    // Copying half of it once every so many steps keeps a step cheap and the memory bounded.
    if (this.#head === this.#items.length || this.#head > 512) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return out
  }

  list(): readonly Outbound[] {
    return this.#items.slice(this.#head).filter((out) => out !== null)
  }
}
