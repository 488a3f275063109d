// Whatever somebody sends who has a token.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawsOf } from '../../../test/support/draws.ts'
import { changeOf, groupNamed, scimScene, userNamed } from '../../../test/support/scim.ts'

const values = [
  null,
  '',
  'x',
  0,
  -1,
  true,
  [],
  {},
  [null],
  [{ value: 'desk' }],
  { value: {} },
  '\u0000',
  'x'.repeat(500),
  { __proto__: 1 },
  [[[]]],
]
const names = [
  'userName',
  'externalId',
  'active',
  'displayName',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"].value',
  'members',
  'members[value eq "x"]',
  'title',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
  'manager',
  'toString',
  '__proto__',
  'id',
  'schemas',
  'meta',
]

test('whatever is sent, no answer is a failure of the server', async (t) => {
  const { ask } = await scimScene(t)
  const { body: ann } = await ask({ method: 'POST', path: '/Users', body: userNamed('ann') })
  await ask({ method: 'POST', path: '/Groups', body: groupNamed('Desk') })
  for (let seed = 0; seed < 200; seed++) {
    const below = drawsOf(seed)
    const pick = (all: readonly string[]): string => all[below(all.length)] ?? ''
    const anything = (): unknown => values[below(values.length)]
    const name = pick(names)
    const value = anything()
    const op = pick(['add', 'Remove', 'replace', 'x'])
    const resource = pick([`/Users/${ann.id}`, '/Groups/desk'])
    const path = below(3) === 0 ? undefined : name
    const sent: readonly (readonly ['POST' | 'PUT' | 'PATCH', string, unknown])[] = [
      [
        'PATCH',
        resource,
        changeOf({ op, path, value: path === undefined ? { [name]: value } : value }),
      ],
      ['PUT', resource, { schemas: [], [name]: value }],
      ['POST', pick(['/Users', '/Groups']), { [name]: value, [pick(names)]: anything() }],
      ['POST', pick(['/Users', '/Groups']), value],
    ]
    for (const [method, where, body] of sent) {
      const { status } = await ask({ method, path: where, body })
      assert.ok(status < 500, `${method} ${where} ${JSON.stringify(body)}: ${status}`)
    }
    const filter = encodeURIComponent(
      `${name} ${pick(['eq', 'pr', 'co'])} ${JSON.stringify(value)}`,
    )
    const read = await ask({
      method: 'GET',
      path: `/Users?filter=${filter}&sortBy=${encodeURIComponent(name)}`,
    })
    assert.ok(read.status < 500)
  }
})

const many = (filter: string): readonly string[] => Array.from({ length: 1_000 }, () => filter)

test('a change looks through the members of a group by a few filters at most, and by as many ids as it names', async (t) => {
  const { ask } = await scimScene(t)
  const { body: ann } = await ask({ method: 'POST', path: '/Users', body: userNamed('ann') })
  const { body: ben } = await ask({ method: 'POST', path: '/Users', body: userNamed('ben') })
  const members = [{ value: ann.id }, { value: ben.id }]
  await ask({ method: 'POST', path: '/Groups', body: { ...groupNamed('Desk'), members } })
  const left = async (): Promise<readonly string[]> => {
    const { body } = await ask({ method: 'GET', path: '/Groups/desk' })
    return body.members.map(({ value }: { value: string }) => value)
  }
  const removing = async (filters: readonly string[]): Promise<number> => {
    const operations = filters.map((filter) => ({ op: 'remove', path: `members[${filter}]` }))
    const body = changeOf(...operations)
    return (await ask({ method: 'PATCH', path: '/Groups/desk', body })).status
  }
  assert.equal(await removing(many('value co "zz" or value co "yy"')), 400)
  assert.equal(await removing(many(`value ne "${ann.id}"`)), 400)
  assert.equal((await left()).length, 2)
  assert.equal(await removing(many(`value eq "${ann.id.toUpperCase()}"`)), 204)
  assert.deepEqual(await left(), [ben.id])
  assert.equal(await removing(['value co "zz"', `value ew "${ben.id.slice(1)}"`]), 204)
  assert.equal((await ask({ method: 'GET', path: '/Groups/desk' })).body.members.length, 0)
})
