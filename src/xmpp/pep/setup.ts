// XEP-0060 sections 6.1 and 8: nodes, their settings, and who is on their lists.
import { el } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { type Account } from '../accounts.ts'
import { type Form } from '../wire/data-form.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { isPrivate } from './access.ts'
import { defaultsOf, withForm } from './config.ts'
import { itemsPerNodeMax } from './limits.ts'
import { NS_EVENT } from './names.ts'
import { configured, settingsEvent } from './notices.ts'
import { type NodeConfig, type KeptItem, type PepNode } from './ports.ts'
import { withReaders } from './rights.ts'
import {
  checkRoom,
  deliver,
  type Device,
  emptyNode,
  keptMax,
  type PublishingParts,
  tell,
} from './publishing.ts'

export type Setup = {
  /** @throws {StanzaError} conflict, where there is one */
  create(owner: Account, by: Device, name: string, form: Form | null): Promise<void>
  configure(owner: Account, by: Device, name: string, form: Form | null): Promise<void>
  /** @param redirect URI of what takes its place, or null */
  remove(owner: Account, by: Device, name: string, redirect: string | null): Promise<void>
  /** Changes what is not settings: affiliations and subscriptions. */
  change(owner: Account, by: Device, name: string, to: (node: PepNode) => PepNode): Promise<PepNode>
}

type SetupParts = PublishingParts & {
  /** Called when a node has other settings, affiliations or subscriptions. */
  readonly rightsChanged: (owner: Account, before: PepNode, after: PepNode) => Promise<void>
}

export function createSetup(parts: SetupParts): Setup {
  const { nodes, changed } = parts

  async function existing(owner: Account, name: string): Promise<PepNode> {
    const node = (await nodes.of(owner.person.id)).get(name)
    if (!node) throw new StanzaError('item-not-found')
    return node
  }

  /** If we stop in between, some items are on record that nobody was given. */
  async function save(
    owner: Account,
    by: Device,
    before: PepNode,
    wanted: PepNode,
  ): Promise<PepNode> {
    const after = withReaders(owner, wanted)
    if (isPrivate(before) && !isPrivate(after)) await openUp(parts, owner, by, after)
    await nodes.save(owner.person.id, after)
    const keep = keptMax(after.config)
    if (keep < keptMax(before.config)) await dropOldest(parts, owner, after.name, keep)
    return after
  }

  return {
    async create(owner, by, name, form) {
      await nodes.inTurn(owner.person.id, async () => {
        const all = await nodes.of(owner.person.id)
        if (all.has(name)) throw new StanzaError('conflict')
        checkRoom(all.size)
        const config = withForm(defaultsOf(name), form)
        const node = emptyNode(name, config, parts.clock.now())
        const event = settingsEvent(node)
        await tell(parts, { owner, by, node, event, act: configured })
        await nodes.save(owner.person.id, node)
      })
    },

    async configure(owner, by, name, form) {
      await nodes.inTurn(owner.person.id, async () => {
        const before = await existing(owner, name)
        const after = { ...before, config: withForm(before.config, form) }
        const event = settingsEvent(after)
        const notice = await tell(parts, { owner, by, node: after, event, act: configured })
        const saved = await save(owner, by, before, after)
        if (after.config.notifyConfig) deliver(parts, owner, saved, notice)
        await parts.rightsChanged(owner, before, saved)
      })
    },

    async remove(owner, by, name, redirect) {
      await nodes.inTurn(owner.person.id, async () => {
        const node = await existing(owner, name)
        const inside = redirect === null ? [] : [el('redirect', NS_EVENT, { uri: redirect })]
        const event = el('delete', NS_EVENT, { node: name }, ...inside)
        const notice = await tell(parts, { owner, by, node, event, act: { act: 'delete' } })
        await nodes.remove(owner.person.id, name)
        if (node.config.notifyDelete) deliver(parts, owner, node, notice)
      })
      await changed({ owner, by, node: name, item: null })
    },

    async change(owner, by, name, to) {
      return await nodes.inTurn(owner.person.id, async () => {
        const before = await existing(owner, name)
        const wanted = to(before)
        if (wanted === before) return before
        if (isPrivate(before)) await tellSettings(parts, owner, by, wanted)
        const after = await save(owner, by, before, wanted)
        await parts.rightsChanged(owner, before, after)
        return after
      })
    },
  }
}

/** What a node is called, and how it is set up, goes on record where others see that from now on. */
async function tellSettings(
  parts: PublishingParts,
  owner: Account,
  by: Device,
  node: PepNode,
): Promise<void> {
  if (isPrivate(node)) return
  await tell(parts, { owner, by, node, event: settingsEvent(node), act: configured })
}

/** Somebody else is about to be able to read what only the owner could: it goes on record first, as if it were published at this moment. */
async function openUp(
  parts: PublishingParts,
  owner: Account,
  by: Device,
  node: PepNode,
): Promise<void> {
  const kept = await parts.store.items(owner.person.id, node.name, { newest: itemsPerNodeMax })
  const recorded: KeptItem[] = []
  for (const item of kept) {
    if (item.payload === null) {
      recorded.push(item)
      continue
    }
    const payload = item.payload === '' ? [] : [parseFrame(item.payload, limits)]
    const inside = el('item', NS_EVENT, { id: item.id }, ...payload)
    const event = el('items', NS_EVENT, { node: node.name }, inside)
    const notice = await tell(parts, {
      owner,
      by,
      node,
      event,
      act: { act: 'publish', item: item.id },
    })
    recorded.push({ ...item, payload: null, position: notice.recorded?.position ?? null })
  }
  await parts.store.replaceItems(owner.person.id, node.name, recorded)
}

const limits = { ...defaultXmlLimits, stanzaBytesMax: Number.MAX_SAFE_INTEGER }

async function dropOldest(
  { store }: PublishingParts,
  owner: Account,
  name: string,
  keep: NonNullable<NodeConfig['maxItems']>,
): Promise<void> {
  const all = await store.items(owner.person.id, name, { newest: itemsPerNodeMax })
  const ids = all.slice(0, Math.max(0, all.length - keep)).map(({ id }) => id)
  if (ids.length > 0) await store.removeItems(owner.person.id, name, ids)
}
