// Who somebody is at an identity provider.
import { type PersonId } from '../../record/types.ts'

/** OpenID Connect Core 1.0, section 5.7: these two together, and nothing else, are one person for ever. */
export type Identity = { readonly issuer: string; readonly subject: string }

export type LinkedIdentity = Identity & { readonly person: PersonId }

/** A person has one: another one is in its place. */
export type IdentityAct =
  | ({ readonly kind: 'identity.link' } & LinkedIdentity)
  | { readonly kind: 'identity.unlink'; readonly person: PersonId }

/** A link as the state has it: `said` is what was sealed, JSON; null where it does not open. */
export type IdentityRow = { readonly person: string; readonly said: string | null }

export function identityJson({ issuer, subject }: Identity): string {
  return JSON.stringify({ issuer, subject })
}
