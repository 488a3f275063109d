import { type PersonId } from '../../directory/ports.ts'

/** Who may read a node: XEP-0060 section 4.5. */
export type AccessModel = 'open' | 'presence' | 'roster' | 'authorize' | 'whitelist'

/** How a node is set up, XEP-0060 section 8.2. */
export type NodeConfig = {
  readonly title: string
  readonly description: string
  /** `pubsub#type`: the payloads' namespace. */
  readonly payloadType: string
  readonly accessModel: AccessModel
  readonly rosterGroups: readonly string[]
  /** False: items are told and not kept. */
  readonly persistItems: boolean
  /** null is `max`: as many as the server keeps. */
  readonly maxItems: number | null
  /** null is `max`: they stay. */
  readonly itemExpireSeconds: number | null
  readonly sendLast: 'never' | 'on_sub' | 'on_sub_and_presence'
  readonly deliverNotifications: boolean
  readonly deliverPayloads: boolean
  readonly notifyRetract: boolean
  readonly notifyDelete: boolean
  readonly notifyConfig: boolean
  readonly notificationType: 'normal' | 'headline'
  readonly allowSubscriptions: boolean
}

export type NodeSubscription = {
  /** Bare or full. */
  readonly jid: string
  readonly subid: string
}

/** One node of a person. */
export type PepNode = {
  readonly name: string
  readonly config: NodeConfig
  /** ms since 1970 */
  readonly createdAt: number
  /** By bare JID; the owner is the person himself, and is not named. */
  readonly affiliations: Readonly<Record<string, 'member' | 'outcast'>>
  readonly subscriptions: readonly NodeSubscription[]
  /** Subscriptions that wait for the owner. */
  readonly requests: readonly NodeSubscription[]
}

/** One item of a node. */
export type KeptItem = {
  readonly id: string
  /** ms since 1970 */
  readonly at: number
  /** Bare JID. */
  readonly publisher: string
  /** Where the publish is on record: its bytes are there. Null: only the owner can read it, and it lies here. */
  readonly position: number | null
  /** XML that stands alone, '' for none. Null where it is on record. */
  readonly payload: string | null
}

/** Which items of a node: those with these ids, or the newest ones. */
export type ItemChoice =
  | { readonly ids: readonly string[] }
  /** 1 to 10,000. */
  | { readonly newest: number }

/** Keeps what people publish about themselves. Names, payloads and settings lie sealed. */
export type PepStore = {
  nodes(owner: PersonId): Promise<readonly PepNode[]>
  /** Durable when it returns, as are all writes here. */
  saveNode(owner: PersonId, node: PepNode): Promise<void>
  /** With its items. Fine when there is none. */
  deleteNode(owner: PersonId, name: string): Promise<void>
  /** Oldest first; those that are there. */
  items(owner: PersonId, name: string, choice: ItemChoice): Promise<readonly KeptItem[]>
  /** The item becomes the newest one; one with the same id, and the oldest ones beyond `keep`, go. */
  putItem(owner: PersonId, name: string, item: KeptItem, keep: number): Promise<void>
  /** The same items with other places, in the order that they have. */
  replaceItems(owner: PersonId, name: string, items: readonly KeptItem[]): Promise<void>
  /** Null: all of them. */
  removeItems(owner: PersonId, name: string, ids: readonly string[] | null): Promise<void>
  /** Which of these people have a node with one of these names. @param owners 10,000 at most @param names 1,000 at most */
  holders(owners: readonly PersonId[], names: readonly string[]): Promise<readonly PersonId[]>
}
