import { type PersonId } from '../../directory/ports.ts'

/** Where one client of a person is to be woken (XEP-0357 section 5). */
export type PushTarget = {
  /** Of the push service, as a JID. */
  readonly service: string
  readonly node: string
  /** What the service asks to be given with each notification: names and values of a form. */
  readonly options: readonly (readonly [name: string, value: string])[]
  /** The installation that asked for it: what it says of itself (XEP-0388), or else its resource. */
  readonly client: string
}

/** Keeps them, sealed. It is not on record: it is the person's own arrangement. */
export type PushStore = {
  /** Those of everybody. */
  load(): Promise<ReadonlyMap<PersonId, readonly PushTarget[]>>
  /** In place of what was there; none of them leaves nothing. Durable when it returns. */
  save(owner: PersonId, targets: readonly PushTarget[]): Promise<void>
}
