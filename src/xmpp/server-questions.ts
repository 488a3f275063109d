// RFC 6120 section 8.2.3: requests of the server's own to what is at other domains.
import { type Timer } from '../base/timer.ts'
import { child, el, type Element } from '../xml/element.ts'
import { serverSays } from './reply.ts'
import { type Services } from './services.ts'
import { type Jid, parseJid } from './wire/jid.ts'
import { ns } from './wire/names.ts'

/** How long an answer may take. */
const answerMsMax = 60_000
/** Requests that wait for their answers; no more are asked. */
const waitingMax = 1_000

/** `refused`: an error of who was asked. `not-now`: there is no way, no answer in time, or an error that asks to wait. */
export type Outcome = 'answered' | 'refused' | 'not-now'

export type ServerQuestions = {
  /** A set with this payload, in the name of the server itself. */
  ask(to: string, payload: Element): Promise<Outcome>
  /** A result or an error for the server itself, from elsewhere. */
  answered(iq: Element, from: Jid): void
}

export function createServerQuestions({
  domain,
  services,
  timer,
}: {
  readonly domain: string
  readonly services: Services
  readonly timer: Timer
}): ServerQuestions {
  const waiting = new Map<string, (outcome: Outcome) => void>()
  let asked = 0

  return {
    async ask(address, payload) {
      const to = parseJid(address)
      const service = to && services.at(to.domain)
      if (!to || !service?.deliver || waiting.size >= waitingMax) return 'not-now'
      asked += 1
      const id = `server-${asked}`
      const key = `${to.text} ${id}`
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      waiting.set(key, resolve)
      const cancel = timer.after(answerMsMax, () => resolve('not-now'))
      const attrs = { type: 'set', id, from: domain, to: to.text }
      const out = serverSays(el('iq', ns.client, attrs, payload))
      service.deliver({ out, to, failed: () => resolve('not-now') })
      try {
        return await promise
      } finally {
        cancel()
        waiting.delete(key)
      }
    },
    answered(iq, from) {
      waiting.get(`${from.text} ${iq.attrs['id'] ?? ''}`)?.(outcomeOf(iq))
    },
  }
}

function outcomeOf(iq: Element): Outcome {
  if (iq.attrs['type'] === 'result') return 'answered'
  return child(iq, 'error', iq.ns)?.attrs['type'] === 'wait' ? 'not-now' : 'refused'
}
