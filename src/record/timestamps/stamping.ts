// Has heads stamped by a time-stamping service (RFC 3161) while the record goes on, and keeps what it says. Nothing waits for it.

import { utf8 } from '../../base/bytes.ts'
import { type Clock } from '../../base/clock.ts'
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { type Timer } from '../../base/timer.ts'
import { watchBehind } from '../witness/behind.ts'
import { newestHead, type OwnHead, type OwnLog } from '../witness/own-log.ts'
import { type Ask } from '../witness/ports.ts'
import { readAnswer } from './answer.ts'
import { type Certificate } from './certificate.ts'
import { type Stamp, type Stamps, stampedText } from './kept.ts'
import { nonceBytes, nonceOf, stampRequest } from './request.ts'

const lookEveryMs = 1_000
/** A service that fails is asked again after this, then after twice as long, up to the interval that is set. */
const firstPauseMs = 30_000

/** Who stamps, and what is believed. */
export type StampService = { readonly url: string; readonly roots: readonly Certificate[] }

export type StampingParts = {
  readonly own: OwnLog
  /** The newest head that was signed since the start; null before the first. */
  readonly signed: () => { readonly size: number; readonly at: number } | null
  readonly service: StampService
  readonly stamps: Pick<Stamps, 'newest' | 'keep' | 'takeWanted'>
  readonly ask: Ask
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly log: Log
  /** How often a head is stamped, if the tree grew. */
  readonly everyMs: number
  /** From which lag on a warning is logged. */
  readonly lagMsMax: number
}

export type StampingStanding = {
  /** Records below the newest head that was stamped; null: none. */
  readonly stamped: number | null
  /** When that was, as the service says, ms since 1970. */
  readonly at: number | null
  /** How long a newer head has been waiting; 0 while there is none. */
  readonly lagMs: number
  /** Requests that brought no stamp that is believed, since the start. */
  readonly failures: number
}

export type Stamping = {
  standing(): StampingStanding
  /** Has the newest head stamped, unless it is. What goes wrong is logged. One at a time. */
  round(): Promise<void>
  close(): Promise<void>
}

export function openStamping(parts: StampingParts): Stamping {
  const { stamps, clock, timer, log, everyMs } = parts
  let newest: Stamp | null = null
  let isLoaded = false
  let failures = 0
  let inARow = 0
  let running: Promise<void> | null = null
  let nextAt = 0
  let callOff = timer.after(lookEveryMs, look)
  const behind = watchBehind({
    ...parts,
    reached: () => newest?.size ?? null,
    events: { late: 'timestamp.behind', caughtUp: 'timestamp.caught-up' },
  })

  async function once(): Promise<void> {
    if (!isLoaded) newest = await stamps.newest()
    isLoaded = true
    const head = await newestHead(parts.own)
    if (head === null || head.size <= (newest?.size ?? 0)) return
    const stamp = await stampOf(head, parts)
    if (typeof stamp === 'string') return failed(stamp)
    await stamps.keep(stamp)
    newest = stamp
    inARow = 0
    log.info('timestamp.kept', { size: stamp.size, at: new Date(stamp.at).toISOString() })
  }
  function failed(why: string): void {
    failures++
    inARow++
    nextAt = clock.now() + Math.min(firstPauseMs * 2 ** (inARow - 1), everyMs)
    log.warn('timestamp.refused', { why })
  }
  async function round(): Promise<void> {
    running ??= once()
      .catch((error: unknown) => {
        if (error instanceof FatalError) throw error
        // Whatever it was, the record goes on, and the next round tries again.
        failed(String(error))
      })
      .finally(() => (running = null))
    await running
  }
  function look(): void {
    behind.look()
    if (running === null && (clock.now() >= nextAt || stamps.takeWanted())) {
      nextAt = clock.now() + everyMs
      void round()
    }
    callOff = timer.after(lookEveryMs, look)
  }
  return {
    standing: () => ({
      stamped: newest?.size ?? null,
      at: newest?.at ?? null,
      lagMs: behind.lagMs(),
      failures,
    }),
    round,
    async close() {
      callOff()
      await running
    },
  }
}

/** RFC 3161 section 3.4, over HTTP. @returns why there is none */
async function stampOf(
  head: OwnHead,
  { service: { url, roots }, ask, clock, random }: StampingParts,
): Promise<Stamp | string> {
  const checkpoint = utf8(head.text)
  const text = stampedText(checkpoint)
  const nonce = nonceOf(random.bytes(nonceBytes))
  const answer = await ask({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/timestamp-query' },
    body: stampRequest(text, nonce),
  })
  if (typeof answer === 'string') return answer
  if (answer.status !== 200) return `status ${answer.status}`
  const read = readAnswer(answer.body, { text, nonce, roots, now: clock.now() })
  return typeof read === 'string' ? read : { size: head.size, checkpoint, ...read }
}
