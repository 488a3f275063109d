// Numbers and seals: the one place where a record gets its position. DESIGN.md §3 "Before numbers are given".
// Up to the numbers a record may wait or be refused; after them there is success, or a stop.

import { type Clock, type Ticks } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { toHex, utf8 } from '../../base/bytes.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { RecordRefused } from '../errors.ts'
import { conversationId } from '../ids.ts'
import { type Bucket, type Keys } from '../keys/ports.ts'
import { type NotWritable } from '../ports.ts'
import { type Classified, type Schedule } from '../retention/ports.ts'
import { serverRecord } from '../server-record.ts'
import {
  type Appended,
  type ConversationId,
  type LogPosition,
  type NewRecord,
  type NewStatement,
} from '../types.ts'
import { type Ahead, recordsAheadMax } from './ahead.ts'
import { entryBytes, saltBytes } from './entry.ts'
import { entryTypeOf, envelopeJson, partsOf } from './envelope.ts'
import { type Writer } from './log.ts'
import { type Heads, type Integrator } from './ports.ts'
import { sealedBytesMax, sealRecord } from './seal.ts'
import { recordSecret } from './secret.ts'
import { type Segments } from './segments.ts'
import { serverTime, type ServerTime } from './server-time.ts'
import { openStandings, type InBucket, type SenderStanding, type Standings } from './standing.ts'
import { statementBytesMax, statementJson, writeStatement } from './statement.ts'
import { targetClasses, type TargetClasses } from './target-classes.ts'

/** How many records may wait for a number, and how many UTF-16 units they may have together. One record always may. */
const waitingMax = 20_000
const waitingCharsMax = 64 * 1024 * 1024
const waitMsMax = 10_000

/** The conversation of what the server does by itself. */
const serverConversation = conversationId('0'.repeat(32))

/** What the sequencer needs of the outside. */
export type SequencerNeeds = {
  readonly writer: Writer
  readonly segments: Pick<Segments, 'full'>
  readonly integrator: Pick<Integrator, 'position' | 'blocked'>
  readonly ahead: Pick<Ahead, 'isFull'>
  readonly heads: Heads
  readonly keys: Keys
  /** The rules as they are at the call. */
  readonly schedule: () => Schedule
  readonly recordBytesMax: number
  readonly clock: Clock
  readonly ticks: Ticks
  readonly random: Random
  readonly log: Log
  /** Resolves when the integrator has what was recovered and heads are signed: before that no record gets a number. */
  readonly ready: () => Promise<void>
  /** What else keeps the record from taking anything. */
  readonly refusal?: () => NotWritable | null
  /** Makes what buckets there is room for. */
  readonly ensureBuckets: (atMs: number) => Promise<void>
  readonly onFatal: (error: FatalError) => void
}

/** Gives numbers in the order of the calls. */
export type Sequencer = {
  append(record: NewRecord | NewStatement): Promise<Appended>
  notWritable(): NotWritable | null
  /** Records that have no number yet. */
  readonly waiting: number
  /** Something that records wait for has changed: room, the integrator, the clock. */
  changed(): void
  confirmClock(): void
  /** Forgets keys of conversations that can be had again. */
  forgetKeys(): void
  /** Refuses all that waits, and all that comes. */
  stop(error: FatalError): void
  /** No more records; resolves when those that have a number are durable. Those that wait are refused. */
  close(): Promise<void>
}

/** A record that has no number yet. */
type Waiting = {
  readonly record: NewRecord | NewStatement
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: Error) => void
  readonly since: number
  /** UTF-16 units of its texts. */
  readonly chars: number
}

/** Numbers from where the log ends. Records wait until the integrator has all that was recovered. */
export function openSequencer(needs: SequencerNeeds): Sequencer {
  const sequencer = new LogSequencer(needs)
  sequencer.start()
  return sequencer
}

class LogSequencer implements Sequencer {
  readonly #needs: SequencerNeeds
  readonly #standings: Standings
  /** In the order of the calls; those below `#taken` have their number. */
  #waiting: Waiting[] = []
  #taken = 0
  /** Of those that have no number. */
  #waitingChars = 0
  #timer: NodeJS.Timeout | null = null
  /** Null until the integrator has what was recovered. */
  #time: ServerTime | null = null
  /** The clock's jump that has to be on record before anything else is. */
  #jump: NewRecord | null = null
  /** By class: the one that takes its records just now. */
  readonly #buckets = new Map<string, Bucket>()
  /** Of `keys`, when they were asked for. */
  #bucketsOpened = -1
  readonly #targets: TargetClasses
  #isLoading = false
  #loading: Promise<void> = Promise.resolve()
  #isClosing = false
  #stopped: FatalError | null = null

  constructor(needs: SequencerNeeds) {
    this.#needs = needs
    const { heads, keys, integrator } = needs
    this.#standings = openStandings({ heads, keys, integrated: () => integrator.position })
    this.#targets = targetClasses({ heads, keys, integrated: () => integrator.position })
  }

  start(): void {
    const { ready, heads, clock, ticks } = this.#needs
    this.#load(async () => {
      await ready()
      if (this.#isClosing) return
      this.#time = serverTime(clock, ticks, heads.lastAt())
    })
  }

  async append(record: NewRecord | NewStatement): Promise<Appended> {
    if (this.#stopped) throw this.#stopped
    const why = this.notWritable()
    if (why) throw new RecordRefused(why)
    return await new Promise((resolve, reject) => {
      const chars = charsOf(record)
      this.#waitingChars += chars
      this.#waiting.push({ record, resolve, reject, since: this.#needs.ticks.elapsed(), chars })
      this.changed()
    })
  }

  notWritable(): NotWritable | null {
    const isFull = this.waiting >= waitingMax || this.#waitingChars >= waitingCharsMax
    return this.#blocked() ?? (isFull ? refusals.behind : null)
  }

  /** What also refuses those that wait. */
  #blocked(): NotWritable | null {
    if (this.#isClosing || this.#stopped) return refusals.stopping
    const full = this.#needs.segments.full() ?? this.#needs.integrator.blocked()
    if (full !== null) return { reason: 'space', text: full }
    if (this.#time?.isWaiting()) return refusals.clock
    return this.#needs.refusal?.() ?? null
  }

  get waiting(): number {
    return this.#waiting.length - this.#taken
  }

  confirmClock(): void {
    this.#time?.confirm()
    this.changed()
  }

  forgetKeys(): void {
    this.#standings.forgetKeys()
  }

  changed(): void {
    while (this.#taken < this.#waiting.length) {
      const item = this.#waiting[this.#taken]
      if (!item || !this.#number(item)) break
      this.#taken++
      this.#waitingChars -= item.chars
    }
    if (this.#taken === this.#waiting.length) return this.#dropTaken()
    const why = this.#blocked()
    if (why) this.#refuse(() => true, new RecordRefused(why))
    else this.#timer ??= setTimeout(() => this.#refuseLate(), waitMsMax).unref()
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.changed()
    // What is being loaded reads heads, which are closed after this. Before there is a time, only the start is waited for.
    if (this.#time !== null) await this.#loading
    await this.#needs.writer.drained()
  }

  stop(error: FatalError): void {
    this.#stopped ??= error
    this.#refuse(() => true, this.#stopped)
  }

  /** @returns false when it has to wait; `changed` is called when it need not any more */
  #number(item: Waiting): boolean {
    const { writer, integrator, ahead, log } = this.#needs
    const isAhead = writer.next - integrator.position >= recordsAheadMax || ahead.isFull()
    if (this.#stopped || this.#isLoading || isAhead) return false
    const moment = this.#time?.next()
    if (!moment) return false
    if (moment.jumpedFrom !== null) this.#jump = jumpRecord(moment.jumpedFrom, moment.at)
    if (this.#jump) {
      if (!this.#seal(this.#jump, moment.at, unheard)) return false
      this.#jump = null
      log.error('record.clock-jumped', { to: moment.at })
    }
    const { record } = item
    if ('says' in record) return this.#state(record, moment.at, item)
    return this.#seal(record, moment.at, item)
  }

  /** @returns false when something has to be loaded, or there is no room */
  #seal(record: NewRecord, at: number, { resolve, reject }: Settle): boolean {
    const { writer, keys, random } = this.#needs
    const classified = this.#classOf(record)
    const bucket = this.#bucketAt(classified.class, at)
    if (!bucket) return false
    const conversation = this.#conversation(record.conversation, bucket)
    if (!conversation) return false
    const sender = record.sender === null ? null : this.#standings.sender(record.sender)
    const position = writer.next
    const stanzaId = keys.stanzaId(position)
    const { nextConvSeq: convSeq, prev: convPrev } = conversation.standing
    const { nextSeq: seq, key } = conversation.place
    const senderSeq = sender?.next ?? null
    const numbers = { convSeq, convPrev, senderSeq, at, stanzaId, ...classified }
    const envelope = envelopeJson(record, numbers)
    const parts = partsOf(record, envelope)
    const bytesMax = sealedBytesMax(parts)
    if (bytesMax > this.#needs.recordBytesMax) {
      reject(new RecordRefused(refusals.tooBig))
      return true
    }
    if (!writer.hasRoom(bytesMax)) return false
    // From here on there is success or a stop: the numbers are given.
    const salt = random.bytes(saltBytes)
    const head = { ...key, type: entryTypeOf(record.kind), seq, epoch: writer.epoch, salt }
    const secret = recordSecret(key.key, seq, salt)
    const seal = (out: Uint8Array, offset: number): number =>
      sealRecord(out, offset, { head, secret, parts })
    const settled = (error: FatalError | null): void => {
      if (error) reject(error)
      else resolve({ position, leafHash, at, stanzaId })
    }
    const leafHash = toHex(writer.add({ bytesMax, seal, envelope }, settled))
    advance(conversation, sender, { position, leafHash })
    this.#targets.numbered(position, bucket.number)
    return true
  }

  /** An open statement needs no key and no numbers but the position. @returns false when there is no room */
  #state(statement: NewStatement, at: number, { resolve, reject }: Settle): boolean {
    const { writer, keys, recordBytesMax } = this.#needs
    const envelope = statementJson(statement, at)
    const json = utf8(envelope)
    const bytesMax = entryBytes + json.length
    if (json.length > statementBytesMax || bytesMax > recordBytesMax) {
      reject(new RecordRefused(refusals.tooBig))
      return true
    }
    if (!writer.hasRoom(bytesMax)) return false
    const position = writer.next
    const { epoch } = writer
    const seal = (out: Uint8Array, offset: number): number =>
      writeStatement(out, offset, { json, epoch })
    const leafHash = toHex(
      writer.add({ bytesMax, seal, envelope }, (error) => {
        if (error) reject(error)
        else resolve({ position, leafHash, at, stanzaId: keys.stanzaId(position) })
      }),
    )
    return true
  }

  /** Nothing is waited for here: the rules are in memory, and so is all that they look at. */
  #classOf(record: NewRecord): Classified {
    const schedule = this.#needs.schedule()
    const { refs } = record
    const isBound = refs !== null && schedule.looksAtTargets
    return schedule.classOf(record, isBound ? this.#targets.of(refs.position) : null)
  }

  #conversation(id: ConversationId, bucket: Bucket): InBucket | undefined {
    const found = this.#standings.conversation(id, bucket)
    if (!found) this.#load(async () => await this.#standings.load(id, bucket))
    return found
  }

  #bucketAt(name: string, at: number): Bucket | null {
    const { keys, ensureBuckets } = this.#needs
    const bucket = this.#bucketsOpened === keys.bucketsOpened ? this.#buckets.get(name) : null
    if (bucket && at >= bucket.from && at < bucket.to) return bucket
    this.#load(async () => {
      await ensureBuckets(at)
      if (this.#bucketsOpened !== keys.bucketsOpened) this.#buckets.clear()
      this.#bucketsOpened = keys.bucketsOpened
      this.#buckets.set(name, await keys.bucketAt(name, at))
    })
    return null
  }

  /** Everybody waits, so that the order of the calls is kept. */
  #load(load: () => Promise<void>): void {
    this.#isLoading = true
    this.#loading = load().then(
      () => this.#loaded(),
      (error: unknown) => this.#needs.onFatal(fatal(error)),
    )
  }

  #loaded(): void {
    this.#isLoading = false
    this.changed()
  }

  #refuseLate(): void {
    this.#timer = null
    const now = this.#needs.ticks.elapsed()
    this.#refuse(({ since }) => now - since >= waitMsMax, new RecordRefused(refusals.behind))
    this.changed()
  }

  #refuse(isRefused: (item: Waiting) => boolean, error: Error): void {
    const items = this.#waiting.slice(this.#taken)
    this.#waiting = items.filter((item) => !isRefused(item))
    this.#taken = 0
    for (const item of items) {
      if (!isRefused(item)) continue
      this.#waitingChars -= item.chars
      item.reject(error)
    }
  }

  #dropTaken(): void {
    this.#waiting = []
    this.#taken = 0
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}

type Settle = Pick<Waiting, 'resolve' | 'reject'>

/** The clock's own record: nobody waits for it, and what stops the log stops the process. */
const unheard: Settle = { resolve() {}, reject() {} }

const refusals = {
  stopping: { reason: 'stopping', text: 'The server is stopping.' },
  behind: { reason: 'behind', text: 'The record is catching up. Try again in a moment.' },
  clock: {
    reason: 'clock',
    text: "The server's clock has jumped by more than a month. An administrator has to confirm it.",
  },
  tooBig: { reason: 'space', text: 'This is too big for one record.' },
} as const satisfies Record<string, NotWritable>

function charsOf(record: NewRecord | NewStatement): number {
  if ('says' in record) return record.says.length
  const { content, wire, verdicts } = record
  return content.length + wire.length + verdicts.length
}

function fatal(error: unknown): FatalError {
  if (error instanceof FatalError) return error
  return new FatalError('a record cannot be numbered', { cause: error })
}

function advance(
  { standing, place }: InBucket,
  sender: SenderStanding | null,
  { position, leafHash }: { readonly position: LogPosition; readonly leafHash: string },
): void {
  standing.nextConvSeq++
  standing.prev = leafHash
  standing.newest = position
  place.nextSeq++
  if (!sender) return
  sender.next++
  sender.newest = position
}

function jumpRecord(from: number, to: number): NewRecord {
  const content = JSON.stringify({ from, to })
  const conversation = serverConversation
  return serverRecord({ kind: 'clock', conversation, members: [], content, isOwn: true })
}
