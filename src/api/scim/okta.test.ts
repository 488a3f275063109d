// What Okta sends, as its SCIM 2.0 protocol reference has it: PUT from the integration wizard, PATCH from the integration network.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeOf, groupNamed, type ScimScene, scimScene } from '../../../test/support/scim.ts'

const user = (name: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `${name}@example.org`,
  name: { givenName: name, familyName: 'User' },
  emails: [{ primary: true, value: `${name}@example.org`, type: 'work' }],
  displayName: `${name} User`,
  locale: 'en-US',
  externalId: `00u-${name}`,
  groups: [],
  password: '1mz050nq',
  active: true,
})

async function added({ ask }: ScimScene, name: string): Promise<string> {
  const { status, body } = await ask({ method: 'POST', path: '/Users', body: user(name) })
  assert.equal(status, 201, JSON.stringify(body))
  return body.id
}

test('Okta tries the connection, looks for somebody and adds her; the password that it makes up signs nobody in', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  for (const path of ['/Users?startIndex=1&count=2', '/Groups?startIndex=1&count=100'])
    assert.equal((await ask({ method: 'GET', path })).status, 200)
  const look = `/Users?filter=${encodeURIComponent('userName eq "ann@example.org"')}&startIndex=1&count=100`
  const none = (await ask({ method: 'GET', path: look })).body
  assert.deepEqual([none.totalResults, none.startIndex, none.itemsPerPage], [0, 1, 0])
  const id = await added(scene, 'ann')
  assert.equal((await ask({ method: 'GET', path: look })).body.Resources[0].id, id)
  const { salt, candidates } = directory.scramKeys('ann@example.org', 'sha-256')
  assert.ok(salt.length > 0)
  assert.ok(candidates.every(({ opens }) => opens === null))
})

test('Okta puts a whole user after it has read her, and what it leaves out is gone', async (t) => {
  const scene = await scimScene(t)
  const { ask } = scene
  const path = `/Users/${await added(scene, 'ann')}`
  const { body: read } = await ask({ method: 'GET', path })
  const name = { givenName: 'Another', middleName: 'Excited', familyName: 'User' }
  const put = await ask({ method: 'PUT', path, body: { ...read, name, title: 'Clerk' } })
  assert.equal(put.status, 200, JSON.stringify(put.body))
  const { displayName, title, externalId } = put.body
  assert.deepEqual([displayName, title, externalId], ['ann User', 'Clerk', '00u-ann'])
  const { displayName: _name, externalId: _id, ...less } = { ...put.body, title: undefined }
  const again = (await ask({ method: 'PUT', path, body: less })).body
  // Without a name to show, one is made of its parts; her id there is nothing that goes.
  assert.deepEqual(
    [again.displayName, again.title, again.externalId],
    ['Another User', undefined, '00u-ann'],
  )
})

test('Okta deactivates by PATCH without a path and by PUT, and activates again', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, acts } = scene
  const id = await added(scene, 'ann')
  const path = `/Users/${id}`
  const { body: read } = await ask({ method: 'GET', path })
  const enabled = (): boolean | undefined => directory.find('ann@example.org')?.enabled
  acts()
  const off = changeOf({ op: 'replace', value: { active: false } })
  assert.equal((await ask({ method: 'PATCH', path, body: off })).body.active, false)
  assert.deepEqual([enabled(), acts()], [false, ['person.disable']])
  const on = changeOf({ op: 'replace', value: { active: true } })
  assert.equal((await ask({ method: 'PATCH', path, body: on })).body.active, true)
  await ask({ method: 'PUT', path, body: { ...read, active: false } })
  assert.deepEqual([enabled(), acts()], [false, ['person.enable', 'person.disable']])
  // Without a word of it, she stays out.
  const { active: _active, ...silent } = read
  await ask({ method: 'PUT', path, body: silent })
  assert.equal(enabled(), false)
  await ask({ method: 'PUT', path, body: read })
  assert.deepEqual([enabled(), acts()], [true, ['person.enable']])
})

test('Okta pushes a group, renames it, and changes and replaces its members', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const [ann, ben] = [await added(scene, 'ann'), await added(scene, 'ben')]
  const made = await ask({
    method: 'POST',
    path: '/Groups',
    body: groupNamed('Test SCIMv2', { members: [] }),
  })
  const path = `/Groups/${made.body.id}`
  const members = (): readonly string[] => directory.groups.membersOf('test-scimv2').persons
  const rename = { op: 'replace', value: { id: made.body.id, displayName: 'Test SCIMv20' } }
  assert.equal((await ask({ method: 'PATCH', path, body: changeOf(rename) })).status, 204)
  const both = changeOf(
    { op: 'remove', path: `members[value eq "${ben}"]` },
    { op: 'add', path: 'members', value: [{ value: ann, display: 'ann@example.org' }] },
  )
  assert.equal((await ask({ method: 'PATCH', path, body: both })).status, 204)
  assert.deepEqual(members(), [ann])
  const all = [ann, ben].map((value) => ({ value, display: 'x' }))
  const whole = changeOf({ op: 'replace', path: 'members', value: all })
  assert.equal((await ask({ method: 'PATCH', path, body: whole })).status, 204)
  assert.deepEqual(members().toSorted(), [ann, ben].toSorted())
  const put = { ...groupNamed('Test SCIMv2', { members: [{ value: ben }] }), id: made.body.id }
  const answer = await ask({ method: 'PUT', path, body: put })
  assert.deepEqual([answer.status, answer.body.displayName, members()], [200, 'Test SCIMv2', [ben]])
  assert.equal((await ask({ method: 'DELETE', path })).status, 204)
})

test('Okta puts a group of 900, of whom some have gone here, in one request', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, acts } = scene
  const ids: string[] = []
  for (let i = 0; i < 900; i++) {
    const source = { kind: 'scim', id: `x${i}`, passwordAt: null } as const
    const profile = { name: null, given: null, family: null, mail: null, job: null, unit: null }
    const who = { address: `p${i}@example.org`, profile: { ...profile, manager: null }, source }
    ids.push((await directory.addElsewhere(who, { sync: 'scim' })).id)
  }
  const { body } = await ask({ method: 'POST', path: '/Groups', body: groupNamed('All') })
  acts()
  const gone = 'f'.repeat(32)
  const members = [...ids, gone].map((value) => ({ value }))
  const path = `/Groups/${body.id}`
  const put = await ask({ method: 'PUT', path, body: groupNamed('All', { members }) })
  assert.deepEqual([put.status, put.body.members.length], [200, 900])
  assert.deepEqual(
    acts(),
    Array.from({ length: 3 }, () => 'group.members'),
  )
  await ask({ method: 'PUT', path, body: groupNamed('All', { members }) })
  assert.deepEqual(acts(), [])
})
