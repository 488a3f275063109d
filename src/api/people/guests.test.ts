// Guests over HTTP: who lets them in, what they see, and when they are out.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { type HttpAnswer, type HttpScene, httpScene } from '../../../test/support/api-http.ts'
import { Scene } from '../../../test/support/scene.ts'
import { guestsAnswer } from '../contract/guests.ts'

const dayMs = 86_400_000
const by = { commandLine: true } as const
const [tea, board] = ['tea@conference.localhost', 'board@conference.localhost']
type Headers = { readonly [name: string]: string }
type Setting = DirectoryScene &
  HttpScene & {
    readonly s: Scene
    /** Of an administrator. */
    readonly root: Headers
    readonly until: (days: number) => string
  }

/** Ann's rooms, one of which members only may enter. */
async function setUp(t: TestContext): Promise<Setting> {
  const people = await directoryScene(t, 'localhost')
  const [ann, admin] = [await people.add('ann'), await people.add('root', 'administrator')]
  const s = new Scene([], people)
  const http = await httpScene(t, {
    directory: people.directory,
    domain: 'localhost',
    webOrigin: 'https://chat.example',
    now: () => people.time.now(),
    chat: s.router.chat(s.heard),
    rooms: async () => (await s.rooms.load()).rooms,
    findRoom: async (address) =>
      (await s.rooms.load()).rooms.find((room) => room.address === address)?.id ?? null,
    exports: { verifierKey: '', newId: () => 'made-up' },
  })
  const headers = await http.signIn(ann.id)
  for (const [local, isMembersOnly] of [
    ['tea', true],
    ['board', false],
  ] as const) {
    const body = { local, isMembersOnly, isPublic: !isMembersOnly }
    const made = await http.ask({ method: 'POST', path: '/v1/rooms', body, headers })
    assert.equal(made.status, 201)
    const said = { text: `in ${local}`, originId: local }
    const path = `/v1/rooms/${local}@conference.localhost/messages`
    assert.equal((await http.ask({ method: 'POST', path, body: said, headers })).status, 201)
  }
  await s.settled()
  return {
    ...people,
    ...http,
    s,
    root: await http.signIn(admin.id),
    until: (days) => new Date(people.time.now() + days * dayMs).toISOString(),
  }
}

/** He comes by the link. @returns what his page sends */
async function comes({ ask }: Setting, invited: HttpAnswer): Promise<Headers> {
  assert.equal(invited.status, 201)
  const token = String(invited.body['link']).split('#')[1] ?? ''
  const path = `/v1/invitations/${token}/account`
  const body = { name: 'gus', password: 'a password of his own' }
  const joined = await ask({ method: 'POST', path, body })
  assert.equal(joined.status, 201)
  const [cookie = ''] = String(joined.headers['set-cookie']).split(';')
  return { cookie, 'onrecord-csrf': String(joined.body['csrf']) }
}

async function invite(scene: Setting, change: object = {}): Promise<HttpAnswer> {
  const { ask, root, until } = scene
  const body = { rooms: [tea], until: until(10), sponsor: 'ann@localhost', ...change }
  const answer = await ask({ method: 'POST', path: '/v1/guests', body, headers: root })
  return answer
}

test('a guest comes by a link, knows what he is, and sees the rooms that he was invited to', async (t) => {
  const scene = await setUp(t)
  const { ask, s, until } = scene
  const terms = { sponsor: 'ann@localhost', rooms: [tea], until: until(10) }
  const invited = await invite(scene)
  assert.deepEqual(invited.body['guest'], terms)
  const headers = await comes(scene, invited)
  await s.settled()
  const get = async (path: string): Promise<HttpAnswer> =>
    await ask({ method: 'GET', path, headers })
  const self = (await get('/v1/self')).body
  assert.deepEqual([self['guest'], self['terms']], [true, terms])
  const { rooms } = (await get('/v1/rooms')).body
  assert.ok(Array.isArray(rooms))
  assert.deepEqual(
    rooms.map(({ address, affiliation }) => [address, affiliation]),
    [[tea, 'member']],
  )
  for (const path of ['', '/members', '/messages', '/files']) {
    assert.equal((await get(`/v1/rooms/${tea}${path}`)).status, 200, path)
    const [other, none] = [
      await get(`/v1/rooms/${board}${path}`),
      await get(`/v1/rooms/none@conference.localhost${path}`),
    ]
    assert.deepEqual([other.status, other.body], [404, none.body], path)
  }
})

test('he says something there, and nothing to people or elsewhere; and makes and changes no room', async (t) => {
  const scene = await setUp(t)
  const { ask, s, record } = scene
  const headers = await comes(scene, await invite(scene))
  await s.settled()
  const { size } = record
  const post = async (path: string, body: object): Promise<HttpAnswer> =>
    await ask({ method: 'POST', path, body, headers })
  for (const path of [
    `/v1/rooms/${board}/messages`,
    '/v1/people/ann@localhost/messages',
    '/v1/people/nobody@localhost/messages',
    '/v1/people/ann@elsewhere.example/messages',
  ])
    assert.ok((await post(path, { text: 'x' })).status >= 400, path)
  assert.equal((await post('/v1/rooms', { local: 'his' })).code, 'caller.not-allowed')
  assert.equal(
    (
      await post(`/v1/rooms/${tea}/members`, {
        people: [{ address: 'gus@localhost', affiliation: 'owner' }],
      })
    ).code,
    'caller.not-allowed',
  )
  assert.equal(record.size, size)
  const file = { name: 'a.txt', size: 1 }
  assert.equal((await post('/v1/files', file)).code, 'files.off')
  assert.equal((await post(`/v1/rooms/${tea}/messages`, { text: 'hello' })).status, 201)
})

test('an administrator sees guests and who answers for them, lets them stay longer, and ends their stay at once', async (t) => {
  const scene = await setUp(t)
  const { ask, root, until, s, directory } = scene
  const headers = await comes(scene, await invite(scene))
  const listed = async (): Promise<unknown> =>
    guestsAnswer.parse((await ask({ method: 'GET', path: '/v1/guests', headers: root })).body)
      .guests
  const one = { address: 'gus@localhost', enabled: true, sponsor: 'ann@localhost', rooms: [tea] }
  assert.deepEqual(await listed(), [{ ...one, until: until(10) }])
  const path = '/v1/guests/gus@localhost'
  const body = { rooms: [tea, board], until: until(20) }
  assert.equal((await ask({ method: 'PUT', path, body, headers })).code, 'caller.not-allowed')
  assert.equal((await ask({ method: 'PUT', path, body, headers: root })).status, 200)
  await s.settled()
  assert.deepEqual(await listed(), [
    { ...one, sponsor: 'root@localhost', rooms: [board, tea].toSorted(), until: until(20) },
  ])
  assert.equal((await ask({ method: 'DELETE', path, headers: root })).status, 200)
  assert.equal((await ask({ method: 'GET', path: '/v1/session', headers })).status, 401)
  assert.equal((await ask({ method: 'DELETE', path, headers: root })).code, 'guests.unknown')
  const gus = directory.find('gus@localhost') ?? assert.fail()
  assert.equal(gus.enabled, false)
})

test('when his date comes a page that he has open answers him no more, in that moment', async (t) => {
  const scene = await setUp(t)
  const { ask, time } = scene
  const headers = await comes(scene, await invite(scene, { until: scene.until(0.5) }))
  const see = async (): Promise<number> =>
    (await ask({ method: 'GET', path: '/v1/self', headers })).status
  time.pass(dayMs / 2 - 1)
  assert.equal(await see(), 200)
  time.pass(1)
  assert.equal(await see(), 401)
})

test('nobody is invited to a room that is not there, without a sponsor of the company, or for ever', async (t) => {
  const scene = await setUp(t)
  const bot = await scene.directory.addBot({ address: 'bot@localhost', by })
  for (const [change, code] of [
    [{ rooms: ['none@conference.localhost'] }, 'rooms.unknown'],
    [{ rooms: [] }, 'api.bad-request'],
    [{ sponsor: 'nobody@localhost' }, 'people.unknown'],
    [{ sponsor: bot.address }, 'guests.sponsor'],
    [{ until: scene.until(-1) }, 'guests.until'],
    [{ until: scene.until(400) }, 'guests.until'],
    [{ until: 'tomorrow' }, 'api.bad-request'],
  ] as const)
    assert.equal((await invite(scene, change)).code, code)
})

test('a guest of whom nothing was said yet has no room, and no file goes anywhere', async (t) => {
  const scene = await setUp(t)
  const { ask, add, signIn } = scene
  const headers = await signIn((await add('gil', 'guest')).id)
  const rooms = await ask({ method: 'GET', path: '/v1/rooms', headers })
  assert.deepEqual(rooms.body, { rooms: [], next: null })
  const body = { name: 'a.txt', size: 1 }
  const slot = await ask({ method: 'POST', path: '/v1/files', body, headers })
  assert.equal(slot.code, 'chat.unknown')
  const self = (await ask({ method: 'GET', path: '/v1/self', headers })).body
  assert.deepEqual([self['guest'], self['terms']], [true, null])
})
