import { bodyXml, type BoshRequest } from './bosh-body.ts'

/** A request that is to be answered. */
export type Waiting = {
  readonly request: BoshRequest
  /** When it came, ms since 1970. */
  readonly at: number
  readonly answer: (xml: string) => void
  /** Its connection has gone: nobody hears the answer. */
  readonly isGone: () => boolean
}

type Answered = { readonly xml: string; readonly confirmed: readonly (() => void)[] }

/**
 * The requests of one session, by their ids (XEP-0124 §14): those that came before their turn, those that are held, and the
 * answers that the client may not have had, which it gets again when it asks again.
 */
export class BoshWindow {
  /** Requests without an answer that a client may have, §11. */
  readonly #max: number
  #next: number
  readonly #early = new Map<number, Waiting>()
  #held: Waiting[] = []
  readonly #answered = new Map<number, Answered>()

  constructor(first: number, requestsMax: number) {
    this.#next = first
    this.#max = requestsMax
  }

  /** The highest id up to which all have come. */
  get received(): number {
    return this.#next - 1
  }

  get held(): readonly Waiting[] {
    return this.#held
  }

  /**
   * @returns `repeated`: it was seen to; `unknown`: its id cannot be; `too-many`: the client asks for more at once than it may
   */
  take(waiting: Waiting): 'new' | 'repeated' | 'unknown' | 'too-many' {
    const { rid, isTerminate, pause } = waiting.request
    if (this.#repeat(waiting)) return 'repeated'
    if (rid < this.#next || rid > this.#next + this.#max) return 'unknown'
    // One more is for leaving or pausing.
    const max = isTerminate || pause !== null ? this.#max + 1 : this.#max
    if (this.#held.length + this.#early.size >= max) return 'too-many'
    this.#early.set(rid, waiting)
    return 'new'
  }

  /** The client has lost a connection and asks again, §13. What is held already goes to the new connection. */
  #repeat(waiting: Waiting): boolean {
    const { rid } = waiting.request
    const answered = this.#answered.get(rid)
    if (answered) {
      waiting.answer(answered.xml)
      return true
    }
    const old = this.#held.find(({ request }) => request.rid === rid) ?? this.#early.get(rid)
    if (!old) return false
    const taken = { ...waiting, request: old.request }
    if (this.#early.has(rid)) this.#early.set(rid, taken)
    this.#held = this.#held.map((held) => (held === old ? taken : held))
    old.answer(bodyXml({ type: 'error' }, ''))
    return true
  }

  /** The next in order, which is held from here on; null when it has not come. */
  next(): Waiting | null {
    const waiting = this.#early.get(this.#next)
    if (!waiting) return null
    this.#early.delete(this.#next)
    this.#next += 1
    this.#held.push(waiting)
    return waiting
  }

  /** Answers the oldest that is held. @param confirmed called when the client has had it */
  answer(xml: string, confirmed: readonly (() => void)[]): void {
    const oldest = this.#held.shift()
    if (!oldest) return
    this.#answered.set(oldest.request.rid, { xml, confirmed })
    oldest.answer(xml)
  }

  /** The client has had all answers up to that id. */
  confirm(upTo: number): void {
    for (const [rid, { confirmed }] of this.#answered) {
      if (rid > upTo) continue
      this.#answered.delete(rid)
      for (const call of confirmed) call()
    }
  }

  /** Answers all that wait, those that came early too. */
  answerAll(xml: string): void {
    const all = [...this.#held, ...this.#early.values()]
    this.#held = []
    this.#early.clear()
    for (const { answer } of all) answer(xml)
  }
}
