import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otherServersPolicy, type OtherServersSettings } from './other-servers.ts'

const nothing: OtherServersSettings = { allow: [], deny: [], people: [], proof: [] }

test('without a list of domains nobody is talked to', () => {
  const policy = otherServersPolicy(nothing)
  assert.equal(policy.isOn, false)
  assert.equal(policy.isAllowed('example.org'), false)
})

test('a denied domain stays denied under a wider permission', () => {
  const policy = otherServersPolicy({
    ...nothing,
    allow: ['*'],
    deny: ['bad.example', '*.worse.example'],
  })
  assert.equal(policy.isAllowed('good.example'), true)
  assert.equal(policy.isAllowed('bad.example'), false)
  assert.equal(policy.isAllowed('rooms.bad.example'), true)
  assert.equal(policy.isAllowed('rooms.worse.example'), false)
})

test('a pattern for subdomains takes neither the domain itself nor one that only ends like it', () => {
  const policy = otherServersPolicy({ ...nothing, allow: ['*.example.org'] })
  assert.equal(policy.isAllowed('rooms.example.org'), true)
  assert.equal(policy.isAllowed('example.org'), false)
  assert.equal(policy.isAllowed('badexample.org'), false)
})

test('a domain that is for some people is for nobody else', () => {
  const policy = otherServersPolicy({
    ...nothing,
    allow: ['*'],
    people: [{ domain: 'bank.example', who: ['anna@here.example', 'role:officer'] }],
  })
  const anna = { address: 'anna@here.example', role: 'member' }
  const ben = { address: 'ben@here.example', role: 'member' }
  const olga = { address: 'olga@here.example', role: 'officer' }
  assert.deepEqual(
    [anna, ben, olga].map((person) => policy.mayTalk(person, 'bank.example')),
    [true, false, true],
  )
  assert.equal(policy.mayTalk(ben, 'other.example'), true)
})

test('the first rule that names the domain says how it proves who it is, else its certificate does', () => {
  const policy = otherServersPolicy({
    ...nothing,
    proof: [
      { domain: 'old.example', by: 'dialback' },
      { domain: '*.example', by: { sha256: 'ab' } },
    ],
  })
  assert.equal(policy.proofOf('old.example'), 'dialback')
  assert.deepEqual(policy.proofOf('new.example'), { sha256: 'ab' })
  assert.equal(policy.proofOf('example.org'), 'certificate')
})
