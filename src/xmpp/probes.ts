// RFC 6121 section 4.3.2: answers to presence probes, of servers elsewhere and of clients here.
import { type Directory } from '../directory/ports.ts'
import { type Transient } from '../intake/outbound.ts'
import { el } from '../xml/element.ts'
import { type Accounts, available } from './accounts.ts'
import { isBlocked } from './blocking.ts'
import { sharesPresence } from './iqs.ts'
import { withAddressee } from './presence-fanout.ts'
import { serverSays } from './reply.ts'
import { type Speaker } from './services.ts'
import { type Jid } from './wire/jid.ts'

/** Rules 1 to 4. There is one answer for who has no subscription and for who asks of nobody. */
export async function answerProbe(
  {
    directory,
    accounts,
  }: { readonly directory: Pick<Directory, 'find'>; readonly accounts: Accounts },
  from: Speaker,
  to: Jid,
): Promise<void> {
  const person = directory.find(to.bare)
  const account = person?.enabled ? await accounts.load(person) : null
  // XEP-0191 section 3.2: no answer at all.
  if (account && isBlocked(account, from.jid)) return
  if (!account || !sharesPresence(account, from)) {
    from.send(answerTo('unsubscribed', from, to))
    return
  }
  const there = available(account).filter(({ jid }) => !to.resource || jid.text === to.text)
  if (there.length === 0) from.send(answerTo('unavailable', from, to))
  for (const { presence } of there) {
    if (presence) from.send(withAddressee(presence, from.jid.text))
  }
}

/** Also from a person's bare address: none of his devices is there. */
function answerTo(type: 'unsubscribed' | 'unavailable', from: Speaker, to: Jid): Transient {
  const attrs = { type, from: to.bare, to: from.jid.text }
  return serverSays(el('presence', 'jabber:client', attrs))
}
