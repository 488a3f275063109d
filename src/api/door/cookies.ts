// The cookie that a browser has when somebody has signed in there, and what keeps other pages from using it.
import { type IncomingHttpHeaders } from 'node:http'
import { toHex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Secret } from '../../base/secret.ts'
import { type Caller } from './caller.ts'

/** What a browser is to keep from now on; null: nothing. */
export type Kept = { readonly secret: Secret<string>; readonly seconds: number } | null

export type Cookies = {
  secretIn(headers: IncomingHttpHeaders): string | null
  /** A value of `set-cookie`. */
  toKeep(kept: Kept): string
  csrfOf(secret: string): string
  /** @throws {OperatorError} for what another page has the browser ask for */
  refuseForeign(headers: IncomingHttpHeaders, caller: Caller): void
}

/** The header in which a page says what no other page can know. */
export const csrfHeader = 'onrecord-csrf'

export function cookiesOf({ isTls }: { readonly isTls: boolean }): Cookies {
  // RFC 6265bis section 4.1.3.2: with this name a browser takes it over HTTPS, from this host, and for all paths, or not at all.
  const name = isTls ? '__Host-onrecord' : 'onrecord'
  const form = new RegExp(`(?:^|; *)${name}=([\\w-]{1,200})(?:;|$)`)
  const flags = `; Path=/; HttpOnly; SameSite=Strict${isTls ? '; Secure' : ''}`
  return {
    secretIn: ({ cookie = '' }) => form.exec(cookie)?.[1] ?? null,
    toKeep: (kept) =>
      kept === null
        ? `${name}=; Max-Age=0${flags}`
        : `${name}=${kept.secret.reveal()}; Max-Age=${kept.seconds}${flags}`,
    csrfOf,
    refuseForeign(headers, caller) {
      const site = headers['sec-fetch-site']
      const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none'
      if (caller.door === 'token') return
      if (isForeign)
        throw new OperatorError(
          'caller.no-csrf',
          'Another page has asked for this: nothing was done.',
        )
      if (caller.door === 'session' && headers[csrfHeader] !== caller.csrf)
        throw new OperatorError(
          'caller.no-csrf',
          `Send the header ${csrfHeader} with what the session says of it: nothing was done.`,
        )
    },
  }
}

/** Who does not have the secret cannot make it of anything. */
export function csrfOf(secret: string): string {
  return toHex(sha256(utf8(`csrf\0${secret}`)))
}
