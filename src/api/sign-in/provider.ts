// Signing in at the company's identity provider, and out when somebody signs out there. OpenID Connect Core 1.0, section 3.1.
import { z } from 'zod'
import { OperatorError } from '../../base/errors.ts'
import { type Journey } from '../../directory/oidc/ports.ts'
import { type OidcSignIn } from '../../directory/oidc/sign-in.ts'
import { done } from '../contract/shared.ts'
import { type ApiHost, nothing, type Reply, route } from '../door/route.ts'
import { letIn, refuseMachine } from './session.ts'

/** How long somebody may be at the provider. */
const journeySeconds = 600

export const goToProvider = route({
  method: 'GET',
  path: '/v1/session/provider',
  permission: 'session.start',
  summary: 'Sends the browser to the identity provider, from where it comes back signed in.',
  answer: done,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle({ by }, host) {
    refuseMachine(by)
    const { url, journey } = await oidcOf(host).begin()
    return redirect(url, journeyCookie(host, journey))
  },
})

export const comeFromProvider = route({
  method: 'GET',
  path: '/v1/session/provider/back',
  permission: 'session.start',
  summary: 'Where the browser comes back to from the identity provider.',
  answer: done,
  params: nothing,
  query: z.record(z.string(), z.string()),
  body: nothing,
  async handle({ query, by }, host) {
    refuseMachine(by)
    const oidc = oidcOf(host)
    const journey = journeyIn(host, by.from.cookie)
    if (journey === null)
      throw new OperatorError(
        'session.refused',
        'This browser has not asked to sign in: begin anew.',
      )
    const { person, said } = await oidc.finish(new URLSearchParams(query).toString(), journey)
    const { session, idToken } = said
    const { keeps } = await letIn(person, by, host, { session, idToken })
    return { ...redirect(`${host.webOrigin}/`, journeyCookie(host, null)), ...(keeps && { keeps }) }
  },
})

/** Back-Channel Logout 1.0, section 2.5: a form of one field, from the provider itself. */
export const hearProvider = route({
  method: 'POST',
  path: '/v1/session/provider/signed-out',
  permission: 'session.start',
  summary: 'Where the identity provider says that somebody has signed out there.',
  takesForm: true,
  answer: done,
  params: nothing,
  query: nothing,
  body: z.object({ logout_token: z.string().min(1).max(16_384) }),
  async handle({ body: { logout_token: token }, by }, host) {
    refuseMachine(by)
    if (await oidcOf(host).signedOut(token)) return { status: 200, body: {} }
    throw new OperatorError('api.bad-request', 'This is no word of the identity provider.')
  },
})

function oidcOf({ oidc }: ApiHost): OidcSignIn {
  if (oidc !== null) return oidc
  throw new OperatorError('provider.unknown', 'Nobody signs in at an identity provider here.')
}

function redirect(location: string, cookie: string): Reply {
  return { status: 302, body: {}, headers: { location, 'set-cookie': cookie } }
}

function cookieName({ webOrigin }: ApiHost): string {
  return webOrigin.startsWith('https:') ? '__Host-onrecord-journey' : 'onrecord-journey'
}

/** Lax and not Strict: the browser brings it when the provider sends it back. */
function journeyCookie(host: ApiHost, journey: Journey | null): string {
  const secure = host.webOrigin.startsWith('https:') ? '; Secure' : ''
  const flags = `; Path=/; HttpOnly; SameSite=Lax${secure}`
  if (journey === null) return `${cookieName(host)}=; Max-Age=0${flags}`
  const { state, nonce, verifier } = journey
  const value = [state, nonce, verifier].join('.')
  return `${cookieName(host)}=${value}; Max-Age=${journeySeconds}${flags}`
}

function journeyIn(host: ApiHost, cookies: string): Journey | null {
  const form = new RegExp(
    `(?:^|; *)${cookieName(host)}=([\\w-]{20,200})\\.([\\w-]{20,200})\\.([\\w-]{20,200})(?:;|$)`,
  )
  const [, state, nonce, verifier] = form.exec(cookies) ?? []
  if (state === undefined || nonce === undefined || verifier === undefined) return null
  return { state, nonce, verifier }
}
