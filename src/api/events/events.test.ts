// The feed of events: nothing is missed, nothing is shown that is not his, and who may not any more is out.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { chatOver, type ChatScene, chatScene } from '../../../test/support/chat-scene.ts'
import { type HttpAnswer } from '../../../test/support/api-http.ts'
import { room } from '../../../test/support/in-room.ts'
import { type Listener } from '../door/route.ts'
import { followerOf } from './feed.ts'
import { follow } from './follow.ts'
import { wakesOf } from './wakes.ts'

const messages = `/v1/rooms/${room}/messages`

function cyAs(affiliation: string): object {
  return { people: [{ address: 'cy@localhost', affiliation }] }
}

async function teaRoom(t: TestContext): Promise<ChatScene> {
  const scene = await chatScene(t, ['ann/phone', 'bo/desk', 'cy/web'])
  await scene.post('ann', '/v1/rooms', { local: 'tea', isMembersOnly: true, isPublic: false })
  const people = [{ address: 'bo@localhost', affiliation: 'member' }]
  await scene.post('ann', `/v1/rooms/${room}/members`, { people })
  return scene
}

type Shown = {
  readonly type: string
  readonly in?: object
  readonly message?: { readonly text: string | null }
}

function textsIn({ body }: HttpAnswer): unknown[] {
  const { events } = body
  if (!Array.isArray(events)) throw new Error(JSON.stringify(body))
  // An invitation into the room has no text.
  return events.flatMap((one: Shown) => one.message?.text ?? [])
}

test('who was away gets all that was said where he is, in the order of the record, once', async (t) => {
  const { s, post, get } = await teaRoom(t)
  await post('ann', messages, { text: '1' })
  await s.say('cy/web', 'bo', '2')
  await post('bo', messages, { text: '3' })
  await post('ann', messages, { text: '4' })
  const all: unknown[] = []
  let after = ''
  for (let page = 0; page < 5; page += 1) {
    const answer = await get('bo', `/v1/events?limit=2${after}`)
    all.push(...textsIn(answer))
    after = `&after=${String(answer.body['next'])}`
  }
  assert.deepEqual(all, ['1', '2', '3', '4'])
  await s.restart()
  const later = await chatOver(t, s)
  assert.deepEqual(textsIn(await later.get('bo', `/v1/events?limit=2${after}`)), [])
  await later.post('ann', messages, { text: '5' })
  assert.deepEqual(textsIn(await later.get('bo', `/v1/events?limit=2${after}`)), ['5'])
})

test('what is said elsewhere is neither an event nor moves a position', async (t) => {
  const { s, post, get } = await teaRoom(t)
  await s.say('bo/desk', 'cy', 'hello')
  const before = (await get('cy', '/v1/events')).body
  await post('ann', messages, { text: 'hidden' })
  await s.say('ann/phone', 'bo', 'hidden')
  assert.deepEqual((await get('cy', '/v1/events')).body, before)
  assert.deepEqual((await get('cy', '/v1/events?after=latest')).body['next'], before['next'])
})

test('who has left a room gets what was said before, and nothing of after', async (t) => {
  const { post, get } = await teaRoom(t)
  await post('ann', `/v1/rooms/${room}/members`, cyAs('member'))
  await post('ann', messages, { text: 'with' })
  assert.deepEqual(textsIn(await get('cy', '/v1/events')), ['with'])
  await post('ann', `/v1/rooms/${room}/members`, cyAs('none'))
  await post('ann', messages, { text: 'without' })
  assert.deepEqual(textsIn(await get('cy', '/v1/events')), [])
})

test('a position that is none is refused', async (t) => {
  const { get } = await teaRoom(t)
  for (const after of ['AAAAAAAAAAAAAAAAAAAAAA', 'x', '12'])
    assert.equal((await get('bo', `/v1/events?after=${after}`)).status, 400)
})

type Heard = Listener & { readonly said: string[]; readonly isOver: () => boolean }

function listener(state: { isAdmitted: boolean; isSlow: boolean }): Heard {
  const said: string[] = []
  let isOver = false
  return {
    said,
    lastId: null,
    isOver: () => isOver,
    isAdmitted: () => state.isAdmitted,
    send(text) {
      if (state.isSlow) return false
      said.push(...[...text.matchAll(/"text":"([^"]*)"/g)].map(([, found = '']) => found))
      return true
    },
    end: () => {
      isOver = true
    },
    onGone() {},
  }
}

/** Bo follows from the beginning. */
function following({ s, http }: ChatScene, state: { isAdmitted: boolean; isSlow: boolean }): Heard {
  const to = listener(state)
  const { chat, directory } = http.host
  if (chat === null) throw new Error('there is no chat')
  const { id } = s.person('bo')
  const parts = { ...http.host, chat, directory, timer: s.time, wakes: wakesOf(chat) }
  follow(to, { follower: () => followerOf(id, http.host), from: -1 }, parts)
  return to
}

async function pass({ s }: ChatScene, ms: number): Promise<void> {
  s.time.pass(ms)
  await s.settled()
  await s.settled()
}

test('whoever listens has each event as it comes', async (t) => {
  const scene = await teaRoom(t)
  const heard = following(scene, { isAdmitted: true, isSlow: false })
  await scene.post('ann', messages, { text: 'one' })
  await pass(scene, 200)
  assert.deepEqual(heard.said, ['one'])
  await scene.post('ann', messages, { text: 'two' })
  await pass(scene, 200)
  assert.deepEqual(heard.said, ['one', 'two'])
})

test('whoever may not any more has nothing from then on, and is out within 5 s', async (t) => {
  const scene = await teaRoom(t)
  const state = { isAdmitted: true, isSlow: false }
  const heard = following(scene, state)
  await pass(scene, 200)
  state.isAdmitted = false
  await scene.post('ann', messages, { text: 'one' })
  await pass(scene, 200)
  assert.deepEqual(heard.said, [])
  const idle = { isAdmitted: true, isSlow: false }
  const other = following(scene, idle)
  await pass(scene, 200)
  idle.isAdmitted = false
  await pass(scene, 4_900)
  assert.ok(other.isOver())
})

test('who reads too slowly is cut', async (t) => {
  const scene = await teaRoom(t)
  const state = { isAdmitted: true, isSlow: false }
  const heard = following(scene, state)
  await pass(scene, 200)
  state.isSlow = true
  await scene.post('ann', messages, { text: 'one' })
  await pass(scene, 200)
  assert.ok(heard.isOver())
})
