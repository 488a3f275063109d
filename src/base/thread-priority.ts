import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** A tenth of the processor time of a thread beside it that wants all it can get; setpriority(2). */
const niceness = 10

/** Lets the other threads of the machine go before the calling one. Linux knows priorities by thread, and `setPriority` passes the id on. */
export function lowerThreadPriority(): void {
  // `<process>/task/<thread>`, proc(5).
  const [thread] = readlinkSync('/proc/thread-self').split('/').slice(-1)
  setPriority(Number(thread), niceness)
}
