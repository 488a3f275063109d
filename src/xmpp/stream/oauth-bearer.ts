// SASL OAUTHBEARER, RFC 7628, with the tokens of the API. XEP-0493 says what clients do with it.
import { type Directory, type Opening } from '../../directory/ports.ts'
import { connectScope } from '../../directory/permissions.ts'
import { addressOf, unescaped } from './account.ts'
import { type Mechanism, type SaslStep, failed, refused } from './mechanism.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Between pairs, and all that a client says to a refusal (§3.1, §3.2.3). */
const separator = '\x01'

type Parts = {
  readonly directory: Pick<Directory, 'tokens' | 'get' | 'opens'>
  readonly domain: string
  /** False when that account, or whoever comes without a name, has to come back later. */
  readonly admit: (account: string | null) => boolean
}

/** What is wrong with a token, RFC 6750 §3.1. */
type Wrong = 'invalid_token' | 'insufficient_scope'

/**
 * One message with a token. Who is refused is told why in JSON, as a challenge, and has to answer that before the exchange fails (§3.2.2).
 * It names no place where a token is to be had: those of the identity provider are not taken here (decision 0028).
 */
export function oauthBearer({ directory, domain, admit }: Parts): Mechanism {
  let isRefused = false

  function openingOf(secret: string): Opening | Wrong {
    const token = directory.tokens.find(secret)
    const person = token && directory.get(token.person)
    if (!token || !person) return 'invalid_token'
    if (!token.scopes.includes(connectScope)) return 'insufficient_scope'
    return directory.opens(person.id, token.id) ? { person, key: token.id } : 'invalid_token'
  }

  return {
    step(message): SaslStep {
      // Whatever it says then: there is one way on.
      if (isRefused) return refused()
      const said = split(message)
      if (said === null) return failed('malformed-request')
      const asked = said.asked === '' ? null : addressOf(localOf(said.asked, domain), domain)
      if (!admit(asked)) return failed('temporary-auth-failure')
      const opening = openingOf(said.token)
      if (typeof opening === 'string') {
        isRefused = true
        const why = JSON.stringify({ status: opening, scope: connectScope })
        return { kind: 'challenge', data: Buffer.from(why), isVerdict: true }
      }
      if (asked !== null && asked !== opening.person.address) return failed('invalid-authzid')
      return { kind: 'success', opening, data: null, by: 'password', isTokenDue: false }
    },
  }
}

/** §3.1: a GS2 header without channel binding, then pairs, of which `auth` counts. Host and port say nothing that we do not know. */
function split(message: Buffer): { readonly asked: string; readonly token: string } | null {
  let text: string
  try {
    text = strictUtf8.decode(message)
  } catch {
    // The decoder throws for one reason only: bytes that are not UTF-8.
    return null
  }
  const [header = '', ...pairs] = text.split(separator)
  const gs2 = /^[ny],(?:a=([^,]+))?,$/.exec(header)
  // Each pair ends with a separator, and the last one is followed by another.
  if (gs2 === null || pairs.length < 2 || pairs.at(-1) !== '' || pairs.at(-2) !== '') return null
  const auth = pairs.filter((pair) => pair.startsWith('auth='))
  const token = /^auth=bearer +([\w.~+/-]*=*)$/i.exec(auth[0] ?? '')
  if (auth.length !== 1 || token === null) return null
  const asked = unescaped(gs2[1] ?? '')
  return asked === null ? null : { asked, token: token[1] ?? '' }
}

/** The part before the @ of an address here; another one stays as it is, and is nobody's. */
function localOf(asked: string, domain: string): string {
  return asked.endsWith(`@${domain}`) ? asked.slice(0, -domain.length - 1) : asked
}
