// An identity provider, over HTTPS: openid-client for code and PKCE, jose for what the provider says without being asked.
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { OperatorError } from '../../base/errors.ts'
import { type Secret } from '../../base/secret.ts'
import { type Provider, type Said } from '../../directory/oidc/ports.ts'

export type ProviderSettings = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: Secret<string>
  /** Where the browser comes back to. */
  readonly redirectUri: string
  /** Where it comes back to when it has signed out. */
  readonly afterSignOut: string
  readonly scope: string
}

/** Seconds that an answer of the provider may take. */
const timeoutSeconds = 10
/** OpenID Connect Back-Channel Logout 1.0, section 2.6: how long a logout token is good. */
const logoutAgeMax = '5 minutes'
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/** Asks the provider what it is when somebody comes first: a server starts without it. */
export function oidcProvider(settings: ProviderSettings): Provider {
  const known = discovered(settings)
  return {
    begin: async () => await begin(await known.configuration(), settings),
    async finish(query, { state, nonce, verifier }) {
      const config = await known.configuration()
      const back = new URL(settings.redirectUri)
      back.search = query
      const checks = {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      }
      try {
        return saidIn(await client.authorizationCodeGrant(config, back, checks))
      } catch {
        // The library throws for whatever is wrong with an answer: state, code, nonce, signature, or what the provider refuses.
        return null
      }
    },
    async signedOut(token) {
      const keys = await known.keys()
      const { issuer, clientId: audience } = settings
      const checks = { issuer, audience, maxTokenAge: logoutAgeMax, requiredClaims: ['iat', 'jti'] }
      try {
        return signedOutIn((await jwtVerify(token, keys, checks)).payload)
      } catch {
        // As above, of what anybody may send.
        return null
      }
    },
    async signOutUrl(idToken) {
      const config = await known.configuration()
      if (config.serverMetadata().end_session_endpoint === undefined) return null
      const parameters = {
        id_token_hint: idToken,
        post_logout_redirect_uri: settings.afterSignOut,
      }
      return client.buildEndSessionUrl(config, parameters).href
    },
  }
}

type Discovered = {
  /** @throws {OperatorError} while it cannot be reached */
  configuration(): Promise<client.Configuration>
  /** With which it signs, kept for as long as they are good. */
  keys(): Promise<ReturnType<typeof createRemoteJWKSet>>
}

function discovered({ issuer, clientId, clientSecret }: ProviderSettings): Discovered {
  let found: Promise<client.Configuration> | null = null
  let keys: ReturnType<typeof createRemoteJWKSet> | null = null
  const secret = client.ClientSecretPost(clientSecret.reveal())
  const isLoopback = /^http:\/\/(?:127\.|localhost[:/]|\[::1\])/.test(issuer)
  const options = {
    timeout: timeoutSeconds,
    ...(isLoopback && { execute: [client.allowInsecureRequests] }),
  }

  async function configuration(): Promise<client.Configuration> {
    found ??= client.discovery(new URL(issuer), clientId, undefined, secret, options)
    try {
      return await found
    } catch (cause) {
      // It may be there the next time.
      found = null
      throw away(cause)
    }
  }

  return {
    configuration,
    async keys() {
      const { jwks_uri: where } = (await configuration()).serverMetadata()
      if (where === undefined) throw away(null)
      keys ??= createRemoteJWKSet(new URL(where), { timeoutDuration: timeoutSeconds * 1_000 })
      return keys
    },
  }
}

function away(cause: unknown): OperatorError {
  return new OperatorError(
    'provider.away',
    'The identity provider cannot be reached, or is not what the settings say: come back later, or sign in with a password.',
    { cause },
  )
}

async function begin(
  config: client.Configuration,
  { redirectUri, scope }: ProviderSettings,
): ReturnType<Provider['begin']> {
  const journey = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    state: journey.state,
    nonce: journey.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(journey.verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, journey }
}

function saidIn(tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>): Said | null {
  const [claims, idToken] = [tokens.claims(), tokens.id_token]
  if (claims === undefined || idToken === undefined) return null
  const { sid } = claims
  return {
    issuer: claims.iss,
    subject: claims.sub,
    session: typeof sid === 'string' ? sid : null,
    claims,
    idToken,
  }
}

/** Back-Channel Logout 1.0, section 2.6. One without a subject is of a session that we would have to look for among all. */
function signedOutIn({
  iss,
  sub,
  sid,
  jti,
  events,
  nonce,
}: JWTPayload): Awaited<ReturnType<Provider['signedOut']>> {
  const isLogout = typeof events === 'object' && events !== null && logoutEvent in events
  if (!isLogout || nonce !== undefined) return null
  if (iss === undefined || sub === undefined || jti === undefined) return null
  return { issuer: iss, subject: sub, session: typeof sid === 'string' ? sid : null, id: jti }
}
