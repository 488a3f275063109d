import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../../src/record/ids.ts'
import { type AccountStore, type RosterItem } from '../../src/xmpp/ports.ts'

type Opened = AsyncDisposable & { readonly store: AccountStore }

const ann = personId('a'.repeat(32))
const bo = personId('b'.repeat(32))

function item(jid: string, more: Partial<RosterItem> = {}): RosterItem {
  const nothing = { ask: false, pendingIn: false, request: null, approved: false }
  return { jid, listed: true, name: '', groups: [], subscription: 'none', ...nothing, ...more }
}

/** What every AccountStore promises. */
export function accountStoreConformance(name: string, open: () => Promise<Opened>): void {
  rosterPromises(name, open)
  otherPromises(name, open)
}

function rosterPromises(name: string, open: () => Promise<Opened>): void {
  test(`${name}: somebody of whom nothing is known has an empty roster, and was given nothing`, async () => {
    await using opened = await open()
    assert.deepEqual(await opened.store.load(ann), {
      roster: [],
      rosterVersion: 0,
      blocked: [],
      deliveredTo: -1,
    })
  })

  test(`${name}: roster items come back as they were saved, by address`, async () => {
    await using opened = await open()
    const whole = item('cy@localhost', {
      name: 'Cy',
      groups: ['Work', 'Ünï'],
      subscription: 'both',
      ask: true,
      pendingIn: true,
      request: 7,
      approved: true,
    })
    const bare = item('bo@localhost', { listed: false, pendingIn: true })
    await opened.store.saveRoster([
      { owner: ann, version: 7, jid: whole.jid, item: whole },
      { owner: ann, version: 8, jid: bare.jid, item: bare },
    ])
    const { roster, rosterVersion } = await opened.store.load(ann)
    assert.deepEqual([roster, rosterVersion], [[bare, whole], 8])
    assert.deepEqual((await opened.store.load(bo)).roster, [])
  })

  test(`${name}: an item that is saved again is replaced, and one that is gone is gone`, async () => {
    await using opened = await open()
    const first = item('bo@localhost')
    const second = item('bo@localhost', { name: 'Bo', subscription: 'to' })
    await opened.store.saveRoster([{ owner: ann, version: 1, jid: first.jid, item: first }])
    await opened.store.saveRoster([{ owner: ann, version: 2, jid: first.jid, item: second }])
    assert.deepEqual((await opened.store.load(ann)).roster, [second])
    await opened.store.saveRoster([{ owner: ann, version: 3, jid: first.jid, item: null }])
    const { roster, rosterVersion } = await opened.store.load(ann)
    assert.deepEqual([roster, rosterVersion], [[], 3])
  })
}

function otherPromises(name: string, open: () => Promise<Opened>): void {
  test(`${name}: a block list replaces the one before, also with thousands of addresses`, async () => {
    await using opened = await open()
    await opened.store.saveBlocked(ann, ['x@localhost'])
    const many = Array.from(
      { length: 2_000 },
      (_, at) => `p${String(at).padStart(4, '0')}@localhost`,
    )
    await opened.store.saveBlocked(ann, many)
    assert.deepEqual((await opened.store.load(ann)).blocked, many)
    await opened.store.saveBlocked(ann, [])
    assert.deepEqual((await opened.store.load(ann)).blocked, [])
  })

  test(`${name}: delivery positions are kept for each person, and may go back`, async () => {
    await using opened = await open()
    await opened.store.saveDelivered([
      { owner: ann, deliveredTo: 12 },
      { owner: bo, deliveredTo: 3 },
    ])
    await opened.store.saveDelivered([{ owner: ann, deliveredTo: 9 }])
    const loaded = [await opened.store.load(ann), await opened.store.load(bo)]
    assert.deepEqual(
      loaded.map(({ deliveredTo }) => deliveredTo),
      [9, 3],
    )
  })

  test(`${name}: a load sees what was begun to be written before`, async () => {
    await using opened = await open()
    const writing = opened.store.saveBlocked(ann, ['x@localhost'])
    assert.deepEqual((await opened.store.load(ann)).blocked, ['x@localhost'])
    await writing
  })
}
