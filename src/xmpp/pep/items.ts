// XEP-0060 section 6.5: reading the items of a node.
import { type History } from '../../history/ports.ts'
import { type Outbound, Recorded } from '../../intake/outbound.ts'
import { publishedIn } from '../../intake/published.ts'
import { el, type Element } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { escapeAttr, serialize } from '../../xml/serialize.ts'
import { ownSays, serverSays } from '../reply.ts'
import { type Jid } from '../wire/jid.ts'
import { ns } from '../wire/names.ts'
import { NS_PUBSUB } from './names.ts'
import { type KeptItem } from './ports.ts'

/** Characters of one answer; the rest is asked for by pages. One item always fits. */
const answerUnitsMax = 1_048_576
/** Items that are opened at once. */
const opensMax = 16

/** It was small enough when it was published. */
const limits = { ...defaultXmlLimits, stanzaBytesMax: Number.MAX_SAFE_INTEGER }

/** An item whose payload is at hand. */
export type OpenItem = {
  readonly kept: KeptItem
  /** Null where only the owner can read it. */
  readonly recorded: Recorded | null
  /** XML that stands alone, '' for none. */
  readonly payload: string
}

/** With their payloads, in the same order; fewer where they are long, or were disposed of. */
export async function openItems(
  history: Pick<History, 'published'>,
  items: readonly KeptItem[],
): Promise<readonly OpenItem[]> {
  const opened: OpenItem[] = []
  let units = 0
  for (let from = 0; from < items.length && units < answerUnitsMax; from += opensMax) {
    for (const item of await openSome(history, items.slice(from, from + opensMax))) {
      if (opened.length > 0 && units + item.payload.length > answerUnitsMax) return opened
      units += item.payload.length
      opened.push(item)
    }
  }
  return opened
}

async function openSome(
  history: Pick<History, 'published'>,
  items: readonly KeptItem[],
): Promise<readonly OpenItem[]> {
  const positions = items.flatMap(({ position }) => (position === null ? [] : [position]))
  const records = positions.length === 0 ? [] : await history.published(positions)
  let next = 0
  return items.flatMap((kept): OpenItem[] => {
    if (kept.payload !== null) return [{ kept, recorded: null, payload: kept.payload }]
    const opened = records[next++]
    // It was disposed of: nobody has it any more.
    if (!opened) return []
    const recorded = Recorded.again(opened)
    return [{ kept, recorded, payload: publishedIn(recorded.wire) }]
  })
}

export function payloadElement({ payload }: Pick<OpenItem, 'payload'>): Element | null {
  return payload === '' ? null : parseFrame(payload, limits)
}

type Answer = {
  readonly node: string
  readonly items: readonly OpenItem[]
  /** XEP-0059. */
  readonly page: Element | null
  /** Only its owner can read it. */
  readonly isPrivate: boolean
}

/** The answer to an `items` request: of recorded bytes, or of the person's own to himself. */
export function itemsAnswer(iq: Element, to: Jid, owner: string, answer: Answer): Outbound {
  const { node, items, page } = answer
  const head = { type: 'result', id: iq.attrs['id'] ?? '', from: owner, to: to.text }
  const whole = (...inside: readonly Element[]): Element => {
    const list = el('items', NS_PUBSUB, { node }, ...inside)
    return el('iq', ns.client, head, el('pubsub', NS_PUBSUB, {}, list, ...(page ? [page] : [])))
  }
  if (answer.isPrivate) {
    return ownSays(
      whole(
        ...items.map((item) => {
          const payload = payloadElement(item)
          return el('item', NS_PUBSUB, { id: item.kept.id }, ...(payload ? [payload] : []))
        }),
      ),
    )
  }
  const records = items.flatMap(({ recorded }) => (recorded ? [recorded] : []))
  if (records.length === 0) return serverSays(whole())
  return Recorded.gathered(records, (payloads) => {
    const list = payloads.map((payload, at) => itemAround(items[at], payload)).join('')
    const { type, id, from, to: reader } = head
    return (
      `<iq xmlns='${ns.client}' type='${type}' id='${escapeAttr(id)}' from='${escapeAttr(from)}' to='${escapeAttr(reader)}'>` +
      `<pubsub xmlns='${NS_PUBSUB}'><items node='${escapeAttr(node)}'>${list}</items>` +
      `${page ? serialize(page, NS_PUBSUB) : ''}</pubsub></iq>`
    )
  })
}

function itemAround(item: OpenItem | undefined, payload: string): string {
  return `<item id='${escapeAttr(item?.kept.id ?? '')}'>${payload}</item>`
}
