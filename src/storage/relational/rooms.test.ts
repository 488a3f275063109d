import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { roomStoreConformance } from '../../../test/conformance/room-store.ts'
import { fakeRoomStore } from '../../../test/fakes/room-store.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { openState } from './open-state.ts'
import { relationalRooms } from './rooms.ts'

roomStoreConformance('relationalRooms', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-rooms-'))
  const state = await openState(join(dir, 'state.db'))
  return {
    store: relationalRooms(state.db, await memoryKeys()),
    async [Symbol.asyncDispose]() {
      await state.close()
      rmSync(dir, { recursive: true })
    },
  }
})

roomStoreConformance('fakeRoomStore', async () => {
  const done = Promise.resolve()
  return await Promise.resolve({
    store: fakeRoomStore(),
    [Symbol.asyncDispose]: async () => await done,
  })
})
