// SCRAM, the server's side: RFC 5802, with SHA-256 RFC 7677, channel binding RFC 9266 and RFC 5929.
import { hmac1, hmac256, sameSecret, sha1, sha256 } from '../../base/crypto.ts'
import { Secret } from '../../base/secret.ts'
import {
  type Directory,
  type Opening,
  type ScramChoice,
  type ScramHash,
} from '../../directory/ports.ts'
import { type ChannelBinding } from './channel.ts'
import { type Mechanism, type SaslStep, failed, refused } from './mechanism.ts'
import { addressOf, unescaped } from './account.ts'

type Parts = {
  readonly directory: Pick<Directory, 'scramKeys'>
  /** Printable, without a comma, and never the same. */
  readonly newNonce: () => string
  readonly domain: string
  readonly hash: ScramHash
  /** The mechanism's name ended in -PLUS. */
  readonly plus: boolean
  /** What this connection offers to bind to; null when the -PLUS mechanisms were not offered. */
  readonly binding: ChannelBinding | null
  /** False when that account has to come back later. */
  readonly admit: (account: string) => boolean
}

type Challenge = {
  readonly choice: ScramChoice
  readonly gs2: string
  readonly bound: Buffer
  readonly nonce: string
  /** `client-first-message-bare,server-first-message`, the beginning of what both sides sign. */
  readonly signed: string
}

const functions = {
  'sha-1': { hash: sha1, hmac: hmac1 },
  'sha-256': { hash: sha256, hmac: hmac256 },
} as const
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One exchange: client-first, server-first, client-final. The server's signature goes out with the success. */
export class Scram implements Mechanism {
  readonly #parts: Parts
  #challenge: Challenge | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  step(message: Buffer): SaslStep {
    const text = decoded(message)
    if (text === null) return failed('incorrect-encoding')
    return this.#challenge ? this.#finish(text, this.#challenge) : this.#begin(text)
  }

  #begin(text: string): SaslStep {
    const first =
      /^((?:n|y|p=([A-Za-z0-9.-]+)),(?:a=([^,]*))?,)(n=([^,]+),r=([!-+\--~]+)(?:,.*)?)$/s.exec(text)
    if (!first) return failed('malformed-request')
    const [, gs2 = '', type, authzid, bare = '', saslName = '', clientNonce = ''] = first
    const bound = this.#bound(gs2, type)
    if (!Buffer.isBuffer(bound)) return bound
    const name = unescaped(saslName)
    const asked = authzid === undefined || authzid === '' ? '' : unescaped(authzid)
    if (name === null || asked === null) return failed('malformed-request')

    const address = addressOf(name, this.#parts.domain)
    if (asked !== '' && asked !== address) return failed('invalid-authzid')
    if (!this.#parts.admit(address)) return failed('temporary-auth-failure')
    const choice = this.#parts.directory.scramKeys(address, this.#parts.hash)

    const nonce = clientNonce + this.#parts.newNonce()
    const challenge = `r=${nonce},s=${choice.salt.toString('base64')},i=${choice.iterations}`
    this.#challenge = { choice, gs2, bound, nonce, signed: `${bare},${challenge}` }
    return { kind: 'challenge', data: Buffer.from(challenge) }
  }

  /** What the client has to have bound to, by its gs2 flag (RFC 5802 §6), or why that flag cannot stand. */
  #bound(gs2: string, type: string | undefined): Buffer | SaslStep {
    const { plus, binding } = this.#parts
    if (type === undefined) {
      if (plus) return failed('malformed-request', 'A -PLUS mechanism needs channel binding.')
      // "y" says that we did not offer -PLUS. If we did, somebody in the middle has taken it away.
      if (gs2.startsWith('y') && binding) return refused('Channel binding was offered: downgrade.')
      return Buffer.alloc(0)
    }
    if (!plus || !binding) return failed('malformed-request', 'Channel binding needs -PLUS.')
    const data = binding.data(type)
    return data ?? failed('malformed-request', 'Channel binding of that type is not offered.')
  }

  #finish(text: string, { choice, gs2, bound, nonce, signed }: Challenge): SaslStep {
    const final = /^((c=[A-Za-z0-9+/=]+),r=([^,]+)(?:,[^,]+)*),p=([A-Za-z0-9+/=]+)$/s.exec(text)
    if (!final) return failed('malformed-request')
    const [, unproved = '', input, echoed, proof64 = ''] = final
    const authMessage = Buffer.from(`${signed},${unproved}`)
    const proof = Buffer.from(proof64, 'base64')
    const [any] = choice.candidates
    if (proof.length !== any?.storedKey.length) return failed('malformed-request')
    const { opening, signature } = this.#proved(proof, authMessage, choice)

    const expected = Buffer.concat([Buffer.from(gs2), bound]).toString('base64')
    // A decoy's keys belong to nobody: `person` is null, and the same work was done.
    if (!opening || echoed !== nonce || input !== `c=${expected}`) return refused()
    const data = Buffer.from(`v=${signature.toString('base64')}`)
    return { kind: 'success', opening, data, by: 'password', isTokenDue: false }
  }

  /** Held against each candidate, whichever fits: decoys are nobody's, and the same work is done. */
  #proved(
    proof: Buffer,
    authMessage: Buffer,
    { candidates }: ScramChoice,
  ): { readonly opening: Opening | null; readonly signature: Buffer } {
    const { hash, hmac } = functions[this.#parts.hash]
    let [found] = candidates
    let opening: Opening | null = null
    for (const candidate of candidates) {
      const { storedKey, opens } = candidate
      const clientKey = Buffer.from(hmac(new Secret(storedKey), authMessage))
      for (let i = 0; i < clientKey.length; i++)
        clientKey[i] = (clientKey[i] ?? 0) ^ (proof[i] ?? 0)
      if (!sameSecret(hash(clientKey), storedKey)) continue
      found = candidate
      opening = opens
    }
    const serverKey = new Secret(found?.serverKey ?? proof)
    return { opening, signature: Buffer.from(hmac(serverKey, authMessage)) }
  }
}

function decoded(message: Buffer): string | null {
  try {
    return strictUtf8.decode(message)
  } catch {
    // The decoder throws for one reason only: bytes that are not UTF-8.
    return null
  }
}
