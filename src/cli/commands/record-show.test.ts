// The server and its record, as it is typed over a data folder without a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typing } from '../../../test/support/typed.ts'

test('the record is shown with its head, a record is proved, and what is not there is said to be not there', async (t) => {
  const { type } = typing(t)
  assert.equal((await type('user', 'add', 'ada@localhost', '--password-stdin')).status, 0)
  const shown = await type('record', 'show')
  assert.match(
    shown.out,
    /^\d+ records, 0 of them not in tiles yet, 0 waiting\nit takes messages\n/,
  )
  const [origin] = /localhost\/log\/[0-9a-f]{8}/.exec(shown.out) ?? assert.fail(shown.out)
  const proved = await type('record', 'prove', '0')
  assert.equal(proved.status, 0, proved.err)
  const lines = proved.out.split('\n')
  assert.match(lines[0] ?? '', /^leaf 0 of \d+: [\w+/]{43}=$/)
  assert.ok(lines.includes(origin))
  const none = await type('record', 'prove', '999999')
  assert.equal(none.status, 1)
  assert.match(none.err, /no such position/)
})

test('without a server its health is that it does not run', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ada@localhost', '--password-stdin')
  const told = await type('health')
  assert.equal(told.status, 1, told.err)
  assert.equal(told.err, '')
  assert.match(told.out, /No server runs here\.\nalarms that are not closed: 0 critical/)
  assert.equal((await type('gateway', 'list')).out, 'the settings let none in')
})

test('who has no device is told so, and one that is not there cannot be turned out', async (t) => {
  const { type } = typing(t)
  await type('user', 'add', 'ada@localhost', '--password-stdin')
  assert.equal(
    (await type('user', 'devices', 'ada@localhost')).out,
    'ada@localhost has no such client',
  )
  const none = await type('user', 'devices', 'ada@localhost', '--revoke', 'ff')
  assert.equal(none.status, 1)
  assert.match(none.err, /There is no such device/)
})
