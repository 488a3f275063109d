import { createHmac } from 'node:crypto'
import { type Element } from '../../../src/xml/element.ts'
import { parseFrame } from '../../../src/xml/frame.ts'
import { defaultXmlLimits } from '../../../src/xml/limits.ts'
import { serialize } from '../../../src/xml/serialize.ts'
import { Client } from '../../client/client.ts'
import { TcpLink } from '../../client/link.ts'
import { handshake } from '../../support/component.ts'
import { outsider, type Outsider } from './outsiders.ts'
import { party, type Party } from './party.ts'
import { filled, matches, type Names, parsePattern, textFits } from './pattern.ts'
import { addAccount, outsideDomain, password, sharedServer, type SharedServer } from './server.ts'

type Device = Party & { readonly client: Client }
type Wire = Party & { readonly link: TcpLink }
/** What came over HTTP. */
type Answer = { readonly status: number; readonly headers: Headers; readonly body: string }

const muc = 'http://jabber.org/protocol/muc'
const discoInfo = 'http://jabber.org/protocol/disco#info'
let cases = 0

/** The people, devices and rooms of one case, at the server that all share. */
export class Stage {
  /** `{ann}` is a person's address, `{ann/desk}` a device's, `{domain}`, `{rooms}`, and `{room}`, which nobody else has. */
  readonly names: Names
  readonly ports: Readonly<Record<'clients' | 'components' | 'direct-tls' | 'servers', number>>
  readonly #server: SharedServer
  readonly #devices = new Map<string, Device>()
  readonly #wires = new Map<string, Wire>()
  readonly #outsiders = new Map<string, Party & { readonly end: Outsider }>()
  readonly #number: number
  /** Resolved when the account is there: two devices of one person may come at once. */
  readonly #people = new Map<string, Promise<void>>()
  /** `id` of each device's last request. */
  readonly #asked = new Map<string, string>()
  #answer: Answer | null = null
  #requests = 0

  static async open(): Promise<Stage> {
    return new Stage(await sharedServer())
  }

  private constructor(server: SharedServer) {
    cases += 1
    this.#number = cases
    this.#server = server
    const { ports, componentPort: components, serversPort: servers } = server
    this.ports = { clients: ports.xmpp, components, 'direct-tls': ports.xmpps, servers }
    const { domain } = server
    this.names = new Map([
      ['domain', domain],
      ['rooms', `conference.${domain}`],
      ['room', `room${cases}@conference.${domain}`],
      ['password', password],
      ['muc', muc],
      ['number', String(cases)],
      ['outside', outsideDomain],
    ])
  }

  async addPerson(name: string, role = 'member'): Promise<void> {
    const known = this.#people.get(name)
    if (known) return await known
    const address = `${name}${this.#number}@${this.#server.domain}`
    this.names.set(name, address)
    this.names.set(`${name}.local`, `${name}${this.#number}`)
    const plain = Buffer.from(`\0${name}${this.#number}\0${password}`).toString('base64')
    this.names.set(`${name}.plain`, plain)
    const added = addAccount(address, role)
    this.#people.set(name, added)
    await added
  }

  /** Signs in and binds: `ann/phone` is a device of Ann, `ann` alone her `ann/desk`. */
  async connect(name: string): Promise<void> {
    const device = deviceName(name)
    const [person = '', resource = ''] = device.split('/')
    await this.addPerson(person)
    const client = await Client.signIn({
      user: this.#name(`${person}.local`),
      password: this.#name('password'),
      domain: this.#server.domain,
      resource,
      mechanism: 'PLAIN',
      over: 'plain',
      port: this.#server.ports.xmpp,
    })
    this.names.set(device, client.jid)
    const end = party(async (patienceMs) => await client.nextOrEnd(patienceMs))
    this.#devices.set(device, { ...end, client })
  }

  /** A connection that has said nothing yet. */
  async connectWire(name: string, at: keyof typeof this.ports = 'clients'): Promise<void> {
    const isTls = at === 'direct-tls'
    const link = await TcpLink.connect(
      this.ports[at],
      isTls ? { tls: 'direct', alpn: 'xmpp-client' } : {},
    )
    this.addWire(name, link)
  }

  addWire(name: string, link: TcpLink): void {
    const end = party(async (patienceMs) => await link.incoming.nextOrEnd(patienceMs))
    this.#wires.set(name, { ...end, link })
  }

  link(name: string): TcpLink {
    return this.#wire(name).link
  }

  /** XEP-0114, where `{id}` is the id of the stream. */
  shakeHands(name: string, secret: string): void {
    this.#wire(name).link.send(handshake(this.#name('id'), secret))
  }

  /** Begins a stream, signs in and begins the next; its features are the first thing to read. */
  async signInWire(name: string, person: string): Promise<void> {
    await this.addPerson(person)
    const { link } = this.#wire(name)
    link.open(this.#server.domain)
    await this.take(name, streamPart('stream'))
    await this.take(name, streamPart('features'))
    const data = this.#name(`${person}.plain`)
    link.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${data}</auth>`)
    await this.take(name, `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
    link.open(this.#server.domain)
    await this.take(name, streamPart('stream'))
  }

  async bindWire(name: string, device: string): Promise<void> {
    const [person = '', resource = ''] = deviceName(device).split('/')
    await this.signInWire(name, person)
    await this.take(name, streamPart('features'))
    this.names.set(`${person}/${resource}`, `${this.#name(person)}/${resource}`)
    const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind>`
    this.send(name, `<iq type='set' id='bind'>${bind}</iq>`)
    await this.take(name, `<iq type='result' id='bind'/>`)
  }

  /** XEP-0484: that name is what HT-SHA-256-NONE wants of the person with the token of that name. */
  proveToken(
    name: string,
    { token, person }: { readonly token: string; readonly person: string },
  ): void {
    const proof = createHmac('sha256', this.#name(token)).update('Initiator').digest()
    const message = Buffer.concat([Buffer.from(`${this.#name(`${person}.local`)}\0`), proof])
    this.names.set(name, message.toString('base64'))
  }

  /** A connection whose next element, the stream header, begins a stream. */
  openWire(name: string, attrs: string): void {
    this.#wire(name).link.open(this.#server.domain, filled(attrs, this.names))
  }

  async secureWire(name: string): Promise<void> {
    await this.#wire(name).link.secure(this.#server.domain)
  }

  /** Somebody at another domain, who has no account. */
  async addOutsider(name: string): Promise<void> {
    const end = await outsider(`${name}${this.#number}`)
    this.names.set(name, end.address)
    this.#outsiders.set(name, { ...party(end.next), end })
  }

  party(name: string): Party {
    const found =
      this.#devices.get(deviceName(name)) ?? this.#wires.get(name) ?? this.#outsiders.get(name)
    if (!found) throw new Error(`nobody is called ${name}`)
    return found
  }

  /** As it stands, with names put in. A stanza need not say that it is of `jabber:client`: the stream says so. */
  send(name: string, xml: string): void {
    const text = filled(xml, this.names)
    const wire = this.#wires.get(name)
    const stranger = this.#outsiders.get(name)?.end
    if (wire) wire.link.send(text)
    else if (stranger) stranger.send(withFrom(text, stranger.address))
    else this.#device(name).client.send(text)
  }

  async take(name: string, pattern: string, isNext = false): Promise<Element> {
    return await this.party(name).take(parsePattern(pattern, this.names), this.names, isNext)
  }

  /** A request. @param to null leaves the address out */
  ask(
    name: string,
    { type, to, xml }: { readonly type: string; readonly to: string | null; readonly xml: string },
  ): void {
    const id = this.#nextId()
    this.#asked.set(deviceName(name), id)
    const address = to === null ? '' : ` to='${to}'`
    this.send(name, `<iq type='${type}' id='${id}'${address}>${xml}</iq>`)
  }

  /** What came to the last request: it is looked at whether it matches or not. */
  async takeAnswer(name: string, pattern: string): Promise<Element> {
    const id = this.#asked.get(deviceName(name))
    if (id === undefined) throw new Error(`${name} has asked nothing`)
    const answer = await this.take(name, `<iq id='${id}'/>`)
    const wanted = parsePattern(pattern, this.names)
    if (matches(answer, wanted, this.names)) return answer
    throw new Error(`no ${serialize(wanted)}\n${serialize(answer)}`)
  }

  /** Says that it is there and wants to be notified of these nodes (XEP-0115), and answers what it is asked about that. */
  async want(name: string, nodes: readonly string[]): Promise<void> {
    const node = `urn:example:client#${this.#nextId()}`
    const [program = '', ver = ''] = node.split('#')
    const caps = 'http://jabber.org/protocol/caps'
    this.send(
      name,
      `<presence><c xmlns='${caps}' hash='sha-1' node='${program}' ver='${ver}'/></presence>`,
    )
    const query = `<query xmlns='${discoInfo}' node='${node}'/>`
    await this.take(name, `<iq type='get' id='{=caps}' from='{=asker}'>${query}</iq>`)
    const features = nodes.map((wanted) => `<feature var='${wanted}+notify'/>`).join('')
    const info = `<query xmlns='${discoInfo}' node='${node}'>${features}</query>`
    this.send(name, `<iq type='result' id='{caps}' to='{asker}'>${info}</iq>`)
    await this.settle()
  }

  /** Over HTTP; `answer` has what came. A path is one of the server's. */
  async http(asked: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | null
  }): Promise<void> {
    const { method, headers, body } = asked
    const url = new URL(
      filled(asked.url, this.names),
      `http://127.0.0.1:${this.#server.ports.http}`,
    )
    const sent = body === null ? null : filled(body, this.names)
    const answer = await fetch(url, { method, headers, body: sent })
    this.#answer = { status: answer.status, headers: answer.headers, body: await answer.text() }
  }

  get answer(): Answer {
    if (!this.#answer) throw new Error('nothing was asked over HTTP')
    return this.#answer
  }

  /** Whether it is XML like this. */
  gives(pattern: string): boolean {
    const element = parseFrame(this.answer.body.replace(/^<\?xml[^>]*>\s*/, ''), defaultXmlLimits)
    return matches(element, parsePattern(pattern, this.names), this.names)
  }

  fits(text: string, pattern: string): boolean {
    const found: Names = new Map()
    const fits = textFits(text, filled(pattern, this.names), found)
    for (const [name, value] of found) this.names.set(name, value)
    return fits
  }

  /** After a stop. All streams end with it. */
  async restart(): Promise<void> {
    this.#devices.clear()
    await this.#server.stop()
    await this.#server.start()
  }

  /** @param isPolite with `</stream:stream>` */
  leave(name: string, isPolite: boolean): void {
    const end = this.#wires.get(name)?.link ?? this.#device(name).client
    if (isPolite) end.close()
    else end.cut()
    this.#wires.delete(name)
    this.#devices.delete(deviceName(name))
  }

  /**
   * Everything that anybody has sent has had its effect, and has arrived: requests wait for what the same client sent before.
   * Twice, as what one was sent may make the server speak to another.
   */
  async settle(): Promise<void> {
    for (const _ of [1, 2]) {
      const everybody = [...this.#devices.keys(), ...this.#outsiders.keys()]
      const asked = everybody.map((name) => ({ name, id: this.#nextId() }))
      for (const { name, id } of asked) {
        this.send(
          name,
          `<iq type='get' id='${id}' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>`,
        )
      }
      for (const { name, id } of asked) await this.take(name, `<iq id='${id}' from='{domain}'/>`)
    }
  }

  async readAll(): Promise<void> {
    await this.settle()
    for (const device of this.#devices.values()) device.drop()
    for (const stranger of this.#outsiders.values()) stranger.drop()
  }

  /** Both see each other's presence. Wants one device of each, before it says that it is there. */
  async befriend(one: string, other: string): Promise<void> {
    for (const [from, to] of [[one, other] as const, [other, one] as const]) {
      this.send(this.#anyDevice(from), `<presence type='subscribe' to='{${to}}'/>`)
      await this.settle()
      this.send(this.#anyDevice(to), `<presence type='subscribed' to='{${from}}'/>`)
      await this.settle()
    }
  }

  /** Is in the room, which is his own where there was none, configured as the values say. */
  async join(device: string, room: string, nick: string): Promise<void> {
    this.send(device, `<presence to='${room}/${nick}'><x xmlns='${muc}'/></presence>`)
    const self = `<x xmlns='${muc}#user'><status code='110'/></x>`
    await this.take(device, `<presence from='${room}/${nick}'>${self}</presence>`)
    await this.settle()
  }

  async configure(
    device: string,
    room: string,
    values: ReadonlyMap<string, string>,
  ): Promise<void> {
    const fields = [...values].map(
      ([name, value]) => `<field var='muc#roomconfig_${name}'><value>${value}</value></field>`,
    )
    const type = `<field var='FORM_TYPE'><value>${muc}#roomconfig</value></field>`
    const form = `<x xmlns='jabber:x:data' type='submit'>${type}${fields.join('')}</x>`
    const id = this.#nextId()
    this.send(
      device,
      `<iq type='set' id='${id}' to='${room}'><query xmlns='${muc}#owner'>${form}</query></iq>`,
    )
    await this.take(device, `<iq id='${id}' type='result'/>`)
  }

  close(): void {
    for (const { client } of this.#devices.values()) client.close()
    for (const { link } of this.#wires.values()) link.close()
    for (const { end } of this.#outsiders.values()) end.leave()
  }

  #wire(name: string): Wire {
    const found = this.#wires.get(name)
    if (!found) throw new Error(`no connection is called ${name}`)
    return found
  }

  #nextId(): string {
    this.#requests += 1
    return `stage-${this.#requests}`
  }

  #device(name: string): Device {
    const found = this.#devices.get(deviceName(name))
    if (!found) throw new Error(`no device is called ${name}`)
    return found
  }

  #anyDevice(person: string): string {
    const found = [...this.#devices.keys()].find((name) => name.split('/')[0] === person)
    if (found === undefined) throw new Error(`${person} has no device`)
    return found
  }

  #name(name: string): string {
    const found = this.names.get(name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    return found
  }
}

/** Of `stream:stream` and what belongs to it. */
function streamPart(name: string): string {
  return `<${name} xmlns='http://etherx.jabber.org/streams'/>`
}

/** He speaks for himself where nothing else is said. */
function withFrom(stanza: string, from: string): string {
  return /^<\w+[^>]*\sfrom=/.test(stanza) ? stanza : stanza.replace(/^<\w+/, `$& from='${from}'`)
}

/** Who is named without a device is at the desk. */
function deviceName(name: string): string {
  return name.includes('/') ? name : `${name}/desk`
}
