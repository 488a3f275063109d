import { readFileSync } from 'node:fs'
import { OperatorError } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { type Config } from './config.ts'
import { type Relay } from './setting-kinds.ts'

/** The servers that clients find for calls, and the secret that is shared with them. @throws {OperatorError} */
export function relaysOf({ relays, relaySecretFile }: Config): {
  readonly services: readonly Relay[]
  readonly secret: Secret<string> | null
} {
  if (relaySecretFile === null) return { services: relays, secret: null }
  try {
    const secret = readFileSync(relaySecretFile, 'utf8').trim()
    if (secret !== '') return { services: relays, secret: new Secret(secret) }
  } catch (cause) {
    throw new OperatorError(
      'relays.no-secret',
      `ONRECORD_RELAY_SECRET_FILE=${relaySecretFile} cannot be read: let this user read it, or unset it.`,
      { cause },
    )
  }
  throw new OperatorError(
    'relays.no-secret',
    `ONRECORD_RELAY_SECRET_FILE=${relaySecretFile} is empty: put in the secret that the TURN server has.`,
  )
}
