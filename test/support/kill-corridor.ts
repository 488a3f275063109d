// F1: a server of all real parts but sockets, killed again and again while people talk. Whatever any device was shown is on record,
// and so is whatever a sender was told has arrived. COMPLIANCE §F.
import assert from 'node:assert/strict'
import { silentLog } from '../../src/base/log.ts'
import { createIntake } from '../../src/intake/intake.ts'
import { rules } from '../../src/policy/index.ts'
import { type Record } from '../../src/record/ports.ts'
import { child, type Element } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { type ClosableRouter } from '../../src/xmpp/router.ts'
import { testClients } from '../fakes/clients.ts'
import { fakeTime, type FakeTime } from '../fakes/timer.ts'
import { hosts, lookAtRecord, newWorld, type Met, type Said, type World } from './corridor-world.ts'
import {
  mortal,
  mortalLog,
  mortalParts,
  mortalRegister,
  mortalVault,
  type Mortal,
} from './mortal.ts'
import { powerOver, type Power } from './power.ts'
import { realRecord, type RealRecord, type RecordHome } from './real-record.ts'
import { byPassword, confirmAll, newDevice, parse, routerOf, type Device } from './scene.ts'
import { addressOf, found } from './scene-people.ts'

const names = ['ann/phone', 'bo/phone', 'bo/desk', 'cy/desk', 'di/phone'] as const
/** A kill comes within so many calls that change something: a start takes about 10. */
const callsMax = 45
const roundsMax = 60
/** Of one device: a real stream lets no more come. */
const unsettledMax = 40

type Life = {
  readonly world: World
  readonly mortal: Mortal
  readonly real: RealRecord
  readonly router: ClosableRouter
  readonly time: FakeTime
  readonly devices: Map<string, Device>
  readonly unsettled: Map<string, number>
  /** Turns of the event loop that each write waits for. */
  readonly disk: { waits: number }
}

/**
 * One world, killed `kills` times and then left alone.
 *
 * @throws {AssertionError} that names the seed
 */
export async function killCorridor(seed: number, kills: number, met: Met): Promise<void> {
  // Timers of a record keep no process alive, and there is nothing else here.
  const awake = setInterval(() => undefined, 1_000)
  const world = await newWorld(seed, met)
  try {
    for (const before = met.kills; met.kills < before + kills;) await liveOnce(world)
    await liveToTheEnd(world)
  } finally {
    world.home.remove()
    clearInterval(awake)
  }
}

/** Until the kill that is drawn, or to a stop in order when it does not come. */
async function liveOnce(world: World): Promise<void> {
  const { draw, met, wal } = world
  const keeps = (['nothing', 'part', 'all'] as const)[draw(3)] ?? 'all'
  const isPowerCut = draw(3) === 0
  const power = powerOver(world.home.dir, draw)
  const left: { home: RecordHome | null } = { home: null }
  const one = mortal({ call: draw(callsMax), keeps }, () => {
    wal.kill()
    left.home = power.left(world.home, isPowerCut)
  })
  const life = await Promise.race([started(world, one, power), one.death.then(() => null)])
  if (life) {
    const living = live(life).catch((error: unknown) => {
      if (!one.isDead) throw error
    })
    await Promise.race([living, one.death])
    // What is done already when somebody dies, such as to a socket, others see.
    await new Promise(setImmediate)
    collect(life)
    world.now = life.time.now()
    await end(life)
  }
  if (!one.isDead || left.home === null) return
  met.kills++
  if (isPowerCut) met.powerCuts++
  wal.isFull = false
  world.home = left.home
}

async function started(world: World, one: Mortal, power: Power): Promise<Life | null> {
  try {
    return await start(world, one, power)
  } catch (error) {
    if (one.isDead) return null
    throw error
  }
}

async function start(world: World, one: Mortal, power: Power): Promise<Life> {
  const { home, wal, people, stores } = world
  const time = fakeTime(world.now)
  const disk = { waits: 0 }
  const store = mortalLog(one, wal.open())
  const slow = {
    ...store,
    append: async (...given: Parameters<typeof store.append>) => {
      for (let turns = disk.waits; turns > 0; turns--) await new Promise(setImmediate)
      await store.append(...given)
    },
  }
  const outside = {
    ...home,
    vault: mortalVault(one, home.vault),
    register: mortalRegister(one, home.register),
  }
  const real = await realRecord(outside, slow, {
    clock: time,
    ticks: time,
    checkpointEveryMs: 5,
    parts: (parts) => power.over(mortalParts(one, parts)),
  })
  await lookAtRecord(world, real)
  const record = whileAlive(real.record, one)
  const intake = createIntake({
    record,
    files: { named: () => null },
    rules,
    clock: time,
    ticks: time,
    timer: time,
    settings: { correctMs: null, retractMs: null },
    log: silentLog,
    failed(error) {
      if (!one.isDead) throw error
    },
  })
  const clients = testClients(people.directory, time)
  const router = routerOf({ ...stores, record, time, clients, intake }, people.directory)
  await router.start()
  const life = {
    world,
    mortal: one,
    real,
    router,
    time,
    devices: new Map(),
    unsettled: new Map(),
    disk,
  }
  for (const name of names) await connect(life, name)
  return life
}

/** In a process that is gone nothing goes on: what waits for the record waits for ever. */
function whileAlive(record: Record, one: Mortal): Record {
  async function asLong<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (!one.isDead) throw error
      return await new Promise<never>(() => undefined)
    }
  }
  return {
    ...record,
    get size() {
      return record.size
    },
    append: async (entry) => await asLong(record.append(entry)),
    integrated: async (position) => await asLong(record.integrated(position)),
    read: async (position) => await asLong(record.read(position)),
    readSome: async (positions) => await asLong(record.readSome(positions)),
  }
}

/** Signs in, says that it is there, and says again what it does not know to have arrived. */
async function connect(life: Life, name: string): Promise<void> {
  const { world, router, devices } = life
  const person = found(world.people.directory.find(addressOf(name).bare), name)
  const device = newDevice(name, { person, client: byPassword }, router)
  devices.set(name, device)
  life.unsettled.set(name, 0)
  router.opened(device.resource)
  await router.stanza(parse('<presence/>'), device.resource)
  for (const said of world.said.values())
    if (said.from === name && said.state === 'unknown') send(life, said)
}

/** What may happen while people talk. */
async function live(life: Life): Promise<void> {
  const { world, mortal: one, time, devices, disk } = life
  const { draw, met, wal } = world
  for (let round = 0; round < roundsMax && !one.isDead; round++) {
    const name = names[draw(names.length)] ?? names[0]
    if (draw(3) === 0) wal.isFull = false
    switch (draw(16)) {
      case 0:
        wal.isFull = true
        met.full++
        break
      case 1:
        disk.waits = draw(2) * draw(40)
        if (disk.waits > 0) met.slow++
        break
      case 2:
        await cut(life, name)
        break
      default:
    }
    time.pass(draw(600))
    for (let i = draw(4); i > 0; i--) say(life)
    for (let turns = draw(12); turns > 0; turns--) await new Promise(setImmediate)
    const confirming = devices.get(names[draw(names.length)] ?? name)
    if (confirming) confirmAll(life.router, confirming)
    collect(life)
  }
}

function say(life: Life): void {
  const { world } = life
  const { draw, said, met } = world
  const from = names[draw(names.length)] ?? names[0]
  const to = hosts[draw(hosts.length)] ?? hosts[0]
  if ((life.unsettled.get(from) ?? 0) >= unsettledMax) return
  const id = `said-${said.size}`
  const body = `${id} ${'and so on '.repeat(draw(60))}`
  const one: Said = { id, body, from, to, state: 'unknown', tries: 0 }
  said.set(id, one)
  met.said++
  send(life, one)
}

/** An answer that comes when the connection is broken, or the server dead, nobody hears. */
function send(life: Life, one: Said): void {
  const { router, devices, mortal: its, unsettled, world } = life
  const device = devices.get(one.from)
  if (!device) return
  one.tries++
  const waiting = (): number => unsettled.get(one.from) ?? 0
  unsettled.set(one.from, waiting() + 1)
  const to = addressOf(one.to).text
  const origin = `<origin-id xmlns='urn:xmpp:sid:0' id='${one.id}'/>`
  const stanza = parse(
    `<message type='chat' id='${one.id}' to='${to}'><body>${one.body}</body>${origin}</message>`,
  )
  const settled = (): void => {
    if (devices.get(one.from) !== device || its.isDead) return
    unsettled.set(one.from, waiting() - 1)
    one.state = device.received.some((answer) => isErrorOf(answer, one))
      ? 'refused'
      : 'acknowledged'
    world.met[one.state]++
  }
  Promise.resolve(router.stanza(stanza, device.resource)).then(settled, (error: unknown) => {
    if (!its.isDead) throw error
  })
}

function isErrorOf({ name, attrs }: Element, { id }: Said): boolean {
  return name === 'message' && attrs['type'] === 'error' && attrs['id'] === id
}

/** The network breaks, and the client comes again after a while. What was on its way to it others of its person may get. */
async function cut(life: Life, name: string): Promise<void> {
  const { router, devices, world } = life
  const device = devices.get(name)
  if (!device) return
  world.met.cuts++
  device.isConnected = false
  router.lost(device.resource, device.unconfirmed ?? [])
  devices.delete(name)
  for (let turns = world.draw(10); turns > 0; turns--) await new Promise(setImmediate)
  note(world, device)
  const { unconfirmed } = device
  device.unconfirmed = null
  router.closed(device.resource, unconfirmed ?? [])
  await connect(life, name)
}

/** What the devices were shown until now. */
function collect({ world, devices }: Life): void {
  for (const device of devices.values()) note(world, device)
}

function note({ shown, met }: World, { received }: Device): void {
  for (const stanza of received) {
    if (stanza.name !== 'message' || stanza.attrs['type'] === 'error') continue
    const [, id] = /<body>(said-\d+) /.exec(serialize(stanza, '')) ?? []
    if (id === undefined) continue
    const ids = shown.get(id) ?? new Set()
    ids.add(child(stanza, 'stanza-id', 'urn:xmpp:sid:0')?.attrs['id'] ?? 'none')
    shown.set(id, ids)
    met.shown++
  }
  // Answers are looked for by who waits for them.
  received.splice(0, received.length, ...received.filter(({ attrs }) => attrs['type'] === 'error'))
}

/** Of the dead only files are closed, whenever that may be. */
async function end({ mortal: its, real, router }: Life): Promise<void> {
  if (!its.isDead)
    await router
      .close()
      .then(async () => await real.record.close())
      .catch((error: unknown) => {
        // It may be killed while it stops.
        if (!its.isDead) throw error
      })
  if (its.isDead) real.abandon().catch(() => undefined)
}

/** With room and time for everything: who sends again is told, who is there is shown it, and all of it is as it was. */
async function liveToTheEnd(world: World): Promise<void> {
  const { said, seen, onRecord, shown, wal, seed } = world
  wal.isFull = false
  const one = mortal({ call: -1, keeps: 'all' }, () => undefined)
  const life = await start(world, one, powerOver(world.home.dir, world.draw))
  const isWaiting = (): boolean => [...said.values()].some(({ state }) => state === 'unknown')
  for (let turns = 0; isWaiting() && turns < 10_000; turns++) await new Promise(setImmediate)
  for (let rounds = 0; rounds < 20; rounds++) {
    await life.real.record.integrated(life.real.record.size)
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate)
    collect(life)
    for (const device of life.devices.values()) confirmAll(life.router, device)
  }
  assert.ok(!isWaiting(), `seed ${seed}: somebody was never told`)
  const leaves = [...seen]
  seen.splice(0)
  onRecord.clear()
  await lookAtRecord(world, life.real)
  assert.deepEqual(seen.slice(0, leaves.length), leaves, `seed ${seed}`)
  for (const id of onRecord.keys())
    assert.ok(shown.has(id), `seed ${seed}: ${id} is on record, and nobody was shown it`)
  assert.deepEqual(life.real.fatal, [], `seed ${seed}`)
  await end(life)
}
