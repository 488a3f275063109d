// Writes rows on a disk that has a few kibibytes left, and says how that ended: `last-blocks.ts FOLDER KIBIBYTES`.
import { fsyncSync, fstatSync, ftruncateSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { openMailboxForWriting } from '../../src/storage/sqlite/mailbox-schema.ts'
import { fill } from './disk.ts'

const [dir = '', kibibytes = ''] = process.argv.slice(2)
openMailboxForWriting(join(dir, 'mailbox.db')).close()
// As after a start that had nothing to write yet.
const rows = openMailboxForWriting(join(dir, 'mailbox.db'))
const ballast = openSync(fill(dir), 'r+')
ftruncateSync(ballast, fstatSync(ballast).size - Number(kibibytes) * 1024)
fsyncSync(ballast)
let written = 0
try {
  const insert = rows.prepare('INSERT INTO name (pseudonym) VALUES (?)')
  for (; ; written++) insert.run(Buffer.alloc(500, String(written)))
} catch (error) {
  const why = error instanceof Error ? error.message : ''
  process.stdout.write(`${written} rows, then: ${why}`)
}
