// Passkeys: Web Authentication, Level 3. Source: https://www.w3.org/TR/webauthn-3/
import { type PersonId } from '../../record/types.ts'
import { type FactorSecret } from '../factors/ports.ts'

/** What makes a passkey one of ours, and of nobody who looks like us. */
export type RelyingParty = {
  /** The host, without port. */
  readonly id: string
  /** The pages that may ask for it, such as `https://chat.example.org`. */
  readonly origins: readonly string[]
  readonly name: string
}

export type PasskeySecret = Extract<FactorSecret, { readonly kind: 'passkey' }>

/** What a browser answers when it was to make one: `RegistrationResponseJSON` of section 5.1.8. */
export type MadePasskey = {
  readonly id: string
  readonly rawId: string
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports?: readonly string[] | undefined
  }
}

/** What it answers when it was to use one: `AuthenticationResponseJSON`. */
export type UsedPasskey = {
  readonly id: string
  readonly rawId: string
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    /** Whose it is, where the authenticator keeps that: an id of a person. */
    readonly userHandle?: string | undefined
  }
}

type Given = { readonly challenge: string }

export type Passkeys = {
  /** What a page gives to `navigator.credentials.create()`, as JSON. */
  creation(
    wanted: Given & {
      readonly person: PersonId
      readonly address: string
      readonly has: readonly PasskeySecret[]
    },
  ): Promise<object>
  /** Null where it is no answer to that. */
  made(answer: MadePasskey, asked: Given & { readonly name: string }): Promise<PasskeySecret | null>
  /** What a page gives to `navigator.credentials.get()`. @param among null: whichever the browser has for us */
  request(wanted: Given & { readonly among: readonly PasskeySecret[] | null }): Promise<object>
  /** With the new count. @param needsUser whether the authenticator has to have known its user. Null where it proves nothing */
  used(
    answer: UsedPasskey,
    asked: Given & { readonly of: PasskeySecret; readonly needsUser: boolean },
  ): Promise<PasskeySecret | null>
}

/** How long a browser lets its user take. */
const timeout = 120_000
/** ES256, EdDSA and RS256, as IANA's registry of COSE algorithms has them: what authenticators can. */
const supportedAlgorithmIDs = [-7, -8, -257]

export function createPasskeys({ id: rpID, origins, name }: RelyingParty): Passkeys {
  // The library is loaded where it is needed: most starts do without.
  const expected = { expectedOrigin: [...origins], expectedRPID: rpID }
  return { ...making({ rpID, name }, expected), ...using(rpID, expected) }
}

type Expected = { readonly expectedOrigin: string[]; readonly expectedRPID: string }

function making(
  { rpID, name }: { readonly rpID: string; readonly name: string },
  expected: Expected,
): Pick<Passkeys, 'creation' | 'made'> {
  return {
    async creation({ challenge, person, address, has }) {
      const { generateRegistrationOptions } = await import('@simplewebauthn/server')
      return await generateRegistrationOptions({
        rpName: name,
        rpID,
        userName: address,
        userDisplayName: address,
        userID: Uint8Array.from(Buffer.from(person, 'hex')),
        challenge: bytesOf(challenge),
        timeout,
        supportedAlgorithmIDs,
        // Who made the authenticator is none of our business.
        attestationType: 'none',
        excludeCredentials: has.map(known),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      })
    },
    async made(answer, { challenge, name: called }) {
      const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
      return await orNull(async () => {
        const { id, rawId } = answer
        const { transports: _said, ...response } = answer.response
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          response: { id, rawId, response, type: 'public-key', clientExtensionResults: {} },
          expectedChallenge: challenge,
          requireUserVerification: false,
          supportedAlgorithmIDs,
          ...expected,
        })
        if (!verified || !registrationInfo) return null
        const { credential } = registrationInfo
        return {
          kind: 'passkey',
          name: called,
          usedAt: null,
          credential: credential.id,
          publicKey: Buffer.from(credential.publicKey).toString('base64url'),
          counter: credential.counter,
          transports: answer.response.transports ?? [],
        }
      })
    },
  }
}

function using(rpID: string, expected: Expected): Pick<Passkeys, 'request' | 'used'> {
  return {
    async request({ challenge, among }) {
      const { generateAuthenticationOptions } = await import('@simplewebauthn/server')
      return await generateAuthenticationOptions({
        rpID,
        challenge: bytesOf(challenge),
        timeout,
        ...(among !== null && { allowCredentials: among.map(known) }),
        userVerification: among === null ? 'required' : 'preferred',
      })
    },
    async used({ id, rawId, response }, { challenge, of, needsUser }) {
      const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
      const { userHandle, ...signed } = response
      return await orNull(async () => {
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response: {
            id,
            rawId,
            response: { ...signed, ...(userHandle !== undefined && { userHandle }) },
            type: 'public-key',
            clientExtensionResults: {},
          },
          expectedChallenge: challenge,
          ...expected,
          requireUserVerification: needsUser,
          credential: {
            id: of.credential,
            publicKey: bytesOf(of.publicKey),
            // One that has not grown is refused: section 7.2, step 22.
            counter: of.counter,
          },
        })
        return verified ? { ...of, counter: authenticationInfo.newCounter } : null
      })
    },
  }
}

/** The library throws plain errors for whatever is wrong with an answer: none of them is about anything else. */
async function orNull(check: () => Promise<PasskeySecret | null>): Promise<PasskeySecret | null> {
  try {
    return await check()
  } catch {
    return null
  }
}

function known({ credential, transports }: PasskeySecret): {
  readonly id: string
  readonly transports: string[]
} {
  return { id: credential, transports: [...transports] }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64url, 'base64url'))
}
