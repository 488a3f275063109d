import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import { type PeopleState } from '../../src/directory/ports.ts'
import { openState } from '../../src/storage/relational/open-state.ts'
import { relationalPeople } from '../../src/storage/relational/people.ts'
import { memoryKeys } from './vault.ts'

/** The real state in a folder that goes with the test. */
export async function freshState(
  t: TestContext,
): Promise<PeopleState & { forgetGroups(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-state-'))
  const state = await openState(join(dir, 'state.db'))
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  return {
    ...relationalPeople(state.db, await memoryKeys()),
    /** As it was before it had any. */
    async forgetGroups() {
      await state.db.deleteFrom('membership').execute()
      await state.db.deleteFrom('directory_group').execute()
      await state.db.deleteFrom('projection').where('name', '=', 'groups').execute()
    },
  }
}
