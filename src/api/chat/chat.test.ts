// Rooms and messages by the API: what somebody sees and does there is what he sees and does at a client.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatOver, type ChatScene, chatScene } from '../../../test/support/chat-scene.ts'
import { type AskedOverHttp, type HttpAnswer } from '../../../test/support/api-http.ts'
import { join, kinds, room, say } from '../../../test/support/in-room.ts'

const tea = `/v1/rooms/${room}`
const messages = `${tea}/messages`

type Line = { readonly [name: string]: unknown }

function linesIn({ body }: HttpAnswer): readonly Line[] {
  const { messages: lines } = body
  if (!Array.isArray(lines)) throw new Error(JSON.stringify(body))
  return lines
}

function textsIn(answer: HttpAnswer): unknown[] {
  return linesIn(answer).map(({ text }) => text)
}

function cyAs(affiliation: string): object {
  return { people: [{ address: 'cy@localhost', affiliation }] }
}

function retract(id: string): string {
  return `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'/>`
}

/** Ann's room, made by the API; Bo is a member, Cy is not. */
async function teaRoom(t: Parameters<typeof chatScene>[0]): Promise<ChatScene> {
  const scene = await chatScene(t, ['ann/phone', 'bo/desk', 'cy/web'])
  const made = await scene.post('ann', '/v1/rooms', {
    local: 'tea',
    isMembersOnly: true,
    isPublic: false,
  })
  assert.equal(made.status, 201)
  const people = [{ address: 'bo@localhost', affiliation: 'member' }]
  const given = await scene.post('ann', `${tea}/members`, { people })
  assert.equal(given.status, 200)
  scene.s.got('bo/desk')
  return scene
}

test('a room that is made by the API is on record, its maker’s, and open at once', async (t) => {
  const { s, get } = await teaRoom(t)
  assert.deepEqual(kinds(s).slice(0, 3), ['room.create', 'room.config', 'room.affiliation'])
  const shown = await get('ann', tea)
  assert.deepEqual([shown.body['affiliation'], shown.body['isMembersOnly']], ['owner', true])
  const seen = await join(s, 'bo/desk', 'Bo')
  assert.equal(seen[0], `presence ${room}/Bo member participant bo@localhost/desk 110 170`)
})

test('a room that cannot be as it was to be is not made', async (t) => {
  const { s, post, get } = await chatScene(t, ['ann/phone'])
  const refused = await post('ann', '/v1/rooms', { local: 'tea', name: 'a\u0000b' })
  assert.equal(refused.status, 400)
  assert.equal((await get('ann', tea)).status, 404)
  assert.deepEqual(kinds(s), ['room.create', 'room.destroy'])
})

test('what is said by the API is on record before it is answered, and everybody who is in has it once', async (t) => {
  const { s, post, get } = await teaRoom(t)
  await join(s, 'bo/desk', 'Bo')
  s.got('bo/desk')
  s.record.hold()
  const saying = post('ann', messages, { text: 'hello', originId: 'one' })
  await s.settled()
  assert.deepEqual(s.inbox('bo/desk'), [])
  s.record.release()
  const said = await saying
  assert.deepEqual([said.status, said.body['repeated']], [201, false])
  assert.deepEqual(s.inbox('bo/desk'), ['hello'])
  const read = await get('bo', messages)
  assert.deepEqual(textsIn(read), ['hello'])
  assert.equal(linesIn(read)[0]?.['id'], said.body['id'])
})

test('the same origin id once more is not said again, and is answered with the same id', async (t) => {
  const { s, post, get } = await teaRoom(t)
  const first = await post('bo', messages, { text: 'once', originId: 'x1' })
  const second = await post('bo', messages, { text: 'once', originId: 'x1' })
  assert.deepEqual([second.status, second.body['id']], [200, first.body['id']])
  assert.deepEqual(textsIn(await get('ann', messages)), ['once'])
  const direct = '/v1/people/cy@localhost/messages'
  const twice = await Promise.all([
    post('bo', direct, { text: 'hi', originId: 'x2' }),
    post('bo', direct, { text: 'hi', originId: 'x2' }),
  ])
  assert.deepEqual(new Set(twice.map(({ status }) => status)), new Set([200, 201]))
  assert.deepEqual(s.inbox('cy/web'), ['hi'])
})

test('an origin id is known again however many others there were, and after a start', async (t) => {
  const { s, post } = await chatScene(t, ['ann/phone', 'bo/desk'])
  const direct = '/v1/people/bo@localhost/messages'
  const first = await post('ann', direct, { text: 'first', originId: 'n0' })
  for (let i = 1; i < 80; i += 1) await post('ann', direct, { text: `n${i}`, originId: `n${i}` })
  await s.restart()
  const after = await chatOver(t, s)
  for (let i = 80; i < 160; i += 1)
    await after.post('ann', direct, { text: `n${i}`, originId: `n${i}` })
  const again = await after.post('ann', direct, { text: 'first', originId: 'n0' })
  assert.deepEqual([again.status, again.body['id']], [200, first.body['id']])
})

test('when nothing can be put on record nothing is said, and who says it is told', async (t) => {
  const { s, post } = await teaRoom(t)
  await join(s, 'bo/desk', 'Bo')
  s.got('bo/desk')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  const refused = await post('ann', messages, { text: 'hello' })
  assert.deepEqual([refused.status, refused.body['detail']], [503, 'The disk is full.'])
  assert.deepEqual(s.inbox('bo/desk'), [])
})

test('a room that one may not see is answered like one that is not there, in each way of asking', async (t) => {
  const { as } = await teaRoom(t)
  const asked: readonly AskedOverHttp[] = [
    { method: 'GET', path: '' },
    { method: 'GET', path: '/members' },
    { method: 'GET', path: '/messages' },
    { method: 'GET', path: '/files' },
    { method: 'POST', path: '/messages', body: { text: 'x' } },
    { method: 'PUT', path: '', body: { name: 'x' } },
    { method: 'DELETE', path: '' },
    {
      method: 'POST',
      path: '/members',
      body: { people: [{ address: 'cy@localhost', affiliation: 'member' }] },
    },
  ]
  for (const { path, ...rest } of asked) {
    const hidden = await as('cy', { ...rest, path: `${tea}${path}` })
    const missing = await as('cy', { ...rest, path: `/v1/rooms/none@conference.localhost${path}` })
    assert.deepEqual([hidden.status, hidden.body], [404, missing.body], path)
    assert.equal(missing.status, 404)
  }
})

test('of a room that one may not see nothing is in the list, the search or a search that names it', async (t) => {
  const { get } = await teaRoom(t)
  assert.deepEqual((await get('cy', '/v1/rooms')).body['rooms'], [])
  const named = await get('cy', `/v1/search?q=hello&room=${room}`)
  const missing = await get('cy', '/v1/search?q=hello&room=none@conference.localhost')
  assert.deepEqual([named.status, named.body], [404, missing.body])
})

test('a member reads from when he came, and to when he went', async (t) => {
  const { post, get } = await teaRoom(t)
  await post('ann', messages, { text: 'before' })
  await post('ann', `${tea}/members`, cyAs('member'))
  await post('ann', messages, { text: 'while' })
  assert.deepEqual(textsIn(await get('cy', messages)), ['while'])
  await post('ann', `${tea}/members`, cyAs('none'))
  await post('ann', messages, { text: 'after' })
  assert.equal((await get('cy', messages)).status, 404)
  await post('ann', `${tea}/members`, cyAs('member'))
  assert.deepEqual(textsIn(await get('cy', messages)), ['while'])
})

test('pages follow each other in both orders, without gap and without doubling', async (t) => {
  const { post, get } = await teaRoom(t)
  for (let i = 0; i < 7; i += 1) await post('ann', messages, { text: `${i}` })
  for (const order of ['newest', 'oldest']) {
    const all: unknown[] = []
    let cursor = ''
    for (let page = 0; page < 5 && cursor !== 'null'; page += 1) {
      const after = cursor === '' ? '' : `&cursor=${cursor}`
      const answer = await get('bo', `${messages}?order=${order}&limit=3${after}`)
      all.push(...textsIn(answer))
      cursor = String(answer.body['next'])
    }
    const wanted = ['0', '1', '2', '3', '4', '5', '6']
    assert.deepEqual(all, order === 'oldest' ? wanted : wanted.toReversed())
  }
  const foreign = await get('bo', `${messages}?cursor=AAAAAAAAAAAAAAAAAAAAAA`)
  assert.equal(foreign.status, 400)
  for (const limit of ['0', '251', 'x', '1.5'])
    assert.equal((await get('bo', `${messages}?limit=${limit}`)).status, 400)
})

test('what was taken back has no text any more, in pages of rooms and of people', async (t) => {
  const { s, get } = await teaRoom(t)
  await join(s, 'bo/desk', 'Bo')
  await s.send(
    'bo/desk',
    `<message to='${room}' type='groupchat' id='m1'><body>secret</body></message>`,
  )
  const [line] = linesIn(await get('ann', messages))
  await s.send(
    'bo/desk',
    `<message to='${room}' type='groupchat' id='r1'>${retract(String(line?.['id']))}</message>`,
  )
  await s.send(
    'bo/desk',
    `<message to='cy@localhost' type='chat' id='m2'><body>secret</body></message>`,
  )
  await s.send(
    'bo/desk',
    `<message to='cy@localhost' type='chat' id='r2'>${retract('m2')}</message>`,
  )
  for (const answer of [
    await get('ann', messages),
    await get('cy', '/v1/people/bo@localhost/messages'),
    await get('bo', '/v1/people/cy@localhost/messages'),
  ]) {
    assert.doesNotMatch(JSON.stringify(answer.body), /secret/)
    assert.deepEqual(
      linesIn(answer).map(({ kind }) => kind),
      ['retraction', 'retracted'],
    )
  }
})

test('of who whispers in a room only the nickname is seen', async (t) => {
  const { s, post, get } = await chatScene(t, ['ann/phone', 'bo/desk'])
  await post('ann', '/v1/rooms', { local: 'tea' })
  await join(s, 'bo/desk', 'Masked')
  await join(s, 'ann/phone', 'Ann')
  await s.send('bo/desk', `<message to='${room}/Ann' type='chat'><body>psst</body></message>`)
  const answer = await get('ann', `/v1/people/${room}/messages`)
  assert.deepEqual(textsIn(answer), ['psst'])
  assert.deepEqual(linesIn(answer)[0]?.['from'], { address: room, nick: 'Masked', isBot: false })
  assert.doesNotMatch(JSON.stringify(answer.body), /bo@/)
})

test('in a room where nobody sees who the others are, nicknames are all that members see', async (t) => {
  const { s, post, get } = await teaRoom(t)
  await say(s, 'ann/phone', 'not in')
  await post('ann', messages, { text: 'hello' })
  const from = async (name: string): Promise<unknown> =>
    linesIn(await get(name, messages))[0]?.['from']
  assert.deepEqual(await from('bo'), { address: null, nick: 'ann', isBot: false })
  assert.deepEqual(await from('ann'), { address: 'ann@localhost', nick: 'ann', isBot: false })
})

test('who is not there, is at no server, or was asked about in vain are all the same', async (t) => {
  const { s, get, post } = await chatScene(t, ['ann/phone', 'bo/desk'])
  s.disable('bo/desk')
  for (const address of ['nobody@localhost', 'bo@localhost']) {
    const path = `/v1/people/${address}/messages`
    assert.deepEqual((await get('ann', path)).body, { messages: [], next: null })
    const said = await post('ann', path, { text: 'x' })
    assert.deepEqual([said.status, said.code], [404, 'chat.unknown'])
  }
})

test('a text that would break the streams of all who get it is refused', async (t) => {
  const { s, post } = await teaRoom(t)
  await join(s, 'bo/desk', 'Bo')
  s.got('bo/desk')
  for (const text of ['a\u0000b', 'a\u001bb', 'a\ud800b', 'a\uffffb'])
    assert.equal((await post('ann', messages, { text })).status, 400, JSON.stringify(text))
  assert.equal((await post('ann', messages, { text: `<b>&amp;"'` })).status, 201)
  assert.deepEqual(s.inbox('bo/desk'), [`<b>&amp;"'`])
})

test('who does not belong to a room says nothing in it, and who was banned does not see it', async (t) => {
  const { s, post, get } = await chatScene(t, ['ann/phone', 'bo/desk'])
  await post('ann', '/v1/rooms', { local: 'tea' })
  const refused = await post('bo', messages, { text: 'x' })
  assert.deepEqual([refused.status, refused.code], [403, 'chat.not-allowed'])
  const people = [{ address: 'bo@localhost', affiliation: 'outcast' }]
  await post('ann', `${tea}/members`, { people })
  assert.equal((await post('bo', messages, { text: 'x' })).status, 404)
  assert.equal((await get('bo', messages)).status, 404)
  assert.ok(!kinds(s).includes('message'))
})

test('a room’s owner ends it, and a member does not', async (t) => {
  const { as } = await teaRoom(t)
  assert.equal((await as('bo', { method: 'DELETE', path: tea })).status, 403)
  assert.equal((await as('bo', { method: 'PUT', path: tea, body: { name: 'mine' } })).status, 403)
  assert.equal((await as('ann', { method: 'DELETE', path: tea })).status, 200)
  assert.equal((await as('ann', { method: 'GET', path: tea })).status, 404)
})

test('who administers the machine reads nothing as somebody else, whom he names', async (t) => {
  const { http } = await teaRoom(t)
  const { adminApi } = await import('../door/admin.ts')
  const api = adminApi(http.host)
  const answer = await api.inject({
    method: 'GET',
    url: messages,
    headers: { 'onrecord-as': 'ann%40localhost' },
  })
  assert.deepEqual([answer.statusCode, answer.json().code], [409, 'chat.not-here'])
})
