// XEP-0163 section 4.3: who is told of what somebody publishes.
import { type Directory } from '../../directory/ports.ts'
import { type Account, type Accounts, available, type Session, takers } from '../accounts.ts'
import { type Elsewhere } from '../elsewhere.ts'
import { mayHear } from '../presence-fanout.ts'
import { hasFrom } from '../subscription-table.ts'
import { type Jid, parseJid } from '../wire/jid.ts'
import { mayRead } from './access.ts'
import { type Interests } from './interests.ts'
import { type PepNode } from './ports.ts'

type Parts = {
  readonly directory: Pick<Directory, 'find'>
  readonly accounts: Accounts
  readonly interests: Interests
}

/** The devices to tell, each once, with the address that each is told at. */
export function recipientsOf(
  parts: Parts,
  owner: Account,
  node: PepNode,
): ReadonlyMap<Session, string> {
  const found = new Map<Session, string>()
  const isWanted = (session: Session): boolean => parts.interests.of(session).has(node.name)
  for (const reader of readers(parts, owner)) {
    if (!mayBeTold(owner, node, reader)) continue
    for (const session of available(reader)) {
      if (isWanted(session)) found.set(session, session.jid.text)
    }
  }
  for (const session of visitors(parts, owner, node)) {
    if (isWanted(session)) found.set(session, session.jid.text)
  }
  for (const { jid } of node.subscriptions) {
    const to = parseJid(jid)
    const reader = to && accountOf(parts, to.bare)
    if (!to || !reader || !mayBeTold(owner, node, reader)) continue
    if (to.resource !== null) {
      const session = reader.sessions.get(to.resource)
      if (session?.presence) found.set(session, session.jid.text)
      continue
    }
    // Section 4.3.2: at the devices that say that they want it, or else at the bare JID.
    const there = takers(reader)
    const wanting = there.filter(isWanted)
    for (const session of wanting) found.set(session, session.jid.text)
    if (wanting.length > 0) continue
    for (const session of there) if (!found.has(session)) found.set(session, to.bare)
  }
  return found
}

/** Section 4.3.2, at other domains: those who have subscribed and may read. Whether they may be talked to is seen to on the way. */
export function outsideSubscribers(
  elsewhere: Pick<Elsewhere, 'find'>,
  owner: Account,
  node: PepNode,
): readonly Jid[] {
  return node.subscriptions
    .map(({ jid }) => elsewhere.find(jid))
    .filter((jid) => jid !== null)
    .filter(({ bare }) => mayRead(node, owner, bare))
}

function* readers(parts: Parts, owner: Account): Iterable<Account> {
  yield owner
  for (const item of owner.roster.values()) {
    const contact = hasFrom(item) ? accountOf(parts, item.jid) : null
    if (contact && contact !== owner) yield contact
  }
}

/** XEP-0060 section 9.1.3: devices that have shown themselves to the owner, as long as they are there, of a node that is for everybody. */
function* visitors({ accounts }: Parts, owner: Account, node: PepNode): Iterable<Session> {
  if (node.config.accessModel !== 'open') return
  const shownTo = [owner.bare, ...[...owner.sessions.values()].map(({ jid }) => jid.text)]
  for (const account of accounts.all()) {
    if (account.sessions.size === 0 || !mayBeTold(owner, node, account)) continue
    for (const session of account.sessions.values()) {
      if (session.presence && shownTo.some((jid) => session.directed.has(jid))) yield session
    }
  }
}

function accountOf({ directory, accounts }: Parts, bare: string): Account | null {
  const person = directory.find(bare)
  return person?.enabled ? accounts.peek(person.id) : null
}

/** Section 4.3.3: nobody who is blocked, or has blocked the owner. */
export function mayBeTold(owner: Account, node: PepNode, reader: Account): boolean {
  const from = parseJid(owner.bare)
  return from !== null && mayRead(node, owner, reader.bare) && mayHear(reader, owner, from)
}
