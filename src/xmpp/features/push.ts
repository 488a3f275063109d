// XEP-0357: Push Notifications, version 0.4.1
// Source: https://xmpp.org/extensions/xep-0357.html
import { Recorded } from '../../intake/outbound.ts'
import { type Feature } from '../host.ts'
import { NS_PUSH, wakes } from '../push/notification.ts'
import { createPushes } from '../push/pushes.ts'
import { clientOf, createTargets, serviceIn, targetIn } from '../push/targets.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/** A client that is not connected is woken when something waits for it. Nothing that was said leaves with that. */
export const push: Feature = {
  name: 'push',
  xep: 357,
  title: 'Push Notifications',
  version: '0.4.1',
  discovery: [],
  accountDiscovery: [NS_PUSH],
  notes: [
    'A notification has a count and nothing else, whatever a client asks for, and comes from the server, not from the person: no address leaves. It goes out when something waits for the client that asked for it and that is not connected, at most one in ten seconds.',
    'Options that a push service asks for are tokens: printable ASCII without spaces.',
    'A service that refuses a notification is disabled; one that cannot be reached, after eight in a row. Affiliation notices (section 8) are not looked at.',
  ],
  setup(host) {
    const targets = createTargets(host.pushStore)
    const pushes = createPushes({ ...host, targets, questions: host.serverQuestions })
    host.onStart(async () => await targets.load())

    host.onIq({ type: 'set', ns: NS_PUSH, name: 'enable' }, async (enable, from) => {
      const target = targetIn(enable, from)
      const domain = parseJid(target.service)?.domain ?? ''
      if (!host.services.at(domain)?.deliver) {
        throw new StanzaError('remote-server-not-found', {
          text: `There is no way from this server to ${domain}.`,
        })
      }
      await targets.add(from.account.person.id, target)
      return null
    })
    host.onIq({ type: 'set', ns: NS_PUSH, name: 'disable' }, async (disable, from) => {
      const node = disable.attrs['node'] ?? null
      await targets.remove(from.account.person.id, serviceIn(disable), node)
      return null
    })
    host.onDelivered(({ message, type, from, person }) => {
      if (!person || person.id === from.id || !(message instanceof Recorded)) return
      if (type !== 'headline' && wakes(message.wire)) pushes.wait(person.id, 1)
    })
    host.onWaiting((session, messages) => {
      const { length } = messages.filter((out) => wakes(out.wire))
      if (length > 0) pushes.wait(session.account.person.id, length, clientOf(session))
    })
    host.directory.onRevoked((id) => {
      if (host.directory.get(id) !== null) return
      targets.removeAll(id).catch((error: unknown) => {
        host.log.error('push.not-stored', { error: String(error) })
      })
    })
  },
}
