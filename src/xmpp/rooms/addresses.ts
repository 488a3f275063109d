// XEP-0045: Multi-User Chat, version 1.35.5, sections 5.2 and 9.2: whom an affiliation is given to
// Source: https://xmpp.org/extensions/xep-0045.html
import { type PersonId } from '../../directory/ports.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { type Speaker } from '../services.ts'
import { bareJid, parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Parts } from './parts.ts'
import { type Room } from './room.ts'

export type Addressed = { readonly address: string; readonly person: PersonId }

/** Whose address it is. @throws {StanzaError} when it is none, or nobody's here */
export function personAt(text: string, { host }: Pick<Parts, 'host'>): Addressed {
  const jid = parseJid(text)
  if (!jid) throw new StanzaError('jid-malformed')
  const { bare } = bareJid(jid)
  const person = host.directory.find(bare)
  if (person) return { address: bare, person: person.id }
  if (jid.domain === host.domain) throw new StanzaError('item-not-found')
  return { address: bare, person: outsiderId(bare) }
}

/** The same; an address here that is nobody's stands for who has it later (`claim`), and a domain for all who are at it. */
export function affiliatedAt(text: string, room: Room, { host }: Parts): Addressed {
  const jid = parseJid(text)
  const address = jid && bareJid(jid).bare
  if (address === null || host.directory.find(address)) return personAt(text, { host })
  const known = [...room.state.people].find(([, entry]) => entry.address === address)
  return { address, person: known?.[0] ?? outsiderId(address) }
}

/** What was given to his address before it was his is his, from here on. @throws {StanzaError} when nothing can be put on record */
export async function claim(room: Room, from: Speaker, { rooms }: Parts): Promise<void> {
  const { people, id } = room.state
  const before = outsiderId(from.jid.bare)
  const entry = people.get(before)
  if (!entry || !from.session || people.has(from.id)) return
  const ended = { ...entry, person: before, affiliation: 'none', nick: null } as const
  const act = {
    kind: 'room.affiliation',
    id,
    people: [ended, { ...entry, person: from.id }],
  } as const
  await rooms.act(act, { id: null, device: '' })
}

/** Section 9.2: nobody of that domain may come in who is not affiliated himself. */
export function isDomainBanned({ state }: Room, domain: string): boolean {
  return state.people.get(outsiderId(domain))?.affiliation === 'outcast'
}

/** @throws {StanzaError} a domain can be banned, and no more */
export function mustFitDomain({ address }: Addressed, affiliation: string): void {
  if (address.includes('@') || affiliation === 'outcast' || affiliation === 'none') return
  throw new StanzaError('not-acceptable', { text: 'A domain can be banned, and nothing else.' })
}
