// What is on its way to other servers: it is on record, so that a server that was killed takes it up again.
import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { type Directory } from '../../directory/ports.ts'
import { type HistoryItem, type Outbox } from '../../history/ports.ts'
import { type LogPosition } from '../../intake/draft.ts'
import { outboxArchive } from '../../intake/outbox.ts'
import { outsiderId } from '../../intake/outsider.ts'
import { Recorded } from '../../intake/outbound.ts'
import { type Intake } from '../../intake/ports.ts'
import { type AccountStore } from '../ports.ts'
import { type Returned } from '../returned.ts'
import { type Parcel, type Sent } from '../services.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'

/** How far behind the stored position may be. After a kill what lies between is found on record, message by message. */
const storeDelayMs = 1_000

export type OnItsWay = {
  /** A message is handed over. What comes back with its parcel says what becomes of it. */
  readonly track: (sent: Sent) => Pick<Parcel, 'failed' | 'had'>
  /** Takes up what was on its way when this server ended. Called once, with the way to other servers. */
  resume(deliver: (parcel: Parcel) => void): Promise<void>
  /** From now on what cannot be handed over is left to the next start. */
  stop(): void
  /** Stores how far all is settled. */
  close(): Promise<void>
}

export type OnItsWayParts = {
  readonly outbox: Outbox
  readonly store: Pick<AccountStore, 'load' | 'saveDelivered'>
  readonly intake: Pick<Intake, 'mark'>
  readonly directory: Pick<Directory, 'get'>
  readonly returned: Returned
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
  /** What is older at a start is not sent any more; in ms. */
  readonly giveUpMs: number
  readonly fatal: (error: unknown) => void
}

export function createOnItsWay(parts: OnItsWayParts): OnItsWay {
  const { outbox, intake, log, fatal } = parts
  const settled = createSettled(parts)
  let isStopping = false

  function track(sent: Sent): Pick<Parcel, 'failed' | 'had'> {
    const { message, sender, to } = sent
    const { position, about } = message
    settled.begun(position)
    return {
      had(kind) {
        const { conversation } = about
        const members = [sender, outsiderId(to.bare)]
        intake.mark({ kind, about: { conversation, members }, position })
        settled.ended(position)
      },
      failed(why) {
        if (!isStopping) tell(sent, why).catch(fatal)
      },
    }
  }

  /** If we stop before the error is on record, the next start finds the message, and tells its sender then. */
  async function tell(sent: Sent, why: StanzaError): Promise<void> {
    try {
      await parts.returned(sent, why)
      settled.ended(sent.message.position)
    } catch (refusal) {
      if (!(refusal instanceof StanzaError)) throw refusal
      log.warn('s2s.return-not-recorded', { why: refusal.message })
    }
  }

  function takeUp(item: HistoryItem, deliver: (parcel: Parcel) => void): void {
    const sent = sentOf(item, parts.directory)
    // What was taken back meanwhile is not sent; the retraction is on its way itself.
    if (!sent || item.content.kind === 'retracted') return
    const parcel = { out: sent.message, to: sent.to, since: item.at, ...track(sent) }
    if (parts.clock.now() - item.at >= parts.giveUpMs) parcel.failed?.(tooLate)
    else deliver(parcel)
  }

  return {
    track,
    async resume(deliver) {
      const { positions, isWhole } = await outbox.unsettled(await settled.load())
      if (!isWhole) log.warn('s2s.queue-cut-off', { kept: positions.length })
      let rest = positions
      while (rest.length > 0) {
        const page = await outbox.read(rest)
        for (const item of page.items) takeUp(item, deliver)
        rest = page.rest
      }
      if (positions.length > 0) log.info('s2s.taken-up', { messages: positions.length })
      settled.loaded()
    },
    stop() {
      isStopping = true
    },
    close: async () => await settled.flush(),
  }
}

const tooLate = new StanzaError('remote-server-timeout', {
  text: 'This server was stopped before the other one had confirmed this message: it may not have arrived.',
})

/** Null where its addresses are none any more. */
function sentOf(
  { content: { opened } }: HistoryItem,
  directory: Pick<Directory, 'get'>,
): Sent | null {
  const { sender, device, to: address, message_id: id } = opened.envelope
  const to = parseJid(address)
  if (sender === null || !to) return null
  const bare = directory.get(sender)?.address
  // Whoever is gone is told nothing; what he has said is sent all the same.
  const from = parseJid(bare === undefined ? to.domain : `${bare}/${device}`)
  return from && { message: Recorded.again(opened), sender, from, to, id }
}

/** Which of the messages on record need not be looked for at the next start: all up to one position, as an inbox has it. */
function createSettled({ store, timer, log }: OnItsWayParts): {
  begun(position: LogPosition): void
  ended(position: LogPosition): void
  load(): Promise<LogPosition>
  /** From now on the position may move. */
  loaded(): void
  flush(): Promise<void>
} {
  const open = new Set<LogPosition>()
  let newest: LogPosition = -1
  let stored: LogPosition = -1
  let isLoaded = false
  let cancel: (() => void) | null = null

  async function flush(): Promise<void> {
    cancel?.()
    cancel = null
    let deliveredTo = newest
    for (const position of open) deliveredTo = Math.min(deliveredTo, position - 1)
    if (!isLoaded || deliveredTo <= stored) return
    await store.saveDelivered([{ owner: outboxArchive, deliveredTo }])
    stored = deliveredTo
  }

  return {
    begun(position) {
      open.add(position)
      newest = Math.max(newest, position)
    },
    ended(position) {
      open.delete(position)
      cancel ??= timer.after(storeDelayMs, () => {
        flush().catch((error: unknown) => {
          if (error instanceof FatalError) throw error
          // The next message moves it again, and until then a start has more to look at.
          log.error('s2s.position-not-stored', { error: String(error) })
        })
      })
    },
    async load() {
      const { deliveredTo } = await store.load(outboxArchive)
      stored = deliveredTo
      return deliveredTo
    },
    loaded() {
      isLoaded = true
    },
    flush,
  }
}
