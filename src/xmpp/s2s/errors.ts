import { type Condition } from '../wire/stanza-error.ts'

type Failing = Extract<Condition, `remote-server-${string}` | 'internal-server-error'>

/** Another server cannot be talked to. `isFinal`: trying again soon is of no use. The message is a sentence without addresses of people. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly condition: Failing
  readonly isFinal: boolean

  constructor(
    message: string,
    isFinal: boolean,
    options: ErrorOptions & { readonly condition?: Failing } = {},
  ) {
    super(message, options)
    // RFC 6120 §8.3.3.16 and 17: there is no such server, or it did not answer in time.
    const usual = isFinal ? 'remote-server-not-found' : 'remote-server-timeout'
    this.condition = options.condition ?? usual
    this.isFinal = isFinal
  }
}
