// XEP-0077: In-Band Registration, version 2.4: section 3.3, changing the password
// Source: https://xmpp.org/extensions/xep-0077.html
import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { child, el, type Element, elements, textOf } from '../../xml/element.ts'
import { type Session } from '../accounts.ts'
import { type Feature, type Host } from '../host.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'

const NS = 'jabber:iq:register'
const at = ['server', 'own'] as const
const instructions = 'Set a new password here. Your other devices have to sign in again.'

/** A person sets a new password. Accounts are made by invitation (`stream/registering.ts`) or by administrators, who remove them. */
export const passwordChange: Feature = {
  name: 'password-change',
  xep: 77,
  title: 'In-Band Registration',
  version: '2.4',
  isPartial: true,
  discovery: [NS],
  notes: [
    'Changing the password (section 3.3), after which other devices of the person have to sign in again, and making an account with an invitation (XEP-0445). Otherwise administrators make accounts, and they remove them.',
  ],
  setup(host) {
    host.onIq({ type: 'get', ns: NS, name: 'query', at }, (_query, { jid }) =>
      el(
        'query',
        NS,
        {},
        el('registered', NS),
        el('instructions', NS, {}, instructions),
        el('username', NS, {}, jid.local ?? ''),
        el('password', NS),
      ),
    )
    host.onIq({ type: 'set', ns: NS, name: 'query', at }, async (query, from) => {
      if (child(query, 'remove', NS)) {
        // Section 3.2.
        if (elements(query).length > 1) throw new StanzaError('bad-request')
        throw new StanzaError('not-allowed', { text: 'An administrator removes accounts here.' })
      }
      await change(host, from, query)
      return null
    })
  },
}

async function change(host: Host, from: Session, query: Element): Promise<void> {
  const named = elements(query).map(({ name }) => name)
  if (new Set(named).size < named.length) throw new StanzaError('bad-request')
  const username = textOf(child(query, 'username', NS))
  const password = textOf(child(query, 'password', NS))
  // Section 3.3: an empty password leaves the old one as it is.
  if (username === '' || password === '') {
    throw new StanzaError('bad-request', { text: 'A change has a name and a new password.' })
  }
  const jid = parseJid(username.includes('@') ? username : `${username}@${host.domain}`)
  if (jid?.bare !== from.account.bare) {
    throw new StanzaError('not-allowed', { text: 'Everybody changes his own password.' })
  }
  if (from.resource.client.key !== null)
    throw new StanzaError('not-allowed', {
      text: 'This client has a password or token of its own, which changes no other.',
    })
  const { id } = from.account.person
  // It goes on: it is the one that knows the new password.
  host.spared.add(from)
  try {
    await host.directory.setPassword(id, new Secret(password), { person: id })
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw new StanzaError('not-acceptable', { text: error.message })
  } finally {
    host.spared.delete(from)
  }
}
