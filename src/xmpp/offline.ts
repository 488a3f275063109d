// XEP-0160: Best Practices for Handling Offline Messages, version 1.0.1
// Source: https://xmpp.org/extensions/xep-0160.html
import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { type LogPosition } from '../intake/draft.ts'
import { Recorded } from '../intake/outbound.ts'
import { type HistoryItem, type History } from '../history/ports.ts'
import { type Account, type Accounts, takers } from './accounts.ts'
import { type AccountStore } from './ports.ts'

/** How far behind the stored positions may be. A crash in that time means messages that come twice. */
const storeDelayMs = 1_000

/** Gives people what came while no device of theirs could take it. */
export type Offline = {
  /** A device can take messages now: it gets what waits, oldest first, in the background. */
  arrived(account: Account): void
  /** A client has come that fetches from the archive what is there up to this position: that is not delivered late. */
  leftToArchive(account: Account, position: LogPosition): void
  /** The position of this account has moved: it is stored within a second. */
  touched(account: Account): void
  /** Stores what is not stored. */
  flush(): Promise<void>
  close(): Promise<void>
}

export function createOffline(parts: {
  readonly domain: string
  readonly history: History
  readonly store: AccountStore
  readonly accounts: Accounts
  readonly timer: Timer
  readonly log: Log
}): Offline {
  const { history, store, accounts, timer, log, domain } = parts
  const dirty = new Set<Account>()
  let cancel: (() => void) | null = null
  history.onGone((gone) => {
    for (const account of accounts.all()) account.inbox.forget(gone)
  })

  async function flush(): Promise<void> {
    cancel?.()
    cancel = null
    const moved = [...dirty].filter(({ inbox }) => inbox.isDirty)
    dirty.clear()
    if (moved.length === 0) return
    await store.saveDelivered(
      moved.map(({ person, inbox }) => ({ owner: person.id, deliveredTo: inbox.store() })),
    )
  }

  function touched(account: Account): void {
    dirty.add(account)
    cancel ??= timer.after(storeDelayMs, () => {
      flush().catch((error: unknown) => {
        // The positions are older than they could be: the next change writes them again, and until then a crash costs copies.
        log.error('xmpp.positions-not-stored', { error: String(error) })
      })
    })
  }

  async function fetchWaiting(account: Account): Promise<void> {
    const { inbox, person } = account
    inbox.startFetching()
    for (;;) {
      await inbox.room(() => takers(account))
      const after = inbox.givenTo
      const { items, complete } = await history.undelivered(person.id, after)
      // A device went meanwhile, and took back what it had not confirmed.
      if (inbox.givenTo < after) continue
      const given = giveSome(account, items, domain)
      touched(account)
      if (takers(account).length === 0) break
      if (complete && given === items.length && inbox.finishFetching(takers(account))) return
    }
    inbox.abandonFetching()
  }

  return {
    arrived(account) {
      const { inbox } = account
      inbox.wakeUp()
      if (!inbox.isWaiting || inbox.isFetching) return
      fetchWaiting(account).catch((error: unknown) => {
        if (error instanceof FatalError) throw error
        inbox.abandonFetching()
        log.error('xmpp.offline-not-delivered', { error: String(error) })
      })
    },
    leftToArchive(account, position) {
      account.inbox.leaveOut(position)
      touched(account)
    },
    touched,
    flush,
    async close() {
      for (const account of accounts.all()) if (account.inbox.isDirty) dirty.add(account)
      await flush()
    },
  }
}

/** What there is no room for is fetched anew later: it may have been taken back by then. @returns how many were given */
function giveSome(account: Account, items: readonly HistoryItem[], domain: string): number {
  const { inbox, bare } = account
  const stamp = { by: bare, delayedBy: domain }
  let given = 0
  for (const item of items) {
    const to = takers(account)
    if (!inbox.hasRoom(to)) break
    if (!inbox.giveFetched(item.position, messageOf(item, stamp), to)) break
    given += 1
  }
  return given
}

/** XEP-0203 says when it came. What was retracted meanwhile is not shown to anybody any more (XEP-0424 section 5). */
function messageOf(item: HistoryItem, stamp: { by: string; delayedBy: string }): Recorded | null {
  if (item.content.kind === 'retracted') return null
  return Recorded.again(item.content.opened).stamped(stamp)
}
