import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SignInStore } from '../../src/xmpp/ports.ts'
import { person } from '../fakes/new-record.ts'

type Opened = AsyncDisposable & { readonly store: SignInStore }

/** What every SignInStore promises. */
export function signInStoreConformance(name: string, open: () => Promise<Opened>): void {
  test(`${name}: the newest sign-in of each is known`, async () => {
    await using opened = await open()
    const { store } = opened
    const [ann, bo] = [person(1), person(2)]
    assert.equal(await store.last(ann), null)
    await store.save([
      { person: ann, at: 1 },
      { person: bo, at: 2 },
    ])
    await store.save([{ person: ann, at: 3 }])
    assert.deepEqual([await store.last(ann), await store.last(bo)], [3, 2])
  })
}
