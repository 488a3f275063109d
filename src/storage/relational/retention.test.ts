import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { retentionStateConformance } from '../../../test/conformance/retention-state.ts'
import { memoryRetentionState } from '../../../test/fakes/retention-state.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { openState, type State } from './open-state.ts'
import { relationalRetention } from './retention.ts'

retentionStateConformance('relational', async (t) => {
  const { state } = await fresh(t)
  const keys = await memoryKeys('retention')
  return async () => await Promise.resolve(relationalRetention(state.db, keys))
})

retentionStateConformance('memory', async () => {
  const state = memoryRetentionState()
  return await Promise.resolve(async () => await Promise.resolve(state))
})

test('names of classes and matters are nowhere in the file', async (t) => {
  const { state, path } = await fresh(t)
  const retention = relationalRetention(state.db, await memoryKeys('retention'))
  await retention.apply({ key: 'class canary', text: '{"name":"canary"}', position: 1 })
  for (const name of [path, `${path}-wal`])
    assert.equal(readFileSync(name).includes('canary'), false, name)
})

async function fresh(t: TestContext): Promise<{ readonly state: State; readonly path: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-state-'))
  const path = join(dir, 'state.db')
  const state = await openState(path)
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  return { state, path }
}
