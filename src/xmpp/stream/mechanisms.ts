import { type Random } from '../../base/random.ts'
import { type Clients } from '../../directory/clients.ts'
import { type Directory } from '../../directory/ports.ts'
import { type ChannelBinding } from './channel.ts'
import { boundTokenMechanisms, hashedToken } from './hashed-token.ts'
import { type Mechanism } from './mechanism.ts'
import { oauthBearer } from './oauth-bearer.ts'
import { plain } from './plain.ts'
import { Scram } from './scram.ts'
import { type Wishes } from './wishes.ts'

type Parts = {
  readonly directory: Directory
  readonly clients: Clients
  readonly random: Random
  readonly domain: string
}

const nonceBytes = 18

/** Names of the mechanisms that a connection is offered, best first. */
export function offeredMechanisms(
  { binding, isConfidential }: Line,
  { isPlainOnly }: Pick<Directory, 'isPlainOnly'>,
): readonly string[] {
  const bearer = isConfidential ? ['OAUTHBEARER'] : []
  if (isPlainOnly) return ['PLAIN', ...bearer]
  const bound = binding ? ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS'] : []
  return [...bound, ...unbound, ...bearer]
}

/** What a sign-in comes over. */
export type Line = {
  readonly binding: ChannelBinding | null
  /** Nobody on the way can read it: what is worth as much wherever it is shown is not asked for otherwise (RFC 7628 §5). */
  readonly isConfidential: boolean
}

const unbound: readonly string[] = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']

/** Names of those that take a token, XEP-0484; they are in no other list. */
export function offeredForTokens(
  clients: Pick<Clients, 'isOn'>,
  binding: ChannelBinding | null,
): readonly string[] {
  return clients.isOn ? boundTokenMechanisms(binding) : []
}

/** A new run of the mechanism with that name, or null when it is not offered. */
export function startMechanism(
  { mechanism: name, wishes }: { readonly mechanism: string; readonly wishes: Wishes },
  parts: Parts,
  line: Line,
  admit: (account: string | null) => boolean,
): Mechanism | null {
  const { binding } = line
  const { fast, agent } = wishes
  if (fast !== 'no' && agent.id !== null && offeredForTokens(parts.clients, binding).includes(name))
    return hashedToken({ ...parts, mechanism: name, binding, agentId: agent.id, admit })
  if (!offeredMechanisms(line, parts.directory).includes(name)) return null
  if (name === 'OAUTHBEARER') return oauthBearer({ ...parts, admit })
  if (name === 'PLAIN') return plain({ ...parts, admit })
  const plus = name.endsWith('-PLUS')
  const hash = name.startsWith('SCRAM-SHA-256') ? 'sha-256' : 'sha-1'
  const newNonce = (): string => parts.random.bytes(nonceBytes).toString('base64')
  return new Scram({ ...parts, newNonce, hash, plus, binding, admit })
}
