// People at one server who do things at the same moment, by a seed, and what is to hold afterwards.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { child, type Element, elements } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { Client } from '../client/client.ts'
import { offlineRecord } from '../support/offline-record.ts'
import { anAct, bare, kindsMax, nodes, rooms, users, type World } from './beside-acts.ts'
import { dice, type Dice } from './fuzz.ts'
import { testServer, type TestServer } from './server.ts'

const patienceMs = 30_000
const seenMax = 8
const wordForm = /word\d+q/g
/** Of a device that is there, which it is not after a start; of a roster, which is newer where somebody in it was removed. */
const passing = /<item jid='[^']*\/[^']*'\/>| ver='\d+'/g

/** A device, which notes the words that it hears. */
type Device = {
  readonly user: string
  readonly name: string
  client: Client | null
  /** What waits for the answer to a ping, by its id. */
  readonly waiting: Map<string, () => void>
}

/** Several people with two devices each, and who has said and heard which words. */
type Crowd = {
  readonly server: TestServer
  /** So many moments, each with acts of several devices at once. */
  moments(count: number, options?: { readonly settles: boolean }): Promise<void>
  /** Everything that can be asked about what is kept. */
  state(): Promise<ReadonlyMap<string, string>>
  /** Signs in all who may. */
  connect(): Promise<void>
  /** Words that somebody has heard from somebody else, and that are not on record. The server is stopped. */
  unrecorded(): Promise<readonly string[]>
}

/** @param seed the same acts from the same devices; their order in time is the machine's */
async function crowd(seed: number): Promise<Crowd> {
  const server = await testServer({
    ONRECORD_ALLOW_PLAINTEXT: 'loopback',
    ONRECORD_INVITATIONS: 'accounts',
  })
  const roll = dice(seed)
  const world = worldOf(roll)
  const words = wordsSaid()
  const devices: readonly Device[] = users.flatMap((user) =>
    ['a', 'b'].map((name) => ({ user, name, client: null, waiting: new Map() })),
  )

  async function listen(device: Device, client: Client): Promise<void> {
    for (;;) {
      const element = await client.nextOrEnd(patienceMs)
      if (!element) break
      const { id = '' } = element.attrs
      device.waiting.get(id)?.()
      device.waiting.delete(id)
      note(world, element)
      words.heard(device.user, serialize(element))
    }
    if (device.client === client) device.client = null
    for (const wake of device.waiting.values()) wake()
    device.waiting.clear()
  }

  async function connect(): Promise<void> {
    for (const device of devices) {
      if (device.client) continue
      const client = await signedIn(server, device.user, device.name)
      if (!client) continue
      device.client = client
      void listen(device, client)
      client.send(`<presence xmlns='jabber:client'/>`)
    }
  }

  function act(device: Device, kind: number): void {
    const said = anAct(world, kind)
    words.said(device.user, said)
    device.client?.send(said.replace(/^<(\w+)/, `<$1 xmlns='jabber:client'`))
  }

  return {
    server,
    connect,
    async moments(count, { settles } = { settles: true }) {
      for (let moment = 0; moment < count; moment += 1) {
        if (devices.some(({ client }) => !client)) await connect()
        const kind = roll(kindsMax)
        for (const device of devices)
          for (let acts = roll(3); acts > 0; acts -= 1) act(device, kind)
        if (settles) await Promise.all(devices.map(ping))
      }
    },
    state: async () => await stateOf(server),
    async unrecorded() {
      const keyFile = join(server.dir, 'keys/vault.key')
      const all = await offlineRecord({ data: server.data, keyFile })
      return words.unheardOf(
        all.map(({ content, wire, envelope }) => `${content} ${wire} ${JSON.stringify(envelope)}`),
      )
    },
  }
}

/** Null where he may not: he may have been disabled. */
async function signedIn(
  { domain, ports }: TestServer,
  user: string,
  resource: string,
): Promise<Client | null> {
  const where = { domain, resource, port: ports.xmpp, over: 'plain' } as const
  return await Client.signIn({ user, password: 'pw', ...where }).catch(() => null)
}

function wordsIn(text: string): string[] {
  return [...text.matchAll(wordForm)].map(([word]) => word)
}

/** Who has said which words, and who has heard them. */
function wordsSaid(): {
  said(user: string, text: string): void
  heard(user: string, text: string): void
  /** Words that somebody has heard from somebody else, and that are in none of these. */
  unheardOf(records: readonly string[]): readonly string[]
} {
  const saidBy = new Map<string, string>()
  const heardBy = new Map<string, Set<string>>()
  return {
    said(user, text) {
      for (const word of wordsIn(text)) saidBy.set(word, user)
    },
    heard(user, text) {
      for (const word of wordsIn(text)) {
        const by = heardBy.get(word) ?? new Set()
        heardBy.set(word, by.add(user))
      }
    },
    unheardOf(records) {
      const recorded = new Set(records.flatMap(wordsIn))
      return [...heardBy]
        .filter(([word, by]) => [...by].some((user) => user !== saidBy.get(word)))
        .flatMap(([word]) => (recorded.has(word) ? [] : [word]))
    },
  }
}

function worldOf(roll: Dice): World {
  let words = 0
  return {
    roll,
    word() {
      words += 1
      return `word${words}q`
    },
    seen: { sessions: [], stanzaIds: [], tokens: [] },
  }
}

function note({ seen }: World, element: Element): void {
  const run = child(element, 'command', 'http://jabber.org/protocol/commands')
  keep(seen.sessions, run?.attrs['sessionid'])
  keep(seen.stanzaIds, child(element, 'stanza-id', 'urn:xmpp:sid:0')?.attrs['id'])
  keep(seen.tokens, /preauth=(\w+)/.exec(serialize(element))?.[1])
}

function keep(list: string[], text: string | undefined): void {
  if (text === undefined) return
  list.push(text)
  if (list.length > seenMax) list.shift()
}

let pings = 0

/** Resolves when all that the device has sent is done, or its stream is over. */
async function ping({ client, waiting }: Device): Promise<void> {
  if (!client) return
  pings += 1
  const id = `ping-${pings}`
  const { promise, resolve } = Promise.withResolvers<void>()
  waiting.set(id, resolve)
  client.send(
    `<iq xmlns='jabber:client' type='get' id='${id}' to='chat.example'><ping xmlns='urn:xmpp:ping'/></iq>`,
  )
  await promise
}

const NS_PUBSUB = 'http://jabber.org/protocol/pubsub'

/** What each person is told of rooms, nodes and his own things, by what was asked. */
async function stateOf(server: TestServer): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const user of users) {
    const client = await signedIn(server, user, 'state')
    if (!client) continue
    for (const [to, payload] of questions(bare(user))) {
      const answer = await client.ask('get', payload, to)
      found.set(`${user} ${to} ${payload}`, toldIn(answer))
    }
    client.close()
    await client.link.incoming.rest()
  }
  return found
}

/** In parts, in order: lists come in that of the store after a start. */
function toldIn(answer: Element): string {
  // Which error it is depends on whether a room is locked, which it is not after a start.
  if (answer.attrs['type'] === 'error') return 'an error'
  const said = elements(answer).map((element) => serialize(element, 'jabber:client'))
  const parts = said.join('').replaceAll(passing, '').split(/(?=<)/)
  return parts.toSorted().join('')
}

function questions(own: string): readonly (readonly [string, string])[] {
  const lists = ['owner', 'admin', 'member', 'outcast']
  return [
    ...rooms.flatMap((room) => [
      [room, `<query xmlns='http://jabber.org/protocol/muc#owner'/>`] as const,
      [room, `<vCard xmlns='vcard-temp'/>`] as const,
      ...lists.map(
        (list) =>
          [
            room,
            `<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='${list}'/></query>`,
          ] as const,
      ),
    ]),
    [own, `<query xmlns='http://jabber.org/protocol/disco#items'/>`],
    ...nodes.flatMap((node) => [
      [own, `<pubsub xmlns='${NS_PUBSUB}'><items node='${node}'/></pubsub>`] as const,
      ...['configure', 'affiliations', 'subscriptions'].map(
        (what) =>
          [own, `<pubsub xmlns='${NS_PUBSUB}#owner'><${what} node='${node}'/></pubsub>`] as const,
      ),
    ]),
    [own, `<query xmlns='jabber:iq:roster'/>`],
    [own, `<blocklist xmlns='urn:xmpp:blocking'/>`],
    [own, `<vCard xmlns='vcard-temp'/>`],
    [own, `<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>`],
  ]
}

/**
 * Has a crowd act, kills the server, and looks whether all that was told is on record and all that was kept is the same.
 *
 * @param unsettled moments at the end that nobody waits for: the kill is in the middle of them
 */
export async function crowdIsSafe({
  seed,
  moments,
  unsettled,
}: {
  readonly seed: number
  readonly moments: number
  readonly unsettled: number
}): Promise<void> {
  const people = await crowd(seed)
  const { server } = people
  try {
    await server.start()
    await addCrowd(server)
    await people.connect()
    await people.moments(moments)
    if (unsettled > 0) {
      await people.moments(unsettled, { settles: false })
      await server.kill()
      await server.start()
    }
    const before = await people.state()
    await server.kill()
    await server.start()
    assert.deepEqual(await people.state(), before)
    assert.equal(await server.stop(), 0)
    assert.deepEqual(await people.unrecorded(), [])
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.out + verified.err)
    assert.doesNotMatch(server.log(), /"level":"error"/)
  } finally {
    await server.remove()
  }
}

/** The people, of whom the first is an administrator. The server runs. */
async function addCrowd(server: TestServer): Promise<void> {
  for (const user of users) {
    const socketPath = join(server.data, 'admin.sock')
    const headers = { 'content-type': 'application/json' }
    const asked = request({ socketPath, method: 'POST', path: '/v1/people', headers })
    const role = user === 'u0' ? 'administrator' : 'member'
    asked.end(JSON.stringify({ address: bare(user), password: 'pw', role }))
    const [answer]: IncomingMessage[] = await once(asked, 'response')
    answer?.resume()
    assert.equal(answer?.statusCode, 201)
  }
}
