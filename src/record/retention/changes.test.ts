import assert from 'node:assert/strict'
import { test } from 'node:test'
import { person } from '../../../test/fakes/new-record.ts'
import { actsName } from './builtin.ts'
import { isShortening, refuseApprovals, refuseClass, refuseRules } from './changes.ts'
import { packs } from './packs.ts'
import { parsePeriod } from './period.ts'
import { afterAct, nothingMade } from './standing.ts'
import { type RetentionClass } from './types.ts'

function named(name: string, keep: string, changes: Partial<RetentionClass> = {}): RetentionClass {
  const period = parsePeriod(keep) ?? assert.fail(keep)
  return { name, keep: period, after: 'creation', locked: false, authority: '', ...changes }
}

const locked = afterAct(
  nothingMade,
  { kind: 'retention.class', class: named('duty', '3 years', { locked: true }) },
  1,
)

function change(keep: string, changes: Partial<RetentionClass> = {}): string | null {
  return refuseClass(named('duty', keep, { locked: true, ...changes }), locked)
}

test('a locked class is made longer and nothing else', () => {
  assert.equal(change('3 years'), null)
  assert.equal(change('37 months'), null)
  assert.equal(change('permanent'), null)
  assert.equal(change('3 years', { authority: 'another text' }), null)
  assert.match(change('35 months') ?? '', /locked at 3 years: it can be made longer/)
  assert.match(change('1095 days') ?? '', /not shorter/, 'three years may have 1,096 days')
  assert.match(change('3 years', { locked: false }) ?? '', /is locked, and stays so/)
  assert.match(change('9 years', { after: 'leaver' }) ?? '', /what it is counted from stays/)
})

test('acts are kept longer than any class of what people say', () => {
  const acts = (keep: string): string | null => refuseClass(named(actsName, keep), locked)
  assert.match(acts('10 years') ?? '', /the class default would have permanent/)
  const finite = afterAct(locked, { kind: 'retention.class', class: named('default', '1 year') }, 2)
  assert.equal(refuseClass(named(actsName, '10 years'), finite), null)
  assert.match(refuseClass(named(actsName, '3 years'), finite) ?? '', /the class duty would have 3/)
  const ten = afterAct(finite, { kind: 'retention.class', class: named(actsName, '10 years') }, 3)
  assert.match(refuseClass(named('duty', '10 years', { locked: true }), ten) ?? '', /kept longer/)
  assert.match(refuseClass(named('late', '1 year', { after: 'leaver' }), ten) ?? '', /kept longer/)
  assert.match(
    refuseClass(named(actsName, '9 years', { after: 'leaver' }), finite) ?? '',
    /counted/,
  )
})

test('a shorter period, and another beginning, are told from a longer one', () => {
  assert.equal(isShortening(named('duty', '2 years'), locked), true)
  assert.equal(isShortening(named('duty', '4 years'), locked), false)
  assert.equal(isShortening(named('duty', '4 years', { after: 'leaver' }), locked), true)
  assert.equal(isShortening(named('new', '1 day'), locked), false)
})

test('names, rules and lists that make no sense are refused with a sentence', () => {
  for (const name of ['', 'A', '1a', 'a b', 'a"b', 'a'.repeat(41)])
    assert.match(refuseClass(named(name, '1 year'), locked) ?? '', /no name of a class/)
  const rule = { name: 'a', class: 'duty', when: {} }
  assert.equal(refuseRules([rule], locked), null)
  for (const [rules, said] of [
    [[rule, rule], /two rules have the name a/],
    [[{ ...rule, class: 'none' }], /which there is not/],
    [[{ ...rule, class: actsName }], /which no rule can/],
    [[{ ...rule, name: 'A' }], /no name of a rule/],
    [[{ ...rule, when: { groups: [] } }], /the list of groups is empty/],
    [[{ ...rule, when: { networks: ['xmpp'] } }], /no network/],
    [Array.from({ length: 1_001 }, (_, i) => ({ ...rule, name: `r${i}` })), /1000 rules at most/],
  ] as const)
    assert.match(refuseRules(rules, locked) ?? '', said)
})

test('approvals are of distinct persons, none of whom it is about', () => {
  const [one, two] = [person(1), person(2)]
  assert.equal(refuseApprovals([one, two], 2, person(3)), null)
  assert.match(refuseApprovals([one], 2) ?? '', /needs 2 persons/)
  assert.match(refuseApprovals([one, one], 2) ?? '', /named twice/)
  assert.match(refuseApprovals([one, two], 2, two) ?? '', /about himself/)
  assert.match(refuseApprovals([], 1) ?? '', /needs a person/)
})

test('each pack can be applied, and each of its classes says what asks for it', () => {
  assert.ok(packs.length >= 6)
  for (const { name, classes, rules, about } of packs) {
    let standing = nothingMade
    for (const one of classes) {
      assert.equal(refuseClass(one, standing), null, name)
      assert.ok(one.authority.length > 20, name)
      standing = afterAct(standing, { kind: 'retention.class', class: one }, 1)
    }
    assert.equal(refuseRules(rules, standing), null, name)
    for (const { when } of rules)
      for (const group of when.groups ?? []) assert.ok(about.includes(group), `${name}: ${group}`)
  }
})
