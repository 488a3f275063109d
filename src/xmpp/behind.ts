// RFC 6120 section 10.1: what one entity sends to another arrives in its order.
import { type LogPosition } from '../intake/draft.ts'
import { type Outbound, type Recorded } from '../intake/outbound.ts'
import { type Session } from './accounts.ts'

/** People of whom messages wait at one account. Of more than that other stanzas may come before their messages. */
const sendersMax = 1_000
/** Stanzas that wait behind messages at one account. When there is one more, all of them go on at once, in their order. */
const stanzasMax = 1_000

type Kept = { readonly after: LogPosition; readonly session: Session; readonly out: Outbound }

/** Stanzas that are no messages for the inbox (presence, requests, chat states), behind messages of the same sender that wait in it. */
export class Behind {
  /** The newest message that waits, by its sender's bare JID. */
  readonly #senders = new Map<string, LogPosition>()
  #kept: Kept[] = []

  /** This message waits. */
  waits(message: Recorded): void {
    const sender = bareOf(fromOf(message) ?? '')
    if (this.#senders.size >= sendersMax && !this.#senders.has(sender)) return
    this.#senders.set(sender, message.position)
  }

  /** @returns false where it may go at once */
  keeps(session: Session, out: Outbound): boolean {
    if (this.#senders.size === 0) return false
    const from = fromOf(out)
    // What the account itself answers its device is not of the person's other devices.
    if (from === null || from === session.account.bare) return false
    const after = this.#senders.get(bareOf(from))
    if (after === undefined) return false
    if (this.#kept.length >= stanzasMax) {
      this.all()
      return false
    }
    this.#kept.push({ after, session, out })
    return true
  }

  /** The message at this position was given, or is not to be shown any more. */
  given(position: LogPosition): void {
    if (this.#senders.size === 0) return
    for (const [sender, newest] of this.#senders)
      if (newest <= position) this.#senders.delete(sender)
    const free = this.#kept.filter(({ after }) => after <= position)
    this.#kept = this.#kept.filter(({ after }) => after > position)
    go(free)
  }

  /** There is nothing to wait for any more. */
  all(): void {
    const free = this.#kept
    this.#kept = []
    this.#senders.clear()
    go(free)
  }
}

function go(free: readonly Kept[]): void {
  for (const { session, out } of free) if (!session.isClosed) session.resource.send(out)
}

/** As it stands in the opening tag; null where it does not say. */
function fromOf({ wire }: Outbound): string | null {
  const tag = wire.slice(0, wire.indexOf('>'))
  return /\sfrom='([^']*)/.exec(tag)?.[1] ?? null
}

function bareOf(from: string): string {
  return from.split('/', 1)[0] ?? from
}
