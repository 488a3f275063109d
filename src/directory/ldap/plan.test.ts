import assert from 'node:assert/strict'
import { test } from 'node:test'
import { person } from '../../../test/fakes/new-record.ts'
import { noDetails } from '../details.ts'
import { type Details } from '../types.ts'
import { type Kept, plainDn, planGroups, planPeople, profileOf } from './plan.ts'
import { type LdapGroup, type LdapPerson } from './ports.ts'

const nothing = { name: null, given: null, family: null, mail: null, job: null, unit: null }

function entry(id: string, changes: Partial<LdapPerson> = {}): LdapPerson {
  const common = { managerDn: null, passwordAt: null, changedAt: null, texts: nothing }
  return { id, dn: `uid=${id},dc=x`, login: id, isDisabled: false, ...common, ...changes }
}

function kept(n: number, entryId: string, changes: Partial<Details> = {}): Kept {
  const source = { kind: 'ldap', id: entryId, passwordAt: null } as const
  return { id: person(n), address: `${entryId}@x`, details: { ...noDetails, source, ...changes } }
}

const world = {
  addressOf: (login: string) => (login.includes(' ') ? null : `${login}@x`),
  isTaken: (address: string) => address === 'local@x',
}

test('who is new is added, but nobody without an address, with one of another, or disabled', () => {
  const entries = [
    entry('a'),
    entry('b', { login: 'no good' }),
    entry('c', { login: 'local' }),
    entry('d', { login: 'a' }),
    entry('e', { isDisabled: true }),
    entry('a', { login: 'again' }),
  ]
  const plan = planPeople(entries, [], world)
  assert.deepEqual(
    plan.add.map(({ address }) => address),
    ['a@x'],
  )
  assert.deepEqual(
    plan.left.map(({ id, why }) => `${id} ${why}`),
    ['b address', 'c taken', 'd twice'],
  )
})

test('who left here stays gone, whatever is said there, and only who was suspended from there comes back', () => {
  const people = [
    kept(1, 'a', { state: 'left' }),
    kept(2, 'b', { state: 'suspended' }),
    kept(3, 'c', { state: 'suspended', suspendedBy: 'ldap' }),
    kept(4, 'd', { state: 'left' }),
    kept(5, 'e', { state: 'suspended', suspendedBy: 'ldap' }),
  ]
  const plan = planPeople(
    [entry('a'), entry('b'), entry('c'), entry('e', { isDisabled: true })],
    people,
    world,
  )
  assert.deepEqual(
    plan.enable.map(({ id }) => id),
    [person(3)],
  )
  assert.deepEqual(plan.suspend, [])
})

test('what cannot stand here is left out of what is said of a person, and nobody is his own manager', () => {
  const texts = {
    ...nothing,
    name: '  Ann  ',
    job: 'a\u0000b',
    mail: 'no mail',
    unit: 'x'.repeat(300),
  }
  const managers = new Map([[plainDn('UID=Boss, DC=x'), person(9)]])
  const said = entry('a', { texts, managerDn: 'uid=boss,dc=X' })
  const profile = profileOf(said, managers, person(1))
  assert.deepEqual([profile.name, profile.job, profile.mail], ['Ann', null, null])
  assert.equal(profile.unit?.length, 200)
  assert.equal(profile.manager, person(9))
  assert.equal(profileOf(said, managers, person(9)).manager, null)
})

function group(id: string, name: string, ...members: string[]): LdapGroup {
  return { id, dn: `cn=${id},dc=x`, name, members }
}

const nobody = { groups: [], membersOf: () => ({ persons: [], groups: [] }) }

test('members are found by DN however it is written, and by login', () => {
  const people = [entry('a'), entry('b')]
  const ids = new Map([
    ['a', person(1)],
    ['b', person(2)],
  ])
  const groups = [group('g', 'One', 'UID=A , dc=X', 'b', 'uid=stranger,dc=x', 'B')]
  const [change] = planGroups({ people, groups }, ids, nobody).members
  assert.deepEqual(change?.added.persons, [person(1), person(2)])
})

test('of a circle of groups one membership is left out, the same each time, and longer ones too', () => {
  const groups = [
    group('1', 'a', 'cn=2,dc=x'),
    group('2', 'b', 'cn=3,dc=x'),
    group('3', 'c', 'cn=1,dc=x', 'cn=3,dc=x'),
  ]
  for (const order of [groups, groups.toReversed()]) {
    const plan = planGroups({ people: [], groups: order }, new Map(), nobody)
    assert.equal(plan.circles, 2)
    const edges = plan.members.map(({ group: id, added }) => `${id}: ${added.groups.join()}`)
    assert.deepEqual(edges.toSorted(), ['a: b', 'b: c'])
  }
})

test('a group keeps its id when it is called otherwise, and one with a name that is taken gets another id', () => {
  const source = { kind: 'ldap', id: 'e1' } as const
  const standing = {
    ...nobody,
    groups: [
      { id: 'traders', name: 'Traders', source },
      { id: 'sales', name: 'Our sales', source: null },
    ],
  }
  const groups = [group('e1', 'The Traders'), group('e2', 'Sales')]
  const { put, remove } = planGroups({ people: [], groups }, new Map(), standing)
  assert.deepEqual(
    put.map(({ id, name }) => `${id} ${name}`),
    ['traders The Traders', 'sales-e2 Sales'],
  )
  assert.deepEqual(remove, [])
  assert.deepEqual(planGroups({ people: [], groups: [] }, new Map(), standing).remove, ['traders'])
})
