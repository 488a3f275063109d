import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { mailboxConformance } from '../../../test/conformance/mailbox-store.ts'
import { OperatorError } from '../../base/errors.ts'
import { sqliteMailboxIndex } from './mailbox-index.ts'
import { sqliteMailboxStore } from './mailbox-store.ts'

mailboxConformance('sqlite', (t) => {
  const path = temporaryPath(t)
  return async () => ({ store: sqliteMailboxStore(path), index: sqliteMailboxIndex(path) })
})

test('mailbox.db is for its owner alone', async (t) => {
  const path = temporaryPath(t)
  const store = sqliteMailboxStore(path)
  assert.deepEqual(
    ['', '-wal', '-shm'].map((suffix) => statSync(path + suffix).mode & 0o777),
    [0o600, 0o600, 0o600],
  )
  await store.close()
})

test('mailbox.db of another format is refused in one sentence', async (t) => {
  const path = temporaryPath(t)
  const db = new DatabaseSync(path)
  db.exec('PRAGMA user_version = 99')
  db.close()
  assert.throws(() => sqliteMailboxStore(path), OperatorError)
})

test('what is no database is refused', (t) => {
  const path = temporaryPath(t)
  writeFileSync(path, 'a letter, which is long enough to be looked at\n'.repeat(200))
  assert.throws(() => sqliteMailboxStore(path), OperatorError)
})

function temporaryPath(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-mailbox-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return join(dir, 'mailbox.db')
}
