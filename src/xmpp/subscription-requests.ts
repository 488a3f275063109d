// RFC 6121 section 3.1.3: requests that wait for an answer.
import { type LogPosition } from '../intake/draft.ts'
import { Recorded, type Transient } from '../intake/outbound.ts'
import { type History } from '../history/ports.ts'
import { el } from '../xml/element.ts'
import { type Session } from './accounts.ts'
import { serverSays } from './reply.ts'
import { type SubscriptionStanza } from './subscription-table.ts'

/** Requests that are read at once. */
const opensMax = 16

/** Shows a device that has just become available all requests that wait, each as it came. */
export async function remind(history: Pick<History, 'published'>, session: Session): Promise<void> {
  const { account, resource } = session
  const waiting = [...account.roster.values()].filter(({ pendingIn }) => pendingIn)
  const kept: { readonly jid: string; readonly request: LogPosition }[] = []
  for (const { jid, request } of waiting) {
    if (request === null) resource.send(notice('subscribe', jid, account.bare))
    else kept.push({ jid, request })
  }
  for (let from = 0; from < kept.length && !session.isClosed; from += opensMax) {
    const some = kept.slice(from, from + opensMax)
    const opened = await history.published(some.map(({ request }) => request))
    for (const [at, { jid, request }] of some.entries()) {
      const found = opened[at]
      // It may have been answered while it was read.
      if (found && account.roster.get(jid)?.request === request)
        resource.send(Recorded.again(found))
    }
  }
}

/** A stanza of a subscription that says nothing of its own. */
export function notice(type: SubscriptionStanza, from: string, to: string): Transient {
  return serverSays(el('presence', 'jabber:client', { type, from, to }))
}
