import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { type PersonId } from '../directory/ports.ts'
import { type SignInStore } from './ports.ts'

/** How old what is stored may be. A crash in that time forgets sign-ins. */
const storeDelayMs = 1_000

/** When everybody has signed in last. Administrators ask for it (XEP-0133). */
export type SignIns = {
  /** @param at ms since 1970 */
  came(person: PersonId, at: number): void
  /** ms since 1970; null where it is not known. */
  last(person: PersonId): Promise<number | null>
  /** Stores what is not stored. */
  close(): Promise<void>
}

/** Stored once a second for all who came: a sign-in does not wait for it. */
export function createSignIns({
  signInStore: store,
  timer,
  log,
}: {
  readonly signInStore: SignInStore
  readonly timer: Timer
  readonly log: Log
}): SignIns {
  let fresh = new Map<PersonId, number>()
  let saving: ReadonlyMap<PersonId, number> = new Map()
  let cancel: (() => void) | null = null

  async function save(): Promise<void> {
    cancel?.()
    cancel = null
    if (fresh.size === 0) return
    saving = fresh
    fresh = new Map()
    await store.save([...saving].map(([person, at]) => ({ person, at })))
  }

  return {
    came(person, at) {
      fresh.set(person, at)
      cancel ??= timer.after(storeDelayMs, () => {
        save().catch((error: unknown) => {
          // They are known until the next ones are written, and forgotten at a stop.
          log.error('xmpp.sign-ins-not-stored', { error: String(error) })
        })
      })
    },
    last: async (person) => fresh.get(person) ?? saving.get(person) ?? (await store.last(person)),
    close: save,
  }
}
