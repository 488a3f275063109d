import { type Random } from '../../base/random.ts'
import { type Clients } from '../../directory/clients.ts'
import { type Directory } from '../../directory/ports.ts'
import { type ChannelBinding } from './channel.ts'
import { boundTokenMechanisms, hashedToken } from './hashed-token.ts'
import { type Mechanism } from './mechanism.ts'
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
  binding: ChannelBinding | null,
  { isPlainOnly }: Pick<Directory, 'isPlainOnly'>,
): readonly string[] {
  if (isPlainOnly) return ['PLAIN']
  return binding ? ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS', ...unbound] : unbound
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
  binding: ChannelBinding | null,
  admit: (account: string) => boolean,
): Mechanism | null {
  const { fast, agent } = wishes
  if (fast !== 'no' && agent.id !== null && offeredForTokens(parts.clients, binding).includes(name))
    return hashedToken({ ...parts, mechanism: name, binding, agentId: agent.id, admit })
  if (!offeredMechanisms(binding, parts.directory).includes(name)) return null
  if (name === 'PLAIN') return plain({ ...parts, admit })
  const plus = name.endsWith('-PLUS')
  const hash = name.startsWith('SCRAM-SHA-256') ? 'sha-256' : 'sha-1'
  const newNonce = (): string => parts.random.bytes(nonceBytes).toString('base64')
  return new Scram({ ...parts, newNonce, hash, plus, binding, admit })
}
