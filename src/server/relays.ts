import { readFileSync } from 'node:fs'
import { OperatorError } from '../base/errors.ts'
import { Secret } from '../base/secret.ts'
import { type Config } from './config.ts'
import { type ExternalService } from '../xmpp/features/external-services.ts'
import { uploadUrlOf } from './public-urls.ts'

/** The servers that clients find, for calls and on the web, and the secret that is shared with relays. @throws {OperatorError} */
export function relaysOf(config: Config): {
  readonly services: readonly ExternalService[]
  readonly secret: Secret<string> | null
} {
  const { relaySecretFile } = config
  const services = [...config.relays, ...webServices(config)]
  if (relaySecretFile === null) return { services, secret: null }
  try {
    const secret = readFileSync(relaySecretFile, 'utf8').trim()
    if (secret !== '') return { services, secret: new Secret(secret) }
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

/** The HTTP port as clients see it. */
function webServices(config: Config): readonly ExternalService[] {
  if (config.httpPort === null) return []
  const { protocol, hostname, port } = new URL(uploadUrlOf(config))
  const type = protocol === 'https:' ? 'https' : 'http'
  const usual = type === 'https' ? 443 : 80
  const number = port === '' ? usual : Number(port)
  return [{ type, host: hostname.replace(/^\[|\]$/g, ''), port: number, transport: 'tcp' }]
}
