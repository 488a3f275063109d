// Every route and every role: who may ask for what, and nobody else. DESIGN.md §7.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FastifyInstance } from 'fastify'
import { fakeApiHost } from '../../../test/fakes/api-host.ts'
import { fakeDirectory } from '../../../test/fakes/directory.ts'
import {
  approverOf,
  connectScope,
  type Permission,
  permissions,
} from '../../directory/permissions.ts'
import { type Person, type PersonId } from '../../directory/ports.ts'
import { type Role, roles } from '../../directory/roles.ts'
import { createThrottle, defaultThrottle } from '../../directory/throttle.ts'
import { personId } from '../../record/ids.ts'
import { httpScene } from '../../../test/support/api-http.ts'
import { adminApi, routes } from './admin.ts'
import { asHeader } from './caller.ts'
import { type Route } from './route.ts'
import { scimPermission } from '../scim/door.ts'

/** Somebody of each role, and of each role somebody who may no longer sign in. */
const people = roles.flatMap((role, i): Person[] => [
  { id: personId(`${i}`.padStart(32, '0')), address: `${role}@x`, role, enabled: true },
  { id: personId(`9${i}`.padStart(32, '0')), address: `no-${role}@x`, role, enabled: false },
])

const byId = new Map(people.map((one) => [one.id, one]))

const directory = {
  ...fakeDirectory({}),
  find: (address: string) => people.find((one) => one.address === address) ?? null,
  get: (id: PersonId) => byId.get(id) ?? null,
  list: () => people,
  passwordName: () => 'first',
}

/** Whoever asks as everybody is taken for one who guesses. */
const throttle = createThrottle(
  { ...defaultThrottle, accountFree: 1_000, addressFree: 1_000 },
  { now: () => 1_000 },
)

async function isAdmitted(
  api: FastifyInstance,
  { method, path }: Route,
  persons: readonly string[],
): Promise<boolean> {
  const { statusCode } = await api.inject({
    method,
    url: path.replaceAll(/:\w+/g, '1'),
    headers: persons.length === 0 ? {} : { [asHeader]: persons.map(encodeURIComponent).join() },
  })
  return statusCode !== 403
}

async function setUp(): Promise<FastifyInstance> {
  return adminApi(await fakeApiHost({ directory, throttle }))
}

for (const route of routes)
  test(`${route.method} ${route.path} is for those whose it is: ${route.permission}`, async () => {
    const api = await setUp()
    const needed: Permission = permissions[route.permission]
    assert.equal(await isAdmitted(api, route, []), needed.machine || needed.open)
    for (const role of roles) {
      const may = needed.roles.includes(role)
      assert.equal(await isAdmitted(api, route, [`${role}@x`]), may, role)
      assert.equal(await isAdmitted(api, route, [`${role.toUpperCase()}@X`]), may, role)
      assert.equal(await isAdmitted(api, route, [`no-${role}@x`]), false, `${role}, disabled`)
    }
    assert.equal(await isAdmitted(api, route, ['nobody@x']), false)
    const [one] = needed.roles
    if (one === undefined) return
    assert.equal(await isAdmitted(api, route, [`${one}@x`, `${one}@x`]), needed.several)
    assert.equal(await isAdmitted(api, route, [`${one}@x`, 'member@x']), false)
  })

for (const route of routes)
  test(`${route.method} ${route.path} over HTTP is for those who have signed in and may: ${route.permission}`, async (t) => {
    const { ask, signIn } = await httpScene(t, { directory, throttle })
    const needed: Permission = permissions[route.permission]
    const path = route.path.replaceAll(/:\w+/g, '1')
    const asked = { method: route.method, path }
    assert.equal((await ask(asked)).status === 401, !needed.open)
    for (const { address, role, id, enabled } of people) {
      const headers = await signIn(id)
      const { status, code } = await ask({ ...asked, headers })
      const may = needed.open || (enabled && needed.roles.includes(role))
      const isIn = status !== 401 && code !== 'caller.not-allowed'
      assert.equal(isIn, may, `${address}: ${status} ${code}`)
    }
  })

test('each permission is asked for by a route', () => {
  const asked = new Set<string>(routes.map(({ permission }) => permission))
  for (const name of Object.values(approverOf)) asked.add(name)
  asked.add(connectScope)
  // src/api/scim/door.test.ts walks its routes.
  asked.add(scimPermission)
  assert.deepEqual(
    Object.keys(permissions).filter((name) => !asked.has(name)),
    [],
  )
})

function permitted(role: Role): string[] {
  return Object.entries<Permission>(permissions).flatMap(([name, needed]) =>
    needed.roles.includes(role) ? [name] : [],
  )
}

test('what each role may do is what the design says of it', () => {
  const ofTheHouse = ['rooms.manage', 'approvals.see', 'approvals.decide']
  for (const role of ['member', 'reviewer', 'bot', 'guest'] as const)
    assert.deepEqual(
      permitted(role).filter((name) => name !== scimPermission),
      [
        'session.start',
        'invitations.use',
        'session.own',
        'self.see',
        'self.manage',
        'permissions.see',
        'rooms.see',
        'rooms.manage',
        'messages.read',
        'messages.send',
        'events.read',
        'xmpp.connect',
        'approvals.see',
        'approvals.decide',
        'break-glass.open',
      ].filter((name) => role !== 'guest' || !ofTheHouse.includes(name)),
    )
  assert.deepEqual(
    roles.filter((role) => permitted(role).includes(scimPermission)),
    ['bot'],
  )
  assert.deepEqual(
    permitted('administrator').filter((name) =>
      /^(?:content|holds|disposals|erasures)\./.test(name),
    ),
    [],
  )
  // Content takes an officer; whoever disposes of it, or looks after privacy, does not read it.
  assert.deepEqual(permitted('officer').filter((name) => name.startsWith('content.')).length, 2)
  for (const role of ['records', 'auditor', 'privacy'] as const)
    assert.deepEqual(
      permitted(role).filter((name) => name.startsWith('content.')),
      [],
    )
})

test('an address that is written wrong is nobody, and nothing that failed', async () => {
  const headers = { [asHeader]: '%zz' }
  const answer = await (await setUp()).inject({ method: 'GET', url: '/v1/holds', headers })
  assert.deepEqual([answer.statusCode, answer.json().code], [409, 'caller.form'])
})

test('more are named than anybody needs, and are refused', async () => {
  const api = await setUp()
  const all = Array.from({ length: 11 }, () => 'records%40x').join()
  const headers = { [asHeader]: all }
  const { statusCode } = await api.inject({ method: 'PUT', url: '/v1/retention/rules', headers })
  assert.equal(statusCode, 409)
})
