/** A stanza that was given to the router. */
export type Ticket = { settled: boolean }

/**
 * Keeps a stream's stanzas in order while several are on their way to the record, and counts those that are settled
 * without a gap: that count is what XEP-0198 acknowledges.
 */
export class Inbound {
  readonly #max: number
  readonly #open: Ticket[] = []
  #allPipeline = true
  #given = 0

  /** @param max how many stanzas may be unsettled at once */
  constructor(max: number) {
    this.#max = max
  }

  /** Stanzas given so far. */
  get given(): number {
    return this.#given
  }

  /** Stanzas settled so far, up to the first that is not. */
  get settled(): number {
    return this.#given - this.#open.length
  }

  /** Whether a stanza may be given at once, or has to wait for those before it. */
  admits(pipelines: boolean): boolean {
    if (this.#open.length === 0) return true
    return pipelines && this.#allPipeline && this.#open.length < this.#max
  }

  give(pipelines: boolean): Ticket {
    this.#allPipeline = this.#open.length === 0 ? pipelines : this.#allPipeline && pipelines
    this.#given += 1
    const ticket = { settled: false }
    this.#open.push(ticket)
    return ticket
  }

  settle(ticket: Ticket): void {
    ticket.settled = true
    while (this.#open[0]?.settled) this.#open.shift()
  }
}
