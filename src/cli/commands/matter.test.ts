// Matters and saved searches, as they are typed over a data folder without a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typing } from '../../../test/support/typed.ts'

const as = (name: string): string[] => ['--as', `${name}@localhost`]

test('a matter is opened, changed, shown and closed, and exports wait in its name', async (t) => {
  const { type } = typing(t)
  for (const [name, role] of [
    ['lea', 'legal'],
    ['olga', 'officer'],
  ])
    await type('user', 'add', `${name}@localhost`, '--password-stdin', '--role', role ?? '')
  const hold = ['hold', 'place', 'h', '--reason', 'r', '--person', 'olga@localhost']
  const early = await type(...hold, '--matter', 'M 1', ...as('lea'))
  assert.match(early.err, /There is no matter M 1: see onrecord matter list\./)
  assert.equal((await type('matter', 'list', ...as('lea'))).out, 'there are none')
  const opened = await type('matter', 'open', 'M 1', '--reference', '4 O 1', ...as('lea'))
  assert.equal(opened.status, 0, opened.err)
  await type('matter', 'change', 'M 1', '--person', 'olga@localhost', ...as('lea'))
  assert.match((await type(...hold, '--matter', 'M 1', ...as('lea'))).out, /in force/)
  const shown = (await type('matter', 'show', 'M 1', ...as('lea'))).out
  for (const part of [/^M 1\t4 O 1\topen/, /works on it\tolga@localhost/, /hold\t\d+\th\tin force/])
    assert.match(shown, part)
  const what = ['--purpose', 'p', '--matter', 'M 1', '--all']
  const started = await type('export', 'start', ...what, ...as('olga'))
  const id = /export ([0-9a-f]{32})/.exec(started.out)?.[1] ?? assert.fail(started.err)
  assert.match((await type('export', 'list', ...as('lea'))).out, /queued/)
  assert.equal((await type('export', 'cancel', id, ...as('lea'))).status, 0)
  const over = (await type('export', 'show', id, ...as('olga'))).out
  assert.match(over, /cancelled.*\npurpose\tp\nmatter\tM 1/)
  const close = ['matter', 'close', 'M 1', '--reason', 'settled', ...as('lea')]
  assert.match((await type(...close)).err, /holds of this matter stand/)

  const saved = await type('search', 'save', 'n', 'quarry', '--purpose', 'p', ...as('olga'))
  const search = /saved as ([0-9a-f]{32})/.exec(saved.out)?.[1] ?? assert.fail(saved.err)
  assert.match((await type('search', 'saved', ...as('olga'))).out, /quarry\t-\tolga@localhost$/)
  assert.equal((await type('search', 'drop', search, ...as('olga'))).status, 0)
  assert.match((await type('search', 'run', search, ...as('olga'))).err, /no such saved search/)
})
