// XEP-0494: Client Access Management, version 0.1.0
// Source: https://xmpp.org/extensions/xep-0494.html
import { type KnownClient } from '../../directory/clients.ts'
import { type PersonId } from '../../directory/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { type Account, type Session } from '../accounts.ts'
import { type Feature, type Host } from '../host.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const NS = 'urn:xmpp:cam:0'

/** A client as its person sees it: what is signed in, and what can come back with a token. */
type Client = {
  readonly id: string
  readonly known: KnownClient | null
  readonly sessions: readonly Session[]
}

/** A person sees which clients can get at his account, and can turn out those that do so by token. */
export const clientAccess: Feature = {
  name: 'client-access',
  xep: 494,
  title: 'Client Access Management',
  version: '0.1.0',
  isPartial: true,
  discovery: [],
  accountDiscovery: [NS],
  notes: [
    'A client that has exchanged the password for a token, and has come back with that, counts as one that does not know the password.',
    'A client with an application password or a token of its own has a grant; revoking it takes that back.',
    'A client without a session and without a token is not listed.',
  ],
  setup(host) {
    host.onIq({ type: 'get', ns: NS, name: 'list' }, async (_iq, { account }) => {
      const clients = await clientsOf(account, host)
      return el('clients', NS, {}, ...clients.map((client) => described(client, host.clock.now())))
    })
    host.onIq({ type: 'set', ns: NS, name: 'revoke' }, async ({ attrs }, { account }) => {
      if (attrs['id'] === undefined) throw new StanzaError('bad-request')
      const clients = await clientsOf(account, host)
      const client = clients.find(({ id }) => id === attrs['id'])
      if (!client) throw new StanzaError('item-not-found')
      const key = keyOf(client)
      // Section 3.2: it could sign in again at once.
      if (key === null && usesPassword(client)) {
        const detail = el('password-reset-required', NS)
        throw new StanzaError('service-unavailable', { detail })
      }
      if (key !== null) await takeBack(key, account.person.id, host)
      await host.clients.revoke(account.person.id, client.id)
      return null
    })
    host.clients.onRevoked((person, id) => {
      for (const session of host.accounts.sessionsOf(person))
        if (clientOf(session, host) === id)
          session.resource.close('not-authorized', 'The access of this client was revoked.')
    })
  },
}

/** Without an id of its own a client is its address. */
function clientOf({ resource, jid, account }: Session, { clients }: Pick<Host, 'clients'>): string {
  return clients.idOf(account.person.id, resource.client.agent.id ?? `at ${jid.text}`)
}

async function clientsOf(account: Account, host: Host): Promise<Client[]> {
  const known = await host.clients.list(account.person.id)
  const sessions = Map.groupBy(account.sessions.values(), (session) => clientOf(session, host))
  const others = known.filter(({ id }) => !sessions.has(id))
  return [
    ...[...sessions].map(([id, own]) => {
      return { id, sessions: own, known: known.find((client) => client.id === id) ?? null }
    }),
    ...others.map((client) => ({ id: client.id, known: client, sessions: [] })),
  ]
}

/** What it came in with that is taken back alone; null: the account's own password. */
function keyOf({ known, sessions }: Client): string | null {
  return known?.key ?? sessions[0]?.resource.client.key ?? null
}

/** Of this client alone: an application password, or a token. */
async function takeBack(
  key: string,
  person: PersonId,
  { directory: { appPasswords, tokens } }: Host,
): Promise<void> {
  const isPassword = appPasswords.of(person).some(({ id }) => id === key)
  if (isPassword) await appPasswords.revoke(person, key, { person })
  else if (tokens.list(person).some(({ id }) => id === key))
    await tokens.revoke(key, person, { person })
}

/** It gave the password when it was here last. */
function usesPassword({ known, sessions }: Client): boolean {
  if (sessions.some(({ resource }) => resource.client.by === 'password')) return true
  return known !== null && !known.usesToken
}

/** Section 3.1. */
function described(client: Client, now: number): Element {
  const { id, known, sessions } = client
  const since = sessions.map(({ resource }) => resource.client.at)
  const firstSeen = Math.min(known?.firstSeen ?? now, ...since)
  const lastSeen = sessions.length > 0 ? now : (known?.lastSeen ?? now)
  const auth = [
    ...(keyOf(client) !== null ? [el('grant', NS)] : []),
    ...(keyOf(client) === null && usesPassword(client) ? [el('password', NS)] : []),
    ...(known ? [el('fast', NS)] : []),
  ]
  const { software, device } = known?.agent ?? sessions[0]?.resource.client.agent ?? noAgent
  return el(
    'client',
    NS,
    { id, type: 'session', connected: String(sessions.length > 0) },
    el('first-seen', NS, {}, formatDateTime(firstSeen)),
    el('last-seen', NS, {}, formatDateTime(lastSeen)),
    el('auth', NS, {}, ...auth),
    el('permission', NS, { status: 'unrestricted' }),
    el('user-agent', NS, {}, ...said('software', software), ...said('device', device)),
  )
}

const noAgent = { software: null, device: null }

function said(name: string, text: string | null): Element[] {
  return text === null ? [] : [el(name, NS, {}, text)]
}
