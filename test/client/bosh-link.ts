import { type Element, el, elements } from '../../src/xml/element.ts'
import { parseFrame } from '../../src/xml/frame.ts'
import { defaultXmlLimits } from '../../src/xml/limits.ts'
import { Incoming } from './incoming.ts'
import { type Link } from './link.ts'

const bosh = 'http://jabber.org/protocol/httpbind'
const xbosh = 'urn:xmpp:xbosh'

/** Over HTTP, XEP-0206: one request is held, and another one brings what there is to say. */
export class BoshLink implements Link {
  readonly incoming = new Incoming()
  readonly isEncrypted = false
  readonly #url: string
  readonly #abort = new AbortController()
  #rid = 1_000
  #sid: string | null = null
  #queue: string[] = []
  #inFlight = 0
  #isOver = false
  #isPaused = false

  constructor(url: string) {
    this.#url = url
  }

  send(xml: string): void {
    this.#queue.push(xml)
    this.#pump()
  }

  open(domain: string, attrs = ''): void {
    this.incoming.push(el('open', bosh))
    const common = `to='${domain}' xmlns:xmpp='${xbosh}'${attrs}`
    if (this.#sid === null)
      this.#post(`${common} xmpp:version='1.0' ver='1.11' wait='60' hold='1'`, '')
    else this.#post(`${common} xmpp:restart='true'`, '')
  }

  close(): void {
    this.#post(`type='terminate'`, '')
  }

  cut(): void {
    this.#isOver = true
    this.#abort.abort()
    this.incoming.end()
  }

  pause(): void {
    this.#isPaused = true
  }

  exporter(): null {
    return null
  }

  #pump(): void {
    if (this.#sid === null || this.#isOver || this.#isPaused || this.#inFlight > 1) return
    if (this.#queue.length === 0 && this.#inFlight > 0) return
    const payload = this.#queue.join('')
    this.#queue = []
    this.#post('', payload)
  }

  #post(attrs: string, payload: string): void {
    const sid = this.#sid === null ? '' : ` sid='${this.#sid}'`
    this.#rid += 1
    this.#inFlight += 1
    const body = `<body xmlns='${bosh}' rid='${this.#rid}'${sid} ${attrs}>${payload}</body>`
    postBody(this.#url, body, this.#abort.signal).then(
      (answer) => this.#take(answer),
      () => this.cut(),
    )
  }

  #take(answer: Element): void {
    this.#inFlight -= 1
    this.#sid ??= answer.attrs['sid'] ?? null
    for (const element of elements(answer)) this.incoming.push(element)
    if (answer.attrs['type'] === 'terminate') {
      this.#isOver = true
      this.incoming.end()
    }
    this.#pump()
  }
}

/** One request. @returns the `<body/>` that answers it */
export async function postBody(url: string, body: string, signal?: AbortSignal): Promise<Element> {
  const answer = await fetch(url, { method: 'POST', body, ...(signal && { signal }) })
  return parseFrame(await answer.text(), defaultXmlLimits)
}
