// SASL HT-*, draft-schmaus-kitten-sasl-ht-09, with the tokens of XEP-0484.
import { createHmac, timingSafeEqual } from 'node:crypto'

import { type Clients } from '../../directory/clients.ts'
import { addressOf } from './account.ts'
import { type ChannelBinding } from './channel.ts'
import { type Mechanism, type SaslStep, failed, refused } from './mechanism.ts'

type Parts = {
  readonly clients: Pick<Clients, 'signIn'>
  readonly domain: string
  readonly mechanism: string
  readonly binding: ChannelBinding | null
  /** The installation's id: a token is for one. */
  readonly agentId: string
  /** False when that account has to come back later. */
  readonly admit: (account: string) => boolean
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const hmacBytes = 32
const noBytes = Buffer.alloc(0)

/** What each binds to; null: to nothing. */
const bindings: ReadonlyMap<string, string | null> = new Map([
  ['HT-SHA-256-EXPR', 'tls-exporter'],
  ['HT-SHA-256-ENDP', 'tls-server-end-point'],
  ['HT-SHA-256-NONE', null],
])

/** All of them. */
export const tokenMechanisms: readonly string[] = [...bindings.keys()]

/** Names of those that a connection can be offered, best first. */
export function boundTokenMechanisms(binding: ChannelBinding | null): readonly string[] {
  return [...bindings].flatMap(([name, type]) =>
    type === null || binding?.types.includes(type) ? [name] : [],
  )
}

/** One message: the name, and an HMAC of the channel under the token. The answer is another, so that we prove ourselves. */
export function hashedToken(parts: Parts): Mechanism {
  const { clients, domain, mechanism, binding, agentId, admit } = parts
  const type = bindings.get(mechanism) ?? null
  return {
    async step(message): Promise<SaslStep> {
      const said = split(message)
      const channel = type === null ? noBytes : (binding?.data(type) ?? null)
      if (!said || !channel) return failed('malformed-request')
      const address = addressOf(said.name, domain)
      if (!admit(address)) return failed('temporary-auth-failure')
      let answer: Buffer = noBytes
      const isOf = (token: string): boolean => {
        const sign = (side: string): Buffer =>
          createHmac('sha256', token).update(side).update(channel).digest()
        const [expected, own] = [sign('Initiator'), sign('Responder')]
        const fits = timingSafeEqual(expected, said.proof)
        if (fits) answer = own
        return fits
      }
      const signedIn = await clients.signIn({ address, agentId, mechanism, isOf })
      if (signedIn.kind === 'expired') return failed('credentials-expired')
      if (signedIn.kind === 'refused') return refused()
      const { person, key, isDue: isTokenDue } = signedIn
      const opening = { person, key }
      return { kind: 'success', opening, data: answer, by: 'token', isTokenDue }
    },
  }
}

function split(message: Buffer): { readonly name: string; readonly proof: Buffer } | null {
  const end = message.indexOf(0)
  const proof = message.subarray(end + 1)
  if (end < 1 || proof.length !== hmacBytes) return null
  try {
    return { name: strictUtf8.decode(message.subarray(0, end)), proof }
  } catch {
    // The decoder throws for one reason only: bytes that are not UTF-8.
    return null
  }
}
