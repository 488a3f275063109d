// What somebody shows beside his password when he signs in through the web, and how it is kept.
import { type PersonId } from '../../record/types.ts'

/** `recovery`: codes on paper, for who has lost the others. */
export const factorKinds = ['passkey', 'totp', 'recovery'] as const

export type FactorKind = (typeof factorKinds)[number]

/** That there is one, as it is on record. */
export type Factor = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  readonly person: PersonId
  readonly kind: FactorKind
  /** ms since 1970 */
  readonly madeAt: number
}

/** What it is checked with. It is on no record, and lies sealed. */
export type FactorSecret = {
  /** What its owner calls it. */
  readonly name: string
  /** ms since 1970; null: never. */
  readonly usedAt: number | null
} & (
  | {
      readonly kind: 'passkey'
      /** What the authenticator calls it, base64url. */
      readonly credential: string
      /** COSE, base64url. */
      readonly publicKey: string
      /** Of signatures; 0 where the authenticator does not count. */
      readonly counter: number
      /** How browsers reach it. */
      readonly transports: readonly string[]
    }
  | {
      readonly kind: 'totp'
      /** 20 bytes, hex. */
      readonly key: string
      /** The step of time whose code was taken last, -1 before the first: earlier ones are good no more. */
      readonly step: number
    }
  /** SHA-256 of those that were not used, hex. */
  | { readonly kind: 'recovery'; readonly hashes: readonly string[] }
)

/** A change of somebody's factors that is on record, without secrets. */
export type FactorAct =
  | {
      readonly kind: 'factor.add'
      readonly factor: string
      readonly person: PersonId
      /** A person has one set of recovery codes: another one is in its place. */
      readonly type: FactorKind
      readonly name: string
      /** ms since 1970 */
      readonly madeAt: number
    }
  /** Null: all that the person has. */
  | { readonly kind: 'factor.remove'; readonly person: PersonId; readonly factor: string | null }

/** Keeps what factors are checked with. Each write is durable when it resolves. */
export type FactorState = {
  /** Those that are there: of one that was removed nothing is. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, FactorSecret>>
  /** Before the act that names it; what no act names is dropped at the next start. */
  put(id: string, secret: FactorSecret): Promise<void>
  /** In place of what is there, if anything is. */
  change(id: string, secret: FactorSecret): Promise<void>
}

/** A factor as the state has it. */
export type FactorRow = { readonly id: string; readonly person: string; readonly kind: string }
