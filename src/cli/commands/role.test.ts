// Roles that are granted, and what waits for a second person, as it is typed over a data folder without a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typing } from '../../../test/support/typed.ts'

function as(name: string): string[] {
  return ['--as', `${name}@localhost`]
}

test('a role is granted when another has agreed, shown, and taken back', async (t) => {
  const { type } = typing(t)
  for (const [name, role] of [
    ['boss', 'administrator'],
    ['lea', 'legal'],
    ['olga', 'member'],
  ])
    await type('user', 'add', `${name}@localhost`, '--password-stdin', '--role', role ?? '')
  const wanted = ['role', 'grant', 'olga@localhost', 'officer', '--reason', 'a claim']
  const asked = await type(...wanted, ...as('boss'))
  const id = /waits as ([0-9a-f]{32})/.exec(asked.err)?.[1] ?? assert.fail(asked.err)
  assert.equal(asked.status, 1)
  assert.equal((await type('role', 'list')).out, 'nothing is granted')
  assert.match((await type('approval', 'list', ...as('lea'))).out, new RegExp(`^${id}\t`))
  const own = await type('approval', 'approve', id, ...as('boss'), '--reason', 'mine')
  assert.equal(own.status, 1)
  const agreed = await type('approval', 'approve', id, ...as('lea'), '--reason', 'as agreed')
  assert.equal(agreed.status, 0, agreed.err)
  assert.match(
    (await type('approval', 'show', id, ...as('boss'))).out,
    /^approved\tlea@localhost\t/m,
  )
  const granted = (await type('role', 'list')).out
  const grant = /^([0-9a-f]{32})\t/.exec(granted)?.[1] ?? assert.fail(granted)
  assert.match(granted, /olga@localhost.*officer/)
  const ended = await type('role', 'revoke', grant, '--reason', 'settled')
  assert.equal(ended.status, 0, ended.err)
  assert.equal((await type('role', 'list')).out, 'nothing is granted')
})

test('what is refused by another is not done, and what is not there is said to be not there', async (t) => {
  const { type } = typing(t)
  for (const [name, role] of [
    ['boss', 'administrator'],
    ['lea', 'legal'],
    ['olga', 'member'],
  ])
    await type('user', 'add', `${name}@localhost`, '--password-stdin', '--role', role ?? '')
  const wanted = ['role', 'grant', 'olga@localhost', 'officer', '--reason', 'a claim']
  const asked = await type(...wanted, ...as('boss'))
  const id = /waits as ([0-9a-f]{32})/.exec(asked.err)?.[1] ?? assert.fail(asked.err)
  const refused = await type('approval', 'refuse', id, ...as('lea'), '--reason', 'not her')
  assert.equal(refused.status, 0, refused.err)
  assert.equal((await type('role', 'list')).out, 'nothing is granted')
  const late = await type('approval', 'approve', id, ...as('lea'), '--reason', 'after all')
  assert.equal(late.status, 1)
  assert.equal((await type('alarm', 'list')).out, 'there are no alarms')
  const none = await type('alarm', 'seen', 'f'.repeat(32))
  assert.equal(none.status, 1)
  assert.match(none.err, /There is no such alarm: see onrecord alarm list/)
})
