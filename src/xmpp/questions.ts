// RFC 6120 section 8.2.3: requests of the server's own, to a device.
import { type Timer } from '../base/timer.ts'
import { el, type Element, elements } from '../xml/element.ts'
import { type Session } from './accounts.ts'
import { serverSays } from './reply.ts'

/** How long a device may take. */
const answerMsMax = 30_000
/** Requests to one device that wait for an answer; more are as if they were not answered. */
const waitingMax = 16

/** What the server asks devices, and their answers. */
export type Questions = {
  readonly ask: (session: Session, request: Element) => Promise<Element | null>
  /** A result or an error for the server; null from whom it asks nothing. */
  answered(iq: Element, from: Session | null): void
}

export function createQuestions({
  domain,
  timer,
}: {
  readonly domain: string
  readonly timer: Timer
}): Questions {
  const waiting = new WeakMap<Session, Map<string, (payload: Element | null) => void>>()
  let asked = 0

  return {
    async ask(session, request) {
      const mine = waiting.get(session) ?? new Map<string, (payload: Element | null) => void>()
      waiting.set(session, mine)
      if (session.isClosed || mine.size >= waitingMax) return null
      asked += 1
      const id = `server-${asked}`
      const { promise, resolve } = Promise.withResolvers<Element | null>()
      mine.set(id, resolve)
      const cancel = timer.after(answerMsMax, () => resolve(null))
      const attrs = { type: 'get', id, from: domain, to: session.jid.text }
      session.resource.send(serverSays(el('iq', 'jabber:client', attrs, request)))
      try {
        return await promise
      } finally {
        cancel()
        mine.delete(id)
      }
    },
    answered(iq, from) {
      const { id = '', type } = iq.attrs
      const [payload = null] = elements(iq)
      if (from) waiting.get(from)?.get(id)?.(type === 'result' ? payload : null)
    },
  }
}
