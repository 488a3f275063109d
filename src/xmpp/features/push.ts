// XEP-0357: Push Notifications, version 0.4.1
// Source: https://xmpp.org/extensions/xep-0357.html
import { Recorded } from '../../intake/outbound.ts'
import { type Feature } from '../host.ts'
import { NS_PUSH, wakes } from '../push/notification.ts'
import { createAbsent } from '../push/absent.ts'
import { createPushes } from '../push/pushes.ts'
import { clientOf, createTargets, disabledIn, serviceIn, targetIn } from '../push/targets.ts'
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
    'A service that refuses a notification is disabled; one that cannot be reached, after eight in a row; and a node that its service says may be published to no longer (section 8), where it says so to the person.',
    'Who belongs to a room and is not in it, or is in it with a client that is not connected, is woken as his bookmark of it says (XEP-0492, as for a telephone); where it says nothing, by every message where members only may come in, else by those that mention him.',
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
    host.onMissed(createAbsent({ ...host, targets, pushes }))

    const drop = (removed: Promise<void>): void => {
      removed.catch((error: unknown) => {
        host.log.error('push.not-stored', { error: String(error) })
      })
    }
    host.onDelivered(({ stanza, from, person }) => {
      const node = person && from.session === null ? disabledIn(stanza, person.address) : null
      if (node !== null && person) drop(targets.remove(person.id, from.jid.text, node))
    })
    host.directory.onRevoked((id) => {
      if (host.directory.get(id) === null) drop(targets.removeOf(id, () => true))
    })
    // XEP-0494: a device that was turned out is not woken either.
    host.clients.onRevoked((id, client) => {
      drop(targets.removeOf(id, (agent) => host.clients.idOf(id, agent) === client))
    })
  },
}
