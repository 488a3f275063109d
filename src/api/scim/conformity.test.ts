// What is answered, held against another implementation of RFC 7643 and RFC 7644.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import SCIMMY from 'scimmy'
import { groupNamed, scimScene, userNamed } from '../../../test/support/scim.ts'

test('another implementation of the standard takes what is answered, and the schemas say what is there', async (t) => {
  const { ask } = await scimScene(t)
  SCIMMY.Schemas.User.definition.extend(SCIMMY.Schemas.EnterpriseUser.definition)
  const enterprise = SCIMMY.Schemas.EnterpriseUser.id
  const { body: boss } = await ask({ method: 'POST', path: '/Users', body: userNamed('boss') })
  const more = {
    externalId: 'a-1',
    name: { givenName: 'Anna', familyName: 'Ample' },
    displayName: 'Anna Ample',
    title: 'Clerk',
    emails: [{ value: 'a@example.org', type: 'work', primary: true }],
    [enterprise]: { department: 'Desk', manager: { value: boss.id } },
  }
  const { body: ann } = await ask({ method: 'POST', path: '/Users', body: userNamed('ann', more) })
  const members = [{ value: ann.id }]
  await ask({ method: 'POST', path: '/Groups', body: groupNamed('Desk', { members }) })
  const user = (await ask({ method: 'GET', path: `/Users/${ann.id}` })).body
  const group = (await ask({ method: 'GET', path: '/Groups/desk' })).body
  const taken: object = JSON.parse(JSON.stringify(new SCIMMY.Schemas.User(user, 'out')))
  assert.deepEqual(taken, user)
  assert.deepEqual(JSON.parse(JSON.stringify(new SCIMMY.Schemas.Group(group, 'out'))), group)
  const list = (await ask({ method: 'GET', path: '/Users' })).body
  assert.equal(new SCIMMY.Messages.ListResponse(list).totalResults, 2)
  const config = (await ask({ method: 'GET', path: '/ServiceProviderConfig' })).body
  assert.doesNotThrow(() => new SCIMMY.Schemas.ServiceProviderConfig(config))
  for (const type of (await ask({ method: 'GET', path: '/ResourceTypes' })).body.Resources) {
    assert.doesNotThrow(() => new SCIMMY.Schemas.ResourceType(type))
    const found = await ask({ method: 'GET', path: `/ResourceTypes/${type.id}` })
    assert.deepEqual(found.body, type)
  }
  for (const schema of (await ask({ method: 'GET', path: '/Schemas' })).body.Resources) {
    const found = await ask({ method: 'GET', path: `/Schemas/${schema.id}` })
    assert.deepEqual(found.body, schema)
    const shown =
      schema.id === enterprise ? user[enterprise] : schema.name === 'Group' ? group : user
    const own = new Set(schema.attributes.map(({ name }: { readonly name: string }) => name))
    for (const name of Object.keys(shown))
      if (!['schemas', 'id', 'externalId', 'meta', enterprise].includes(name))
        assert.ok(own.has(name), name)
  }
})
