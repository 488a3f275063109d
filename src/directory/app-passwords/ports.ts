// Passwords beside the account's own, each for one XMPP client, and taken back alone.
import { type PersonId } from '../../record/types.ts'

/** One that nobody took back, as it is on record. */
export type AppPassword = {
  /** 32 hex digits. It is no secret, and names what it is checked with, too. */
  readonly id: string
  readonly person: PersonId
  /** What its owner calls it. */
  readonly name: string
  /** ms since 1970 */
  readonly madeAt: number
  readonly expiresAt: number
  /** To the hour; null: never. It is not on record. */
  readonly usedAt: number | null
}

/** A change of somebody's application passwords that is on record, without secrets. */
export type AppPasswordAct =
  | ({
      readonly kind: 'app-password.make'
      readonly password: string
    } & Pick<AppPassword, 'person' | 'name' | 'madeAt' | 'expiresAt'>)
  /** Null: all that the person has. */
  | {
      readonly kind: 'app-password.revoke'
      readonly person: PersonId
      readonly password: string | null
    }

/** One as the state has it. */
export type AppPasswordRow = { readonly id: string; readonly person: string }
