// Events on their way to programs elsewhere: in order, signed, again where that failed, and none of it before it is on record.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { type ChatScene, chatScene } from '../../../test/support/chat-scene.ts'
import { room } from '../../../test/support/in-room.ts'
import { webhooksOver } from '../../../test/support/webhooks.ts'
import { type Deliveries, type Posted } from '../../directory/webhooks/ports.ts'
import { type Webhooks } from '../../directory/webhooks/webhooks.ts'
import { wakesOf } from '../events/wakes.ts'
import { startDeliveries, waitAfter } from './deliver.ts'

const messages = `/v1/rooms/${room}/messages`
const dayMs = 86_400_000
const by = { commandLine: true } as const

type Sent = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly text: string | undefined
}

type Scene = ChatScene & {
  readonly webhooks: Webhooks
  readonly deliveries: Deliveries
  readonly sent: Sent[]
  readonly id: string
  readonly secret: string
  /** What the program answers from now on. */
  answer: Posted
  readonly pass: (ms: number) => Promise<void>
  /** As after a start. */
  readonly restart: () => Promise<void>
}

const taken: Posted = { kind: 'answer', status: 204, body: new Uint8Array() }
const refused: Posted = { kind: 'answer', status: 500, body: new Uint8Array() }

function answering(text: string): Posted {
  return { kind: 'answer', status: 200, body: Buffer.from(JSON.stringify({ text })) }
}

/** Ann's room, with the bot `bo` in it and a webhook for it. */
async function botRoom(
  t: TestContext,
  wanted: { readonly types?: readonly string[]; readonly commands?: readonly string[] } = {},
): Promise<Scene> {
  const scene = await chatScene(t, ['ann/phone', 'bo/desk'], {}, 'bo')
  const { s, http } = scene
  const { chat } = http.host
  if (chat === null) throw new Error('there is no chat')
  await scene.post('ann', '/v1/rooms', { local: 'tea' })
  const people = [{ address: 'bo@localhost', affiliation: 'member' }]
  await scene.post('ann', `/v1/rooms/${room}/members`, { people })
  const sent: Sent[] = []
  const { directory } = http.host
  const opened = await webhooksOver(t, { record: s.record, directory })
  let webhooks = await opened()
  const { types = ['message'], commands = [] } = wanted
  const made = { bot: s.person('bo').id, url: 'https://example.org/hook', types, commands }
  const { webhook, secret } = await webhooks.make(made, by)
  const begin = (): Deliveries =>
    startDeliveries({
      ...http.host,
      chat,
      webhooks,
      wakes: wakesOf(chat),
      timer: s.time,
      now: () => s.time.now(),
      post: {
        mustBeReachable() {},
        close() {},
        async send(_url, headers, body) {
          const { message }: { message?: { text?: string } } = JSON.parse(body)
          sent.push({ headers, body, text: message?.text })
          return await Promise.resolve(all.answer)
        },
      },
    })
  let deliveries = begin()
  t.after(async () => await deliveries.close())
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 20; i += 1) await s.settled()
  }
  const all: Scene = {
    ...scene,
    get webhooks() {
      return webhooks
    },
    get deliveries() {
      return deliveries
    },
    sent,
    id: webhook.id,
    secret: secret.reveal(),
    answer: taken,
    async pass(ms) {
      s.time.pass(ms)
      await settled()
    },
    async restart() {
      await deliveries.close()
      webhooks = await opened()
      deliveries = begin()
      await settled()
    },
  }
  return all
}

test('each message of a room goes out once, in order, after it is on record', async (t) => {
  const scene = await botRoom(t)
  const { s, sent, post, pass } = scene
  s.record.hold()
  const saying = post('ann', messages, { text: '1' })
  await pass(0)
  assert.deepEqual(sent, [])
  s.record.release()
  await saying
  await post('ann', messages, { text: '2' })
  await pass(0)
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['1', '2'],
  )
  await scene.restart()
  assert.equal(sent.length, 2)
})

test('what goes out is signed as Standard Webhooks says, and names its event', async (t) => {
  const { sent, post, pass, secret } = await botRoom(t)
  const said = await post('ann', messages, { text: 'hello' })
  await pass(0)
  const [one] = sent
  assert.ok(one)
  const { headers, body } = one
  assert.equal(headers['webhook-id'], said.body['id'])
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const mac = createHmac('sha256', key).update(signed).digest('base64')
  assert.equal(headers['webhook-signature'], `v1,${mac}`)
})

test('what fails is sent again after longer and longer waits, and what comes after it waits', async (t) => {
  const scene = await botRoom(t)
  const { sent, post, pass } = scene
  scene.answer = refused
  await post('ann', messages, { text: '1' })
  await post('ann', messages, { text: '2' })
  await pass(0)
  assert.equal(sent.length, 1)
  await pass(waitAfter(1) - 1)
  assert.equal(sent.length, 1)
  await pass(1)
  await pass(waitAfter(2))
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['1', '1', '1'],
  )
  assert.equal(new Set(sent.map(({ headers }) => headers['webhook-id'])).size, 1)
  scene.answer = { kind: 'failed', why: 'timeout' }
  await pass(waitAfter(3))
  scene.answer = taken
  await pass(waitAfter(4))
  assert.deepEqual(
    sent.slice(4).map(({ text }) => text),
    ['1', '2'],
  )
  const noted = await scene.webhooks.deliveries(scene.id, 10)
  assert.deepEqual(
    noted.map(({ outcome, status, attempts }) => [outcome, status, attempts]),
    [
      ['taken', 204, 1],
      ['taken', 204, 5],
      ['timeout', null, 4],
      ['refused', 500, 3],
      ['refused', 500, 2],
      ['refused', 500, 1],
    ],
  )
})

test('waits are twice as long each time, up to an hour', () => {
  assert.deepEqual([1, 2, 3, 10, 30].map(waitAfter), [5_000, 10_000, 20_000, 2_560_000, 3_600_000])
})

test('after a day of failures a webhook is turned off, on record, and goes on where it was when it is on again', async (t) => {
  const scene = await botRoom(t)
  const { s, sent, post, pass } = scene
  scene.answer = refused
  await post('ann', messages, { text: '1' })
  await pass(0)
  for (let i = 1; i < 60 && scene.webhooks.get(scene.id)?.enabled === true; i += 1)
    await pass(waitAfter(i))
  assert.equal(scene.webhooks.get(scene.id)?.enabled, false)
  assert.equal(s.record.entries.at(-1)?.kind, 'webhook.disable')
  const tries = sent.length
  assert.ok(tries >= 24, `${tries} tries`)
  await pass(dayMs)
  assert.equal(sent.length, tries)
  await scene.restart()
  assert.equal(scene.webhooks.get(scene.id)?.enabled, false)
  scene.answer = taken
  await scene.webhooks.setEnabled(scene.id, { enabled: true, by })
  await pass(0)
  assert.deepEqual(sent.at(-1)?.text, '1')
})

test('what came while nothing ran is sent at the next start', async (t) => {
  const scene = await botRoom(t)
  const { sent, post, pass } = scene
  await scene.deliveries.close()
  await post('ann', messages, { text: 'meanwhile' })
  await pass(0)
  assert.deepEqual(sent, [])
  await scene.restart()
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['meanwhile'],
  )
})

test('a bot is not told what it says itself', async (t) => {
  const { sent, post, pass } = await botRoom(t)
  assert.equal((await post('bo', messages, { text: 'echo' })).status, 201)
  await pass(0)
  assert.deepEqual(sent, [])
})

test('a bot that was put out of a room is not told what is said there any more', async (t) => {
  const { sent, post, pass } = await botRoom(t)
  const people = [{ address: 'bo@localhost', affiliation: 'none' }]
  await post('ann', `/v1/rooms/${room}/members`, { people })
  await post('ann', messages, { text: 'private' })
  await pass(0)
  assert.doesNotMatch(JSON.stringify(sent), /private/)
})

test('a bot that may do nothing any more is told nothing', async (t) => {
  const { s, sent, post, pass } = await botRoom(t)
  s.disable('bo/desk')
  await post('ann', messages, { text: 'late' })
  await pass(20_000)
  assert.doesNotMatch(JSON.stringify(sent), /late/)
})

test('a slash command is on record, then goes to the program, whose answer is on record as the bot’s, once', async (t) => {
  const scene = await botRoom(t, { types: [], commands: ['deploy'] })
  const { s, sent, post, get, pass } = scene
  scene.answer = answering('deploying shop')
  await post('ann', messages, { text: 'no command' })
  await post('ann', messages, { text: '/other x' })
  await post('ann', messages, { text: '/deploy  shop now' })
  await pass(0)
  assert.equal(sent.length, 1)
  const body: { readonly type: string; readonly command: object } = JSON.parse(sent[0]?.body ?? '')
  assert.deepEqual([body.type, body.command], ['command', { name: 'deploy', args: 'shop now' }])
  const read = await get('ann', `${messages}?limit=1`)
  const [line] = Array.isArray(read.body['messages']) ? read.body['messages'] : []
  assert.deepEqual(
    [line?.text, line?.from],
    ['deploying shop', { address: 'bo@localhost', nick: 'bo', isBot: true }],
  )
  const entries = s.record.entries.length
  await scene.deliveries.again(scene.id, String(sent[0]?.headers['webhook-id']))
  await pass(0)
  assert.equal(sent.length, 2)
  assert.equal(s.record.entries.length, entries)
})

test('an answer that is no JSON, has no text or comes from nobody is not said', async (t) => {
  const scene = await botRoom(t, { commands: ['x'] })
  const { s, post, pass } = scene
  for (const body of ['', 'hello', '{}', '{"text":1}', '{"text":"a\\u0000b"}', '[1]', 'null']) {
    scene.answer = { kind: 'answer', status: 200, body: Buffer.from(body) }
    await post('ann', messages, { text: '/x' })
    await pass(0)
  }
  const { id } = s.person('bo')
  assert.deepEqual(
    s.record.entries.filter(({ sender }) => sender === id),
    [],
  )
})

test('an event that is none of the bot’s cannot be sent by hand', async (t) => {
  const scene = await botRoom(t)
  const { s } = scene
  await s.say('ann/phone', 'ann', 'note to self')
  const at = s.record.entries.length - 1
  const hidden = s.record.stanzaId(at)
  await assert.rejects(scene.deliveries.again(scene.id, hidden), { code: 'webhooks.unknown' })
  await assert.rejects(scene.deliveries.again('none', hidden), { code: 'webhooks.unknown' })
  assert.doesNotMatch(JSON.stringify(scene.sent), /note to self/)
})

test('a webhook is for a bot, and each change is on record with who did it', async (t) => {
  const { s, webhooks, id } = await botRoom(t)
  const wanted = { url: 'https://example.org/', types: [], commands: [] }
  const ann = s.person('ann').id
  await assert.rejects(webhooks.make({ ...wanted, bot: ann }, by), { code: 'webhooks.no-bot' })
  await webhooks.remove(id, { person: ann })
  const last = s.record.entries.at(-1)
  assert.deepEqual([last?.kind, last?.sender], ['webhook.remove', ann])
  await assert.rejects(webhooks.remove(id, by), { code: 'webhooks.unknown' })
})
