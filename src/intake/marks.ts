import { type Ticks } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { type Record } from '../record/ports.ts'
import { serverRecord } from '../record/server-record.ts'
import {
  type ConversationId,
  type LogPosition,
  type NewRecord,
  type PersonId,
} from '../record/types.ts'
import { createMarksWriter } from './marks-writer.ts'
import { settling } from './outbox.ts'
import { type Intake, type Mark } from './ports.ts'

/** At most one entry a conversation in this time (DESIGN.md §3). */
const coalesceMs = 1_000

/** Conversations whose marks wait. When there are more, the oldest are written early, and new ones are lost if even that is slow. */
const conversationsMax = 10_000

/** Marks of one conversation that wait: devices, persons, messages to other servers. When there are more, they are written early. */
const marksMax = 1_000

/** In a larger room nothing is noted of who has a message on which device (DESIGN.md §3). */
const markedMembersMax = 100

type Waiting = {
  readonly conversation: ConversationId
  readonly members: readonly PersonId[]
  readonly dueAt: number
  /** By `person/device`, as two people may name their devices alike. */
  readonly delivered: Map<string, LogPosition>
  /** By person. */
  readonly displayed: Map<string, LogPosition>
  /** Each of them, as one that was given up may lie between them. */
  readonly handed: Set<LogPosition>
  readonly unanswered: Set<LogPosition>
}

/**
 * Delivery and display marks, recorded coalesced: the newest position of each device and person, and each message that
 * another server has.
 *
 * What waits is lost when the process is killed: it is at most a second of marks, and no message.
 */
export function createMarks(parts: {
  readonly record: Pick<Record, 'append'>
  readonly ticks: Ticks
  readonly timer: Timer
  readonly log: Log
  /** Told of a FatalError: the process has to stop. */
  readonly failed: (error: unknown) => void
}): Pick<Intake, 'mark' | 'flushMarks'> {
  const { ticks, timer, log } = parts
  // In the order in which they are due, as each waits equally long.
  const waiting = new Map<ConversationId, Waiting>()
  const writer = createMarksWriter({ ...parts, hasRoom: wake })
  let cancelTimer: (() => void) | null = null

  function start(entry: Waiting): void {
    waiting.delete(entry.conversation)
    writer.start(recordOf(entry))
  }

  function startDue(): void {
    cancelTimer = null
    const now = ticks.elapsed()
    for (const entry of waiting.values()) {
      if (entry.dueAt > now || writer.isFull()) break
      start(entry)
    }
    wake()
  }

  /** One timer, for the entry that is due first. While the writer is full, it wakes us when it has room. */
  function wake(): void {
    if (cancelTimer || waiting.size === 0 || writer.isFull()) return
    const [first] = waiting.values()
    cancelTimer = timer.after(Math.max((first?.dueAt ?? 0) - ticks.elapsed(), 0), startDue)
  }

  function add(mark: Mark): Waiting | null {
    // Asked for once: of a message from the archive that opens its envelope.
    const { conversation, members } = mark.about
    if (members.length > markedMembersMax) return null
    if (waiting.size >= conversationsMax) {
      const [oldest] = waiting.values()
      if (!oldest || writer.isFull()) {
        log.warn('intake.marks-dropped')
        return null
      }
      start(oldest)
    }
    const dueAt = ticks.elapsed() + coalesceMs
    const entry = { conversation, members, dueAt, ...noMarks() }
    waiting.set(conversation, entry)
    return entry
  }

  return {
    mark(mark) {
      const entry = waiting.get(mark.about.conversation) ?? add(mark)
      if (entry === null) return
      merge(entry, mark)
      if (countOf(entry) >= marksMax) start(entry)
      wake()
    },

    async flushMarks() {
      cancelTimer?.()
      cancelTimer = null
      for (const entry of waiting.values()) {
        await writer.room()
        start(entry)
      }
      await writer.done()
    },
  }
}

type Marks = Pick<Waiting, 'delivered' | 'displayed' | 'handed' | 'unanswered'>

function noMarks(): Marks {
  return { delivered: new Map(), displayed: new Map(), handed: new Set(), unanswered: new Set() }
}

function countOf({ delivered, displayed, handed, unanswered }: Marks): number {
  return delivered.size + displayed.size + handed.size + unanswered.size
}

function merge({ delivered, displayed, ...sent }: Marks, mark: Mark): void {
  if (!('device' in mark)) {
    sent[mark.kind].add(mark.position)
    return
  }
  const isDelivery = mark.kind === 'delivered'
  const marks = isDelivery ? delivered : displayed
  const who = isDelivery ? `${mark.person}/${mark.device}` : mark.person
  marks.set(who, Math.max(mark.position, marks.get(who) ?? 0))
}

/** It enters nobody's archive: reports are made of it, and a start sees what other servers have. */
function recordOf({ conversation, members, ...marks }: Waiting): NewRecord {
  const { delivered, displayed, handed, unanswered } = marks
  const content = JSON.stringify({
    delivered: Object.fromEntries(delivered),
    displayed: Object.fromEntries(displayed),
    ...(handed.size > 0 && { handed: [...handed] }),
    ...(unanswered.size > 0 && { unanswered: [...unanswered] }),
  })
  const record = serverRecord({ kind: 'marks', conversation, members, content })
  return handed.size + unanswered.size > 0 ? { ...record, views: [settling] } : record
}
