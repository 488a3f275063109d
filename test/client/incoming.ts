import { type Element } from '../../src/xml/element.ts'

/** Nothing that the server owes takes longer. It only ends tests that fail. */
const patienceMsMax = 10_000

/** What a connection brings, waiting to be taken in order. */
export class Incoming {
  #items: Element[] = []
  #isOver = false
  #broken: Error | null = null
  #waiting: ((item: Element | null) => void) | null = null

  push(item: Element): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) waiting(item)
    else this.#items.push(item)
  }

  end(): void {
    this.#isOver = true
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.(null)
  }

  /** What came is no stream: whoever reads on is told so. After a case has seen enough nobody does. */
  fail(error: unknown): void {
    this.#broken ??= new Error(`what came is not to be read: ${String(error)}`)
    this.end()
  }

  /** The next element; null when the stream or the connection has ended. */
  async nextOrEnd(patienceMs = patienceMsMax): Promise<Element | null> {
    const first = this.#items.shift()
    if (first) return first
    if (this.#isOver) return this.#end()
    return await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('nothing came')), patienceMs)
      this.#waiting = (item) => {
        clearTimeout(late)
        if (item === null && this.#broken) reject(this.#broken)
        else resolve(item)
      }
    })
  }

  #end(): null {
    if (this.#broken) throw this.#broken
    return null
  }

  async next(): Promise<Element> {
    const item = await this.nextOrEnd()
    if (!item) throw new Error('the stream has ended')
    return item
  }

  /** All that comes until the end. */
  async rest(): Promise<readonly Element[]> {
    const all: Element[] = []
    for (let item = await this.nextOrEnd(); item; item = await this.nextOrEnd()) all.push(item)
    return all
  }
}
