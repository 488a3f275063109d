import { lru } from '../../base/lru.ts'
import { type Keys } from '../keys/ports.ts'
import { type ConversationId, type PersonId } from '../types.ts'
import { type Pseudonym } from './ports.ts'

/** What stands for ids in rows. Equal ids have equal pseudonyms, so that rows can be found. */
export type Names = {
  person(id: PersonId): Pseudonym
  conversation(id: ConversationId): Pseudonym
  /** Of a person, so that it does not show that two persons' devices have one name. */
  device(owner: PersonId, device: string): Pseudonym
  /** Of a sender: another sender's message with that id is not found under it. */
  messageId(sender: PersonId, id: string): Pseudonym
}

/** Pseudonyms of each kind that are kept in memory: an HMAC costs ten times a look-up. Ids of messages are not; they do not come back. */
const kept = 50_000

export function pseudonyms(keys: Pick<Keys, 'pseudonym'>): Names {
  const device = remembering('device', keys)
  return {
    person: remembering('person', keys),
    conversation: remembering('conversation', keys),
    device: (owner, name) => device(`${owner} ${name}`),
    messageId: (sender, id) => keys.pseudonym('message', `${sender} ${id}`).toString('hex'),
  }
}

function remembering(label: string, keys: Pick<Keys, 'pseudonym'>): (id: string) => Pseudonym {
  const known = lru<string, Pseudonym>({ costMax: kept })
  return (id) => {
    const there = known.get(id)
    if (there !== undefined) return there
    const made = keys.pseudonym(label, id).toString('hex')
    known.set(id, made)
    return made
  }
}
