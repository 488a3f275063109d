// The commands as they are typed, over a data folder without a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typing } from '../../../test/support/typed.ts'

function as(name: string): string[] {
  return ['--as', `${name}@localhost`]
}

test('a hold is placed, reported and released by who may, and by nobody else', async (t) => {
  const { type } = typing(t, { ONRECORD_HOLD_RELEASE_APPROVALS: '2' })
  for (const [name, role] of [
    ['lea', 'legal'],
    ['lou', 'legal'],
    ['ann', 'member'],
  ])
    await type('user', 'add', `${name}@localhost`, '--password-stdin', '--role', role ?? '')
  const why = ['--reason', 'claim of 3 May']
  const place = ['hold', 'place', 'Müller v. Acme', ...why]

  const refused = await type(...place, ...as('ann'), '--person', 'ann@localhost')
  assert.equal(refused.status, 1)
  assert.match(refused.err, /ann@localhost is member: this takes the role legal or records/)
  const empty = await type(...place, ...as('lea'))
  assert.match(empty.err, /names no person, conversation, query or time/)
  const nobody = await type(...place, ...as('lea'), '--person', 'zed@localhost')
  assert.match(nobody.err, /Nobody has the address zed@localhost/)

  const scope = [
    '--person',
    'ann@localhost',
    '--person',
    'zed@elsewhere.example',
    '--until',
    '2026-12-31',
  ]
  // Three people, and what was refused to one of them, are on record before it.
  const placed = await type(...place, ...as('lea'), ...scope)
  assert.deepEqual([placed.status, placed.out], [0, 'hold 4 is in force'])
  const report = await type('hold', 'report', '4', '--json')
  const { hold } = JSON.parse(report.out)
  assert.equal(hold.scope.persons.length, 2)
  assert.equal(hold.scope.until, '2026-12-31T23:59:59.999Z')
  assert.deepEqual(hold.count, { records: 0, below: 5 })
  assert.match(
    (await type('hold', 'list')).out,
    /^4\tMüller v\. Acme\tlea@localhost\t.*\tin force$/,
  )

  const first = await type('hold', 'release', '4', ...as('lea'), ...why)
  assert.match(first.out, /stays until somebody else/)
  const again = await type('hold', 'release', '4', ...as('lea'), ...why)
  assert.match(again.err, /another has to/)
  const second = await type('hold', 'release', '4', ...as('lou'), ...why)
  assert.deepEqual([second.status, second.out], [0, 'hold 4 is released'])
  const released = (await type('hold', 'report', '4')).out
  assert.match(released, /released at 6/)
  assert.match(released, /^holds\tperson ann@localhost\nholds\tperson [0-9a-f]{32}$/m)
  assert.match(released, /^release\tlea@localhost\t.*\nrelease\tlou@localhost\t/m)
  assert.equal((await type('hold', 'release', '9', ...as('lou'), ...why)).status, 1)
})
