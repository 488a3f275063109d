// Whom a provisioning service may keep, and what it may not do by that. docs/decisions/0029-provisioning.md
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scimPermission } from './door.ts'
import {
  changeOf,
  groupNamed,
  type ScimScene,
  scimScene,
  userNamed,
} from '../../../test/support/scim.ts'
import { Secret } from '../../base/secret.ts'
import { noLimits } from '../../directory/access/grants.ts'
import { type PersonId } from '../../directory/ports.ts'
import { roles } from '../../directory/roles.ts'
import { linkToScim, releaseFromScim } from '../../directory/scim/people.ts'

const by = { commandLine: true } as const
const off = changeOf({ op: 'replace', path: 'active', value: false })
const on = changeOf({ op: 'replace', path: 'active', value: true })

async function added({ ask }: ScimScene, name: string, externalId = name): Promise<string> {
  const { status, body } = await ask({
    method: 'POST',
    path: '/Users',
    body: userNamed(name, { externalId }),
  })
  assert.equal(status, 201, JSON.stringify(body))
  return body.id
}

function stateOf({ directory }: ScimScene, name: string): unknown {
  const person = directory.find(`${name}@example.org`) ?? assert.fail()
  const { state, suspendedBy } = directory.detailsOf(person.id) ?? assert.fail()
  return [state, suspendedBy]
}

test('who administers or opens anything is not taken over, by name, by change, by replacing or by taking away', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, record, add } = scene
  for (const lent of ['officer', 'administrator'] as const) {
    const { id: person } = await add(`lent-${lent}`)
    const later = { from: scene.time.now() + 1_000, until: scene.time.now() + 2_000 }
    const grant = { person, role: lent, limits: noLimits, of: null, ...later, reason: 'r' }
    await directory.access.grants.make(grant, [])
    assert.equal((await ask({ method: 'PATCH', path: `/Users/${person}`, body: off })).status, 403)
  }
  for (const role of roles) {
    if (role === 'bot' || role === 'member' || role === 'guest') continue
    const { id } = await add(role, role)
    const { size } = record
    const taken = await ask({ method: 'POST', path: '/Users', body: userNamed(role) })
    assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness'])
    const path = `/Users/${id}`
    for (const [method, body] of [
      ['PATCH', off],
      ['PATCH', changeOf({ op: 'replace', path: 'displayName', value: 'Mine' })],
      ['PUT', userNamed(role, { externalId: 'x' })],
      ['DELETE', undefined],
    ] as const) {
      const { status, body: said } = await ask({ method, path, body })
      assert.equal(status, 403, `${role} ${method}`)
      assert.match(said.detail, /onrecord scim link/)
    }
    assert.equal(record.size, size, role)
    assert.deepEqual(stateOf(scene, role), ['active', null])
  }
})

test('who was made theirs at the machine, or has become an officer since, is suspended by them all the same', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, add } = scene
  const boss = await add('boss', 'administrator')
  await linkToScim(boss, 'b-1', { directory, by })
  const ann = await added(scene, 'ann')
  const person = directory.find('ann@example.org') ?? assert.fail()
  await directory.setRole(person.id, 'officer', by)
  for (const [name, id] of [
    ['boss', boss.id],
    ['ann', ann],
  ] as const) {
    assert.equal((await ask({ method: 'PATCH', path: `/Users/${id}`, body: off })).status, 200)
    assert.deepEqual(stateOf(scene, name), ['suspended', 'scim'])
  }
})

test('a member with a password here is kept there from the first change on, and the password stays', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, add } = scene
  const { id } = await add('ann')
  const revoked: string[] = []
  directory.onRevoked((one) => revoked.push(one))
  const body = userNamed('ann@example.org', { externalId: 'a-1', displayName: 'Ann' })
  assert.equal((await ask({ method: 'PUT', path: `/Users/${id}`, body })).status, 200)
  assert.deepEqual(revoked, [])
  for (const now of [directory, await scene.reopen()]) {
    assert.equal(now.detailsOf(id)?.source?.id, 'a-1')
    assert.equal((await now.checkPassword('ann@example.org', new Secret('ann')))?.person.id, id)
  }
  const mine = directory.setProfile(id, { set: { name: 'Mine' } }, { person: id })
  await assert.rejects(mine, { code: 'directory.elsewhere' })
  await directory.setPassword(id, new Secret('another'), by)
  const again = await scene.reopen()
  assert.equal((await again.checkPassword('ann@example.org', new Secret('another')))?.person.id, id)
})

test('somebody who was provisioned has no password until one is given, and keeps it over a start and a change there', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const id = await added(scene, 'ann')
  const person = directory.find('ann@example.org') ?? assert.fail()
  assert.equal(await directory.checkPassword('ann@example.org', new Secret('')), null)
  await directory.setPassword(person.id, new Secret('given'), by)
  const body = changeOf({ op: 'replace', path: 'title', value: 'Clerk' })
  await ask({ method: 'PATCH', path: `/Users/${id}`, body })
  const again = await scene.reopen()
  assert.equal((await again.checkPassword('ann@example.org', new Secret('given')))?.person.id, id)
})

test('whom an administrator has suspended they do not let in, and who has left stays so', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  for (const [name, close] of [
    ['ann', async (id: PersonId) => await directory.setEnabled(id, { enabled: false, by })],
    ['ben', async (id: PersonId) => await directory.leave(id, by)],
  ] as const) {
    const id = await added(scene, name)
    await close((directory.find(`${name}@example.org`) ?? assert.fail()).id)
    const before = stateOf(scene, name)
    for (const body of [on, off, on]) {
      const answer = await ask({ method: 'PATCH', path: `/Users/${id}`, body })
      assert.deepEqual([answer.status, answer.body.active], [200, false])
    }
    assert.deepEqual(stateOf(scene, name), before)
  }
})

test('suspending takes effect whatever else is said with it', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const id = await added(scene, 'ann', 'a-1')
  const body = changeOf(
    { op: 'Replace', path: 'externalId', value: 'a-2' },
    { op: 'Replace', path: 'displayName', value: 'line\nline' },
    { op: 'Replace', path: 'userName', value: 'other@example.org' },
    { op: 'Replace', path: 'active', value: 'False' },
  )
  assert.equal((await ask({ method: 'PATCH', path: `/Users/${id}`, body })).status, 200)
  assert.deepEqual(stateOf(scene, 'ann'), ['suspended', 'scim'])
  const person = directory.find('ann@example.org') ?? assert.fail()
  assert.equal(directory.detailsOf(person.id)?.source?.id, 'a-1')
})

test('another id there is another person, and an address stays whose it is when a name changes', async (t) => {
  const scene = await scimScene(t)
  const { ask, acts } = scene
  const id = await added(scene, 'ann', 'a-1')
  acts()
  const path = `/Users/${id}`
  const other = changeOf({ op: 'replace', path: 'externalId', value: 'a-2' })
  const refused = await ask({ method: 'PATCH', path, body: other })
  assert.deepEqual([refused.status, refused.body.scimType], [400, 'mutability'])
  const renamed = changeOf({ op: 'replace', path: 'userName', value: 'anna@example.org' })
  const answer = await ask({ method: 'PATCH', path, body: renamed })
  assert.deepEqual([answer.status, answer.body.userName, acts()], [200, 'ann@example.org', []])
})

test('who is taken away there is suspended, is not seen there, stays in the record and her groups, and comes back under the same id alone', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, acts } = scene
  const id = await added(scene, 'ann', 'a-1')
  await ask({
    method: 'POST',
    path: '/Groups',
    body: groupNamed('Desk', { members: [{ value: id }] }),
  })
  const person = directory.find('ann@example.org') ?? assert.fail()
  acts()
  assert.equal((await ask({ method: 'DELETE', path: `/Users/${id}` })).status, 204)
  assert.deepEqual(acts(), ['person.disable', 'person.profile'])
  assert.deepEqual(
    [stateOf(scene, 'ann'), directory.groupsOf(person.id)],
    [['suspended', 'scim'], ['desk']],
  )
  for (const method of ['GET', 'DELETE', 'PATCH'] as const)
    assert.equal(
      (await ask({ method, path: `/Users/${id}`, body: method === 'PATCH' ? on : undefined }))
        .status,
      404,
    )
  assert.equal((await ask({ method: 'GET', path: '/Users' })).body.totalResults, 0)
  for (const externalId of ['a-2', '', null]) {
    const body = userNamed('ann', { externalId })
    assert.equal((await ask({ method: 'POST', path: '/Users', body })).status, 409)
  }
  const again = await scene.reopen()
  assert.equal(again.detailsOf(person.id)?.source?.gone, true)
  assert.equal(await added(scene, 'ann', 'a-1'), id)
  assert.deepEqual(stateOf(scene, 'ann'), ['active', null])
})

test('who is in a group stays in it when she is taken away there and others come in', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const [ann, ben] = [await added(scene, 'ann'), await added(scene, 'ben')]
  const members = [{ value: ann }]
  await ask({ method: 'POST', path: '/Groups', body: groupNamed('Desk', { members }) })
  await ask({ method: 'DELETE', path: `/Users/${ann}` })
  const add = changeOf({ op: 'add', path: 'members', value: [{ value: ben }] })
  await ask({ method: 'PATCH', path: '/Groups/desk', body: add })
  const persons = (): readonly string[] => directory.groups.membersOf('desk').persons.toSorted()
  assert.deepEqual(persons(), [ann, ben].toSorted())
  const all = groupNamed('Desk', { members: [{ value: ann }, { value: ben }] })
  await ask({ method: 'PUT', path: '/Groups/desk', body: all })
  assert.deepEqual(persons(), [ann, ben].toSorted())
  await ask({
    method: 'PUT',
    path: '/Groups/desk',
    body: groupNamed('Desk', { members: [{ value: ben }] }),
  })
  assert.deepEqual(persons(), [ben])
})

test('an officer who was taken away there does not come back by them', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const id = await added(scene, 'ann', 'a-1')
  const person = directory.find('ann@example.org') ?? assert.fail()
  await directory.setRole(person.id, 'officer', by)
  await ask({ method: 'DELETE', path: `/Users/${id}` })
  const body = userNamed('ann', { externalId: 'a-1' })
  assert.equal((await ask({ method: 'POST', path: '/Users', body })).status, 409)
  assert.deepEqual(stateOf(scene, 'ann'), ['suspended', 'scim'])
})

test('whom they let go of is kept here, and may be found and kept by another service', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const id = await added(scene, 'ann', 'a-1')
  const person = directory.find('ann@example.org') ?? assert.fail()
  await releaseFromScim(person, { directory, by })
  await directory.setProfile(person.id, { set: { name: 'Ann' } }, by)
  const found = (await ask({ method: 'GET', path: `/Users/${id}` })).body
  assert.deepEqual([found.displayName, found.externalId], ['Ann', undefined])
  const body = changeOf({ op: 'replace', path: 'externalId', value: 'okta-1' })
  assert.equal(
    (await ask({ method: 'PATCH', path: `/Users/${id}`, body })).body.externalId,
    'okta-1',
  )
})

test('people of a directory server, bots, and who is closed out here are none of their business', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, add, record } = scene
  const none = { name: null, given: null, family: null, mail: null, job: null, unit: null }
  const profile = { ...none, manager: null }
  const source = { kind: 'ldap', id: '1', passwordAt: null } as const
  const theirs = await directory.addElsewhere(
    { address: 'lou@example.org', profile, source },
    { sync: 'ldap' },
  )
  const bot = directory.find('provisioning@example.org') ?? assert.fail()
  const gone = await add('gone')
  await directory.setEnabled(gone.id, { enabled: false, by })
  const { size } = record
  for (const { id, address } of [theirs, bot, gone]) {
    for (const method of ['GET', 'PATCH', 'DELETE'] as const)
      assert.equal(
        (await ask({ method, path: `/Users/${id}`, body: method === 'PATCH' ? off : undefined }))
          .status,
        404,
      )
    assert.equal(
      (await ask({ method: 'POST', path: '/Users', body: userNamed(address) })).status,
      409,
    )
  }
  const members = [{ value: theirs.id }, { value: bot.id }]
  const group = await ask({ method: 'POST', path: '/Groups', body: groupNamed('G', { members }) })
  assert.deepEqual(group.body.members, [])
  assert.equal(record.size, size + 1)
})

test('groups that are kept here are not seen there, and theirs are changed there alone', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const { groups } = directory
  await groups.put({ id: 'traders', name: 'Traders' }, by)
  const look = `/Groups?filter=${encodeURIComponent('displayName eq "Traders"')}`
  assert.equal((await ask({ method: 'GET', path: look })).body.totalResults, 0)
  assert.equal((await ask({ method: 'GET', path: '/Groups/traders' })).status, 404)
  const ann = await added(scene, 'ann')
  const members = [{ value: ann }, { value: 'traders' }]
  const made = await ask({
    method: 'POST',
    path: '/Groups',
    body: groupNamed('Traders', { members }),
  })
  assert.match(made.body.id, /^traders-[a0]{8}$/)
  assert.deepEqual(groups.membersOf('traders'), { persons: [], groups: [] })
  assert.deepEqual(groups.membersOf(made.body.id), { persons: [ann], groups: [] })
  const mine = { added: { persons: [], groups: ['traders'] }, removed: { persons: [], groups: [] } }
  await assert.rejects(groups.change(made.body.id, mine, by), { code: 'group.elsewhere' })
  const twice = await ask({ method: 'POST', path: '/Groups', body: groupNamed('Traders') })
  assert.deepEqual([twice.status, twice.body.scimType], [409, 'uniqueness'])
  await groups.release(made.body.id, by)
  await groups.change(made.body.id, mine, by)
  assert.equal((await ask({ method: 'GET', path: `/Groups/${made.body.id}` })).status, 404)
})

test('groups may be in groups, and a circle is refused', async (t) => {
  const { ask, directory } = await scimScene(t)
  for (const name of ['inner', 'outer'])
    await ask({ method: 'POST', path: '/Groups', body: groupNamed(name) })
  const nest = async (outer: string, inner: string): Promise<number> => {
    const body = changeOf({ op: 'add', path: 'members', value: [{ value: inner }] })
    return (await ask({ method: 'PATCH', path: `/Groups/${outer}`, body })).status
  }
  assert.equal(await nest('outer', 'inner'), 204)
  assert.deepEqual(directory.groups.membersOf('outer').groups, ['inner'])
  assert.equal(await nest('inner', 'outer'), 400)
  assert.equal(await nest('inner', 'inner'), 400)
  assert.equal(await nest('inner', 'nowhere'), 400)
})

test('each act says that it came from there, and through which token', async (t) => {
  const scene = await scimScene(t)
  const { directory, record } = scene
  await added(scene, 'ann')
  const bot = directory.find('provisioning@example.org') ?? assert.fail()
  const [token] = directory.tokens.list(bot.id)
  assert.deepEqual(token?.scopes, [scimPermission])
  const acts = record.entries.filter(({ content }) => content.includes('"by":"scim"'))
  assert.deepEqual(
    acts.map(({ kind, device }) => [kind, device]),
    [['person.add', `token:${token?.id}`]],
  )
})
