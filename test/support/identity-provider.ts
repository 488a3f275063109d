// A real OpenID provider in the test's process. Who signs in there is whom the test says.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type TestContext } from 'node:test'
import OpenIdProvider from 'oidc-provider'

export type IdentityProvider = {
  readonly issuer: string
  /** Who signs in from now on, and what is said of him. */
  signsIn(claims: { readonly sub: string; readonly [name: string]: unknown }): void
  /** Logout tokens that it has sent, the oldest first. */
  readonly logoutTokens: readonly string[]
  /** A browser that keeps its cookies there. */
  browser(): ProviderBrowser
}

export type ProviderBrowser = {
  /** Follows it until it leaves the provider. @returns where to */
  follow(url: string): Promise<string>
  /** Signs out there, as somebody does who says yes. */
  signOut(url: string): Promise<void>
}

export const clientId = 'onrecord'
export const clientSecret = 'a secret of the client'

export async function identityProvider(
  t: TestContext,
  back: { readonly redirectUri: string; readonly afterSignOut: string },
): Promise<IdentityProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  const issuer = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`
  let claims: { readonly sub: string; readonly [name: string]: unknown } = { sub: 'nobody' }
  const logoutTokens: string[] = []
  const provider = new OpenIdProvider(
    issuer,
    configuration(issuer, back, () => claims),
  )
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url === '/told') void told(request, response, logoutTokens)
    else if (request.url?.startsWith('/interaction/'))
      void provider.interactionFinished(request, response, { login: { accountId: claims.sub } })
    else answer(request, response)
  })
  return {
    issuer,
    logoutTokens,
    signsIn(said) {
      claims = said
    },
    browser: () => browserAt(issuer),
  }
}

function configuration(
  issuer: string,
  { redirectUri, afterSignOut }: { readonly redirectUri: string; readonly afterSignOut: string },
  claimsOf: () => { readonly sub: string },
): object {
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [afterSignOut],
        token_endpoint_auth_method: 'client_secret_post',
        backchannel_logout_uri: `${issuer}/told`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ['sub', 'email', 'email_verified', 'groups'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['a key of the cookies'] },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: claimsOf }),
    interactions: {
      url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}`,
    },
    loadExistingGrant,
    fetch: fetchOnLoopback,
  }
}

type GrantContext = {
  readonly oidc: {
    readonly provider: OpenIdProvider
    readonly session: { readonly accountId: string }
    readonly client: { readonly clientId: string }
  }
}

/** Nobody is asked whether he wants it: the company has decided. */
async function loadExistingGrant({ oidc }: GrantContext): Promise<object> {
  const { accountId } = oidc.session
  const grant = new oidc.provider.Grant({ accountId, clientId: oidc.client.clientId })
  grant.addOIDCScope('openid email profile')
  await grant.save()
  return grant
}

async function told(
  request: IncomingMessage,
  response: ServerResponse,
  tokens: string[],
): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  tokens.push(new URLSearchParams(body).get('logout_token') ?? '')
  response.end()
}

function browserAt(issuer: string): ProviderBrowser {
  const cookies = new Map<string, string>()
  async function ask(url: string, form?: URLSearchParams): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(new URL(url, issuer), {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: form }),
    })
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return answer
  }
  return {
    async follow(url) {
      let next = url
      while (new URL(next, issuer).origin === issuer) {
        const answer = await ask(next)
        const location = answer.headers.get('location')
        if (location === null) throw new Error(`${answer.status} ${await answer.text()}`)
        next = location
      }
      return next
    },
    async signOut(url) {
      const page = await (await ask(url)).text()
      const [, xsrf = ''] = /name="xsrf" value="(\w+)"/.exec(page) ?? []
      await ask('/session/end/confirm', new URLSearchParams({ xsrf, logout: 'yes' }))
    },
  }
}

/** Without what keeps it from talking to this machine. */
async function fetchOnLoopback(
  url: string,
  { dispatcher: _guard, ...options }: RequestInit & { readonly dispatcher?: unknown },
): Promise<Response> {
  return await fetch(url, options)
}
