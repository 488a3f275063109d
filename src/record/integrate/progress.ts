import { type FatalError } from '../../base/errors.ts'
import { type LogPosition } from '../types.ts'

/** How far the integrator is, and who wants to know. The same in its thread and in the one that serves people. */
export type Progress = {
  readonly position: LogPosition
  readonly blocked: string | null
  readonly failure: FatalError | null
  /** Resolves when `position` has reached it; rejects once there is a failure. */
  until(position: LogPosition): Promise<void>
  onMoved(listener: () => void): void
  onDurable(listener: (durable: LogPosition) => void): void
  /** The writing side. */
  move(position: LogPosition, blocked: string | null): void
  durable(position: LogPosition): void
  fail(error: FatalError): void
}

type Waiter = {
  readonly position: LogPosition
  resolve(): void
  reject(error: FatalError): void
}

export function progressFrom(start: LogPosition): Progress {
  let position = start
  let blocked: string | null = null
  let failure: FatalError | null = null
  let waiting: Waiter[] = []
  const movedListeners: (() => void)[] = []
  const durableListeners: ((durable: LogPosition) => void)[] = []
  return {
    get position() {
      return position
    },
    get blocked() {
      return blocked
    },
    get failure() {
      return failure
    },
    async until(wanted) {
      if (wanted <= position) return
      if (failure !== null) throw failure
      await new Promise<void>((resolve, reject) => {
        waiting.push({ position: wanted, resolve, reject })
      })
    },
    onMoved: (listener) => void movedListeners.push(listener),
    onDurable: (listener) => void durableListeners.push(listener),
    move(to, because) {
      position = to
      blocked = because
      const reached = waiting.filter((waiter) => waiter.position <= to)
      if (reached.length > 0) waiting = waiting.filter((waiter) => waiter.position > to)
      for (const waiter of reached) waiter.resolve()
      for (const listener of movedListeners) listener()
    },
    durable(to) {
      for (const listener of durableListeners) listener(to)
    },
    fail(error) {
      failure = error
      const left = waiting
      waiting = []
      for (const waiter of left) waiter.reject(error)
    },
  }
}
