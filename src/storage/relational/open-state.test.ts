import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { sql } from 'kysely'
import { OperatorError } from '../../base/errors.ts'
import { migrate, type Migration } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { openState, type State } from './open-state.ts'

test('a new state.db is for its owner only, durable at each commit, and checks references', async (t) => {
  const path = temporaryPath(t)
  const state = await openState(path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(await pragma(state, 'journal_mode'), 'wal')
  assert.equal(await pragma(state, 'synchronous'), 2)
  assert.equal(await pragma(state, 'foreign_keys'), 1)
  await state.close()
})

test('opening again keeps what is there and does no step twice', async (t) => {
  const path = temporaryPath(t)
  const first = await openState(path)
  await first.db
    .insertInto('secret')
    .values({ name: 'a', value: Buffer.from([1]) })
    .execute()
  await first.close()

  const second = await openState(path)
  const rows = await second.db.selectFrom('secret').selectAll().execute()
  const steps = await second.db.selectFrom('migration').select('id').execute()
  await second.close()

  assert.deepEqual(
    rows.map(({ value }) => [...value]),
    [[1]],
  )
  assert.deepEqual(
    steps.map(({ id }) => id),
    migrations.map(({ id }) => id),
  )
})

test('a step that fails leaves nothing of itself, and is done at the next start', async (t) => {
  const state = await openState(temporaryPath(t))
  t.after(async () => await state.close())
  const halfway: Migration = {
    id: '9001-test',
    up: async (db) => {
      await db.schema.createTable('half').addColumn('id', 'text').execute()
      throw new Error('stopped')
    },
  }
  const whole: Migration = {
    id: '9001-test',
    up: async (db) => await db.schema.createTable('half').addColumn('id', 'text').execute(),
  }
  await assert.rejects(migrate(state.db, [...migrations, halfway]), /stopped/)
  await migrate(state.db, [...migrations, whole])
})

test('a database that a newer program wrote is refused in one sentence', async (t) => {
  const path = temporaryPath(t)
  const state = await openState(path)
  await state.db.insertInto('migration').values({ id: '9999-newer' }).execute()
  await state.close()
  await assert.rejects(openState(path), (error) => {
    assert.ok(error instanceof OperatorError)
    assert.match(error.message, /9999-newer/)
    return true
  })
})

test('a file that is no database is refused in one sentence', async (t) => {
  const path = temporaryPath(t)
  writeFileSync(
    path,
    'this is a letter and no database, and it is long enough to tell\n'.repeat(20),
  )
  await assert.rejects(openState(path), OperatorError)
})

test('the steps have numbers, each once, and are done in their order', () => {
  const numbers = migrations.map(({ id }) => Number.parseInt(id, 10))
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((a, b) => a - b),
  )
})

function temporaryPath(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-state-'))
  t.after(() => rmSync(dir, { recursive: true }))
  return join(dir, 'state.db')
}

async function pragma(state: State, name: string): Promise<unknown> {
  const { rows } = await sql<{ [column: string]: unknown }>`PRAGMA ${sql.raw(name)}`.execute(
    state.db,
  )
  return Object.values(rows[0] ?? {})[0]
}
