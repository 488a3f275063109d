import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peopleStateConformance } from '../../../test/conformance/people-state.ts'
import { openState } from './open-state.ts'
import { relationalPeople } from './people.ts'

peopleStateConformance('people in SQLite', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-people-'))
  let state = await openState(join(dir, 'state.db'))
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  return {
    state: relationalPeople(state.db),
    async reopen() {
      await state.close()
      state = await openState(join(dir, 'state.db'))
      return relationalPeople(state.db)
    },
  }
})
