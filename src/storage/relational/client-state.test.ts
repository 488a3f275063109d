import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientStateConformance } from '../../../test/conformance/client-state.ts'
import { fakeClientState } from '../../../test/fakes/client-state.ts'
import { relationalClientState } from './client-state.ts'
import { openState } from './open-state.ts'

clientStateConformance('relationalClientState', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-clients-'))
  const opened = await openState(join(dir, 'state.db'))
  return {
    state: relationalClientState(opened.db),
    async [Symbol.asyncDispose]() {
      await opened.close()
      rmSync(dir, { recursive: true })
    },
  }
})

clientStateConformance('fakeClientState', async () => {
  const done = Promise.resolve()
  return await Promise.resolve({
    state: fakeClientState(),
    [Symbol.asyncDispose]: async () => await done,
  })
})
