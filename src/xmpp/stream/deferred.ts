// XEP-0352: Client State Indication, version 1.0.0: what may wait while nobody looks.
// Source: https://xmpp.org/extensions/xep-0352.html
import { type Transient } from '../../intake/outbound.ts'

/** Different keys that wait at most; the next one sends them all. */
const keysMax = 500

/** The newest of each kind of news that may wait, in the order in which they came. */
export class Deferred {
  readonly #waiting = new Map<string, Transient>()

  /** @returns false when it may not wait, or too much does */
  take(out: Transient): boolean {
    if (out.deferKey === null || this.#waiting.size >= keysMax) return false
    this.#waiting.delete(out.deferKey)
    this.#waiting.set(out.deferKey, out)
    return true
  }

  drain(): readonly Transient[] {
    if (this.#waiting.size === 0) return []
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    return all
  }
}
