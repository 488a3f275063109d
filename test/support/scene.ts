import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { createAdministration } from '../../src/directory/administration.ts'
import { type Clients } from '../../src/directory/clients.ts'
import { type Directory, type Person } from '../../src/directory/ports.ts'
import { createHistory } from '../../src/history/history.ts'
import { type Heard, heardIntake } from '../../src/intake/heard.ts'
import { createIntake } from '../../src/intake/intake.ts'
import { type Intake } from '../../src/intake/ports.ts'
import { type Outbound } from '../../src/intake/outbound.ts'
import { rules } from '../../src/policy/index.ts'
import { type Record } from '../../src/record/ports.ts'
import { child, type Element, elements, textOf } from '../../src/xml/element.ts'
import { parseFrame } from '../../src/xml/frame.ts'
import { defaultXmlLimits } from '../../src/xml/limits.ts'
import {
  type AccountStore,
  type Resource,
  type SignedIn,
  type SignInStore,
} from '../../src/xmpp/ports.ts'
import { type ClosableRouter, createRouter } from '../../src/xmpp/router.ts'
import { type PushStore } from '../../src/xmpp/push/ports.ts'
import { type RoomStore } from '../../src/xmpp/rooms/ports.ts'
import { testClients } from '../fakes/clients.ts'
import { fakeAccountStore } from '../fakes/account-store.ts'
import { fakePepStore } from '../fakes/pep-store.ts'
import { type FakeRecord, fakeRecord } from '../fakes/record.ts'
import { fakePushStore } from '../fakes/push-store.ts'
import { fakeRoomStore } from '../fakes/room-store.ts'
import { fakeRelays } from '../fakes/relays.ts'
import { fakeSignIns } from '../fakes/sign-ins.ts'
import { type FakeTime, fakeTime } from '../fakes/timer.ts'
import { addressOf, fakePeople, found, type People, peopleOf } from './scene-people.ts'

const ns = 'jabber:client'

/** A device in a scene. `ann/phone` is `ann@localhost/phone`. */
export type Device = {
  readonly resource: Resource
  /** What it was sent and the test has not looked at. */
  received: Element[]
  /** What it has not confirmed; null once it has gone. */
  unconfirmed: Outbound[] | null
  confirms: boolean
  isConnected: boolean
  closedWith: string | null
}

/** Each of these is signed in and available, without any subscription, and has received nothing. */
export async function scene(...names: readonly string[]): Promise<Scene> {
  const made = new Scene(names)
  for (const name of names) made.connect(name)
  await made.online(...names)
  return made
}

/** People, their devices, and what each of them sees, with the record in memory and without sockets between. */
export class Scene {
  router: ClosableRouter
  intake: Intake
  heard: Heard
  readonly record: FakeRecord
  readonly store: AccountStore
  readonly signIns: SignInStore
  readonly rooms: RoomStore
  readonly pushes: PushStore
  readonly time: FakeTime
  readonly clients: Clients
  /** The condition that a XEP adds to the last request's error; null where there is none. */
  detail: string | null = null
  readonly #people: People
  readonly #devices = new Map<string, Device>()
  #requests = 0

  /** The people are there; no device is. @param given a directory on a record of its own, in place of one that has these people */
  constructor(names: readonly string[], given: Given | null = null) {
    this.time = given?.time ?? fakeTime()
    this.record = given?.record ?? fakeRecord(() => this.time.now())
    this.store = fakeAccountStore()
    this.signIns = fakeSignIns()
    this.rooms = fakeRoomStore()
    this.pushes = fakePushStore()
    this.#people = given ? peopleOf(given.directory) : fakePeople(names)
    this.clients = testClients(this.#people.directory, this.time)
    this.heard = heardIntake(intakeOf(this), this.record)
    this.intake = this.heard.intake
    this.router = routerOf(this, this.#people.directory)
  }

  get directory(): Directory {
    return this.#people.directory
  }

  /** Signs in; says nothing yet. */
  connect(name: string, client: SignedIn = byPassword): void {
    const device = newDevice(name, { person: this.person(name), client }, this.router)
    this.#devices.set(name, device)
    this.router.opened(device.resource)
  }

  /** The server stops and starts again on the same record and stores; these sign in and are available. */
  async restart(...names: readonly string[]): Promise<void> {
    await this.settled()
    this.#devices.clear()
    this.heard = heardIntake(intakeOf(this), this.record)
    this.intake = this.heard.intake
    this.router = routerOf(this, this.#people.directory)
    await this.router.start()
    for (const name of names) this.connect(name)
    await this.online(...names)
  }

  /** Signs in and asks for this at once (XEP-0386). @returns what it is told */
  async bind(name: string, asked: string): Promise<readonly Element[]> {
    this.connect(name)
    const request = parseFrame(`<bind xmlns='urn:xmpp:bind:0'>${asked}</bind>`, defaultXmlLimits)
    return await this.router.bound(this.#device(name).resource, request)
  }

  /** Initial presence; what it brings is not looked at. */
  async online(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.send(name, '<presence/>')
    for (const name of names) this.got(name)
  }

  /** Signs in and says that it is there; what that brings is to be looked at. */
  async arrive(name: string): Promise<void> {
    this.connect(name)
    await this.send(name, '<presence/>')
  }

  /** The connection is gone for good, with what was not confirmed. */
  async drop(name: string): Promise<void> {
    const device = this.#device(name)
    const { resource, unconfirmed } = device
    device.unconfirmed = null
    this.router.closed(resource, unconfirmed ?? [])
    await this.settled()
  }

  /** The connection breaks, and may be resumed: what is sent waits. */
  async lose(name: string): Promise<void> {
    const device = this.#device(name)
    device.confirms = false
    device.isConnected = false
    this.router.lost(device.resource, device.unconfirmed ?? [])
    await this.settled()
  }

  /** From now on the device reads and does not confirm. */
  mute(name: string): void {
    this.#device(name).confirms = false
  }

  unmute(name: string): void {
    this.#device(name).confirms = true
  }

  /** Everything that was begun is done. */
  async settled(): Promise<void> {
    // All that goes on without a socket or a disk is done when the event loop comes round.
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise(setImmediate)
      for (const device of this.#devices.values()) {
        if (device.confirms) confirmAll(this.router, device)
      }
    }
  }

  /** One stanza as XML; settled when it resolves. */
  async send(name: string, xml: string): Promise<void> {
    await this.router.stanza(parse(xml), this.#device(name).resource)
    await this.settled()
  }

  /** A chat message to a person or device, by names. */
  async say(from: string, to: string, text: string): Promise<void> {
    const address = addressOf(to).text
    await this.send(from, `<message type='chat' to='${address}'><body>${text}</body></message>`)
  }

  /** Requests. @returns the result's payload, or the condition of the error */
  async get(name: string, payload: string, to?: string): Promise<Element | string | null> {
    return await this.#ask(name, `type='get'${toAttr(to)}`, payload)
  }

  async set(name: string, payload: string, to?: string): Promise<Element | string | null> {
    return await this.#ask(name, `type='set'${toAttr(to)}`, payload)
  }

  async #ask(name: string, attrs: string, payload: string): Promise<Element | string | null> {
    this.#requests += 1
    const id = `request-${this.#requests}`
    await this.send(name, `<iq ${attrs} id='${id}'>${payload}</iq>`)
    const { answer, detail } = answerIn(this.#device(name), id)
    this.detail = detail
    return answer
  }

  /** What the device has received since it was asked last. */
  got(name: string): Element[] {
    const device = this.#device(name)
    const { received } = device
    device.received = []
    return received
  }

  /** The messages among it, in short: bodies, with `sent: ` or `received: ` before a carbon's. */
  inbox(name: string): string[] {
    return this.got(name).flatMap(messageInShort)
  }

  /** The presence among it, in short: type, from whom, and what it shows. */
  presence(name: string): string[] {
    return this.got(name).flatMap(presenceInShort)
  }

  closedWith(name: string): string | null {
    return this.#device(name).closedWith
  }

  remove(name: string): void {
    this.#people.remove(addressOf(name).bare)
  }

  disable(name: string): void {
    this.#people.disable(addressOf(name).bare)
  }

  person(name: string): Person {
    return found(this.#people.directory.find(addressOf(name).bare), name)
  }

  #device(name: string): Device {
    return found(this.#devices.get(name), name)
  }
}

function intakeOf({ record, time }: Pick<Scene, 'record' | 'time'>): Intake {
  return createIntake({
    record,
    files: { named: () => null },
    rules,
    clock: time,
    ticks: time,
    timer: time,
    settings: { correctMs: null, retractMs: null },
    log: silentLog,
    failed: (error) => {
      throw error
    },
  })
}

/** The real router, on stores in memory and whatever record there is. */
export function routerOf(
  { record, store, signIns, rooms, pushes, time, clients, intake }: RouterNeeds,
  directory: Directory,
): ClosableRouter {
  return createRouter({
    domain: 'localhost',
    directory,
    administration: createAdministration(record),
    clients,
    intake,
    history: createHistory({ record, timer: time }),
    store,
    signInStore: signIns,
    roomStore: rooms,
    random: systemRandom(),
    pepStore: fakePepStore(),
    pushStore: pushes,
    clock: time,
    ticks: time,
    timer: time,
    log: silentLog,
    contacts: { 'admin-addresses': ['mailto:admin@localhost'] },
    relays: fakeRelays,
    uploads: null,
  })
}

type RouterNeeds = Pick<
  Scene,
  'store' | 'signIns' | 'rooms' | 'pushes' | 'time' | 'clients' | 'intake'
> & { readonly record: Record }

/** By a client that says nothing of itself. */
export const byPassword: SignedIn = {
  agent: { id: null, software: null, device: null },
  by: 'password',
  key: null,
  at: 0,
  address: '10.0.0.1',
}

export function newDevice(
  name: string,
  who: { readonly person: Person; readonly client: SignedIn },
  router: ClosableRouter,
): Device {
  const device: Device = {
    received: [],
    unconfirmed: [],
    confirms: true,
    isConnected: true,
    closedWith: null,
    resource: {
      get isConnected() {
        return device.isConnected
      },
      jid: addressOf(name),
      ...who,
      send(out) {
        if (!device.unconfirmed) throw new Error(`${name} was sent something after it had gone`)
        device.received.push(parse(out.wire))
        device.unconfirmed.push(out)
      },
      close(condition) {
        device.closedWith = condition
        const { unconfirmed } = device
        device.unconfirmed = null
        if (unconfirmed) router.closed(device.resource, unconfirmed)
      },
    },
  }
  return device
}

function toAttr(to: string | undefined): string {
  return to === undefined ? '' : ` to='${to}'`
}

export function confirmAll(router: ClosableRouter, device: Device): void {
  for (const out of device.unconfirmed?.splice(0) ?? []) router.confirmed(device.resource, out)
}

function answerIn(
  device: Device,
  id: string,
): { readonly answer: Element | string | null; readonly detail: string | null } {
  const answer = device.received.find(({ name, attrs }) => name === 'iq' && attrs['id'] === id)
  if (!answer) throw new Error('the request was not answered')
  device.received = device.received.filter((other) => other !== answer)
  if (answer.attrs['type'] === 'result') {
    return { answer: elements(answer)[0] ?? null, detail: null }
  }
  const inError = elements(child(answer, 'error', ns) ?? answer)
  const detail = inError.find((part) => part.ns !== 'urn:ietf:params:xml:ns:xmpp-stanzas')
  return { answer: conditionOf(answer), detail: detail?.name ?? null }
}

/** The condition of an error stanza. */
export function conditionOf(stanza: Element): string {
  const error = child(stanza, 'error', ns)
  return (error && elements(error)[0]?.name) ?? 'no error'
}

function messageInShort(stanza: Element): string[] {
  if (stanza.name !== 'message') return []
  for (const side of ['sent', 'received']) {
    const carbon = child(stanza, side, 'urn:xmpp:carbons:2')
    const [forwarded] = carbon ? elements(carbon) : []
    const [inner] = forwarded ? elements(forwarded) : []
    if (inner) return [`${side}: ${textOf(child(inner, 'body', ns))}`]
  }
  if (stanza.attrs['type'] === 'error') return [`error: ${conditionOf(stanza)}`]
  return [textOf(child(stanza, 'body', ns))]
}

/** `away ann/phone`, `unavailable ann/phone`, `subscribe ann`. */
function presenceInShort(stanza: Element): string[] {
  if (stanza.name !== 'presence') return []
  const { type, from = '' } = stanza.attrs
  const what = type ?? (textOf(child(stanza, 'show', ns)) || 'available')
  const status = textOf(child(stanza, 'status', ns))
  const who = from.replace('@localhost', '')
  return [`${what} ${who}${status === '' ? '' : `: ${status}`}`]
}

/** A stanza from XML that need not say its namespace. */
export function parse(xml: string): Element {
  const standsAlone = /^<\w+(?: to='[^']*')? xmlns='jabber:client'/.test(xml)
  const text = standsAlone ? xml : xml.replace(/^<(\w+)/, `<$1 xmlns='${ns}'`)
  return parseFrame(text, defaultXmlLimits)
}

type Given = {
  readonly directory: Directory
  readonly record: FakeRecord
  readonly time: FakeTime
}
