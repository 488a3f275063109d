// SASL PLAIN, RFC 4616. Offered inside TLS only, or by the loopback rule.
import { Secret } from '../../base/secret.ts'
import { OperatorError } from '../../base/errors.ts'
import { type Directory, type Opening } from '../../directory/ports.ts'
import { addressOf } from './account.ts'
import { type Mechanism, type SaslStep, failed, refused } from './mechanism.ts'

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type Parts = {
  readonly directory: Pick<Directory, 'checkPassword'>
  readonly domain: string
  /** False when that account has to come back later. */
  readonly admit: (account: string) => boolean
}

export function plain({ directory, domain, admit }: Parts): Mechanism {
  return {
    async step(message): Promise<SaslStep> {
      const fields = split(message)
      if (!fields) return failed('malformed-request')
      const address = addressOf(fields.name, domain)
      if (fields.asked !== '' && fields.asked !== address) return failed('invalid-authzid')
      if (!admit(address)) return failed('temporary-auth-failure')
      const opening = await checked(directory, address, fields.password)
      if (opening instanceof OperatorError) return failed('temporary-auth-failure', opening.message)
      return opening
        ? { kind: 'success', opening, data: null, by: 'password', isTokenDue: false }
        : refused()
    },
  }
}

/** @returns the error when whoever knows the password cannot be asked */
async function checked(
  directory: Parts['directory'],
  address: string,
  password: Secret<string>,
): Promise<Opening | OperatorError | null> {
  try {
    return await directory.checkPassword(address, password)
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'directory.away') return error
    throw error
  }
}

function split(message: Buffer): { asked: string; name: string; password: Secret<string> } | null {
  try {
    const [asked, name, password, ...rest] = strictUtf8.decode(message).split('\0')
    if (asked === undefined || !name || !password || rest.length > 0) return null
    return { asked, name, password: new Secret(password) }
  } catch {
    // The decoder throws for one reason only: bytes that are not UTF-8.
    return null
  }
}
