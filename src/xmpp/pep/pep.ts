// XEP-0163 on XEP-0060: what people publish about themselves. The one place that changes it.
import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type Directory } from '../../directory/ports.ts'
import { type History } from '../../history/ports.ts'
import { type Intake } from '../../intake/ports.ts'
import { type Element } from '../../xml/element.ts'
import { type Account, type Accounts, type Session } from '../accounts.ts'
import { type Elsewhere } from '../elsewhere.ts'
import { type Speaker } from '../services.ts'
import { withExpiry } from './expiry.ts'
import { createGreeter } from './greeter.ts'
import { createInterests, type Interests } from './interests.ts'
import { openItems, type OpenItem, payloadElement } from './items.ts'
import { createNodes } from './nodes.ts'
import { type ItemChoice, type KeptItem, type PepNode, type PepStore } from './ports.ts'
import { createPublishing, type Device, type Publishing } from './publishing.ts'
import { recipientsOf } from './recipients.ts'
import { createRights, type Rights } from './rights.ts'
import { createSetup, type Setup } from './setup.ts'

export type PepParts = {
  readonly directory: Directory
  readonly intake: Intake
  readonly history: History
  readonly pepStore: PepStore
  readonly accounts: Accounts
  readonly elsewhere: Elsewhere
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** A request of the server to a device; null without an answer. */
  readonly ask: (session: Session, request: Element) => Promise<Element | null>
}

/** Something has changed at a node, and everybody was told. */
export type PepChange = {
  readonly owner: Account
  /** The device that it came from. */
  readonly by: Device
  readonly node: string
  /** Null: it is gone. */
  readonly item: { readonly id: string; readonly payload: Element | null } | null
}

/** People's nodes, as features see them. */
export type Pep = Publishing &
  Setup & {
    readonly interests: Interests
    nodes(owner: Account): Promise<ReadonlyMap<string, PepNode>>
    /** Oldest first. */
    kept(
      owner: Pick<Account, 'person'>,
      node: string,
      choice: ItemChoice,
    ): Promise<readonly KeptItem[]>
    /** With payloads; fewer where they are long. */
    open(items: readonly KeptItem[]): Promise<readonly OpenItem[]>
    /** The payload of the newest item, or null. */
    newest(owner: Account, node: string): Promise<Element | null>
    /** Section 8.8.4: a subscription was changed by the owner. */
    readonly tellSubscriber: Rights['tellSubscriber']
    /** What a person shares with whom may have changed. */
    readonly contactChanged: (...contact: Parameters<Rights['contactChanged']>) => void
    /** Sends the newest item to a device, where the node's settings say so. */
    sendLast(owner: Account, node: PepNode, to: Speaker): Promise<void>
    /** The device's presence has changed: it is told what it has become interested in. */
    present(session: Session): void
    /** Something that is told besides: when it fails, that is logged. */
    besides(done: Promise<void>): Promise<void>
    onChanged(listener: (change: PepChange) => Promise<void> | void): void
  }

export function createPep(parts: PepParts): Pep {
  const { pepStore, history, log } = parts
  const nodes = createNodes(pepStore)
  const store = withExpiry(pepStore, { nodes, clock: parts.clock })
  const interests = createInterests(parts.ask)
  const listeners: Parameters<Pep['onChanged']>[0][] = []
  const common = {
    ...parts,
    store,
    nodes,
    interests,
    newId: () => parts.random.bytes(16).toString('hex'),
    recipients: (owner: Account, node: PepNode) =>
      recipientsOf({ ...parts, interests }, owner, node),
    changed: async (change: PepChange) => {
      for (const listener of listeners) await listener(change)
    },
  }
  const greeter = createGreeter(common)
  const rights = createRights({ ...common, sendLast: greeter.sendLast })
  const besides = async (done: Promise<void>): Promise<void> => {
    try {
      await done
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('xmpp.pep-not-sent', { error: String(error) })
    }
  }
  const kept: Pep['kept'] = async (owner, node, choice) =>
    await store.items(owner.person.id, node, choice)
  const open: Pep['open'] = async (items) => await openItems(history, items)

  return {
    ...createPublishing(common),
    ...createSetup({
      ...common,
      rightsChanged: async (...change) => await besides(rights.nodeChanged(...change)),
    }),
    interests,
    nodes: async (owner) => await nodes.of(owner.person.id),
    kept,
    open,
    async newest(owner, node) {
      const [item] = await open(await kept(owner, node, { newest: 1 }))
      return item ? payloadElement(item) : null
    },
    tellSubscriber: async (...told) => await besides(rights.tellSubscriber(...told)),
    contactChanged: (...contact) => void besides(rights.contactChanged(...contact)),
    sendLast: greeter.sendLast,
    present: (session) => void besides(greeter.present(session)),
    besides,
    onChanged: (listener) => listeners.push(listener),
  }
}
