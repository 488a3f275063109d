import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signInStoreConformance } from '../../../test/conformance/sign-ins.ts'
import { fakeSignIns } from '../../../test/fakes/sign-ins.ts'
import { openState } from './open-state.ts'
import { relationalSignIns } from './sign-ins.ts'

signInStoreConformance('relationalSignIns', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-sign-ins-'))
  const state = await openState(join(dir, 'state.db'))
  return {
    store: relationalSignIns(state.db),
    async [Symbol.asyncDispose]() {
      await state.close()
      rmSync(dir, { recursive: true })
    },
  }
})

signInStoreConformance('fakeSignIns', async () => {
  const done = Promise.resolve()
  return await Promise.resolve({
    store: fakeSignIns(),
    [Symbol.asyncDispose]: async () => await done,
  })
})
