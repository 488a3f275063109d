import { type LogPosition } from '../intake/draft.ts'
import { type Outbound, type Recorded } from '../intake/outbound.ts'
import { type Session } from './accounts.ts'
import { Behind } from './behind.ts'

/** Messages that arrive while older ones are still fetched from the archive. More than that are fetched as well. */
const heldMax = 1_000
/** Messages that are remembered as had above the first one that is not. Forgotten ones come twice, never not at all. */
const rememberedMax = 10_000
/** While more than this many messages are without a confirmation, no more old ones are fetched. */
const unconfirmedMax = 100
/**
 * The same in UTF-16 units, at one device. While all that are there have more, new messages wait, too: a flood of long ones
 * must not cost a device its stream. One that is slow alone holds nobody up.
 */
const unconfirmedCharsMax = 2_097_152

/** What arrived meanwhile; `to` are the devices that it was for, null where it is for all that are there. */
type Held = { readonly message: Recorded; readonly to: readonly Session[] | null }

type Sent = {
  /** Kept to be sent to another device; null once confirmed. */
  message: Recorded | null
  holders: readonly Session[]
}

/**
 * Which of the messages for a person some device of his has (XEP-0160).
 *
 * One number says it for all that is old: everything up to it was confirmed. Above it are those that were sent and that
 * nobody confirmed, and those that were confirmed while an older one was not. When the last device goes, the number stays
 * before the first unconfirmed message, and the next device gets what comes after it, less what was confirmed.
 */
export class Inbox {
  /** Everything up to it was given to a device. */
  #givenTo: LogPosition = -1
  #storedTo: LogPosition = -1
  readonly #sent = new Map<LogPosition, Sent>()
  #unconfirmed = 0
  /** UTF-16 units that nobody has confirmed, by who holds them. */
  readonly #unconfirmedChars = new Map<Session, number>()
  /** There may be messages above `#givenTo` that nobody was given. So it is at the start, when nobody knows. */
  #isWaiting = true
  /** Not null while older messages are being fetched: what arrives in the meantime. */
  #held: Map<LogPosition, Held> | null = null
  #heldChars = 0
  #overflowed = false
  readonly #behind = new Behind()
  #wake: (() => void) | null = null

  /** What the store knows. */
  restore(deliveredTo: LogPosition): void {
    this.#givenTo = deliveredTo
    this.#storedTo = deliveredTo
  }

  get isWaiting(): boolean {
    return this.#isWaiting
  }

  get isFetching(): boolean {
    return this.#held !== null
  }

  get givenTo(): LogPosition {
    return this.#givenTo
  }

  /**
   * It goes to these devices; to none: it waits.
   * @param isNamed it was for these, and not for all that are there
   */
  give(message: Recorded, to: readonly Session[], isNamed = false): void {
    if (this.#held) {
      this.#behind.waits(message)
      this.#heldChars += message.wire.length
      if (this.#held.size < heldMax && this.#heldChars <= unconfirmedCharsMax) {
        this.#held.set(message.position, { message, to: isNamed ? to : null })
      } else this.#overflowed = true
      return
    }
    // It was fetched between its being on record and now.
    if (message.position <= this.#givenTo || this.#sent.has(message.position)) return
    const open = to.filter(isOpen)
    if (!this.hasRoom(open)) {
      this.#isWaiting = true
      // It is fetched for those, when they have room.
      if (open.some(takes)) this.#behind.waits(message)
      return
    }
    if (!this.#isWaiting) this.#givenTo = Math.max(this.#givenTo, message.position)
    this.#send(message, open)
    this.#behind.given(message.position)
  }

  /** What waits up to that position is not given any more; who is being given something gets it. */
  leaveOut(upTo: LogPosition): void {
    if (this.#isWaiting && !this.#held) this.#givenTo = Math.max(this.#givenTo, upTo)
  }

  /** Older messages are about to be fetched: those that arrive are held back, so that order is kept. */
  startFetching(): void {
    this.#held = new Map()
    this.#heldChars = 0
    this.#overflowed = false
  }

  /**
   * What was fetched, in log order; `message` null where there is nothing to show any more.
   *
   * @returns false when there is no device left
   */
  giveFetched(position: LogPosition, message: Recorded | null, to: readonly Session[]): boolean {
    const open = to.filter(isOpen)
    if (open.length === 0) return false
    this.#givenTo = Math.max(this.#givenTo, position)
    if (message !== null && !this.#sent.has(position)) {
      const named = this.#named(position)
      if (named) this.#send(named.message, named.to)
      // What has just arrived goes out as that, and does not say that it was delayed.
      else this.#send(this.#held?.get(position)?.message ?? message, open)
    }
    this.#behind.given(position)
    return true
  }

  /** The archive had no more. @returns false when some that arrived have to be fetched as well */
  finishFetching(to: readonly Session[]): boolean {
    const held = this.#held ?? new Map<LogPosition, Held>()
    if (this.#overflowed) {
      this.startFetching()
      return false
    }
    this.#held = null
    this.#isWaiting = false
    for (const { message, to: named } of held.values()) {
      const open = named?.filter(isOpen) ?? []
      this.give(message, open.length > 0 ? open : to)
    }
    if (!this.#isWaiting) {
      this.#behind.all()
      return true
    }
    this.startFetching()
    return false
  }

  /** Nobody is there any more, or the archive cannot be read: what was held waits with the rest. */
  abandonFetching(): void {
    // But for what is for a device that has not said that it is there, and is.
    const named = [...(this.#held?.keys() ?? [])].flatMap((position) => this.#named(position) ?? [])
    this.#held = null
    this.#isWaiting = true
    for (const { message, to } of named) this.give(message, to)
    this.#behind.all()
  }

  /** Something else for this device: it goes at once, or behind messages of the same sender that wait. */
  pass(session: Session, out: Outbound): void {
    if (!this.#behind.keeps(session, out)) session.resource.send(out)
  }

  /** What is held for a device that is still connected. */
  #named(position: LogPosition): { readonly message: Recorded; readonly to: Session[] } | null {
    const held = this.#held?.get(position)
    const open = held?.to?.filter(isOpen) ?? []
    return held && open.length > 0 ? { message: held.message, to: open } : null
  }

  /** Whether one more message, of whatever length, may go to one of these before it has confirmed others. */
  hasRoom(to: readonly Session[]): boolean {
    return to.some((session) => (this.#unconfirmedChars.get(session) ?? 0) <= unconfirmedCharsMax)
  }

  /** Resolves when few messages are without a confirmation, or nobody is there. @param takers those who are there then */
  async room(takers: () => readonly Session[]): Promise<void> {
    for (;;) {
      const to = takers()
      if (to.length === 0 || (this.#unconfirmed <= unconfirmedMax && this.hasRoom(to))) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** A device has come or gone, or has confirmed something: who waits for room looks again. */
  wakeUp(): void {
    this.#wake?.()
    this.#wake = null
  }

  /** A device has it. */
  confirm(position: LogPosition): void {
    const sent = this.#sent.get(position)
    if (!sent || sent.message === null) return
    this.#unconfirmed -= 1
    this.#count(sent.holders, -sent.message.wire.length)
    sent.message = null
    sent.holders = []
    if (this.#unconfirmed <= unconfirmedMax) this.wakeUp()
    if (this.#sent.size > rememberedMax) this.#forget()
  }

  /** These were disposed of: what nobody has confirmed of them goes to nobody else. */
  forget(gone: ReadonlySet<LogPosition>): void {
    for (const position of this.#sent.keys()) if (gone.has(position)) this.confirm(position)
    for (const position of this.#held?.keys() ?? [])
      if (gone.has(position)) this.#held?.delete(position)
  }

  /** The device is gone for good. @returns what no device has: it is given to these, or waits */
  gone(session: Session, others: readonly Session[]): void {
    const orphans: Recorded[] = []
    for (const [position, sent] of this.#sent) {
      if (sent.message === null || !sent.holders.includes(session)) continue
      sent.holders = sent.holders.filter((holder) => holder !== session)
      if (sent.holders.length > 0) continue
      orphans.push(sent.message)
      this.#sent.delete(position)
      this.#unconfirmed -= 1
    }
    this.#unconfirmedChars.delete(session)
    this.wakeUp()
    for (const message of orphans.toSorted((a, b) => a.position - b.position)) {
      if (this.hasRoom(others)) this.#send(message, others)
      else this.#takeBack(message.position)
    }
  }

  /** What is to be stored: everything up to it was confirmed. */
  get deliveredTo(): LogPosition {
    let first = this.#givenTo + 1
    for (const [position, { message }] of this.#sent) {
      if (message !== null && position < first) first = position
    }
    return first - 1
  }

  get isDirty(): boolean {
    return this.deliveredTo !== this.#storedTo
  }

  /** @returns what is to be stored, which counts as stored from now on */
  store(): LogPosition {
    const position = this.deliveredTo
    for (const [at, { message }] of this.#sent) {
      if (message === null && at <= position) this.#sent.delete(at)
    }
    this.#storedTo = position
    return position
  }

  #send(message: Recorded, to: readonly Session[]): void {
    this.#sent.set(message.position, { message, holders: to })
    this.#unconfirmed += 1
    this.#count(to, message.wire.length)
    // Last, because a device that cannot take more is closed by it, and then it is `gone()` already.
    for (const { resource } of to) resource.send(message)
  }

  #count(holders: readonly Session[], chars: number): void {
    for (const holder of holders) {
      this.#unconfirmedChars.set(holder, (this.#unconfirmedChars.get(holder) ?? 0) + chars)
    }
  }

  #takeBack(position: LogPosition): void {
    this.#givenTo = Math.min(this.#givenTo, position - 1)
    this.#isWaiting = true
  }

  #forget(): void {
    for (const [position, { message }] of this.#sent) {
      if (message === null) this.#sent.delete(position)
    }
  }
}

/** It takes what is sent to the bare JID. */
export function takes({ presence, priority }: Session): boolean {
  return presence !== null && priority >= 0
}

function isOpen({ isClosed }: Session): boolean {
  return !isClosed
}
