import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Kysely, sql } from 'kysely'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { type Schema } from './schema.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

test('people of old are active, suspended, or gone, and what groups they were in is no longer in clear', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-migrations-'))
  const db = new Kysely<Schema>({ dialect: sqliteDialect(join(dir, 'state.db')) })
  t.after(async () => {
    await db.destroy()
    rmSync(dir, { recursive: true })
  })
  await migrate(
    db,
    migrations.filter(({ id }) => id < '0017'),
  )
  await sql`INSERT INTO person (id, role, enabled, credential, groups) VALUES
    ('a', 'member', 1, 'c', '["traders"]'), ('b', 'member', 0, 'd', '[]'), ('c', 'member', 0, NULL, '[]')`.execute(
    db,
  )
  await migrate(db, migrations)
  const people = await db.selectFrom('person').selectAll().orderBy('id').execute()
  assert.deepEqual(
    people.map(({ id, state, credential, sealed }) => [id, state, credential, sealed]),
    [
      ['a', 'active', 'c', null],
      ['b', 'suspended', 'd', null],
      ['c', 'left', null, null],
    ],
  )
  assert.doesNotMatch(JSON.stringify(people), /traders/)
})
