// A lively talk of several pairs, and what it leaves: what was received and acknowledged has to be on record.
import assert from 'node:assert/strict'
import { child, elements, textOf } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { bodyOf, signInAs, say } from './people.ts'
import { type TestServer } from './server.ts'

const stanzas = 'urn:ietf:params:xml:ns:xmpp-stanzas'
const mam = 'urn:xmpp:mam:2'
const windowMessages = 5
const pageMax = 250
/** Nobody hears anything while a disk is full, or while the test does something else. */
const silenceMsMax = 60_000

export type Refusal = { readonly type: string; readonly condition: string; readonly text: string }

/** What one pair was told. Bodies are `<pair>-<number>`, then padding. */
type Pair = {
  readonly name: string
  readonly users: readonly [string, string]
  readonly sender: Client
  readonly recipient: Client
  /** In the order of XEP-0198's count; null for what is no message. */
  readonly sent: (string | null)[]
  acknowledged: number
  readonly refused: Map<string, Refusal>
  readonly received: Set<string>
}

export type Talk = {
  /** Resolves when so many more messages were received in each pair. */
  received(more: number): Promise<void>
  /** Resolves with the next refusal of each pair. */
  refused(): Promise<readonly Refusal[]>
  readonly counts: {
    readonly received: number
    readonly refused: number
    readonly acknowledged: number
  }
  /** No more is sent. Resolves when the server has ended all streams. */
  over(): Promise<void>
  /** No more is sent. Resolves when all that was sent has been answered. */
  quiet(): Promise<void>
  /** Everything that was received is in both archives, and everything that was acknowledged and not refused in them, too. */
  checkArchives(server: TestServer): Promise<void>
}

/**
 * u0 talks to u1, u2 to u3…, each with some messages under way, and sends the next when one was received or refused.
 *
 * @param bodyChars length of each message
 */
export async function startTalk(
  server: TestServer,
  { pairs: count, bodyChars }: { readonly pairs: number; readonly bodyChars: number },
): Promise<Talk> {
  const pairs: Pair[] = []
  for (let i = 0; i < count; i++) pairs.push(await makePair(server, i))
  const waiting = new Set<() => void>()
  let isSending = true
  const changed = (): void => {
    for (const look of waiting) look()
  }
  const next = (pair: Pair): void => {
    if (!isSending) return
    const id = `${pair.name}-${pair.sent.length}`
    pair.sent.push(id)
    say(pair.sender, `${pair.users[1]}@${server.domain}`, id.padEnd(bodyChars, ' x'), id)
    pair.sender.send(`<r xmlns='urn:xmpp:sm:3'/>`)
  }
  const ends = pairs.map(async (pair) => {
    const loops = [listen(pair, { next, changed }), hear(pair, { next, changed })]
    for (let i = 0; i < windowMessages; i++) next(pair)
    await Promise.all(loops)
  })
  const until = async (isTrue: () => boolean): Promise<void> => {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isTrue()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  }
  const sum = (of: (pair: Pair) => number): number => pairs.reduce((all, pair) => all + of(pair), 0)

  return {
    async received(more) {
      const before = new Map(pairs.map((pair) => [pair, pair.received.size]))
      await until(() => pairs.every((pair) => pair.received.size >= (before.get(pair) ?? 0) + more))
    },
    async refused() {
      const before = new Map(pairs.map((pair) => [pair, pair.refused.size]))
      await until(() => pairs.every((pair) => pair.refused.size > (before.get(pair) ?? 0)))
      return pairs.flatMap(({ refused }) => [...refused.values()].slice(-1))
    },
    get counts() {
      return {
        received: sum(({ received }) => received.size),
        refused: sum(({ refused }) => refused.size),
        acknowledged: sum(({ acknowledged }) => acknowledged),
      }
    },
    async over() {
      isSending = false
      await Promise.all(ends)
    },
    async quiet() {
      isSending = false
      await until(() =>
        pairs.every(({ sent, received, refused }) =>
          sent.every((id) => id === null || received.has(id) || refused.has(id)),
        ),
      )
      await until(() => pairs.every(({ sent, acknowledged }) => acknowledged === sent.length))
    },
    async checkArchives(at) {
      for (const pair of pairs) await checkPair(at, pair)
    },
  }
}

async function makePair(server: TestServer, index: number): Promise<Pair> {
  const users = [`u${index * 2}`, `u${index * 2 + 1}`] as const
  const sender = await signInAs(server, users[0])
  const recipient = await signInAs(server, users[1])
  recipient.send(`<presence xmlns='jabber:client'/>`)
  await recipient.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)
  await sender.enable(false)
  return {
    name: `p${index}`,
    users,
    sender,
    recipient,
    sent: [],
    acknowledged: 0,
    refused: new Map(),
    received: new Set(),
  }
}

type Told = { readonly next: (pair: Pair) => void; readonly changed: () => void }

/** The sender's side: acknowledgements and refusals, until the stream ends. */
async function listen(pair: Pair, { next, changed }: Told): Promise<void> {
  for (;;) {
    const element = await pair.sender.nextOrEnd(silenceMsMax)
    if (!element) return
    if (element.name === 'a') pair.acknowledged = Number(element.attrs['h'])
    if (element.name === 'message' && element.attrs['type'] === 'error') {
      const error = child(element, 'error', 'jabber:client')
      const [condition] = error ? elements(error) : []
      pair.refused.set(element.attrs['id'] ?? '', {
        type: error?.attrs['type'] ?? '',
        condition: condition?.name ?? '',
        text: error ? textOf(child(error, 'text', stanzas)) : '',
      })
      next(pair)
    }
    changed()
  }
}

/** The recipient's side. */
async function hear(pair: Pair, { next, changed }: Told): Promise<void> {
  for (;;) {
    const element = await pair.recipient.nextOrEnd(silenceMsMax)
    if (!element) return
    const [id = ''] = bodyOf(element).split(' ')
    if (element.name !== 'message' || id === '') continue
    pair.received.add(id)
    next(pair)
    changed()
  }
}

async function checkPair(server: TestServer, pair: Pair): Promise<void> {
  const { received, refused, sent, acknowledged } = pair
  for (const user of pair.users) {
    const archive = await archiveOf(server, user)
    for (const id of received) assert.ok(archive.has(id), `${id} was received, and ${user} has not`)
    for (const id of sent.slice(0, acknowledged)) {
      if (id === null || refused.has(id)) continue
      assert.ok(archive.has(id), `${id} was acknowledged, and ${user} has not`)
    }
  }
  for (const id of refused.keys()) assert.ok(!received.has(id), `${id} was refused and delivered`)
}

/** The first words of all bodies in somebody's archive. */
async function archiveOf(server: TestServer, user: string): Promise<ReadonlySet<string>> {
  const client = await signInAs(server, user)
  const found = new Set<string>()
  let after = ''
  for (let isComplete = false; !isComplete;) {
    client.send(
      `<iq xmlns='jabber:client' type='set' id='page'><query xmlns='${mam}'>` +
        `<set xmlns='http://jabber.org/protocol/rsm'><max>${pageMax}</max>${after}</set></query></iq>`,
    )
    for (;;) {
      const stanza = await client.next()
      const result = child(stanza, 'result', mam)
      const forwarded = result && child(result, 'forwarded', 'urn:xmpp:forward:0')
      const message = forwarded && child(forwarded, 'message', 'jabber:client')
      if (message) found.add(bodyOf(message).split(' ')[0] ?? '')
      if (stanza.name !== 'iq' || stanza.attrs['id'] !== 'page') continue
      const fin = child(stanza, 'fin', mam)
      if (!fin) throw new Error(`the archive of ${user} cannot be read`)
      const set = child(fin, 'set', 'http://jabber.org/protocol/rsm')
      const last = set && child(set, 'last', 'http://jabber.org/protocol/rsm')
      after = `<after>${textOf(last)}</after>`
      isComplete = fin.attrs['complete'] === 'true' || !last
      break
    }
  }
  client.close()
  return found
}
