// Grants over the API: what counts for which route, and what one administrator can give.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { httpScene, type HttpScene } from '../../../test/support/api-http.ts'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { noLimits } from '../../directory/access/grants.ts'
import { type Permission, permissions } from '../../directory/permissions.ts'
import { type Person, type PersonId } from '../../directory/ports.ts'
import { rolesOfPeople } from '../../directory/roles.ts'
import { routes } from './admin.ts'

const by = { commandLine: true } as const

type ApiScene = DirectoryScene & HttpScene

async function setUp(t: TestContext): Promise<ApiScene> {
  const scene = await directoryScene(t)
  const http = await httpScene(t, {
    directory: scene.directory,
    now: () => scene.time.now(),
    approvals: { acts: new Set(), days: 7, retention: 1 },
  })
  return { ...scene, ...http }
}

/** Of the group `sales`, and for one matter. */
async function grantLimited(
  { directory, time }: DirectoryScene,
  person: PersonId,
  role: Permission['roles'][number],
): Promise<void> {
  await directory.access.grants.make(
    {
      person,
      role,
      limits: { ...noLimits, groups: ['sales'], matters: role === 'officer' ? ['X'] : [] },
      of: null,
      from: time.now(),
      until: null,
      reason: 'a test',
    },
    [],
  )
}

/** A list of what is his, and nothing is. */
function hasNothing({ next, ...lists }: { readonly [name: string]: unknown }): boolean {
  return (
    next === null && Object.values(lists).every((one) => Array.isArray(one) && one.length === 0)
  )
}

const grantedRoles = rolesOfPeople.filter((role) => role !== 'member' && role !== 'guest')

for (const role of grantedRoles)
  test(`a limited grant of ${role} is worth nothing but where limits are applied, and there not for what is outside`, async (t) => {
    const scene = await setUp(t)
    const [ann, out] = [await scene.add('ann'), await scene.add('out')]
    await grantLimited(scene, ann.id, role)
    const headers = await scene.signIn(ann.id)
    for (const route of routes) {
      const needed: Permission = permissions[route.permission]
      if (needed.open || needed.roles.includes('member') || !needed.roles.includes(role)) continue
      const path = route.path.replace(':address', encodeURIComponent(out.address))
      const asked = { method: route.method, path: path.replaceAll(/:\w+/g, '1'), headers }
      const { status, code, body } = await scene.ask(asked)
      const what = `${route.method} ${route.path}: ${status} ${code}`
      const isRefused = status === 403 || code === 'api.bad-request'
      if (route.isLimitable) assert.ok(isRefused || hasNothing(body), what)
      else assert.deepEqual([status, code], [403, 'caller.not-allowed'], what)
    }
  })

test('a grant without limits is as good as the role', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const headers = await scene.signIn(ann.id)
  const asked = { method: 'GET', path: '/v1/holds', headers } as const
  assert.equal((await scene.ask(asked)).status, 403)
  const grant = { person: ann.id, role: 'legal', limits: noLimits, of: null } as const
  const dates = { from: scene.time.now(), until: null, reason: 'holidays' }
  const { id } = await scene.directory.access.grants.make({ ...grant, ...dates }, [])
  assert.equal((await scene.ask(asked)).status, 200)
  await scene.directory.access.grants.revoke(id, 'back again', [])
  assert.equal((await scene.ask(asked)).status, 403)
})

test('an administrator of a group sets passwords in it, and of nobody else, be he there or not', async (t) => {
  const scene = await setUp(t)
  const { directory, add, ask } = scene
  const [ann, sam] = [await add('ann'), await add('sam')]
  await add('out')
  await directory.setGroups(sam.id, ['sales'], by)
  await grantLimited(scene, ann.id, 'administrator')
  const headers = await scene.signIn(ann.id)
  const set = async (name: string): Promise<readonly [number, unknown]> => {
    const path = `/v1/people/${name}@example.org/password`
    const { status, body } = await ask({
      method: 'PUT',
      path,
      headers,
      body: { password: 'four words nobody tries' },
    })
    return [status, body['detail']]
  }
  assert.equal((await set('sam'))[0], 200)
  const outside = await set('out')
  assert.equal(outside[0], 403)
  assert.deepEqual(await set('nobody'), outside)
})

test('an administrator of a group neither sets the password of who administers more in it, nor shuts him out', async (t) => {
  const scene = await setUp(t)
  const { directory, add, ask } = scene
  const [ann, boss, grace] = [
    await add('ann'),
    await add('boss', 'administrator'),
    await add('grace'),
  ]
  for (const { id } of [boss, grace]) await directory.setGroups(id, ['sales'], by)
  await grantLimited(scene, ann.id, 'administrator')
  const granted = { person: grace.id, role: 'administrator', limits: noLimits, of: null } as const
  const open = { from: scene.time.now(), until: null, reason: 'all of it' }
  await directory.access.grants.make({ ...granted, ...open }, [])
  const headers = await scene.signIn(ann.id)
  for (const name of ['boss', 'grace']) {
    const path = `/v1/people/${name}@example.org`
    for (const [what, body] of [
      ['password', { password: 'four words nobody tries' }],
      ['enabled', { enabled: false }],
    ] as const) {
      const { status, code } = await ask({ method: 'PUT', path: `${path}/${what}`, headers, body })
      assert.deepEqual([status, code], [403, 'caller.not-allowed'])
    }
    assert.equal(directory.find(`${name}@example.org`)?.enabled, true)
  }
})

test('over HTTP an administrator gives no password and no role to who opens anything, and makes nobody who does', async (t) => {
  const scene = await setUp(t)
  const { directory, add, ask, time } = scene
  const [boss, ann, olga] = [
    await add('boss', 'administrator'),
    await add('ann'),
    await add('olga', 'officer'),
  ]
  const later = await add('later')
  const wanted = { person: later.id, role: 'reviewer', limits: noLimits, of: null } as const
  const from = time.now() + 86_400_000
  await directory.access.grants.make({ ...wanted, from, until: null, reason: 'from May' }, [])
  const headers = await scene.signIn(boss.id)
  const put = async (person: Person, what: string, body: object): Promise<string> => {
    const path = `/v1/people/${person.address}/${what}`
    const { status, code } = await ask({ method: 'PUT', path, headers, body })
    return status === 200 ? 'done' : code
  }
  for (const one of [olga, later]) {
    assert.equal(
      await put(one, 'password', { password: 'four words nobody tries' }),
      'powers.at-machine',
    )
    assert.equal(await put(one, 'role', { role: 'member' }), 'powers.at-machine')
    // Who comes from elsewhere with that address would be taken for him.
    for (const [method, what] of [
      ['POST', 'ldap'],
      ['DELETE', 'identity'],
    ] as const) {
      const path = `/v1/people/${one.address}/${what}`
      assert.equal((await ask({ method, path, headers })).code, 'powers.at-machine', what)
    }
  }
  for (const role of grantedRoles.filter((one) => one !== 'administrator')) {
    assert.equal(await put(ann, 'role', { role }), 'powers.at-machine', role)
    const body = { address: `new-${role}@example.org`, role, password: 'four words nobody tries' }
    const added = await ask({ method: 'POST', path: '/v1/people', headers, body })
    assert.equal(added.code, 'powers.at-machine', role)
    const grant = { person: ann.address, role, reason: 'because' }
    const given = await ask({ method: 'POST', path: '/v1/grants', headers, body: grant })
    assert.equal(given.code, 'powers.at-machine', role)
  }
  for (const role of ['administrator', 'member'])
    assert.equal(await put(boss, 'role', { role }), 'powers.own')
  assert.equal(await put(ann, 'password', { password: 'four words nobody tries' }), 'done')
  assert.equal(await put(ann, 'role', { role: 'administrator' }), 'done')
  const own = { person: boss.address, role: 'administrator', reason: 'more of it' }
  const given = await ask({ method: 'POST', path: '/v1/grants', headers, body: own })
  assert.equal(given.code, 'powers.own')
  assert.equal(directory.get(olga.id)?.role, 'officer')
  assert.deepEqual(directory.list().length, 4)
})
