// Holders as the settings name them: plain data, so that each thread opens its own.

import { readFileSync } from 'node:fs'
import { systemClock } from '../../base/clock.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Random } from '../../base/random.ts'
import { type KeyHolder } from '../../record/keys/ports.ts'
import { parseAwsCredentials } from '../aws-kms/credentials-file.ts'
import { kmsHolder } from '../aws-kms/kms-holder.ts'
import { keyFile } from '../files/key-file.ts'
import { transitHolder } from '../vault-transit/transit-holder.ts'
import { askingDefault } from './ask.ts'
import { readCredentials } from './credentials.ts'

/** Where one holder is. */
export type HolderPlace =
  | { readonly kind: 'file'; readonly path: string }
  /** With the mount. */
  | { readonly kind: 'transit'; readonly url: string }
  | { readonly kind: 'aws-kms'; readonly region: string; readonly endpoint: string | null }

/** All holders, and what opens their doors: paths alone. */
export type HolderPlaces = {
  /** Any of them opens the vault, and each gets new keys. */
  readonly holders: readonly HolderPlace[]
  /** Their keys are destroyed at the next turn. */
  readonly retiring: readonly HolderPlace[]
  readonly vaultTokenFile: string | null
  readonly vaultNamespace: string | null
  readonly vaultCaFile: string | null
  readonly awsCredentialsFile: string | null
  /** 7 to 30. */
  readonly kmsWindowDays: number
}

/** One key file, and nothing else. */
export function oneKeyFile(path: string): HolderPlaces {
  return {
    holders: [{ kind: 'file', path }],
    retiring: [],
    vaultTokenFile: null,
    vaultNamespace: null,
    vaultCaFile: null,
    awsCredentialsFile: null,
    kmsWindowDays: 7,
  }
}

/** Opens them, without asking any. @throws {OperatorError} when the file of authorities cannot be read */
export function openHolders(
  places: HolderPlaces,
  random: Random,
): { readonly holders: readonly KeyHolder[]; readonly retiring: readonly KeyHolder[] } {
  const open = (place: HolderPlace): KeyHolder => openHolder(place, places, random)
  return { holders: places.holders.map(open), retiring: places.retiring.map(open) }
}

function openHolder(place: HolderPlace, places: HolderPlaces, random: Random): KeyHolder {
  switch (place.kind) {
    case 'file':
      return keyFile(place.path, random)
    case 'transit':
      return transitHolder({
        ...askingDefault,
        url: place.url,
        ca: readCa(places.vaultCaFile),
        namespace: places.vaultNamespace,
        token: async () =>
          await readCredentials(places.vaultTokenFile, 'ONRECORD_VAULT_TOKEN_FILE'),
        random,
      })
    case 'aws-kms': {
      const path = places.awsCredentialsFile
      return kmsHolder({
        ...askingDefault,
        ...place,
        ca: null,
        windowDays: places.kmsWindowDays,
        credentials: async () =>
          parseAwsCredentials(
            await readCredentials(path, 'ONRECORD_AWS_CREDENTIALS_FILE'),
            path ?? '',
          ),
        clock: systemClock,
        random,
      })
    }
    default:
      return place satisfies never
  }
}

function readCa(path: string | null): string | null {
  try {
    return path === null ? null : readFileSync(path, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OperatorError('key.no-ca', `ONRECORD_VAULT_CA cannot be read (${why})`, { cause })
  }
}
