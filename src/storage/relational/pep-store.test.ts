import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pepStoreConformance } from '../../../test/conformance/pep-store.ts'
import { fakePepStore } from '../../../test/fakes/pep-store.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { OperatorError } from '../../base/errors.ts'
import { personId } from '../../record/ids.ts'
import { defaultConfig } from '../../xmpp/pep/config.ts'
import { type PepStore } from '../../xmpp/pep/ports.ts'
import { openState, type State } from './open-state.ts'
import { relationalPepStore } from './pep-store.ts'

type Opened = AsyncDisposable & {
  readonly store: PepStore
  readonly state: State
  readonly dir: string
}

async function open(): Promise<Opened> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-pep-'))
  const state = await openState(join(dir, 'state.db'))
  return {
    store: relationalPepStore(state.db, await memoryKeys()),
    state,
    dir,
    async [Symbol.asyncDispose]() {
      await state.close()
      rmSync(dir, { recursive: true })
    },
  }
}

pepStoreConformance('relationalPepStore', open)

pepStoreConformance('fakePepStore', async () => {
  const done = Promise.resolve()
  return await Promise.resolve({
    store: fakePepStore(),
    [Symbol.asyncDispose]: async () => await done,
  })
})

const ann = personId('a'.repeat(32))
const bo = personId('b'.repeat(32))

async function fill(store: PepStore): Promise<void> {
  for (const owner of [ann, bo]) {
    await store.saveNode(owner, {
      name: 'canary-node',
      config: { ...defaultConfig, title: 'canary-title' },
      createdAt: 1,
      affiliations: {},
      subscriptions: [],
      requests: [],
    })
    const payload = '<x>canary-payload</x>'
    const item = { id: 'canary-item', at: 1, publisher: 'a@x', position: null, payload }
    await store.putItem(owner, 'canary-node', item, 5)
  }
}

test('neither names nor settings nor payloads lie in clear', async () => {
  await using opened = await open()
  await fill(opened.store)
  const files = readdirSync(opened.dir)
  assert.ok(files.length > 0)
  for (const file of files) assert.ok(!readFileSync(join(opened.dir, file)).includes('canary'))
})

test('a row that was changed, or put into the place of another one, is not read', async () => {
  await using opened = await open()
  await fill(opened.store)
  const { db } = opened.state
  const foreign = await db
    .selectFrom('pep_item')
    .select('sealed')
    .where('owner', '=', bo)
    .executeTakeFirstOrThrow()
  await db.updateTable('pep_item').set(foreign).where('owner', '=', ann).execute()
  await assert.rejects(opened.store.items(ann, 'canary-node', { newest: 1 }), OperatorError)
  await db.updateTable('pep_node').set({ sealed: foreign.sealed }).execute()
  await assert.rejects(opened.store.nodes(ann), OperatorError)
})
