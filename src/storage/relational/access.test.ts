import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { accessStateConformance } from '../../../test/conformance/access-state.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { openState, type State } from './open-state.ts'
import { relationalAccess } from './access.ts'

accessStateConformance('relational', async (t) => {
  const { state } = await fresh(t)
  const keys = await memoryKeys('access')
  return async () => await Promise.resolve(relationalAccess(state.db, keys))
})

test('names of matters and reasons are nowhere in the file', async (t) => {
  const { state, path } = await fresh(t)
  const access = relationalAccess(state.db, await memoryKeys('access'))
  await access.apply([{ key: 'grant canary', text: '{"matters":["canary"]}' }], 1)
  for (const name of [path, `${path}-wal`])
    assert.equal(readFileSync(name).includes('canary'), false, name)
})

async function fresh(t: TestContext): Promise<{ readonly state: State; readonly path: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-access-'))
  const path = join(dir, 'state.db')
  const state = await openState(path)
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  return { state, path }
}
