import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personId } from '../../src/record/ids.ts'
import { defaultConfig } from '../../src/xmpp/pep/config.ts'
import { type KeptItem, type PepNode, type PepStore } from '../../src/xmpp/pep/ports.ts'

type Opened = AsyncDisposable & { readonly store: PepStore }

const ann = personId('a'.repeat(32))
const bo = personId('b'.repeat(32))

function node(name: string, more: Partial<PepNode> = {}): PepNode {
  const lists = { affiliations: {}, subscriptions: [], requests: [] }
  return { name, config: defaultConfig, createdAt: 1_000, ...lists, ...more }
}

function item(id: string, more: Partial<KeptItem> = {}): KeptItem {
  return { id, at: 5, publisher: 'ann@localhost', position: null, payload: `<${id}/>`, ...more }
}

/** What every PepStore promises. */
export function pepStoreConformance(name: string, open: () => Promise<Opened>): void {
  nodePromises(name, open)
  itemPromises(name, open)
}

function nodePromises(name: string, open: () => Promise<Opened>): void {
  test(`${name}: nodes come back as they were saved, the oldest first, and each to its owner`, async () => {
    await using opened = await open()
    const { store } = opened
    const whole = node('Ünï', {
      createdAt: 2_000,
      affiliations: { 'bo@localhost': 'member' },
      subscriptions: [{ jid: 'cy@localhost/web', subid: 's' }],
      config: { ...defaultConfig, maxItems: null, title: 'words', rosterGroups: ['Work'] },
    })
    await store.saveNode(ann, whole)
    await store.saveNode(ann, node('old'))
    await store.saveNode(bo, node('his'))
    assert.deepEqual(await store.nodes(ann), [node('old'), whole])
    const renewed = node('old', { subscriptions: [{ jid: 'bo@localhost', subid: 't' }] })
    await store.saveNode(ann, renewed)
    assert.deepEqual(await store.nodes(ann), [renewed, whole])
  })

  test(`${name}: a node goes with its items, and nobody else's`, async () => {
    await using opened = await open()
    const { store } = opened
    for (const owner of [ann, bo]) {
      await store.saveNode(owner, node('n'))
      await store.putItem(owner, 'n', item('one'), 10)
    }
    await store.deleteNode(ann, 'n')
    await store.deleteNode(ann, 'never')
    assert.deepEqual([await store.nodes(ann), await store.items(ann, 'n', { newest: 9 })], [[], []])
    assert.equal((await store.items(bo, 'n', { newest: 9 })).length, 1)
  })

  test(`${name}: it is known who has a node of some names, also of many people`, async () => {
    await using opened = await open()
    const { store } = opened
    const many = Array.from({ length: 2_500 }, (_, at) => personId(String(at).padStart(32, '0')))
    const last = many.at(-1) ?? ann
    await store.saveNode(ann, node('tune'))
    await store.saveNode(bo, node('mood'))
    await store.saveNode(last, node('tune'))
    assert.deepEqual(await store.holders([ann, bo], ['tune', 'x']), [ann])
    assert.deepEqual(await store.holders([ann, bo], ['y']), [])
    assert.deepEqual(await store.holders([...many, ann], ['tune']), [last, ann])
  })
}

function itemPromises(name: string, open: () => Promise<Opened>): void {
  test(`${name}: items come oldest first; one that is published again is the newest`, async () => {
    await using opened = await open()
    const { store } = opened
    await store.saveNode(ann, node('n'))
    for (const id of ['one', 'two', 'three']) await store.putItem(ann, 'n', item(id), 10)
    const again = item('one', { payload: null, position: 7, at: 9 })
    await store.putItem(ann, 'n', again, 10)
    assert.deepEqual(idsOf(await store.items(ann, 'n', { newest: 10 })), ['two', 'three', 'one'])
    assert.deepEqual(await store.items(ann, 'n', { newest: 1 }), [again])
    assert.deepEqual(await store.items(ann, 'n', { ids: ['two', 'four'] }), [item('two')])
    assert.deepEqual(await store.items(ann, 'other', { newest: 10 }), [])
  })

  test(`${name}: the oldest items beyond the bound go`, async () => {
    await using opened = await open()
    const { store } = opened
    await store.saveNode(ann, node('n'))
    for (const id of ['one', 'two', 'three', 'four']) await store.putItem(ann, 'n', item(id), 2)
    assert.deepEqual(idsOf(await store.items(ann, 'n', { newest: 10 })), ['three', 'four'])
  })

  test(`${name}: items get other places and keep their order, or are removed`, async () => {
    await using opened = await open()
    const { store } = opened
    await store.saveNode(ann, node('n'))
    for (const id of ['one', 'two', 'three']) await store.putItem(ann, 'n', item(id), 10)
    const placed = item('one', { payload: null, position: 3 })
    await store.replaceItems(ann, 'n', [placed])
    assert.deepEqual(await store.items(ann, 'n', { newest: 10 }), [
      placed,
      item('two'),
      item('three'),
    ])
    await store.removeItems(ann, 'n', ['two', 'four'])
    assert.deepEqual(idsOf(await store.items(ann, 'n', { newest: 10 })), ['one', 'three'])
    await store.removeItems(ann, 'n', null)
    assert.deepEqual(await store.items(ann, 'n', { newest: 10 }), [])
  })
}

function idsOf(items: readonly KeptItem[]): string[] {
  return items.map(({ id }) => id)
}
