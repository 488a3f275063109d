import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openMailboxForWriting } from './mailbox-schema.ts'

const dir = mkdtempSync(join(tmpdir(), 'onrecord-wal-index-'))
after(() => rmSync(dir, { recursive: true }))

const reads = `
  import { DatabaseSync } from 'node:sqlite'
  const db = new DatabaseSync(process.argv[1], { readOnly: true })
  db.prepare('SELECT count(*) FROM name').get()
  db.close()
`

test('who looks at the rows from another process does not cut their index short', () => {
  const path = join(dir, 'mailbox.db')
  const rows = openMailboxForWriting(path)
  const insert = rows.prepare('INSERT INTO name (pseudonym) VALUES (?)')
  insert.run(Buffer.from('before'))
  const { size } = statSync(`${path}-shm`)
  const args = ['--input-type=module', '--eval', reads, path]
  const other = spawnSync(process.execPath, args, { encoding: 'utf8' })
  assert.equal(other.status, 0, other.stderr)
  assert.equal(statSync(`${path}-shm`).size, size)
  insert.run(Buffer.from('after'))
  rows.close()
})
