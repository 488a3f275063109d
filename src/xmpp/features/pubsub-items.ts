// XEP-0060: Publish-Subscribe, version 1.30.0, section 6.5: Retrieve Items from a Node
// Source: https://xmpp.org/extensions/xep-0060.html
import { type Element, elements } from '../../xml/element.ts'
import { type IqAnswer } from '../host.ts'
import { isPrivate } from '../pep/access.ts'
import { pubsubError, unsupported } from '../pep/errors.ts'
import { itemsAnswer } from '../pep/items.ts'
import { itemsPerNodeMax } from '../pep/limits.ts'
import { nodeNamed, NS_PUBSUB } from '../pep/names.ts'
import { type KeptItem, type PepNode } from '../pep/ports.ts'
import { buildPageAnswer, type PageRequest, readPageRequest } from '../wire/rsm.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { isOf, readableNode, type Visit } from './pubsub-visit.ts'

/** The items that are asked for, oldest first: all, the newest ones, those with some ids, or a page (XEP-0059). */
export async function pubsubItems(
  visit: Visit,
  action: Element,
  request: Element,
): Promise<IqAnswer> {
  const { host, owner, from } = visit
  const node = await readableNode(visit, nodeNamed(action))
  if (!node.config.persistItems) throw unsupported('persistent-items')
  checkSubscription(node, action, visit)
  const ids = elements(action)
    .filter(({ name, ns: of }) => name === 'item' && of === NS_PUBSUB)
    .map(({ attrs }) => attrs['id'] ?? '')
  const asked = readPageRequest(request)
  const all = await host.pep.kept(
    owner,
    node.name,
    ids.length > 0 ? { ids } : { newest: newestAsked(action) },
  )
  const chosen = asked && ids.length === 0 ? pageOf(all, asked) : all
  const items = await host.pep.open(chosen)
  const isCut = items.length < all.length
  const first = items[0]?.kept
  const page =
    asked || isCut
      ? buildPageAnswer({
          first: first?.id ?? null,
          last: items.at(-1)?.kept.id ?? null,
          ...(first && { index: all.indexOf(first) }),
          count: all.length,
        })
      : null
  return {
    out: (iq) =>
      itemsAnswer(iq, from.jid, owner.bare, {
        node: node.name,
        items,
        page,
        isPrivate: isPrivate(node),
      }),
  }
}

/** Section 6.5.9.2: there is one subscription an address, so that nobody has to say which he means. */
function checkSubscription({ subscriptions }: PepNode, { attrs }: Element, { from }: Visit): void {
  const { subid } = attrs
  const mine = subscriptions.filter(({ jid }) => isOf(jid, from))
  if (subid === undefined || mine.length === 0 || mine.some((one) => one.subid === subid)) return
  throw pubsubError('not-acceptable', 'invalid-subid')
}

/** Section 6.5.7. */
function newestAsked({ attrs }: Element): number {
  const { max_items: text } = attrs
  if (text === undefined) return itemsPerNodeMax
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw new StanzaError('bad-request')
  return Math.min(Number(text), itemsPerNodeMax)
}

/** XEP-0059 section 2. @throws {StanzaError} item-not-found, for an id that is not there */
function pageOf(all: readonly KeptItem[], page: PageRequest): readonly KeptItem[] {
  const max = page.max ?? itemsPerNodeMax
  const at = (id: string): number => {
    const found = all.findIndex((item) => item.id === id)
    if (found < 0) throw new StanzaError('item-not-found')
    return found
  }
  if (page.before !== null) {
    const end = page.before === '' ? all.length : at(page.before)
    return all.slice(Math.max(0, end - max), end)
  }
  const start = page.after === null ? (page.index ?? 0) : at(page.after) + 1
  return all.slice(start, start + max)
}
