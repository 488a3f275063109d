import { hash } from 'node:crypto'
import { RecordRefused } from '../../src/record/errors.ts'
import { Opened } from '../../src/record/bodies/opened.ts'
import {
  type Mailbox,
  type MailboxQuery,
  type MailboxRow,
  type NotWritable,
  type Record,
} from '../../src/record/ports.ts'
import {
  type Appended,
  type ConversationId,
  type Envelope,
  type LogPosition,
  type NewRecord,
  type PersonId,
  type View,
} from '../../src/record/types.ts'

/** A record in memory, with switches for what a disk does. It passes test/conformance/record.ts. */
export type FakeRecord = Record & {
  /** Null: writable again. */
  refuse(why: NotWritable | null): void
  /** From the next append on, fails like this, before or after it is kept. Null: works again. */
  breakWith(error: Error | null, when?: 'before' | 'after'): void
  /** Appends wait until `release()`. */
  hold(): void
  release(): void
  /** What is on record cannot be found yet, until `catchUp()`: who asks for it waits. */
  fallBehind(): void
  catchUp(): void
  /** All that was appended, in order, flushed or not. */
  readonly entries: readonly NewRecord[]
}

type Kept = { readonly entry: NewRecord; readonly opened: Opened }

/** Nothing is ever in a log here, and what is to be forgotten stays: those who listen are told. */
function shedding(): Record['shedding'] {
  const listeners: ((positions: ReadonlySet<LogPosition>) => void)[] = []
  return {
    signed: async () => {},
    rollLog() {},
    outOfLog: async () => {},
    async forget({ positions }) {
      for (const listener of listeners) listener(new Set(positions))
    },
    onForgotten: (listener) => void listeners.push(listener),
  }
}

/** @param now ms since 1970 of each record */
export function fakeRecord(now: () => number = () => 1_000): FakeRecord {
  const { numbered, kept, retractions, number, flush, read } = shelf(now)
  let refused: NotWritable | null = null
  let broken: { readonly error: Error; readonly when: 'before' | 'after' } | null = null
  let held: (() => void)[] | null = null
  let behind: PromiseWithResolvers<void> | null = null

  return {
    async append(entry) {
      if (refused) throw new RecordRefused(refused)
      if (broken?.when === 'before') throw broken.error
      // Numbers are given in the order of the calls, whenever the flush is done.
      const appended = number(structuredClone(entry))
      if (held) await new Promise<void>((resolve) => held?.push(resolve))
      else flush()
      if (broken) throw broken.error
      return appended
    },
    ...unneeded,
    notWritable: () => refused,
    standing: () => ({ waiting: held?.length ?? 0, integrated: kept.length, signed: null }),
    get size() {
      return kept.length
    },
    async integrated(position) {
      if (position > kept.length) throw new Error('waits for ever: nothing is on record there')
      await behind?.promise
    },
    fallBehind() {
      behind = Promise.withResolvers()
    },
    catchUp() {
      behind?.resolve()
      behind = null
    },
    read,
    readSome: async (positions) =>
      await Promise.all(positions.slice(0, someOf(positions[0] ?? 0)).map(read)),
    async *each({ from, to }) {
      for (let position = from; position < Math.min(to, kept.length); position++)
        yield await read(position)
    },
    stanzaId: stanzaIdOf,
    positionOf,
    mailbox: mailboxOf(kept, retractions),
    shedding: shedding(),
    counts: {
      conversation: (id) => kept.filter(({ entry }) => entry.conversation === id).length,
      sender: (id) => kept.filter(({ entry }) => entry.sender === id).length,
    },
    refuse(why) {
      refused = why
    },
    breakWith(error, when = 'before') {
      broken = error && { error, when }
    },
    hold() {
      held = []
    },
    release() {
      flush()
      for (const resolve of held ?? []) resolve()
      held = null
    },
    get entries() {
      return numbered.map(({ entry }) => entry)
    },
  }
}

/** What those that stand on it do not need. */
const unneeded = {
  async state() {
    throw new Error('nothing that stands on this record makes open statements')
  },
  makeBuckets: async () => await Promise.resolve(),
  buckets: () => [],
  bucketOf: () => null,
  confirmClock() {},
  close: async () => await Promise.resolve(),
}

/** Records that are read at once: few, and not always as many, so that who wants more has to ask again. */
function someOf(position: number): number {
  return 1 + (position % 3)
}

type Shelf = {
  /** What has a number. */
  readonly numbered: readonly Kept[]
  /** What the flush is past: all that can be seen of it. */
  readonly kept: readonly Kept[]
  /** Position of the retraction, by that of what it took back. */
  readonly retractions: ReadonlyMap<number, number>
  readonly number: (entry: NewRecord) => Appended
  readonly flush: () => void
  readonly read: (position: number) => Promise<Opened>
}

function shelf(now: () => number): Shelf {
  const numbered: Kept[] = []
  const kept: Kept[] = []
  const retractions = new Map<number, number>()
  function number(entry: NewRecord): Appended {
    const before = numbered.at(-1)?.opened.envelope.t_server ?? 0
    const opened = openedOf(entry, numbered.length, Math.max(now(), before))
    numbered.push({ entry, opened })
    const { position, leafHash, envelope } = opened
    return { position, leafHash, at: envelope.t_server, stanzaId: envelope.stanza_id }
  }

  function flush(): void {
    for (const item of numbered.slice(kept.length)) {
      const { entry, opened } = item
      kept.push(item)
      if ((entry.kind === 'retraction' || entry.kind === 'moderation') && entry.refs)
        retractions.set(entry.refs.position, opened.position)
    }
  }

  async function read(position: number): Promise<Opened> {
    const at = kept[position]
    if (!at) throw new RangeError('nothing is on record there')
    return await Promise.resolve(at.opened)
  }

  return { numbered, kept, retractions, number, flush, read }
}

/** A record as it is read back. */
export function openedAt(entry: NewRecord, position: number): Opened {
  return openedOf(entry, position, 1_000)
}

function openedOf(entry: NewRecord, position: number, at: number): Opened {
  const { content, wire, files } = entry
  const leafHash = hash('sha256', `leaf ${position}`)
  const envelope = envelopeOf(entry, at, stanzaIdOf(position))
  const stanzaId = stanzaIdOf(position)
  return Opened.afterCheck({
    position,
    stanzaId,
    leafHash: () => leafHash,
    envelope,
    content,
    wire,
    files,
  })
}

function stanzaIdOf(position: number): string {
  return `fake-${position}`
}

function positionOf(stanzaId: string): number | null {
  const [, digits] = /^fake-(\d{1,15})$/.exec(stanzaId) ?? []
  return digits === undefined ? null : Number(digits)
}

function mailboxOf(kept: readonly Kept[], retractions: ReadonlyMap<number, number>): Mailbox {
  function matching(query: MailboxQuery): MailboxRow[] {
    return kept.flatMap(({ entry, opened: { position, envelope } }) =>
      entry.views
        .filter((view) => isOf(view, query))
        .filter(() => isIn(position, envelope.t_server, query))
        .map(({ incoming }) => ({
          position,
          at: envelope.t_server,
          incoming,
          kind: entry.kind,
          retractedBy: retractions.get(position) ?? null,
        })),
    )
  }
  return {
    rows(query) {
      const { after = -1, before = Number.POSITIVE_INFINITY, limit, newestFirst } = query
      const rows = matching(query).filter(({ position }) => position > after && position < before)
      return (newestFirst ? rows.toReversed() : rows).slice(0, limit)
    },
    count: (query) => matching(query).length,
    statements: () => [],
    findMessage(conversation: ConversationId, sender: PersonId, messageId: string) {
      const found = kept.findLast(
        ({ entry }) =>
          entry.conversation === conversation &&
          entry.sender === sender &&
          (entry.messageId === messageId || entry.originId === messageId),
      )
      return found?.opened.position ?? null
    },
  }
}

function isOf(view: View, { owner, peer, peerDevice, incomingOnly }: MailboxQuery): boolean {
  if (view.owner !== owner || (peer !== undefined && view.peer !== peer)) return false
  if (peerDevice !== undefined && view.peerDevice !== peerDevice) return false
  return incomingOnly !== true || view.incoming
}

function isIn(position: number, at: number, { from, until, positions }: MailboxQuery): boolean {
  if (at < (from ?? 0) || at > (until ?? Number.POSITIVE_INFINITY)) return false
  return positions === undefined || positions.includes(position)
}

function envelopeOf(entry: NewRecord, at: number, stanzaId: string): Envelope {
  return {
    v: 1,
    kind: entry.kind,
    conv: entry.conversation,
    conv_seq: 0,
    conv_prev: null,
    sender: entry.sender,
    sender_seq: entry.sender === null ? null : 0,
    device: entry.device,
    to: entry.to,
    views: entry.views,
    t_server: at,
    t_claimed: entry.claimedAt,
    members: { hash: '', count: entry.members.length },
    class: 'default',
    policy: '',
    refs: entry.refs,
    origin: entry.origin,
    message_id: entry.messageId,
    origin_id: entry.originId,
    stanza_id: stanzaId,
  }
}
