import { type Channel } from './channel.ts'

/** What a stream says, in order: while a resource is bound inside of a sign-in, behind the success of that (XEP-0388, XEP-0386). */
export class Outlet {
  readonly #channel: Channel
  /** What waits for `release()`; null at other times. */
  #behind: string[] | null = null

  constructor(channel: Channel) {
    this.#channel = channel
  }

  get isHeldBack(): boolean {
    return this.#behind !== null
  }

  write(xml: string): void {
    if (this.#behind) this.#behind.push(xml)
    else this.#channel.write(xml)
  }

  /** Stream features. */
  announce(features: string): void {
    const declared = this.#channel.streamDeclaration
    this.write(`<stream:features${declared}>${features}</stream:features>`)
  }

  /** From here on what is written waits. */
  holdBack(): void {
    this.#behind = []
  }

  /** @param first what goes out before all that has waited; `features` are those of the stream from here on */
  release(first: string, features: string): void {
    const behind = this.#behind ?? []
    this.#behind = null
    this.write(first)
    this.announce(features)
    for (const xml of behind) this.write(xml)
  }
}
