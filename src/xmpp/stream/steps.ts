import { FatalError } from '../../base/errors.ts'
import { type Channel } from './channel.ts'
import { type StreamFailure } from './failure.ts'
import { type StreamHost } from './host.ts'

/** The steps of a negotiation, one after the other: while one has to be waited for nothing more is read. */
export class Steps {
  readonly #host: Pick<StreamHost, 'fatal' | 'log'>
  readonly #channel: Channel
  readonly #stream: { isClosed(): boolean; fail(failure: StreamFailure): void }
  #isBusy = false

  constructor(
    host: Pick<StreamHost, 'fatal' | 'log'>,
    channel: Channel,
    stream: { isClosed(): boolean; fail(failure: StreamFailure): void },
  ) {
    this.#host = host
    this.#channel = channel
    this.#stream = stream
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  do(step: () => Promise<void> | void): void {
    try {
      const done = step()
      if (done) this.wait(done)
    } catch (error) {
      this.#broke(error)
    }
  }

  wait(step: Promise<void>): void {
    this.#isBusy = true
    this.#channel.pause()
    const goOn = (): void => {
      this.#isBusy = false
      if (!this.#stream.isClosed()) this.#channel.resume()
    }
    step.then(goOn).catch((error: unknown) => this.#broke(error))
  }

  /** A bug, or a directory that cannot be read, costs the one stream; doubt about the record stops the process. */
  #broke(error: unknown): void {
    if (error instanceof FatalError) {
      this.#host.fatal(error)
      return
    }
    this.#host.log.error('stream.negotiation-failed', { error: String(error) })
    this.#stream.fail({ condition: 'internal-server-error' })
  }
}
