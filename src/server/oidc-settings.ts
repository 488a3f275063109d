// What is set about an identity provider.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { type OidcRules } from '../directory/oidc/sign-in.ts'
import * as kinds from './setting-kinds.ts'
import { isLoopback, type Kind } from './setting-kinds.ts'

const issuer: Kind = {
  name: 'address',
  words: 'an address such as https://login.example.org, in clear on this machine alone',
  accepts: (value) => {
    if (!kinds.webUrl.accepts(value)) return false
    const { protocol, hostname } = new URL(value)
    return protocol === 'https:' || hostname === 'localhost' || isLoopback(hostname)
  },
}

const scope: Kind = {
  name: 'scopes',
  words: 'scopes with spaces between, openid among them',
  accepts: (value) =>
    /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value) && value.split(' ').includes('openid'),
}

const groups: Kind = {
  name: 'list of `theirs=ours`',
  words:
    'pairs such as 0f3a-traders=traders, separated by commas; ours is 1 to 40 of a-z, 0-9 and -',
  accepts: (value) =>
    kinds
      .parsePairs(value)
      .every(([theirs, ours]) => theirs !== '' && /^[a-z0-9-]{1,40}$/.test(ours)),
}

export const oidcSettings = {
  ONRECORD_OIDC_ISSUER: {
    kind: issuer,
    or: null,
    meaning:
      'Identity provider that people may sign in at in a browser (OpenID Connect), as it calls itself, such as `https://login.example.org/realms/main`.',
  },
  ONRECORD_OIDC_CLIENT_ID: {
    kind: kinds.unspaced,
    or: null,
    meaning: 'What this server is called at the identity provider.',
  },
  ONRECORD_OIDC_CLIENT_SECRET_FILE: {
    kind: kinds.path,
    or: null,
    meaning:
      'File with the secret that the identity provider has given this server. Read at the start.',
  },
  ONRECORD_OIDC_SCOPE: {
    kind: scope,
    or: 'openid profile email',
    meaning: 'What the identity provider is asked for.',
  },
  ONRECORD_OIDC_ADDRESS_CLAIM: {
    kind: kinds.unspaced,
    or: 'email',
    meaning:
      'The claim with the address here of who comes for the first time, or the part before the @. `email` counts when the provider has verified it. Name no other that people can change themselves there: whoever has somebody’s address in it is taken for him.',
  },
  ONRECORD_OIDC_CREATE: {
    kind: kinds.choice('yes', 'no'),
    or: 'no',
    meaning: '`yes`: who comes and has no account here gets one, as a member.',
  },
  ONRECORD_OIDC_GROUPS_CLAIM: {
    kind: kinds.unspaced,
    or: 'groups',
    meaning: 'The claim with the groups of who comes: a list of names or ids.',
  },
  ONRECORD_OIDC_GROUPS: {
    kind: groups,
    or: '',
    meaning:
      'Groups that follow the provider, each as it calls it and as it is called here: `0f3a-traders=traders, staff=staff`. Who comes is in those that the claim has, and in no other of these.',
  },
} as const

type Name = keyof typeof oidcSettings

export type OidcConfig = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecretFile: string
  readonly scope: string
  readonly rules: OidcRules
}

/** Null: there is none. @throws {OperatorError} for settings that are not whole */
export function oidcConfigOf(valueOf: (name: Name) => string | null): OidcConfig | null {
  const text = (name: Name): string => valueOf(name) ?? ''
  const needed = [
    'ONRECORD_OIDC_ISSUER',
    'ONRECORD_OIDC_CLIENT_ID',
    'ONRECORD_OIDC_CLIENT_SECRET_FILE',
  ] as const
  const set = needed.filter((name) => valueOf(name) !== null)
  if (set.length === 0) return null
  const missing = needed.find((name) => !set.includes(name))
  if (missing !== undefined)
    throw new OperatorError(
      'config.contradiction',
      `${missing} is not set, and ${set[0] ?? ''} is: set all of ${needed.join(', ')}, or none.`,
    )
  return {
    issuer: text('ONRECORD_OIDC_ISSUER'),
    clientId: text('ONRECORD_OIDC_CLIENT_ID'),
    clientSecretFile: resolve(text('ONRECORD_OIDC_CLIENT_SECRET_FILE')),
    scope: text('ONRECORD_OIDC_SCOPE'),
    rules: {
      addressClaim: text('ONRECORD_OIDC_ADDRESS_CLAIM'),
      creates: text('ONRECORD_OIDC_CREATE') === 'yes',
      groupsClaim: text('ONRECORD_OIDC_GROUPS_CLAIM'),
      groups: kinds.parsePairs(text('ONRECORD_OIDC_GROUPS')),
    },
  }
}

/** @throws {OperatorError} where the file cannot be read, or is empty */
export function clientSecretIn({ clientSecretFile: file }: OidcConfig): Secret<string> {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret !== '') return new Secret(secret)
  } catch (cause) {
    throw unreadable(file, cause)
  }
  throw unreadable(file, null)
}

function unreadable(file: string, cause: unknown): OperatorError {
  return new OperatorError(
    'config.unreadable',
    `ONRECORD_OIDC_CLIENT_SECRET_FILE names ${file}, which ${cause === null ? 'is empty' : 'cannot be read'}: put the secret there.`,
    { cause },
  )
}
