import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peopleStateConformance } from '../../../test/conformance/people-state.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { noProfile } from '../../directory/types.ts'
import { person } from '../../../test/fakes/new-record.ts'
import { relationalAccountStore } from './account-store.ts'
import { openState } from './open-state.ts'
import { relationalPeople } from './people.ts'

peopleStateConformance('people in SQLite', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-people-'))
  const keys = await memoryKeys()
  let state = await openState(join(dir, 'state.db'))
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  return {
    state: relationalPeople(state.db, keys),
    async reopen() {
      await state.close()
      state = await openState(join(dir, 'state.db'))
      return relationalPeople(state.db, keys)
    },
  }
})

test('what others granted to somebody who is removed is gone from their rosters', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-people-'))
  const state = await openState(join(dir, 'state.db'))
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  const keys = await memoryKeys()
  const [people, accounts] = [relationalPeople(state.db, keys), relationalAccountStore(state.db)]
  const [ann, bo] = [person(1), person(2)]
  const add = {
    kind: 'person.add',
    role: 'member',
    invitation: null,
    profile: noProfile,
    source: null,
  } as const
  await people.apply(
    { ...add, person: ann, address: 'ann@x', credential: 'c1' },
    { position: 0, at: 0 },
  )
  await people.apply(
    { ...add, person: bo, address: 'bo@x', credential: 'c2' },
    { position: 1, at: 1 },
  )
  const item = {
    jid: 'bo@x',
    listed: true,
    name: 'Bo',
    groups: [],
    ask: false,
    pendingIn: false,
    request: null,
  }
  const granted = { ...item, subscription: 'both', approved: true } as const
  await accounts.saveRoster([{ owner: ann, version: 7, jid: 'bo@x', item: granted }])
  await people.apply({ kind: 'person.remove', person: bo }, { position: 2, at: 2 })
  const { roster, rosterVersion } = await accounts.load(ann)
  assert.deepEqual(roster, [{ ...granted, subscription: 'none', approved: false }])
  assert.equal(rosterVersion, 8)
})
