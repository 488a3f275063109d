// Sealed access, as it is typed over a data folder without a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typing } from '../../../test/support/typed.ts'

test('access is sealed, its words are told once, and nobody opens it where nobody would be told', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ada@localhost', '--password-stdin')
  await type('user', 'add', 'lea@localhost', '--password-stdin', '--role', 'legal')
  const seal = ['break-glass', 'seal', '--reason', 'the undertaking', '--hours', '48']
  const powerful = await type(...seal, 'lea@localhost')
  assert.match(powerful.err, /opens nothing by his own role/)
  const sealed = await type(...seal, 'ada@localhost')
  const id = /envelope ([0-9a-f]{32}) is prepared/.exec(sealed.out)?.[1] ?? assert.fail(sealed.err)
  const printed = (await type('break-glass', 'print', id)).out
  assert.match(printed, /ONRECORD SEALED ACCESS[^]*(?:\n {4}(?:[a-z]+ {0,2}){6}){4}/)
  assert.match((await type('break-glass', 'print', id)).err, /told once/)
  assert.match((await type('break-glass', 'list')).out, /ada@localhost\texaminer,auditor\tsealed/)
  const opened = await type('break-glass', 'open', id, '--purpose', 'p')
  assert.match(opened.err, /No server runs, so that nobody could be told/)
  const ended = await type('break-glass', 'end', id, '--reason', 'r', '--as', 'lea@localhost')
  assert.equal(ended.status, 0, ended.err)
})
