// What is set about the keys of the record.

import { isAbsolute, resolve } from 'node:path'
import { type HolderPlace, type HolderPlaces } from '../storage/key-holders/open-holders.ts'
import * as kinds from './setting-kinds.ts'
import { type Kind, isLoopback, parseDaysMs, parseList, parseWindowMs } from './setting-kinds.ts'

type Name =
  | 'ONRECORD_KEY_FILE'
  | 'ONRECORD_KEY_HOLDERS'
  | 'ONRECORD_KEY_HOLDERS_RETIRING'
  | 'ONRECORD_KEY_AWAY'
  | 'ONRECORD_KEY_AGENT'
  | 'ONRECORD_HOT_WINDOW'
  | 'ONRECORD_VAULT_TOKEN_FILE'
  | 'ONRECORD_VAULT_NAMESPACE'
  | 'ONRECORD_VAULT_CA'
  | 'ONRECORD_AWS_CREDENTIALS_FILE'
  | 'ONRECORD_AWS_KMS_WINDOW_DAYS'

const listOfHolders: Kind = {
  name: 'list of holders',
  words:
    'holders separated by commas: file, file:/path, transit:https://vault.example:8200/transit, aws-kms:eu-central-1',
  accepts: (value) => parseList(value).every((item) => parseHolder(item, '/') !== null),
}

export const keySettings = {
  ONRECORD_KEY_FILE: {
    kind: kinds.path,
    or: './keys/vault.key',
    meaning:
      'File of the key that opens the vault. Keep it off the data folder and off its backups; without it the record is lost.',
  },
  ONRECORD_KEY_HOLDERS: {
    kind: listOfHolders,
    or: 'file',
    meaning:
      'Who has the keys that open the vault; any one of them is enough to start. `file` is ONRECORD_KEY_FILE, `file:/mnt/other.key` another one, `transit:https://vault.example:8200/transit` HashiCorp Vault or OpenBao, `aws-kms:eu-central-1` AWS KMS (with another address: `aws-kms:eu-central-1@https://…`). A new one gets its key by `onrecord key turn`.',
  },
  ONRECORD_KEY_HOLDERS_RETIRING: {
    kind: listOfHolders,
    or: '',
    meaning:
      'Holders that are to have no key any more: `onrecord key turn` destroys what the vault has there. Until then they open it, too.',
  },
  ONRECORD_KEY_AWAY: {
    kind: kinds.window,
    or: '72',
    meaning:
      'Hours for which a server that runs goes on when no holder has a key any more; after that nothing is accepted before one is back. `always`: it goes on.',
  },
  ONRECORD_KEY_AGENT: {
    kind: kinds.choice('inside', 'process'),
    or: 'inside',
    meaning:
      'Where the vault is open: `inside` the server, or in a `process` of its own, the key agent, which gives the server the narrowest key for each question, signs the heads of the log, and is started anew when keys were destroyed.',
  },
  ONRECORD_HOT_WINDOW: {
    kind: kinds.days,
    or: '90',
    meaning:
      'Days after its period for which a bucket stays open to the server that has a key agent. What is older the agent opens for an officer when it has seen his act on record, and for anything else when it has written that down. `always`: everything stays open.',
  },
  ONRECORD_VAULT_TOKEN_FILE: {
    kind: kinds.path,
    or: null,
    meaning:
      'File with the token for `transit`, as the Vault agent writes it. It is read anew for each request.',
  },
  ONRECORD_VAULT_NAMESPACE: {
    kind: kinds.unspaced,
    or: null,
    meaning: 'Namespace of the transit engine, where it is not the root namespace.',
  },
  ONRECORD_VAULT_CA: {
    kind: kinds.path,
    or: null,
    meaning:
      'Certificates of the authorities that the `transit` server may have its from, PEM, in place of those that come with Node.',
  },
  ONRECORD_AWS_CREDENTIALS_FILE: {
    kind: kinds.path,
    or: null,
    meaning:
      "File with the credentials for `aws-kms`, as AWS's own programs have it; the profile `default` is taken. It is read anew for each request.",
  },
  ONRECORD_AWS_KMS_WINDOW_DAYS: {
    kind: kinds.count(7, 30),
    or: '7',
    meaning:
      'Days for which AWS KMS keeps a key that was destroyed, and opens nothing with it. Until they are over it can be brought back by who may cancel a deletion.',
  },
} as const

/** What is set about keys, beside the key file. */
export type KeyConfig = {
  readonly keyHolders: HolderPlaces
  /** How long a server goes on without a holder, in ms; null: for ever. */
  readonly keyAwayMsMax: number | null
  /** Where the vault is open. */
  readonly keyAgent: 'inside' | 'process'
  /** For how long a key agent opens a bucket after its period without more ado, in ms; null: for ever. */
  readonly hotMs: number | null
}

/** Each is one of its kind by its own rules; together they are looked at by `holdersContradiction`. */
export function keyConfigOf(value: (name: Name) => string | null): KeyConfig {
  const keyAwayMsMax = parseWindowMs(value('ONRECORD_KEY_AWAY') ?? '')
  const keyAgent = value('ONRECORD_KEY_AGENT') === 'process' ? 'process' : 'inside'
  const hotMs = parseDaysMs(value('ONRECORD_HOT_WINDOW') ?? '')
  return { keyHolders: holderPlacesOf(value), keyAwayMsMax, keyAgent, hotMs }
}

function holderPlacesOf(value: (name: Name) => string | null): HolderPlaces {
  const keyFile = resolve(value('ONRECORD_KEY_FILE') ?? '')
  const placesIn = (name: Name): readonly HolderPlace[] =>
    parseList(value(name) ?? '').flatMap((item) => parseHolder(item, keyFile) ?? [])
  const pathIn = (name: Name): string | null => {
    const path = value(name)
    return path === null ? null : resolve(path)
  }
  return {
    holders: placesIn('ONRECORD_KEY_HOLDERS'),
    retiring: placesIn('ONRECORD_KEY_HOLDERS_RETIRING'),
    vaultTokenFile: pathIn('ONRECORD_VAULT_TOKEN_FILE'),
    vaultNamespace: value('ONRECORD_VAULT_NAMESPACE'),
    vaultCaFile: pathIn('ONRECORD_VAULT_CA'),
    awsCredentialsFile: pathIn('ONRECORD_AWS_CREDENTIALS_FILE'),
    kmsWindowDays: Number(value('ONRECORD_AWS_KMS_WINDOW_DAYS')),
  }
}

/** @returns a sentence when they contradict each other */
export function holdersContradiction(places: HolderPlaces): string | null {
  const { holders, retiring } = places
  if (holders.length === 0) return 'ONRECORD_KEY_HOLDERS is empty: name one holder at least.'
  const named = [...holders, ...retiring].map((place) => JSON.stringify(place))
  if (new Set(named).size < named.length)
    return 'ONRECORD_KEY_HOLDERS and ONRECORD_KEY_HOLDERS_RETIRING name a holder twice: each is named once.'
  const has = (kind: HolderPlace['kind']): boolean =>
    [...holders, ...retiring].some((place) => place.kind === kind)
  if (has('transit') && places.vaultTokenFile === null)
    return 'A transit engine is named as a key holder: set ONRECORD_VAULT_TOKEN_FILE, too.'
  if (has('aws-kms') && places.awsCredentialsFile === null)
    return 'AWS KMS is named as a key holder: set ONRECORD_AWS_CREDENTIALS_FILE, too.'
  return null
}

/** Null when it names no holder. */
function parseHolder(text: string, keyFile: string): HolderPlace | null {
  if (text === 'file') return { kind: 'file', path: keyFile }
  const [, kind, rest = ''] = /^(file|transit|aws-kms):(.+)$/.exec(text) ?? []
  if (kind === 'file') return isAbsolute(rest) ? { kind, path: rest } : null
  if (kind === 'transit') {
    return isSafeUrl(rest) && new URL(rest).pathname.length > 1
      ? { kind, url: rest.replace(/\/+$/, '') }
      : null
  }
  const [, region, endpoint] = /^([a-z0-9-]{4,32})(?:@(.+))?$/.exec(rest) ?? []
  if (kind !== 'aws-kms' || region === undefined) return null
  if (endpoint === undefined) return { kind, region, endpoint: null }
  return isSafeUrl(endpoint) ? { kind, region, endpoint } : null
}

/** Over TLS, or to an agent on this machine. */
function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, search, hash, username } = new URL(text)
  if (search !== '' || hash !== '' || username !== '') return false
  if (protocol === 'https:') return true
  const host = hostname.replaceAll(/[[\]]/g, '')
  return (
    protocol === 'http:' &&
    (host === 'localhost' || (/^[\d.:a-f]+$/.test(host) && isLoopback(host)))
  )
}
