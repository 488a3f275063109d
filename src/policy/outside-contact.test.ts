import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otherServersPolicy } from './other-servers.ts'
import { outsideContact } from './outside-contact.ts'
import { type Facts, type Finding } from './rule.ts'

const people: Readonly<Record<string, { address: string; role: string }>> = {
  anna: { address: 'anna@here.example', role: 'member' },
  ben: { address: 'ben@here.example', role: 'member' },
}

const rule = outsideContact(
  otherServersPolicy({
    allow: ['good.example', 'bank.example'],
    deny: [],
    people: [{ domain: 'bank.example', who: ['anna@here.example'] }],
    proof: [],
  }),
  {
    isElsewhere: (domain) => domain !== 'here.example',
    insider: (id) => people[id] ?? null,
  },
)

function said(from: string, to: string, members: readonly string[]): Facts {
  const wire = `<message xmlns='jabber:client' type='chat' from='${from}' to='${to}'><body> to='x@bad.example'</body></message>`
  return { kind: 'message', sender: members[0] ?? null, members, content: '', wire }
}

function conditionOf(facts: Facts): Finding['condition'] | null {
  return rule(facts)?.condition ?? null
}

test('what is said among people here is none of this rule', () => {
  assert.equal(rule(said('anna@here.example/a', 'ben@here.example', ['anna', 'ben'])), null)
})

test('a domain that is not allowed is refused in both directions', () => {
  const out = said('anna@here.example/a', 'zed@bad.example/x', ['anna', 'hash'])
  const back = said('zed@bad.example/x', 'anna@here.example', ['hash', 'anna'])
  assert.deepEqual([out, back].map(conditionOf), ['not-allowed', 'not-allowed'])
  assert.equal(rule(out)?.kind, 'withhold')
})

test('a domain that is for some people is forbidden to others in both directions', () => {
  const at = 'zed@bank.example'
  assert.equal(conditionOf(said('anna@here.example', at, ['anna', 'hash'])), null)
  assert.equal(conditionOf(said('ben@here.example', at, ['ben', 'hash'])), 'forbidden')
  assert.equal(conditionOf(said(at, 'ben@here.example', ['hash', 'ben'])), 'forbidden')
})

test('what the server says itself of what did not get there is not refused: its sender is to hear why', () => {
  const back = said('zed@bad.example/x', 'anna@here.example', ['anna', 'hash'])
  assert.equal(rule({ ...back, kind: 'error', sender: null }), null)
  assert.equal(conditionOf({ ...back, kind: 'error', sender: 'hash' }), 'not-allowed')
})

test('an address in the words of a message is not where it goes', () => {
  assert.equal(
    rule(said('anna@here.example/x@bad.example', 'zed@good.example', ['anna', 'hash'])),
    null,
  )
})
