import { type Opening } from '../../directory/ports.ts'

/** Failure conditions of RFC 6120 §6.5 that we use. */
export type SaslCondition =
  | 'aborted'
  | 'credentials-expired'
  | 'encryption-required'
  | 'incorrect-encoding'
  | 'invalid-authzid'
  | 'invalid-mechanism'
  | 'malformed-request'
  | 'not-authorized'
  | 'temporary-auth-failure'

export type SaslFailure = {
  readonly kind: 'failure'
  readonly condition: SaslCondition
  readonly text: string | null
}

export type SaslStep =
  /** `isVerdict`: it tells who was let in, and comes as late as a failure would. */
  | { readonly kind: 'challenge'; readonly data: Buffer; readonly isVerdict?: true }
  | {
      readonly kind: 'success'
      readonly opening: Opening
      /** The last word, which goes out with the success. */
      readonly data: Buffer | null
      readonly by: 'password' | 'token'
      /** By a token that is to be replaced. */
      readonly isTokenDue: boolean
    }
  | SaslFailure

/** One run of a SASL mechanism. A promise where a step is done elsewhere, and has to be waited for. */
export type Mechanism = { step(message: Buffer): SaslStep | Promise<SaslStep> }

export function failed(condition: SaslCondition, text: string | null = null): SaslFailure {
  return { kind: 'failure', condition, text }
}

/** Wrong name, wrong password, disabled, taken in the middle: one answer for all. */
export function refused(text: string | null = null): SaslFailure {
  return failed('not-authorized', text)
}
