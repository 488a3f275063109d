import { AsyncLocalStorage } from 'node:async_hooks'

const acting = new AsyncLocalStorage<string>()

/**
 * Does something for somebody, and remembers through what he came: a browser's session, a token, the machine's socket, a device of his.
 * Whoever puts an act on record asks `through()`, however deep below the door that is. So no act can go on record without it because a
 * function between has not handed it on.
 */
export function actingThrough<T>(what: string, act: () => T): T {
  return acting.run(what, act)
}

/** '' where nobody from outside has asked for what is done: the server itself does it. */
export function through(): string {
  return acting.getStore() ?? ''
}
