import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountStoreConformance } from '../../../test/conformance/account-store.ts'
import { fakeAccountStore } from '../../../test/fakes/account-store.ts'
import { relationalAccountStore } from './account-store.ts'
import { openState } from './open-state.ts'

accountStoreConformance('relationalAccountStore', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-accounts-'))
  const state = await openState(join(dir, 'state.db'))
  return {
    store: relationalAccountStore(state.db),
    async [Symbol.asyncDispose]() {
      await state.close()
      rmSync(dir, { recursive: true })
    },
  }
})

accountStoreConformance('fakeAccountStore', async () => {
  const done = Promise.resolve()
  return await Promise.resolve({
    store: fakeAccountStore(),
    [Symbol.asyncDispose]: async () => await done,
  })
})
