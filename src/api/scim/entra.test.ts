// What Microsoft Entra ID sends, as its documentation has it ("Develop and plan provisioning for a SCIM endpoint", "Known issues with SCIM 2.0
// protocol compliance"), with and without the flag aadOptscim062020.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeOf, groupNamed, type ScimScene, scimScene } from '../../../test/support/scim.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const anna = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
  userName: 'Anna@Example.org',
  active: true,
  displayName: 'Anna Ample',
  emails: [{ primary: true, type: 'work', value: 'anna.ample@example.org' }],
  meta: { resourceType: 'User' },
  name: { formatted: 'Anna B. Ample', familyName: 'Ample', givenName: 'Anna' },
  title: 'Trader',
  phoneNumbers: [{ type: 'work', value: '+1 555' }],
  roles: [],
  [enterprise]: { department: 'Desk 4', employeeNumber: '12' },
}

async function added({ ask }: ScimScene, body: object = anna): Promise<string> {
  const { status, body: said } = await ask({ method: 'POST', path: '/Users', body })
  assert.equal(status, 201, JSON.stringify(said))
  return said.id
}

test('Entra looks for somebody by name and by its own id, adds her, and finds her then', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory } = scene
  const byName = `/Users?filter=${encodeURIComponent('userName eq "anna@EXAMPLE.org"')}`
  const none = await ask({ method: 'GET', path: byName })
  assert.deepEqual([none.status, none.body.totalResults, none.body.Resources], [200, 0, []])
  const id = await added(scene)
  const found = await ask({ method: 'GET', path: byName })
  assert.equal(found.body.Resources[0].id, id)
  const byId = `/Users?filter=${encodeURIComponent(`externalId eq "${anna.externalId}"`)}`
  assert.equal((await ask({ method: 'GET', path: byId })).body.Resources[0].id, id)
  const other = `/Users?filter=${encodeURIComponent(`externalId eq "${anna.externalId.toUpperCase()}"`)}`
  assert.equal((await ask({ method: 'GET', path: other })).body.totalResults, 0)
  const byMail = `/Users?filter=${encodeURIComponent('emails[type eq "work"].value eq "Anna.Ample@example.org"')}`
  assert.equal((await ask({ method: 'GET', path: byMail })).body.Resources[0].id, id)

  const person = directory.find('anna@example.org') ?? assert.fail()
  assert.deepEqual([person.id, person.role, person.enabled], [id, 'member', true])
  const { profile, source } = directory.detailsOf(person.id) ?? assert.fail()
  assert.deepEqual(
    [profile.name, profile.given, profile.family, profile.mail, profile.job, profile.unit],
    ['Anna Ample', 'Anna', 'Ample', 'anna.ample@example.org', 'Trader', 'Desk 4'],
  )
  assert.deepEqual(source, { kind: 'scim', id: anna.externalId, passwordAt: null })
  const twice = await ask({ method: 'POST', path: '/Users', body: anna })
  assert.deepEqual([twice.status, twice.body.scimType], [409, 'uniqueness'])
})

test('Entra changes several attributes at once, with and without its flag', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, acts } = scene
  const id = await added(scene)
  const boss = await added(scene, { ...anna, userName: 'boss@example.org', externalId: 'b' })
  acts()
  const without = changeOf(
    { op: 'Replace', path: 'displayName', value: 'Anna Berg' },
    { op: 'Replace', path: 'emails[type eq "work"].value', value: 'berg@example.org' },
    { op: 'Add', path: 'name.familyName', value: 'Berg' },
    { op: 'Replace', path: 'externalId', value: anna.externalId },
    { op: 'Replace', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 556' },
    { op: 'Replace', path: `${enterprise}:employeeNumber`, value: '13' },
    { op: 'Add', path: `${enterprise}:manager`, value: boss },
  )
  const changed = await ask({ method: 'PATCH', path: `/Users/${id}`, body: without })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.equal(changed.body.name.formatted, 'Anna Berg')
  assert.equal(changed.body[enterprise].manager.value, boss)
  assert.deepEqual(acts(), ['person.profile'])
  const flagged = changeOf(
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'b@example.org' },
    {
      op: 'replace',
      value: {
        displayName: 'Anna B.',
        'name.givenName': 'Ann',
        [`${enterprise}:department`]: 'Desk 5',
        [`${enterprise}:employeeNumber`]: '14',
      },
    },
  )
  assert.equal((await ask({ method: 'PATCH', path: `/Users/${id}`, body: flagged })).status, 200)
  const person = directory.find('anna@example.org') ?? assert.fail()
  const { profile } = directory.detailsOf(person.id) ?? assert.fail()
  assert.deepEqual(
    [profile.name, profile.given, profile.mail, profile.unit, profile.manager],
    ['Anna B.', 'Ann', 'b@example.org', 'Desk 5', boss],
  )
  const gone = changeOf(
    { op: 'Remove', path: 'title' },
    { op: 'Remove', path: `${enterprise}:manager` },
  )
  const after = await ask({ method: 'PATCH', path: `/Users/${id}`, body: gone })
  assert.deepEqual([after.body.title, after.body[enterprise].manager], [undefined, undefined])
  acts()
  await ask({ method: 'PATCH', path: `/Users/${id}`, body: gone })
  assert.deepEqual(acts(), [])
})

test('Entra disables with the text "False" and with false, which ends all access at once, and enables again', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, record } = scene
  const id = await added(scene)
  const revoked: string[] = []
  directory.onRevoked((one) => revoked.push(one))
  const state = (): unknown => {
    const person = directory.find('anna@example.org') ?? assert.fail()
    const { state: now, suspendedBy } = directory.detailsOf(person.id) ?? assert.fail()
    return [now, suspendedBy]
  }
  for (const value of ['False', false]) {
    const off = changeOf({ op: 'Replace', path: 'active', value })
    const { status, body } = await ask({ method: 'PATCH', path: `/Users/${id}`, body: off })
    assert.deepEqual([status, body.active], [200, false])
    assert.deepEqual(state(), ['suspended', 'scim'])
    const on = changeOf({ op: 'Replace', path: 'active', value: 'True' })
    assert.equal((await ask({ method: 'PATCH', path: `/Users/${id}`, body: on })).body.active, true)
    assert.deepEqual(state(), ['active', null])
  }
  assert.deepEqual(revoked, [id, id])
  const disabled = record.entries.filter(({ kind }) => kind === 'person.disable')
  assert.match(disabled[0]?.content ?? '', /"by":"scim"/)
})

test('Entra makes a group without members, adds and removes some in each of its ways, and all of it is dated', async (t) => {
  const scene = await scimScene(t)
  const { ask, directory, record } = scene
  const ids: string[] = []
  for (const name of ['anna', 'ben', 'cy'])
    ids.push(await added(scene, { ...anna, userName: `${name}@example.org`, externalId: name }))
  const [ann = '', ben = '', cy = ''] = ids
  const look = `/Groups?excludedAttributes=members&filter=${encodeURIComponent('displayName eq "Traders, London"')}`
  assert.equal((await ask({ method: 'GET', path: look })).body.totalResults, 0)
  const schema = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'
  const made = await ask({
    method: 'POST',
    path: '/Groups',
    body: groupNamed('Traders, London', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group', schema],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      meta: { resourceType: 'Group' },
    }),
  })
  assert.deepEqual([made.status, made.body.id, made.body.members], [201, 'traders-london', []])
  const found = (await ask({ method: 'GET', path: look })).body.Resources[0]
  assert.deepEqual([found.id, 'members' in found], ['traders-london', false])

  const path = '/Groups/traders-london'
  const patch = async (...operations: object[]): Promise<void> => {
    const { status, body } = await ask({ method: 'PATCH', path, body: changeOf(...operations) })
    assert.deepEqual([status, body], [204, null])
  }
  const members = (): readonly string[] => directory.groups.membersOf('traders-london').persons
  await patch({
    op: 'Add',
    path: 'members',
    value: [{ $ref: null, value: ann }, { value: ben }],
  })
  const person = directory.find('anna@example.org') ?? assert.fail()
  const then = { position: record.size - 1 }
  // Once more, and without a path.
  await patch({ op: 'add', value: { members: [{ value: ben }, { value: cy }] } })
  assert.deepEqual(members().toSorted(), [ann, ben, cy].toSorted())
  await patch({ op: 'Remove', path: 'members', value: [{ $ref: null, value: ann }] })
  await patch({ op: 'remove', path: `members[value eq "${ben}"]` })
  assert.deepEqual(members(), [cy])
  assert.deepEqual(directory.groupsOf(person.id), [])
  // Which group was she in?
  assert.deepEqual(await directory.groups.groupsAt(person.id, then), ['traders-london'])
  await patch({ op: 'Replace', path: 'displayName', value: 'Traders' })
  assert.equal(directory.groups.get('traders-london')?.name, 'Traders')
  await patch({ op: 'Replace', path: 'members', value: [{ value: ann }] })
  assert.deepEqual(members(), [ann])
  const whole = await ask({ method: 'GET', path: `${path}?excludedAttributes=members` })
  assert.deepEqual([whole.status, 'members' in whole.body], [200, false])
  assert.equal((await ask({ method: 'DELETE', path })).status, 204)
  assert.equal((await ask({ method: 'GET', path })).status, 404)
  const at = await directory.groups.membersAt('traders-london', then)
  assert.deepEqual(at.direct.persons.toSorted(), [ann, ben].toSorted())
})

test('Entra asks whether somebody has a manager, and a group a member, without quotes', async (t) => {
  const scene = await scimScene(t)
  const boss = await added(scene, { ...anna, userName: 'boss@example.org', externalId: 'b' })
  const manager = { ...anna, [enterprise]: { manager: { value: boss } } }
  const id = await added(scene, manager)
  const ask = async (path: string, filter: string): Promise<unknown> =>
    (
      await scene.ask({
        method: 'GET',
        path: `${path}?attributes=id&filter=${encodeURIComponent(filter)}`,
      })
    ).body.Resources.map((one: object) => Object.keys(one))
  assert.deepEqual(await ask('/Users', `id eq ${id} and manager eq ${boss}`), [['schemas', 'id']])
  assert.deepEqual(await ask('/Users', `id eq ${id} and manager eq ${id}`), [])
  await scene.ask({
    method: 'POST',
    path: '/Groups',
    body: groupNamed('Desk', { members: [{ value: id }] }),
  })
  assert.equal(
    JSON.stringify(await ask('/Groups', `id eq "desk" and members eq "${id}"`)),
    '[["schemas","id"]]',
  )
  assert.deepEqual(await ask('/Groups', `id eq "desk" and members eq "${boss}"`), [])
})
