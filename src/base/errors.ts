/** Doubt about the record. Nothing may catch it: the process stops and the next start recovers, or refuses to start. */
export class FatalError extends Error {
  override readonly name: string = 'FatalError'
}

/**
 * The operator has to do something before we can go on: a bad setting, a port that is taken, a key that does not fit.
 * The message is one sentence that says what was seen and what to do. The command line prints it and exits with 1.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
