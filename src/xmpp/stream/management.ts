// XEP-0198: Stream Management, version 1.6.3: the counters of one session.
// Source: https://xmpp.org/extensions/xep-0198.html
import { escapeAttr } from '../../xml/serialize.ts'
import { NS_MANAGEMENT } from './namespaces.ts'

/** Counters are unsigned and of 32 bits, §4. */
const modulus = 2 ** 32
/** Stanzas sent before the client is asked what it has. */
const askEvery = 8

/** What both sides of a managed stream have counted. */
export class Management {
  /** By which the session can be resumed; null when the client did not ask for that. */
  readonly id: string | null
  /** Stanzas of the client before it enabled management, which count for nothing. */
  readonly #base: number
  /** Stanzas that the client has confirmed, modulo 2^32. */
  #confirmed = 0
  /** Stanzas sent since the client was asked last. */
  #unasked = 0
  /** We have asked, and the client has not answered. */
  #asked = false
  /** The client has asked, and is answered when so many of its stanzas are settled. */
  #owed: number | null = null

  constructor(id: string | null, base: number) {
    this.id = id
    this.#base = base
  }

  sent(): void {
    this.#unasked += 1
  }

  request(): string {
    this.#asked = true
    this.#unasked = 0
    return `<r xmlns='${NS_MANAGEMENT}'/>`
  }

  /** `<r/>` when a number of stanzas went out since the last, else null. */
  requestIfDue(): string | null {
    return !this.#asked && this.#unasked >= askEvery ? this.request() : null
  }

  /** `<r/>` when anything is unconfirmed and not asked for. */
  requestLeft(unconfirmed: number): string | null {
    return !this.#asked && unconfirmed > 0 ? this.request() : null
  }

  /** After resumption nothing that was asked on the old stream is answered. */
  askAgain(): void {
    this.#asked = false
    this.#owed = null
  }

  /** @returns how many more stanzas the client confirms, or null when it was not sent as many */
  acknowledged(h: number, unconfirmed: number): number | null {
    const count = (h - this.#confirmed + modulus) % modulus
    if (count > unconfirmed) return null
    this.#confirmed = h
    this.#asked = false
    return count
  }

  /** What the client has been sent, for the error that says it confirmed more. */
  sentCount(unconfirmed: number): number {
    return (this.#confirmed + unconfirmed) % modulus
  }

  /**
   * The answer to the client's `<r/>`. While earlier stanzas are on their way to the record it comes when they are
   * settled, a flush of the log later; an earlier request that waits still is answered at once, so that each has its own.
   */
  answer({ given, settled }: { readonly given: number; readonly settled: number }): string | null {
    const isOwed = this.#owed !== null
    this.#owed = settled < given ? given : null
    return isOwed || this.#owed === null ? this.#ack(settled) : null
  }

  /** The answer that was owed, when enough is settled; else null. */
  answerIfDue(settled: number): string | null {
    if (this.#owed === null || settled < this.#owed) return null
    this.#owed = null
    return this.#ack(settled)
  }

  /** What a client is told that resumes. */
  resumed(settled: number): string {
    const previd = escapeAttr(this.id ?? '')
    return `<resumed xmlns='${NS_MANAGEMENT}' previd='${previd}' h='${this.handled(settled)}'/>`
  }

  /** Stanzas of the client that are settled without a gap, since it enabled management. */
  handled(settled: number): number {
    return Math.max(0, settled - this.#base) % modulus
  }

  #ack(settled: number): string {
    return `<a xmlns='${NS_MANAGEMENT}' h='${this.handled(settled)}'/>`
  }
}
