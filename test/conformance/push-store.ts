import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../../src/record/ids.ts'
import { type PushStore, type PushTarget } from '../../src/xmpp/push/ports.ts'

type Opened = AsyncDisposable & { readonly store: PushStore }

const [ann, bo] = [personId('a'.repeat(32)), personId('b'.repeat(32))]

const phone: PushTarget = {
  service: 'push.example',
  node: 'canary-node',
  options: [['secret', 'canary-secret']],
  client: 'phone',
}

/** What every PushStore promises. */
export function pushStoreConformance(name: string, open: () => Promise<Opened>): void {
  test(`${name}: what was saved is loaded, for each person what was saved last`, async () => {
    await using opened = await open()
    assert.deepEqual(await opened.store.load(), new Map())
    await opened.store.save(ann, [phone])
    await opened.store.save(bo, [{ ...phone, node: '' }])
    await opened.store.save(ann, [phone, { ...phone, node: 'other', options: [] }])
    assert.deepEqual(
      await opened.store.load(),
      new Map([
        [ann, [phone, { ...phone, node: 'other', options: [] }]],
        [bo, [{ ...phone, node: '' }]],
      ]),
    )
  })

  test(`${name}: nothing saved is nothing there`, async () => {
    await using opened = await open()
    await opened.store.save(ann, [phone])
    await opened.store.save(ann, [])
    assert.deepEqual(await opened.store.load(), new Map())
  })
}
