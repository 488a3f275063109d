// Stanzas of a component that has shown its secret: XEP-0114 §4, RFC 6120 §8.
import { type Element } from '../../xml/element.ts'
import { sendError } from '../reply.ts'
import { outsider, type Speaker } from '../services.ts'
import { Inbound } from '../stream/inbound.ts'
import { NS_COMPONENT } from '../stream/namespaces.ts'
import { charsOf } from '../stream/unsettled.ts'
import { type StreamFailure } from '../stream/failure.ts'
import { type Outbound } from '../../intake/outbound.ts'
import { type Jid, parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Grants } from './grants.ts'
import { type ComponentHost } from './host.ts'
import { type ComponentAccount } from './settings.ts'
import { fromComponent } from './wire.ts'

/** The stream that it came over. */
type Line = {
  send(out: Outbound): boolean
  fail(failure: StreamFailure): void
  settled(): void
}

/** A foreign program is untrusted code: its stanzas are checked, counted and bounded like those of a client. */
export class Traffic {
  readonly #host: ComponentHost
  readonly #domain: string
  readonly #grants: Grants
  readonly #line: Line
  readonly #inbound: Inbound
  readonly #speakers = new Set<string>()
  /** Stanzas that may be taken until the next sweep. */
  #left: number

  constructor(host: ComponentHost, { domain, grants }: ComponentAccount, line: Line) {
    this.#host = host
    this.#domain = domain
    this.#grants = grants
    this.#line = line
    this.#inbound = new Inbound(host.settings.unsettledMax)
    this.#left = host.settings.stanzasPerSecondMax
  }

  get speakers(): number {
    return this.#speakers.size
  }

  /** @returns false when the element has to wait, and be offered again */
  take(element: Element): boolean {
    const { name, ns, attrs } = element
    if (ns !== NS_COMPONENT || (name !== 'message' && name !== 'presence' && name !== 'iq')) {
      this.#line.fail({ condition: 'unsupported-stanza-type' })
      return true
    }
    // RFC 6120 §8.1.1.2 and §8.1.2.2 as between servers: both addresses have to be there.
    if (attrs['from'] === undefined || attrs['to'] === undefined) {
      this.#line.fail({
        condition: 'improper-addressing',
        text: 'Stanzas have a "from" and a "to".',
      })
      return true
    }
    const from = parseJid(attrs['from'])
    if (from?.domain !== this.#domain) {
      this.#line.fail({ condition: 'invalid-from', text: `The "from" is not of ${this.#domain}.` })
      return true
    }
    return this.#give(fromComponent(element), this.#speaker(from))
  }

  #speaker(jid: Jid): Speaker {
    const origin = `component:${this.#domain}` as const
    return outsider({ jid, origin, send: (out) => void this.#line.send(out) })
  }

  #give(stanza: Element, from: Speaker): boolean {
    const { receive, privileges, unsettled, events, fatal } = this.#host
    const pipelines = stanza.name === 'message'
    const isIdle = this.#inbound.settled === this.#inbound.given
    if (this.#left <= 0 || !this.#inbound.admits(pipelines)) return false
    if (unsettled.isFull() && !isIdle) return false
    this.#left -= 1
    if (!this.#mayBeOneMore(from.jid.bare)) {
      events.stanza(this.#domain, 'refused')
      sendError(stanza, tooManySpeakers, from)
      return true
    }
    events.stanza(this.#domain, 'in')
    const ticket = this.#inbound.give(pipelines)
    const chars = charsOf(stanza)
    unsettled.add(chars)
    const settled = (): void => {
      unsettled.remove(chars)
      this.#inbound.settle(ticket)
      this.#line.settled()
    }
    const done = privileges.take(stanza, from, this.#grants) ?? receive(stanza, from)
    done.then(settled, fatal)
    return true
  }

  #mayBeOneMore(bare: string): boolean {
    if (this.#speakers.has(bare)) return true
    if (this.#speakers.size >= this.#host.settings.speakersMax) return false
    this.#speakers.add(bare)
    return true
  }

  /** Called about once a second. */
  sweep(): void {
    this.#left = this.#host.settings.stanzasPerSecondMax
  }
}

const tooManySpeakers = new StanzaError('resource-constraint', {
  text: 'This component speaks for too many addresses.',
})
