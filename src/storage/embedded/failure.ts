// An error as it crosses threads and processes: what has to be known of it on the other side.

import { FatalError, OperatorError } from '../../base/errors.ts'
import { NoSpace } from '../../record/errors.ts'

export type Failure = {
  readonly kind: 'operator' | 'space' | 'range' | 'fatal'
  readonly code: string
  readonly message: string
}

/** With the chain of causes, which does not cross over by itself. */
export function failureOf(error: unknown): Failure {
  const message = messagesOf(error)
  if (error instanceof OperatorError) return { kind: 'operator', code: error.code, message }
  if (error instanceof NoSpace) return { kind: 'space', code: error.code, message }
  if (error instanceof RangeError) return { kind: 'range', code: 'range', message }
  return { kind: 'fatal', code: 'record.failed', message }
}

export function errorOf({ kind, code, message }: Failure): Error {
  if (kind === 'operator') return new OperatorError(code, message)
  if (kind === 'space') return new NoSpace(message)
  if (kind === 'range') return new RangeError(message)
  return new FatalError(message)
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${messagesOf(error.cause)}`
}
