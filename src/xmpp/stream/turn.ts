/** Something that has output to hand on. */
export type Flushable = { flush(): void }

/** Calls `flush()` of each marked member once, when the present turn of the event loop is over. */
export type Turn = { mark(member: Flushable): void }

/**
 * Gathers what one turn of the event loop sends, so that it becomes one system call per socket: a batch of the log
 * that is flushed delivers hundreds of messages in one turn. A member that is marked twice is flushed once.
 */
export function createTurn(): Turn {
  let marked = new Set<Flushable>()

  function flushAll(): void {
    const members = marked
    // What marks itself while it is flushed has its turn in the next round.
    marked = new Set()
    for (const member of members) member.flush()
  }

  return {
    mark(member) {
      if (marked.size === 0) setImmediate(flushAll)
      marked.add(member)
    },
  }
}
