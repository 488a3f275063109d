import { type Keys } from '../record/keys/ports.ts'
import {
  type Directory,
  type PersonId,
  type StoredClient,
  type TokenSeed,
  type UserAgent,
} from './ports.ts'

/** What hangs on the keys of the vault: without them nothing in the state tells of a client, or makes a token. */
export type ClientKeys = {
  /** What stands for a client of that person. */
  idOf(person: PersonId, agentId: string): string
  /** The token of a seed, for that client and what it came in with: the account's own password of now, or another one. */
  tokenOf(
    client: Client & Pick<StoredClient, 'key'>,
    made: Pick<TokenSeed, 'seed' | 'mechanism'>,
  ): string
  seal(client: Client, agent: Said): Uint8Array
  /** Nothing where it cannot be opened. */
  open(client: Client, sealed: Uint8Array): Said
}

type Client = { readonly person: PersonId; readonly id: string }
type Said = Pick<UserAgent, 'software' | 'device'>

export function clientKeys(
  keys: Pick<Keys, 'mac' | 'pseudonym' | 'seal' | 'unseal'>,
  { passwordName }: Pick<Directory, 'passwordName'>,
): ClientKeys {
  return {
    idOf: (person, agentId) => keys.pseudonym('client', `${person} ${agentId}`).toString('hex'),
    tokenOf({ person, id, key }, { seed, mechanism }) {
      const password = key ?? passwordName(person) ?? ''
      const of = `${person} ${id} ${password} ${mechanism} ${Buffer.from(seed).toString('hex')}`
      return Buffer.from(keys.mac('fast token', Buffer.from(of))).toString('base64url')
    },
    seal: (client, { software, device }) =>
      keys.seal(label(client), Buffer.from(JSON.stringify({ software, device }))),
    open(client, sealed) {
      const json = keys.unseal(label(client), sealed)
      const said: unknown = json ? JSON.parse(Buffer.from(json).toString()) : null
      return { software: textIn(said, 'software'), device: textIn(said, 'device') }
    },
  }
}

const label = ({ person, id }: Client): string => `client ${person} ${id}`

function textIn(said: unknown, name: string): string | null {
  const value: unknown = new Map<string, unknown>(Object.entries(said ?? {})).get(name)
  return typeof value === 'string' ? value : null
}
