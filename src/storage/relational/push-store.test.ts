import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pushStoreConformance } from '../../../test/conformance/push-store.ts'
import { fakePushStore } from '../../../test/fakes/push-store.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { OperatorError } from '../../base/errors.ts'
import { personId } from '../../record/ids.ts'
import { type PushStore } from '../../xmpp/push/ports.ts'
import { openState, type State } from './open-state.ts'
import { relationalPushStore } from './push-store.ts'

type Opened = AsyncDisposable & {
  readonly store: PushStore
  readonly state: State
  readonly dir: string
}

async function open(): Promise<Opened> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-push-'))
  const state = await openState(join(dir, 'state.db'))
  return {
    store: relationalPushStore(state.db, await memoryKeys()),
    state,
    dir,
    async [Symbol.asyncDispose]() {
      await state.close()
      rmSync(dir, { recursive: true })
    },
  }
}

pushStoreConformance('relationalPushStore', open)

pushStoreConformance('fakePushStore', async () => {
  const done = Promise.resolve()
  return await Promise.resolve({
    store: fakePushStore(),
    [Symbol.asyncDispose]: async () => await done,
  })
})

test('nodes and secrets do not lie in clear, and a row in the place of another one is not read', async () => {
  await using opened = await open()
  const [ann, bo] = [personId('a'.repeat(32)), personId('b'.repeat(32))]
  for (const owner of [ann, bo])
    await opened.store.save(owner, [
      { service: 'canary.example', node: 'canary', options: [['canary', 'canary']], client: 'x' },
    ])
  for (const file of readdirSync(opened.dir))
    assert.ok(!readFileSync(join(opened.dir, file)).includes('canary'))
  const { db } = opened.state
  const foreign = await db
    .selectFrom('push')
    .select('sealed')
    .where('owner', '=', bo)
    .executeTakeFirstOrThrow()
  await db.updateTable('push').set(foreign).where('owner', '=', ann).execute()
  await assert.rejects(opened.store.load(), OperatorError)
})
