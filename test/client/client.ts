import { child, type Element, elements, textOf } from '../../src/xml/element.ts'
import { escapeText } from '../../src/xml/serialize.ts'
import { BoshLink } from './bosh-link.ts'
import { conditionIn, type Link, TcpLink } from './link.ts'
import { ScramClient } from './scram.ts'
import { WebSocketLink } from './websocket-link.ts'

const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'
const sasl2 = 'urn:xmpp:sasl:2'
const management = 'urn:xmpp:sm:3'

/** Where and as whom a client signs in. */
export type SignInOptions = {
  readonly user: string
  readonly password: string
  readonly domain?: string
  readonly resource?: string
  /** Default: SCRAM-SHA-256. */
  readonly mechanism?: string
} & (
  | { readonly over: 'plain' | 'starttls' | 'direct-tls'; readonly port: number }
  | { readonly over: 'websocket' | 'bosh'; readonly url: string }
)

/** A client that talks raw XMPP: for tests that want to see each element. */
export class Client {
  readonly link: Link
  readonly domain: string
  jid = ''
  /** The last stream features. */
  features: Element | null = null
  #ids = 0
  /** XEP-0198: stanzas that came since it was enabled, or null. */
  handled: number | null = null

  constructor(link: Link, domain: string) {
    this.link = link
    this.domain = domain
  }

  /** Connects, secures, signs in and binds. */
  static async signIn(options: SignInOptions): Promise<Client> {
    const client = await Client.authenticated(options)
    await client.bind(options.resource)
    return client
  }

  /** Connects, secures and signs in. */
  static async authenticated(options: SignInOptions): Promise<Client> {
    const client = await Client.connect(options)
    await client.authenticate(options)
    await client.open()
    return client
  }

  /** Connects and secures. */
  static async connect(options: SignInOptions): Promise<Client> {
    const { domain = 'localhost' } = options
    if ('url' in options) {
      const link =
        options.over === 'bosh'
          ? new BoshLink(options.url)
          : await WebSocketLink.connect(options.url)
      const client = new Client(link, domain)
      await client.open()
      return client
    }
    const isDirect = options.over === 'direct-tls'
    const link = await TcpLink.connect(
      options.port,
      isDirect ? { tls: 'direct', alpn: 'xmpp-client' } : {},
    )
    const client = new Client(link, domain)
    await client.open()
    if (options.over === 'starttls') await client.startTls(link)
    return client
  }

  /** Begins a stream. @returns its features */
  async open(): Promise<Element> {
    this.link.open(this.domain)
    await this.link.incoming.next()
    this.features = await this.link.incoming.next()
    return this.features
  }

  async startTls(link: TcpLink): Promise<void> {
    this.send(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)
    const answer = await link.incoming.next()
    if (answer.name !== 'proceed') throw new Error(`starttls: ${answer.name}`)
    await link.secure(this.domain)
    await this.open()
  }

  /** Names of the mechanisms that are offered. */
  mechanisms(): readonly string[] {
    const list = this.features && child(this.features, 'mechanisms', sasl)
    return list ? elements(list).map((mechanism) => textOf(mechanism)) : []
  }

  /** @throws {Error} whose message is the SASL failure condition */
  async authenticate(options: {
    readonly user: string
    readonly password: string
    readonly mechanism?: string
  }): Promise<void> {
    const { user, password, mechanism = 'SCRAM-SHA-256' } = options
    if (mechanism === 'PLAIN') {
      await this.exchange('auth', `\0${user}\0${password}`, mechanism)
      return
    }
    const scram = this.#scram(user, password, mechanism)
    const challenge = await this.exchange('auth', scram.first(), mechanism)
    const outcome = await this.exchange('response', scram.final(challenge))
    if (!scram.isServer(outcome)) throw new Error('the server has not proved itself')
  }

  /** Sends one message of a SASL exchange. @returns the text of the answer */
  async exchange(name: 'auth' | 'response', message: string, mechanism?: string): Promise<string> {
    const how = mechanism === undefined ? '' : ` mechanism='${mechanism}'`
    const data = Buffer.from(message).toString('base64')
    this.send(`<${name} xmlns='${sasl}'${how}>${data}</${name}>`)
    const answer = await this.link.incoming.next()
    if (answer.name === 'failure') throw new Error(conditionIn(answer))
    return Buffer.from(textOf(answer), 'base64').toString()
  }

  /**
   * Signs in as XEP-0388 has it, where the stream goes on.
   *
   * @param wishes what is asked for besides, as XML
   * @returns `<success/>`; the new features, where there are some, are still to come
   * @throws {Error} whose message is the SASL failure condition
   */
  async authenticate2(options: {
    readonly user: string
    readonly password: string
    readonly mechanism?: string
    readonly wishes?: string
  }): Promise<Element> {
    const { user, password, mechanism = 'SCRAM-SHA-256', wishes = '' } = options
    if (mechanism === 'PLAIN') {
      const first = base64(`\0${user}\0${password}`)
      return await this.exchange2(authenticate(mechanism, first, wishes))
    }
    const scram = this.#scram(user, password, mechanism)
    const challenge = await this.exchange2(authenticate(mechanism, base64(scram.first()), wishes))
    const final = base64(scram.final(decoded(challenge)))
    const success = await this.exchange2(`<response xmlns='${sasl2}'>${final}</response>`)
    const said = child(success, 'additional-data', sasl2)
    if (!said || !scram.isServer(decoded(said))) {
      throw new Error('the server has not proved itself')
    }
    return success
  }

  /** Sends one message of a XEP-0388 exchange. @returns the answer */
  async exchange2(xml: string): Promise<Element> {
    this.send(xml)
    const answer = await this.link.incoming.next()
    if (answer.name === 'failure') throw new Error(conditionIn(answer))
    const bound = child(answer, 'bound', 'urn:xmpp:bind:0')
    if (bound) this.jid = textOf(child(answer, 'authorization-identifier', sasl2))
    if (bound && child(bound, 'enabled', management)) this.handled = 0
    return answer
  }

  #scram(user: string, password: string, mechanism: string): ScramClient {
    const exporter = mechanism.endsWith('-PLUS') ? this.link.exporter() : null
    const binding = exporter ? { flag: 'p=tls-exporter', bound: exporter } : {}
    return new ScramClient({ mechanism, user, password, ...binding })
  }

  async bind(resource?: string): Promise<void> {
    const asked = resource === undefined ? '' : `<resource>${escapeText(resource)}</resource>`
    const answer = await this.ask(
      'set',
      `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>${asked}</bind>`,
    )
    const bound = child(answer, 'bind', 'urn:ietf:params:xml:ns:xmpp-bind')
    if (!bound) throw new Error(conditionIn(elements(answer)[0] ?? answer))
    this.jid = textOf(elements(bound)[0])
  }

  send(xml: string): void {
    this.link.send(xml)
  }

  /** The next stanza or other element. Requests for acknowledgement are answered and left out (XEP-0198). */
  async next(): Promise<Element> {
    const element = await this.nextOrEnd()
    if (!element) throw new Error('the stream has ended')
    return element
  }

  /** @param patienceMs for a client that rightly hears nothing for long */
  async nextOrEnd(patienceMs?: number): Promise<Element | null> {
    for (;;) {
      const element = await this.link.incoming.nextOrEnd(patienceMs)
      if (element?.ns === management && element.name === 'r' && this.handled !== null) {
        this.send(`<a xmlns='${management}' h='${this.handled}'/>`)
        continue
      }
      if (element?.ns === 'jabber:client' && this.handled !== null) this.handled += 1
      return element
    }
  }

  /** Sends an IQ and waits for its answer; what comes before that is dropped. */
  async ask(type: 'get' | 'set', payload: string, to?: string): Promise<Element> {
    this.#ids += 1
    const id = `q${this.#ids}`
    const addressee = to === undefined ? '' : ` to='${to}'`
    this.send(`<iq xmlns='jabber:client' type='${type}' id='${id}'${addressee}>${payload}</iq>`)
    for (;;) {
      const answer = await this.next()
      if (answer.name === 'iq' && answer.attrs['id'] === id) return answer
    }
  }

  /** XEP-0198. @returns the answer, with the id for `resume()` */
  async enable(resume: boolean): Promise<Element> {
    this.send(`<enable xmlns='${management}'${resume ? " resume='true'" : ''}/>`)
    const answer = await this.next()
    if (answer.name === 'enabled') this.handled = 0
    return answer
  }

  /** After `authenticated()`, in place of `bind()`. @returns `resumed` or `failed` */
  async resume(previd: string, handled: number): Promise<Element> {
    this.send(`<resume xmlns='${management}' previd='${previd}' h='${handled}'/>`)
    const answer = await this.link.incoming.next()
    if (answer.name === 'resumed') this.handled = handled
    return answer
  }

  close(): void {
    this.link.close()
  }

  cut(): void {
    this.link.cut()
  }

  pause(): void {
    this.link.pause()
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const decoded = (element: Element): string => Buffer.from(textOf(element), 'base64').toString()

function authenticate(mechanism: string, initial: string, wishes: string): string {
  return (
    `<authenticate xmlns='${sasl2}' mechanism='${mechanism}'>` +
    `<initial-response>${initial}</initial-response>${wishes}</authenticate>`
  )
}
