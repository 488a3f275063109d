// The door at /scim/v2: who comes in, how much, and how it answers. RFC 7644 sections 2, 3.4, 3.12, 3.14.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import SCIMMY from 'scimmy'
import {
  changeOf,
  groupNamed,
  type ScimScene,
  scimScene,
  userNamed,
} from '../../../test/support/scim.ts'
import { FatalError } from '../../base/errors.ts'
import { roles } from '../../directory/roles.ts'

const by = { commandLine: true } as const
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** All that there is to ask for. */
const everything = [
  { method: 'GET', path: '/ServiceProviderConfig' },
  { method: 'GET', path: '/Schemas' },
  { method: 'GET', path: '/Schemas/x' },
  { method: 'GET', path: '/ResourceTypes' },
  { method: 'GET', path: '/ResourceTypes/x' },
  ...['/Users', '/Groups'].flatMap((path) => [
    { method: 'GET', path } as const,
    { method: 'POST', path } as const,
    ...(['GET', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => {
      return { method, path: `${path}/x` }
    }),
  ]),
] as const

test('nobody comes in without a token of a bot that is for this, and is told so before the body is read', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, add, token, acts } = scene
  const others = { nothing: '', 'no token': 'Bearer onr_x', basic: 'Basic YTpi', cookie: 'Bearer' }
  const revoked = await token('gone', 'people.provision')
  const bot = directory.find('gone@example.org') ?? assert.fail()
  await directory.setEnabled(bot.id, { enabled: false, by })
  const mistaken = await token('other', 'messages.read', 'self.manage')
  const persons: string[] = []
  for (const role of roles) {
    if (role === 'bot') continue
    const { id: person } = await add(role, role)
    const wanted = { person, name: 'x', scopes: ['people.provision', 'people.manage'], days: 1 }
    persons.push((await directory.tokens.make(wanted, by)).secret.reveal())
  }
  acts()
  for (const { method, path } of everything) {
    const text = method === 'GET' ? undefined : 'no JSON at all'
    const asked = { method, path, ...(text !== undefined && { text }) }
    for (const authorization of [...Object.values(others), `Bearer ${revoked}`]) {
      const { status, body, headers } = await ask({ ...asked, headers: { authorization } })
      assert.deepEqual([status, body.schemas, body.status], [401, [errorSchema], '401'], path)
      assert.equal(headers['www-authenticate'], 'Bearer')
    }
    for (const secret of [mistaken, ...persons]) {
      const headers = { authorization: `Bearer ${secret}` }
      assert.equal((await ask({ ...asked, headers })).status, 403, path)
    }
  }
  assert.deepEqual(acts(), [])
})

test('a token that is taken back is worth nothing from then on', async (t) => {
  const { ask, directory } = await scimScene(t)
  assert.equal((await ask({ method: 'GET', path: '/Users' })).status, 200)
  const bot = directory.find('provisioning@example.org') ?? assert.fail()
  const [token] = directory.tokens.list(bot.id)
  await directory.tokens.revoke(token?.id ?? '', null, by)
  assert.equal((await ask({ method: 'GET', path: '/Users' })).status, 401)
})

test('a bot makes itself no token that is for this', async (t) => {
  const scene = await scimScene(t)
  const { permissions } = await import('../../directory/permissions.ts')
  assert.deepEqual(permissions['people.provision'], {
    roles: ['bot'],
    machine: false,
    several: false,
    open: false,
  })
  assert.ok(scene.host.routes.every(({ permission }) => permission !== 'people.provision'))
})

test('who asks too often is told when to come back', async (t) => {
  const { ask } = await scimScene(t, { perMinute: 3 })
  for (let i = 0; i < 3; i++)
    assert.equal((await ask({ method: 'GET', path: '/Users' })).status, 200)
  const { status, headers, body } = await ask({ method: 'GET', path: '/Users' })
  assert.deepEqual([status, headers['retry-after'], body.schemas], [429, '20', [errorSchema]])
})

test('lists come a page at a time, in order, and trimmed to what was asked for', async (t) => {
  const { ask } = await scimScene(t)
  const titles = ['b', 'a', undefined, 'c']
  for (const [i, title] of titles.entries())
    await ask({
      method: 'POST',
      path: '/Users',
      body: userNamed(`u${i}`, { title, displayName: `U ${i}` }),
    })
  const names = async (query: string): Promise<unknown> => {
    const { body } = await ask({ method: 'GET', path: `/Users?${query}` })
    return [
      body.totalResults,
      body.startIndex,
      body.itemsPerPage,
      body.Resources.map((one: { userName?: string }) => one.userName?.slice(0, 2)),
    ]
  }
  assert.deepEqual(await names(''), [4, 1, 4, ['u0', 'u1', 'u2', 'u3']])
  assert.deepEqual(await names('startIndex=2&count=2'), [4, 2, 2, ['u1', 'u2']])
  assert.deepEqual(await names('startIndex=-5&count=-1'), [4, 1, 0, []])
  assert.deepEqual(await names('startIndex=9'), [4, 9, 0, []])
  assert.deepEqual(await names('sortBy=title'), [4, 1, 4, ['u1', 'u0', 'u3', 'u2']])
  assert.deepEqual(await names('sortBy=title&sortOrder=descending&count=2'), [
    4,
    1,
    2,
    ['u2', 'u3'],
  ])
  assert.deepEqual(await names(`filter=${encodeURIComponent('title pr')}&count=1`), [
    3,
    1,
    1,
    ['u0'],
  ])
  const trimmed = await ask({
    method: 'GET',
    path: '/Users?attributes=userName,name.givenName&count=1',
  })
  assert.deepEqual(Object.keys(trimmed.body.Resources[0]), ['schemas', 'id', 'userName', 'name'])
  const less = await ask({
    method: 'GET',
    path: '/Users?excludedAttributes=groups,meta,active&count=1',
  })
  assert.deepEqual(Object.keys(less.body.Resources[0]), [
    'schemas',
    'id',
    'userName',
    'name',
    'displayName',
    'title',
  ])
})

test('a version tells whether something has changed, and who has read another one changes nothing', async (t) => {
  const { ask, acts } = await scimScene(t)
  const made = await ask({ method: 'POST', path: '/Users', body: userNamed('ann') })
  const first = String(made.headers['etag'])
  assert.deepEqual(
    [made.headers['location'], made.body.meta.version],
    [made.body.meta.location, first],
  )
  const path = `/Users/${made.body.id}`
  const same = await ask({ method: 'GET', path, headers: { 'if-none-match': first } })
  assert.deepEqual([same.status, same.body], [304, null])
  const body = changeOf({ op: 'replace', path: 'title', value: 'Clerk' })
  const headers = { 'if-match': first }
  assert.equal((await ask({ method: 'PATCH', path, body, headers })).status, 200)
  acts()
  for (const method of ['PATCH', 'PUT', 'DELETE'] as const) {
    const late = await ask({
      method,
      path,
      body: method === 'PUT' ? userNamed('ann') : method === 'PATCH' ? body : undefined,
      headers,
    })
    assert.equal(late.status, 412, method)
  }
  assert.deepEqual(acts(), [])
  // A kind of body, and none: so services have it.
  const any = { 'if-match': '*', 'content-type': 'application/scim+json' }
  assert.equal((await ask({ method: 'DELETE', path, headers: any })).status, 204)
})

test('changes that come at the same time are made one after the other, and none is lost', async (t) => {
  const { ask, directory, record } = await scimScene(t)
  // As a record on a disk: others come meanwhile.
  const append = record.append.bind(record)
  record.append = async (entry) => {
    await setImmediate()
    return await append(entry)
  }
  const ids: string[] = []
  for (let i = 0; i < 8; i++)
    ids.push((await ask({ method: 'POST', path: '/Users', body: userNamed(`u${i}`) })).body.id)
  const twice = await Promise.all(
    [1, 2].map(
      async () => await ask({ method: 'POST', path: '/Groups', body: groupNamed('Desk') }),
    ),
  )
  assert.deepEqual(twice.map(({ status }) => String(status)).toSorted(), ['201', '409'])
  const users = await Promise.all(
    [1, 2].map(async () => await ask({ method: 'POST', path: '/Users', body: userNamed('one') })),
  )
  assert.deepEqual(users.map(({ status }) => String(status)).toSorted(), ['201', '409'])
  await Promise.all(
    ids.map(async (value) => {
      const body = changeOf({ op: 'add', path: 'members', value: [{ value }] })
      return await ask({ method: 'PATCH', path: '/Groups/desk', body })
    }),
  )
  assert.deepEqual(directory.groups.membersOf('desk').persons.toSorted(), ids.toSorted())
})

test('what is wrong is refused with the status and keyword that the standard has for it', async (t) => {
  const { ask, acts } = await scimScene(t)
  const { body: ann } = await ask({ method: 'POST', path: '/Users', body: userNamed('ann') })
  const path = `/Users/${ann.id}`
  acts()
  const photo = changeOf({ op: 'add', path: 'photos', value: [{ value: 'https://x/y.png' }] })
  const refused: readonly (readonly [
    'GET' | 'POST' | 'PUT' | 'PATCH',
    string,
    unknown,
    number,
    string | undefined,
  ])[] = [
    ['GET', `/Users?filter=${encodeURIComponent('x')}`, undefined, 400, 'invalidFilter'],
    ['GET', '/Users/nobody', undefined, 404, undefined],
    ['GET', `/Users/${'f'.repeat(32)}`, undefined, 404, undefined],
    ['GET', '/Nothing', undefined, 404, undefined],
    ['POST', '/Bulk', {}, 404, undefined],
    ['POST', '/Users', {}, 400, 'invalidValue'],
    ['POST', '/Users', [], 400, 'invalidSyntax'],
    ['POST', '/Users', userNamed('ann'), 409, 'uniqueness'],
    ['POST', '/Users', userNamed('ann@elsewhere.example'), 400, 'invalidValue'],
    ['POST', '/Users', userNamed('a b@c d'), 400, 'invalidValue'],
    ['POST', '/Users', userNamed('b', { displayName: { x: 1 } }), 400, 'invalidValue'],
    ['POST', '/Users', userNamed('b', { emails: [{ value: 'no mail' }] }), 400, 'invalidValue'],
    ['POST', '/Users', userNamed('b', { active: 'perhaps' }), 400, 'invalidValue'],
    ['POST', '/Groups', { displayName: '' }, 400, 'invalidValue'],
    ['POST', '/Groups', {}, 400, 'invalidValue'],
    ['POST', '/Groups', groupNamed('g', { members: [7] }), 400, 'invalidValue'],
    ['PATCH', path, { Operations: [] }, 400, 'invalidSyntax'],
    ['PATCH', path, changeOf({ op: 'move', path: 'title' }), 400, 'invalidSyntax'],
    ['PATCH', path, changeOf({ op: 'remove' }), 400, 'noTarget'],
    ['PATCH', path, changeOf({ op: 'replace', path: 'a b', value: 1 }), 400, 'invalidPath'],
    ['PATCH', path, changeOf({ op: 'replace', path: 'shoeSize', value: 1 }), 400, 'invalidPath'],
    ['PATCH', path, changeOf({ op: 'replace', value: 'x' }), 400, 'invalidValue'],
    ['PATCH', path, photo, 400, 'invalidPath'],
    ['PUT', path, userNamed('ann', { title: 'line\nline' }), 400, 'invalidValue'],
  ]
  for (const [method, where, body, status, keyword] of refused) {
    const answer = await ask({ method, path: where, body })
    assert.deepEqual(
      [answer.status, answer.body.scimType],
      [status, keyword],
      `${method} ${where} ${JSON.stringify(body)}`,
    )
    assert.equal(answer.headers['content-type'], 'application/scim+json; charset=utf-8')
    const { status: said, ...told } = answer.body
    assert.equal(said, String(status))
    // Another implementation takes it for an error of the standard.
    if (status !== 503)
      assert.doesNotThrow(() => new SCIMMY.Messages.ErrorResponse({ ...told, schemas: [], status }))
  }
  const photos = await ask({ method: 'PATCH', path, body: photo })
  assert.match(photos.body.detail, /Photos are not fetched/)
  assert.equal((await ask({ method: 'POST', path: '/Users', text: '{"a":' })).status, 400)
  const form = await ask({
    method: 'POST',
    path: '/Users',
    text: 'a=b',
    headers: { 'content-type': 'text/plain' },
  })
  assert.equal(form.status, 415)
  assert.equal(
    (await ask({ method: 'POST', path: '/Users', text: `"${'x'.repeat(3_200_000)}"` })).status,
    413,
  )
  assert.deepEqual(acts(), [])
})

test('doubt about the record ends the server, and is no answer like another', async (t) => {
  const told: unknown[] = []
  const scene: ScimScene = await scimScene(t, {
    changes: {
      fatal: (error) => void told.push(error),
    },
  })
  scene.directory.find = () => {
    throw new FatalError('doubt')
  }
  await scene.ask({ method: 'POST', path: '/Users', body: userNamed('ann') })
  assert.equal(told.length, 1)
})
