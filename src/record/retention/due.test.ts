import assert from 'node:assert/strict'
import { test } from 'node:test'
import { person } from '../../../test/fakes/new-record.ts'
import { type KnownBucket } from '../keys/ports.ts'
import { bucketDueAt, dueAt, type DueFacts } from './due.ts'
import { simulate } from './simulate.ts'
import { afterAct, nothingMade, type RetentionStanding } from './standing.ts'
import { type RetentionAct, type RetentionClass } from './types.ts'

const [ann, bo, outsider] = [person(1), person(2), person(9)]
const at = Date.UTC(2026, 10, 21)
const isHere = (one: string): boolean => one === ann || one === bo

function named(name: string, count: number, after: RetentionClass['after']): RetentionAct {
  const keep = { count, unit: 'years' } as const
  return { kind: 'retention.class', class: { name, keep, after, locked: false, authority: '' } }
}

const classes = [
  named('three', 3, 'creation'),
  named('leavers', 1, 'leaver'),
  named('case', 6, 'matter 4711'),
]

function standingAfter(...acts: readonly RetentionAct[]): RetentionStanding {
  return [...classes, ...acts].reduce((standing, act, i) => afterAct(standing, act, i), nothingMade)
}

function left(who: typeof ann, year: number): RetentionAct {
  return {
    kind: 'retention.event',
    event: { event: 'leaver', person: who, at: Date.UTC(year, 0, 1) },
  }
}

const ended: RetentionAct = {
  kind: 'retention.event',
  event: { event: 'matter', matter: '4711', at: Date.UTC(2030, 5, 1) },
}

function due(standing: RetentionStanding, facts: Partial<DueFacts>): number | null {
  return dueAt({ classes: ['three'], at, people: [ann, bo], ...facts }, standing, isHere)
}

test('a period that begins with the record ends on its day, and its bucket goes when all of it may', () => {
  assert.equal(due(standingAfter(), {}), Date.UTC(2029, 10, 21))
  const bucket = { class: 'three', to: Date.UTC(2026, 11, 1) }
  assert.equal(bucketDueAt(bucket, standingAfter()), Date.UTC(2029, 11, 1))
  assert.equal(due(standingAfter(), { classes: ['default'] }), null)
  assert.equal(bucketDueAt({ ...bucket, class: 'default' }, standingAfter()), null)
})

test('a period that begins when people leave waits for the last of ours', () => {
  const facts = { classes: ['leavers'], people: [ann, bo, outsider] }
  assert.equal(due(standingAfter(), facts), null)
  assert.equal(due(standingAfter(left(ann, 2028)), facts), null, 'bo is here')
  const both = standingAfter(left(ann, 2028), left(bo, 2031))
  assert.equal(due(both, facts), Date.UTC(2032, 0, 1))
  assert.equal(due(both, { ...facts, people: [outsider] }), null, 'nobody has left')
  const bucket = { class: 'leavers', to: Date.UTC(2026, 11, 1) }
  assert.equal(bucketDueAt(bucket, standingAfter()), null)
  assert.equal(bucketDueAt(bucket, both), Date.UTC(2029, 0, 1), 'some of it may be due then')
})

test('what is kept for several classes is kept for the longest of them', () => {
  const both = standingAfter(left(ann, 2027), left(bo, 2027))
  const facts = { classes: ['leavers', 'three'] }
  assert.equal(due(both, facts), Date.UTC(2029, 10, 21))
  assert.equal(due(standingAfter(left(ann, 2027)), facts), null)
})

test('a matter that has not ended keeps everything in its class, and what came after its end is counted from itself', () => {
  const facts = { classes: ['case'] }
  const bucket = { class: 'case', to: Date.UTC(2026, 11, 1) }
  assert.deepEqual(
    [due(standingAfter(), facts), bucketDueAt(bucket, standingAfter())],
    [null, null],
  )
  const over = standingAfter(ended)
  assert.equal(due(over, facts), Date.UTC(2036, 5, 1))
  assert.equal(bucketDueAt(bucket, over), Date.UTC(2036, 5, 1))
  assert.equal(due(over, { ...facts, at: Date.UTC(2031, 0, 5) }), Date.UTC(2037, 0, 5))
})

test('a simulation says what goes under a draft and as it is, and changes nothing', () => {
  const standing = standingAfter()
  const bucket = {
    number: 1,
    from: Date.UTC(2026, 10),
    to: Date.UTC(2026, 11),
    state: 'whole',
  } as const
  const buckets: readonly KnownBucket[] = [
    { ...bucket, class: 'three' },
    { ...bucket, number: 2, class: 'default' },
    { ...bucket, number: 3, class: 'three', state: 'destroyed' },
    { ...bucket, number: 4, class: 'three' },
  ]
  const counts = new Map(
    [10, 5, 9].map((records, i) => [i + 1, { records, conversations: 1 }] as const),
  )
  const before = structuredClone([...standing.classes])
  const draft = {
    name: 'default',
    keep: { count: 1, unit: 'years' },
    after: 'creation',
    locked: false,
    authority: '',
  } as const
  const until = Date.UTC(2028, 0)
  const found = simulate({ classes: [draft] }, standing, { buckets, counts, until })
  assert.deepEqual([found.recordsNow, found.recordsUnderDraft, found.refusals], [0, 5, []])
  assert.deepEqual(
    found.buckets.map(({ number, dueNow, dueUnderDraft }) => [number, dueNow, dueUnderDraft]),
    [[2, null, Date.UTC(2027, 11, 1)]],
  )
  assert.equal(simulate({}, standing, { buckets, counts, until: Date.UTC(2030, 0) }).recordsNow, 10)
  const unknown = { rules: [{ name: 'a', class: 'no', when: {} }] }
  const refused = simulate(unknown, standing, { buckets, counts, until })
  assert.match(refused.refusals.join(), /which there is not/)
  assert.deepEqual([...standing.classes], before)
})
