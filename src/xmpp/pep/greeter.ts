// XEP-0163 section 4.3.4: the newest item to devices that have just come.
import { type Directory } from '../../directory/ports.ts'
import { type History } from '../../history/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { type Account, type Accounts, type Session } from '../accounts.ts'
import { type Speaker, speakerOf } from '../services.ts'
import { hasTo } from '../subscription-table.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'
import { isPrivate } from './access.ts'
import { type Interests } from './interests.ts'
import { openItems, payloadElement } from './items.ts'
import { NS_EVENT } from './names.ts'
import { type Nodes } from './nodes.ts'
import { lateNotice } from './notices.ts'
import { type PepNode, type PepStore } from './ports.ts'
import { mayBeTold } from './recipients.ts'

type Parts = {
  readonly directory: Directory
  readonly history: Pick<History, 'published'>
  readonly accounts: Accounts
  readonly store: PepStore
  readonly nodes: Nodes
  readonly interests: Interests
  readonly newId: () => string
}

export type Greeter = {
  present(session: Session): Promise<void>
  readonly sendLast: (owner: Account, node: PepNode, to: Speaker) => Promise<void>
}

export function createGreeter(parts: Parts): Greeter {
  const { directory, accounts, store, nodes, interests, history } = parts

  async function sendLast(owner: Account, node: PepNode, to: Speaker): Promise<void> {
    const [kept] = await store.items(owner.person.id, node.name, { newest: 1 })
    if (!kept) return
    const [item] = await openItems(history, [kept])
    if (!item) return
    const reader = to.jid.text
    if (item.recorded) {
      to.send(item.recorded.addressed(reader).delayed(owner.bare))
      return
    }
    if (!isPrivate(node)) return // It is being put on record at this moment, and then everybody is told.
    const payload = payloadElement(item)
    const inside = el('item', NS_EVENT, { id: kept.id }, ...(payload ? [payload] : []))
    const event = el('event', NS_EVENT, {}, el('items', NS_EVENT, { node: node.name }, inside))
    const attrs = { from: owner.bare, id: parts.newId(), type: node.config.notificationType }
    const stanza: Element = el('message', ns.client, attrs, event)
    to.send(lateNotice(stanza, formatDateTime(kept.at)).to(reader))
  }

  /** The person himself, and those whose presence he gets. */
  function whoIsHeard({ account }: Session): ReadonlyMap<string, Account['person']> {
    const heard = new Map([[account.person.id as string, account.person]])
    for (const item of account.roster.values()) {
      const person = hasTo(item) ? directory.find(item.jid) : null
      if (person?.enabled) heard.set(person.id, person)
    }
    return heard
  }

  return {
    sendLast,
    async present(session) {
      const wanted = await interests.update(session)
      if (wanted.length === 0 || session.isClosed) return
      const heard = whoIsHeard(session)
      const owners = [...heard.values()].map(({ id }) => id)
      for (const id of await store.holders(owners, wanted)) {
        const person = heard.get(id)
        if (!person) continue
        const owner = await accounts.load(person)
        const theirs = await nodes.of(id)
        for (const name of wanted) {
          const node = theirs.get(name)
          if (node?.config.sendLast !== 'on_sub_and_presence') continue
          if (mayBeTold(owner, node, session.account)) {
            await sendLast(owner, node, speakerOf(session))
          }
        }
      }
    },
  }
}
