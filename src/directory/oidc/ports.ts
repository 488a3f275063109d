// What is asked of an identity provider. OpenID Connect Core 1.0; Back-Channel Logout 1.0; RP-Initiated Logout 1.0.
import { type Identity } from '../identities/ports.ts'

/** What a browser keeps while its user is at the provider: without it nobody comes back in his place. */
export type Journey = {
  /** base64url each. */
  readonly state: string
  readonly nonce: string
  /** PKCE, RFC 7636. */
  readonly verifier: string
}

/** What the provider says of somebody, signed. */
export type Said = Identity & {
  /** Of the provider's own session; null where it does not say. */
  readonly session: string | null
  readonly claims: { readonly [name: string]: unknown }
  readonly idToken: string
}

/** Somebody has signed out there: of one session, or of all. */
export type SignedOut = Identity & { readonly session: string | null; readonly id: string }

export type Provider = {
  /** Where the browser goes. */
  begin(): Promise<{ readonly url: string; readonly journey: Journey }>
  /** Null where this is no answer to that. @param query of the address that it has come back to */
  finish(query: string, journey: Journey): Promise<Said | null>
  /** Null where it is none, is for somebody else, or is older than a few minutes. */
  signedOut(token: string): Promise<SignedOut | null>
  /** Where a browser signs out there, too; null where it cannot. */
  signOutUrl(idToken: string): Promise<string | null>
}
