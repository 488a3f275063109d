import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { conversation, newRecord, person } from '../../../test/fakes/new-record.ts'
import { type NewRecord, type PersonId } from '../types.ts'
import { type RetentionPeriod } from './period.ts'
import { compileSchedule, rankOf, type Groups } from './schedule.ts'
import { afterAct, nothingMade, type RetentionStanding } from './standing.ts'
import { type ExemptFrom, type RetentionClass, type RuleCondition } from './types.ts'

const years = (count: number): RetentionPeriod => ({ count, unit: 'years' })

function named(name: string, keep: RetentionPeriod, after: RetentionClass['after'] = 'creation') {
  return { name, keep, after, locked: false, authority: '' }
}

/** Rules over these classes; a rule has the name of its class. */
function standingWith(
  ...made: readonly (readonly [RetentionClass, RuleCondition])[]
): RetentionStanding {
  let standing = nothingMade
  for (const [one] of made)
    standing = afterAct(standing, { kind: 'retention.class', class: one }, 1)
  const rules = made.map(([{ name }, when]) => ({ name, class: name, when }))
  return afterAct(standing, { kind: 'retention.rules', rules }, 7)
}

const groups: Groups = { of: (id) => (id === person(1) ? ['traders'] : []), version: 0 }

function classOf(
  standing: RetentionStanding,
  changes: Partial<NewRecord> = {},
  target: string | null = null,
): string {
  const found = compileSchedule(standing, groups).classOf(newRecord(changes), target)
  return `${found.class} ${found.policy}`
}

test('without rules everything but acts is in the class default', () => {
  assert.equal(classOf(nothingMade), 'default builtin:default')
  assert.equal(classOf(nothingMade, { kind: 'person.add' }), 'acts builtin:acts')
  assert.equal(classOf(nothingMade, { kind: 'file.upload' }), 'default builtin:default')
})

for (const [what, when, fits, others] of [
  ['group', { groups: ['traders'] }, {}, { sender: person(3), members: [person(3), person(2)] }],
  [
    'group of the sender',
    { groups: ['traders'] },
    { members: [person(2)] },
    { sender: null, members: [person(2)] },
  ],
  ['room', { rooms: [conversation(4)] }, { conversation: conversation(4) }, {}],
  ['label', { labels: ['SECRET'] }, { label: 'SECRET' }, { label: 'secret' }],
  ['network', { networks: ['s2s:*'] }, { origin: 's2s:example.org' }, {}],
  [
    'one network',
    { networks: ['s2s:example.org'] },
    { origin: 's2s:example.org' },
    { origin: 's2s:example.net' },
  ],
  ['kind', { kinds: ['reaction'] }, { kind: 'reaction' }, {}],
  ['everything', {}, {}, { kind: 'person.add' }],
  [
    'all of several',
    { kinds: ['message'], labels: ['x'] },
    { label: 'x' },
    { kind: 'error', label: 'x' },
  ],
] as const satisfies readonly (readonly [
  string,
  RuleCondition,
  Partial<NewRecord>,
  Partial<NewRecord>,
])[])
  test(`a rule chooses by ${what}`, () => {
    const standing = standingWith([named('a', years(1)), when])
    assert.equal(classOf(standing, fits), 'a 7:a')
    assert.doesNotMatch(classOf(standing, others), /^a /)
  })

test('of several rules that fit the class that is kept longest wins, whatever their order', () => {
  const classes = fc.uniqueArray(
    fc.record({ name: fc.integer({ min: 0, max: 99 }), count: fc.integer({ min: 1, max: 50 }) }),
    { minLength: 1, maxLength: 6, selector: ({ name }) => name },
  )
  fc.assert(
    fc.property(classes, (made) => {
      const standing = standingWith(
        ...made.map(({ name, count }) => [named(`c${name}`, years(count)), {}] as const),
      )
      const longest = Math.max(...made.map(({ count }) => count))
      const [chosen = ''] = classOf(standing).split(' ')
      assert.equal(rankOf(standing.classes.get(chosen) ?? assert.fail()), longest * 365.2425)
    }),
  )
})

test('a class that waits for an event wins over others, and names them', () => {
  const standing = standingWith(
    [named('six', years(6)), {}],
    [named('leavers', years(1), 'leaver'), {}],
    [named('two', years(2)), {}],
  )
  assert.equal(classOf(standing), 'leavers 7:leavers+six+two')
  const permanent = standingWith(
    [named('leavers', years(1), 'leaver'), {}],
    [named('ever', 'permanent'), {}],
  )
  assert.equal(classOf(permanent), 'ever 7:ever')
})

test('what refers to a record is kept as long as that, and no shorter than by its own rules', () => {
  const standing = standingWith(
    [named('long', years(9)), { labels: ['long'] }],
    [named('short', years(1)), { kinds: ['reaction'] }],
    [named('leavers', years(1), 'leaver'), { labels: ['leaver'] }],
  )
  assert.equal(classOf(standing, { kind: 'reaction' }, 'long'), 'long builtin:reference')
  assert.equal(classOf(standing, { label: 'long' }, 'short'), 'long 7:long')
  assert.equal(
    classOf(standing, { kind: 'reaction' }, 'leavers'),
    'leavers builtin:reference+short',
  )
  assert.equal(classOf(standing, { kind: 'reaction' }, 'gone'), 'short 7:short')
})

test('classes in use are those of rules, with buckets as wide as their periods say', () => {
  const { classes, looksAtTargets } = compileSchedule(
    standingWith([named('days', { count: 90, unit: 'days' }), {}]),
    groups,
  )
  assert.deepEqual(classes, [
    { name: 'default', width: 'month', duty: { keep: 'permanent', locked: false } },
    { name: 'acts', width: 'month', duty: { keep: 'permanent', locked: false } },
    {
      name: 'days',
      width: { days: 7 },
      duty: { keep: { count: 90, unit: 'days' }, locked: false },
    },
  ])
  assert.ok(looksAtTargets)
  assert.equal(compileSchedule(nothingMade, groups).looksAtTargets, false)
})

function exempting(from: ExemptFrom, ...people: readonly PersonId[]): RetentionStanding {
  let standing = standingWith([named('traders', years(5)), { groups: ['traders'] }])
  for (const [i, one] of people.entries()) {
    const exemption = { id: `${i}`, person: one, from, reason: 'r', approvals: [] }
    standing = afterAct(standing, { kind: 'retention.exempt', exemption }, 9)
  }
  return standing
}

test('who is exempt from retention counts for no rule, and others do as ever', () => {
  assert.equal(classOf(exempting('retention', person(1))), 'default builtin:default')
  assert.equal(classOf(exempting('retention', person(2))), 'traders 7:traders')
  assert.equal(classOf(exempting('review', person(1))), 'traders 7:traders')
})

test('only what nobody sees who is not exempt from recording is in the class exempt', () => {
  assert.equal(classOf(exempting('recording', person(1))), 'traders 7:traders')
  const both = exempting('recording', person(1), person(2))
  assert.equal(classOf(both), 'exempt builtin:exempt')
  assert.equal(classOf(both, { kind: 'person.add' }), 'acts builtin:acts')
  assert.equal(classOf(both, { kind: 'reaction' }, 'traders'), 'traders builtin:reference')
  assert.ok(compileSchedule(both, groups).classes.some(({ name }) => name === 'exempt'))
})

test('groups of a long list of members are looked at once, and again when a group was changed', () => {
  const members = Array.from({ length: 500 }, (_, i) => person(i + 10))
  const its = { asked: 0, version: 0, of: [] as readonly string[] }
  const schedule = compileSchedule(exempting('review'), {
    of() {
      its.asked++
      return its.of
    },
    get version() {
      return its.version
    },
  })
  const chosen = (): string => schedule.classOf(newRecord({ members, sender: null }), null).class
  assert.deepEqual([chosen(), chosen(), its.asked], ['default', 'default', 500])
  Object.assign(its, { of: ['traders'], version: 1 })
  assert.deepEqual([chosen(), chosen(), its.asked], ['traders', 'traders', 1_000])
})
