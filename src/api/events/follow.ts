// Events as they come, for as long as somebody listens and may.
import { FatalError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Timer } from '../../base/timer.ts'
import { type LogPosition } from '../../record/types.ts'
import { type Listener } from '../door/route.ts'
import { eventsAfter, type Feeding, type Follower } from './feed.ts'
import { type Wakes } from './wakes.ts'

/** How often it is asked whether he still may: whoever may not any more is out within 5 s. */
const askedMs = 2_000
/** Something goes out so often, so that nothing between takes the connection for dead. */
const heartbeats = 7
/** What comes within so long goes out together. */
const togetherMs = 100
const atOnce = 100

export type Following = Feeding & {
  readonly wakes: Wakes
  readonly timer: Timer
  readonly log: Log
  readonly fatal: (error: unknown) => void
}

/** @param from behind which position */
export function follow(
  to: Listener,
  { follower, from }: { readonly follower: () => Follower; readonly from: LogPosition },
  following: Following,
): void {
  const { wakes, timer, log, fatal } = following
  let after = from
  let isGone = false
  let isReading = false
  let isDue = false
  let beats = 0
  let callOff: (() => void) | null = null

  function end(): void {
    if (isGone) return
    isGone = true
    callOff?.()
    stopWaking()
    to.end()
  }

  /** He may read no more. */
  function mayNot(): boolean {
    if (!isGone && !to.isAdmitted()) end()
    return isGone
  }

  async function read(): Promise<void> {
    for (let isMore = true; isMore && !mayNot();) {
      isDue = false
      const events = await eventsAfter(after, atOnce, follower(), following)
      // Meanwhile it may have been taken from him.
      if (mayNot()) return
      for (const { event, position } of events) {
        if (!to.send(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`))
          return end()
        after = position
      }
      isMore = events.length > 0 || isDue
    }
  }

  function readSoon(): void {
    isDue = true
    if (isReading || isGone) return
    isReading = true
    timer.after(togetherMs, () => {
      read()
        .catch((error: unknown) => {
          if (error instanceof FatalError) fatal(error)
          log.error('api.feed-failed', { error: String(error) })
          end()
        })
        .finally(() => {
          isReading = false
          if (isDue) readSoon()
        })
    })
  }

  function beat(): void {
    callOff = timer.after(askedMs, () => {
      if (mayNot()) return
      beats += 1
      if (beats % heartbeats === 0) {
        if (!to.send(':\n\n')) return end()
        // What could not be found yet when it came, and what comes by no road of a message.
        readSoon()
      }
      beat()
    })
  }

  const stopWaking = wakes.of(follower().person, readSoon)
  to.onGone(end)
  if (!to.send('retry: 2000\n\n')) return end()
  beat()
  readSoon()
}
