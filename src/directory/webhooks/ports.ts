import { type LogPosition, type PersonId } from '../../record/types.ts'

/** Where events of a bot go. */
export type Webhook = {
  /** 32 hex digits. It is no secret. */
  readonly id: string
  readonly bot: PersonId
  readonly url: string
  /** `message`, `verdict`, `alarm`. */
  readonly types: readonly string[]
  /** Names of slash commands, without the slash. */
  readonly commands: readonly string[]
  readonly enabled: boolean
}

export type WebhookAct =
  | ({ readonly kind: 'webhook.make' } & Omit<Webhook, 'enabled'>)
  /** It was taken away, by whoever acts; had failed for a day, or was turned off; is on again. */
  | {
      readonly kind: 'webhook.remove' | 'webhook.disable' | 'webhook.enable'
      readonly webhook: string
    }

/** How far a webhook is. It is no act: what is behind it is delivered, perhaps once more. */
export type Progress = {
  /** Everything up to there was taken. */
  readonly cursor: LogPosition
  /** ms since 1970; null: the last try went well. */
  readonly failingSince: number | null
}

/** What became of one try. */
export type Delivery = {
  /** As people see it, XEP-0359: which event. */
  readonly event: string
  /** ms since 1970 */
  readonly at: number
  /** The answer's; null: there was none. */
  readonly status: number | null
  readonly outcome: 'taken' | 'refused' | 'timeout' | 'connection' | 'address'
  /** Of this event, this one among them. */
  readonly attempts: number
}

export type StoredWebhook = Webhook & Progress

/** Keeps webhooks. Addresses and secrets lie sealed. Each is durable when it resolves. */
export type WebhookState = {
  load(): Promise<{ readonly applied: LogPosition; readonly webhooks: readonly StoredWebhook[] }>
  /** Both or neither; what is applied already changes nothing. A new one begins at its act. */
  apply(act: WebhookAct, at: { readonly position: LogPosition }): Promise<void>
  /** Before the act that names it: a secret is on no record. */
  putSecret(id: string, secret: Uint8Array): Promise<void>
  secretOf(id: string): Promise<Uint8Array | null>
  progress(id: string, progress: Progress): Promise<void>
  /** The newest 1,000 of a webhook are kept. */
  noteDelivery(id: string, delivery: Delivery): Promise<void>
  /** The newest first. */
  deliveries(id: string, limit: number): Promise<readonly Delivery[]>
}

/** What became of an attempt to give something to a program at an address. */
export type Posted =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Uint8Array }
  /** `address`: nothing is sent there, as it is none of the networks that may be reached. */
  | { readonly kind: 'failed'; readonly why: 'timeout' | 'connection' | 'address' }

/** Sends to programs elsewhere, over HTTPS, and to no address of a private network. Follows no redirect. */
export type Post = {
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Posted>
  /** @throws {OperatorError} for an address to which nothing is sent, as far as it can be told from it */
  mustBeReachable(url: string): void
  /** Ends what is under way; nothing is sent any more. */
  close(): void
}

/** What sends events to where webhooks are. */
export type Deliveries = {
  /** Once more, by hand. @throws {OperatorError} where there is no such webhook or event */
  again(webhook: string, event: string): Promise<Posted>
  /** Nothing is sent any more. Resolves when what was under way is noted. */
  close(): Promise<void>
}
