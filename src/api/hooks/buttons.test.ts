// Buttons of bots: what a message offers, who presses, and how the bot hears of it.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { chatOver, type ChatScene } from '../../../test/support/chat-scene.ts'
import { join, kinds, room } from '../../../test/support/in-room.ts'
import { Scene } from '../../../test/support/scene.ts'
import { fakePeople } from '../../../test/support/scene-people.ts'
import { webhooksOver } from '../../../test/support/webhooks.ts'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { type Posted } from '../../directory/webhooks/ports.ts'
import { child, el, elements, textOf } from '../../xml/element.ts'
import { wakesOf } from '../events/wakes.ts'
import { startDeliveries } from './deliver.ts'

const messages = `/v1/rooms/${room}/messages`
const by = { commandLine: true } as const
const NS = 'urn:xmpp:tmp:quick-response'
const items = [
  { value: 'yes', label: 'Approve', style: 'primary' },
  { value: 'no', label: 'Refuse', style: 'danger' },
]

type Body = { readonly [name: string]: unknown }
type BotScene = ChatScene & {
  /** Bodies that its program was sent. */
  readonly sent: Body[]
  answer: Posted
  readonly settled: () => Promise<void>
  /** Asks with buttons. @returns the line's id */
  readonly ask: (more?: object) => Promise<string>
  readonly press: (name: string, line: string, body: object) => ReturnType<ChatScene['post']>
  readonly newest: (name: string) => Promise<Body>
}

function asBot(person: Person | null): Person | null {
  return person?.address === 'bo@localhost' ? { ...person, role: 'bot' } : person
}

function withBot(people: Directory): Directory {
  return {
    ...people,
    find: (named) => asBot(people.find(named)),
    get: (id) => asBot(people.get(id)),
  }
}

/** Ann's room, with the bot `bo` as a member, Cy in it, and Di nowhere; its webhook is told of presses. */
async function botScene(t: TestContext): Promise<BotScene> {
  const names = ['ann/phone', 'cy/web', 'di/desk']
  const time = fakeTime()
  const people = fakePeople([...names, 'bo/api'])
  const record = fakeRecord(() => time.now())
  const s = new Scene([], { directory: withBot(people.directory), record, time })
  for (const name of names) s.connect(name)
  await s.online(...names)
  const chat = await chatOver(t, s, {}, 'bo')
  const { http, post } = chat
  await post('ann', '/v1/rooms', { local: 'tea', isNonAnonymous: true })
  const member = { address: 'bo@localhost', affiliation: 'member' }
  await post('ann', `/v1/rooms/${room}/members`, { people: [member] })
  await join(s, 'cy/web', 'Cy')
  const sent: Body[] = []
  const webhooks = await (await webhooksOver(t, { record, directory: http.host.directory }))()
  const bot = s.person('bo').id
  await webhooks.make({ bot, url: 'https://example.org/', types: ['press'], commands: [] }, by)
  const { chat: road } = http.host
  assert.ok(road)
  const deliveries = startDeliveries({
    ...http.host,
    chat: road,
    webhooks,
    wakes: wakesOf(road),
    timer: time,
    now: () => time.now(),
    post: {
      mustBeReachable() {},
      close() {},
      async send(_url, _headers, body) {
        sent.push(JSON.parse(body))
        return await Promise.resolve(all.answer)
      },
    },
  })
  t.after(async () => await deliveries.close())
  const all: BotScene = {
    ...chat,
    sent,
    answer: { kind: 'answer', status: 204, body: new Uint8Array() },
    async settled() {
      for (let i = 0; i < 20; i += 1) await s.settled()
    },
    async ask(more = {}) {
      const body = { text: 'Deploy shop?', buttons: { items }, ...more }
      const said = await post('bo', messages, body)
      assert.equal(said.status, 201, JSON.stringify(said.body))
      return String(said.body['id'])
    },
    press: async (name, line, body) => await post(name, `${messages}/${line}/press`, body),
    async newest(name) {
      const { body } = await chat.get(name, `${messages}?limit=1`)
      const [line] = Array.isArray(body['messages']) ? body['messages'] : []
      return line
    },
  }
  return all
}

test('a bot’s message has buttons for pages, actions for clients that know them, and words for all others', async (t) => {
  const { s, ask, newest } = await botScene(t)
  s.got('cy/web')
  await ask()
  const line = await newest('cy')
  assert.deepEqual([line['text'], line['buttons']], ['Deploy shop?', { isOnce: true, items }])
  const [message] = s.got('cy/web')
  assert.ok(message)
  assert.equal(
    textOf(child(message, 'body', 'jabber:client')),
    'Deploy shop?\n\n[Approve] [Refuse]',
  )
  const actions = elements(message).filter(({ ns }) => ns === NS)
  assert.deepEqual(
    actions.map(({ attrs }) => attrs['label']),
    ['Approve', 'Refuse'],
  )
  const body = child(
    child(message, 'fallback', 'urn:xmpp:fallback:0') ?? message,
    'body',
    'urn:xmpp:fallback:0',
  )
  assert.equal(body?.attrs['start'], '12')
  const kept = s.record.entries.at(-1)
  assert.match(kept?.content ?? '', /"buttons":\{"isOnce":true,"items":\[\{"value":"yes"/)
})

test('a press is on record before the bot hears of it, and says who, which button and which message', async (t) => {
  const { s, ask, press, sent, settled } = await botScene(t)
  const line = await ask()
  s.record.hold()
  const pressing = press('ann', line, { value: 'yes' })
  await settled()
  assert.deepEqual(sent, [])
  s.record.release()
  const pressed = await pressing
  await settled()
  assert.deepEqual([pressed.status, kinds(s).at(-1)], [201, 'press'])
  assert.deepEqual(sent, [
    {
      id: pressed.body['id'],
      at: sent[0]?.['at'],
      type: 'press',
      in: { room },
      about: line,
      button: { value: 'yes', label: 'Approve' },
      by: { address: 'ann@localhost', nick: 'ann' },
    },
  ])
  const entry = s.record.entries.at(-1)
  assert.equal(entry?.sender, s.person('ann').id)
})

test('the first press counts where it is to, whoever comes second, and the same once more is the same', async (t) => {
  const { s, ask, press, sent, settled } = await botScene(t)
  const line = await ask()
  s.record.hold()
  const pressing = [press('ann', line, { value: 'yes' }), press('cy', line, { value: 'no' })]
  await settled()
  s.record.release()
  const both = await Promise.all(pressing)
  assert.deepEqual(
    both.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 409],
  )
  const first = both.find(({ status }) => status === 201)
  const [name, value] = first === both[0] ? ['ann', 'yes'] : ['cy', 'no']
  const again = await press(name, line, { value })
  assert.deepEqual([again.status, again.body['id']], [200, first?.body['id']])
  assert.equal((await press(name, line, { value: value === 'yes' ? 'no' : 'yes' })).status, 409)
  await settled()
  assert.equal(sent.length, 1)
})

test('where it may be pressed again each press counts, and one with the same origin id is one', async (t) => {
  const { ask, press, sent, settled } = await botScene(t)
  const line = await ask({ buttons: { isOnce: false, items } })
  for (const [name, originId] of [
    ['ann', 'p1'],
    ['ann', 'p2'],
    ['cy', 'p1'],
  ] as const)
    assert.equal((await press(name, line, { value: 'yes', originId })).status, 201)
  const again = await press('ann', line, { value: 'yes', originId: 'p1' })
  assert.deepEqual([again.status, again.body['repeated']], [200, true])
  await settled()
  assert.equal(sent.length, 3)
})

test('who is not of the room, a button that is not there, a message of a person, and forged ids press nothing', async (t) => {
  const { s, as, ask, press, post, sent, settled } = await botScene(t)
  const line = await ask()
  assert.equal((await press('di', line, { value: 'yes' })).status, 403)
  assert.equal((await press('ann', line, { value: 'maybe' })).status, 404)
  assert.equal((await press('bo', line, { value: 'yes' })).status, 404)
  const said = await post('ann', messages, { text: 'no buttons' })
  assert.equal((await press('ann', String(said.body['id']), { value: 'yes' })).status, 404)
  for (const id of ['x', 'AAAAAAAAAAAAAAAAAAAAAA', s.record.stanzaId(0)])
    assert.equal((await press('ann', id, { value: 'yes' })).status, 404)
  const elsewhere = `/v1/rooms/none@conference.localhost/messages/${line}/press`
  assert.equal((await post('ann', elsewhere, { value: 'yes' })).status, 404)
  const direct = `/v1/people/bo@localhost/messages/${line}/press`
  assert.equal((await post('ann', direct, { value: 'yes' })).status, 404)
  await as('ann', {
    method: 'POST',
    path: `/v1/rooms/${room}/members`,
    body: { people: [{ address: 'bo@localhost', affiliation: 'none' }] },
  })
  assert.equal((await press('ann', line, { value: 'yes' })).status, 404)
  await settled()
  assert.deepEqual([sent, kinds(s).includes('press')], [[], false])
})

test('nobody but a bot sends buttons, and what somebody puts into a stanza is none', async (t) => {
  const { s, post, press, newest } = await botScene(t)
  const refused = await post('ann', messages, { text: 'x', buttons: { items } })
  assert.deepEqual([refused.status, refused.code], [403, 'chat.not-allowed'])
  const forged = `<buttons xmlns='urn:onrecord:buttons:0' text='1'><button value='yes' label='Y' style='default'/></buttons>`
  await s.send(
    'cy/web',
    `<message to='${room}' type='groupchat' id='f1'><body>xy</body>${forged}</message>`,
  )
  const line = await newest('ann')
  assert.deepEqual([line['text'], line['buttons']], ['xy', null])
  assert.equal((await press('ann', String(line['id']), { value: 'yes' })).status, 404)
})

test('the answer of its program is put in the place of the message, whose buttons are pressed no more', async (t) => {
  const all = await botScene(t)
  const { s, ask, press, settled, newest } = all
  const line = await ask({ buttons: { isOnce: false, items } })
  const replace = { text: 'Deployed.', buttons: { items: [{ value: 'undo', label: 'Undo' }] } }
  all.answer = { kind: 'answer', status: 200, body: Buffer.from(JSON.stringify({ replace })) }
  s.got('cy/web')
  await press('ann', line, { value: 'yes' })
  await settled()
  const version = await newest('cy')
  assert.deepEqual(
    [version['kind'], version['text'], version['about']],
    ['correction', 'Deployed.', line],
  )
  const corrected = s
    .got('cy/web')
    .find((stanza) => child(stanza, 'replace', 'urn:xmpp:message-correct:0'))
  assert.ok(corrected, 'clients see it as a correction')
  assert.equal((await press('cy', line, { value: 'yes' })).status, 404)
  all.answer = { kind: 'answer', status: 204, body: new Uint8Array() }
  assert.equal((await press('cy', String(version['id']), { value: 'undo' })).status, 201)
  assert.equal((await press('ann', line, { value: 'undo' })).status, 409)
})

test('a message that the bot has corrected without buttons, or taken back, has none', async (t) => {
  const { post, ask, press } = await botScene(t)
  const line = await ask()
  assert.equal((await post('bo', messages, { text: 'Too late.', replaces: line })).status, 201)
  assert.equal((await press('ann', line, { value: 'yes' })).status, 404)
  const foreign = await post('ann', messages, { text: 'mine now', replaces: line })
  assert.equal(foreign.status, 404)
})

test('a client presses by the action that it was sent, of the newest version alone, and the room sees nothing of it', async (t) => {
  const { s, post, ask, sent, settled } = await botScene(t)
  await join(s, 'ann/phone', 'Ann')
  const actionOf = (name: string, label: string): string => {
    const found = s.got(name).flatMap((stanza) => elements(stanza).filter(({ ns }) => ns === NS))
    return found.find(({ attrs }) => attrs['label'] === label)?.attrs['id'] ?? ''
  }
  const select = async (name: string, id: string): Promise<void> =>
    await s.send(
      name,
      `<message to='${room}' type='groupchat'><action-selected xmlns='${NS}' id='${id}'/></message>`,
    )
  s.got('cy/web')
  s.got('ann/phone')
  const line = await ask({ originId: 'q-1' })
  const stale = actionOf('cy/web', 'Approve')
  assert.match(stale, /^or-[0-9a-f]{12}-q-1$/)
  const buttons = { items: [{ value: 'yes', label: 'Really' }] }
  await post('bo', messages, { text: 'Sure?', buttons, replaces: line })
  const fresh = actionOf('cy/web', 'Really')
  s.got('ann/phone')
  await select('cy/web', stale)
  assert.equal(s.inbox('cy/web')[0], 'error: item-not-found')
  await select('cy/web', fresh)
  await settled()
  assert.deepEqual([s.inbox('cy/web'), s.inbox('ann/phone')], [[], []])
  assert.deepEqual(
    sent.map(({ button, by: who }) => [button, who]),
    [
      [
        { value: 'yes', label: 'Really' },
        { address: 'cy@localhost', nick: 'Cy' },
      ],
    ],
  )
  await select('ann/phone', fresh)
  assert.equal(s.inbox('ann/phone')[0], 'error: conflict')
  // What is none of ours is a message like others.
  await select('ann/phone', 'merge-32643')
  assert.equal(s.got('cy/web').length, 1)
})

test('what a bot asks one person is pressed by that one, at a page and at a client', async (t) => {
  const { s, post, sent, settled } = await botScene(t)
  s.got('cy/web')
  const said = await post('bo', '/v1/people/cy@localhost/messages', {
    text: 'Lunch?',
    buttons: { items, isOnce: false },
  })
  const [message] = s.got('cy/web')
  const action = elements(message ?? el('none', '')).find(({ ns }) => ns === NS)?.attrs['id']
  const line = `/v1/people/bo@localhost/messages/${String(said.body['id'])}/press`
  assert.equal((await post('ann', line, { value: 'no' })).status, 404)
  assert.equal((await post('cy', line, { value: 'no' })).status, 201)
  const selected = `<action-selected xmlns='${NS}' id='${action}'/>`
  await s.send('cy/web', `<message to='bo@localhost' type='chat'>${selected}</message>`)
  await settled()
  assert.deepEqual(
    sent.map(({ button, in: place }) => [button, place]),
    [
      [{ value: 'no', label: 'Refuse' }, { person: 'cy@localhost' }],
      [{ value: 'yes', label: 'Approve' }, { person: 'cy@localhost' }],
    ],
  )
})

test('presses are in the event feed of the bot, and in nobody else’s', async (t) => {
  const { get, ask, press } = await botScene(t)
  const line = await ask()
  await press('ann', line, { value: 'yes' })
  const typesOf = async (name: string): Promise<string> => {
    const { body } = await get(name, '/v1/events')
    return JSON.stringify(body)
  }
  assert.match(await typesOf('bo'), /"type":"press"/)
  assert.doesNotMatch(await typesOf('ann'), /"press"/)
  assert.doesNotMatch(await typesOf('cy'), /"press"/)
})

test('who has pressed is known after a start, and nobody is told of it twice', async (t) => {
  const { s, ask, press } = await botScene(t)
  const line = await ask()
  await press('ann', line, { value: 'yes' })
  await s.restart('cy/web')
  const after = await chatOver(t, s, {}, 'bo')
  const path = `${messages}/${line}/press`
  assert.equal((await after.post('cy', path, { value: 'no' })).status, 403)
  await join(s, 'cy/web', 'Cy')
  assert.equal((await after.post('cy', path, { value: 'no' })).status, 409)
  assert.equal((await after.post('ann', path, { value: 'yes' })).status, 200)
})

test('when nothing can be put on record nothing is pressed', async (t) => {
  const { s, ask, press, sent, settled } = await botScene(t)
  const line = await ask()
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  assert.equal((await press('ann', line, { value: 'yes' })).status, 503)
  s.record.refuse(null)
  assert.equal((await press('cy', line, { value: 'no' })).status, 201)
  await settled()
  assert.equal(sent.length, 1)
})

test('too many buttons, two alike and words with controls in them are refused', async (t) => {
  const { post } = await botScene(t)
  const bad = [
    Array.from({ length: 11 }, (_one, i) => ({ value: `${i}`, label: `${i}` })),
    [
      { value: 'a', label: 'A' },
      { value: 'a', label: 'B' },
    ],
    [
      { value: 'a', label: 'A' },
      { value: 'b', label: 'A' },
    ],
    [{ value: 'a\u0000', label: 'A' }],
    [{ value: 'a', label: 'A\u202e' }],
    [{ value: '', label: 'A' }],
    [{ value: 'a', label: 'A', style: 'loud' }],
  ]
  for (const some of bad) {
    const { status } = await post('bo', messages, { text: 'x', buttons: { items: some } })
    assert.equal(status, 400, JSON.stringify(some))
  }
  const sent = await post('bo', messages, {
    text: `<&"'`,
    buttons: { items: [{ value: `<&"'`, label: `"<>` }] },
  })
  assert.equal(sent.status, 201)
})
