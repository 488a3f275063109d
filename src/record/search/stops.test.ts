// A stop at any step of sealing, and what the next start makes of what it left.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { asked, searchScene } from '../../../test/support/search-scene.ts'
import { directRecord, somebody } from '../../../test/support/sealed-batches.ts'
import { fileSearchStore } from '../../storage/files/search-store.ts'
import { NoSpace } from '../errors.ts'
import { type PartitionStore } from './ports.ts'

const [ann, bo] = [somebody(1), somebody(2)]

/** A store that lets so many writes through, and then none: before or after the one that is the last. */
function stopping(store: PartitionStore, writes: number, isLastKept: boolean): PartitionStore {
  let left = writes
  const step = async (write: () => Promise<void>): Promise<void> => {
    left--
    if (left > 0 || (left === 0 && isLastKept)) await write()
    // As no answer would come after a kill.
    if (left <= 0) throw new NoSpace('stopped')
  }
  return {
    ...store,
    replace: async (name, bytes) => await step(async () => await store.replace(name, bytes)),
    remove: async (name) => await step(async () => await store.remove(name)),
  }
}

for (const isLastKept of [false, true])
  test(`a stop ${isLastKept ? 'after' : 'before'} any write of sealing and forgetting leaves an index that becomes whole again`, async () => {
    const scene = await searchScene()
    try {
      let said = 0
      const put = async (count: number): Promise<void> => {
        const texts = Array.from({ length: count }, () => `apple number${said++}`)
        await scene.put(texts.map((text) => directRecord({ from: ann, to: bo, text })))
      }
      const store = await fileSearchStore(join(scene.dir, 'search'))
      for (let writes = 1; writes <= 9; writes++) {
        await put(7)
        if (writes === 5) scene.wait(31 * 86_400_000)
        const before = await scene.search({
          recordsMax: 5,
          store: stopping(store, writes, isLastKept),
        })
        await before.reached(scene.size)
        await before.seal().catch((error: unknown) => assert.ok(error instanceof NoSpace))
        await before.forget(1).catch((error: unknown) => assert.ok(error instanceof NoSpace))
        // It is left as it is: nobody closes what is killed.
        const after = await scene.search({ recordsMax: 5 })
        await after.reached(scene.size)
        const question = {
          size: scene.size,
          order: 'oldest',
          limit: 250,
          after: null,
          use: 'history',
        } as const
        const all = await after.find({ query: asked('apple'), ...question })
        assert.deepEqual(
          all.positions,
          Array.from({ length: scene.size }, (_, i) => i),
          `${writes}`,
        )
        await after.close()
      }
    } finally {
      scene.remove()
    }
  })

test('an index that was made record by record and one that is made anew answer alike, and have the same partitions', async () => {
  const scene = await searchScene()
  try {
    const live = await scene.search({ recordsMax: 8 })
    for (let i = 0; i < 10; i++) {
      await scene.put(
        [1, 2, 3].map((n) => directRecord({ from: ann, to: bo, text: `pear ${n} word${i * n}` })),
      )
      live.follow({ size: scene.size, isBusy: false })
      await live.reached(scene.size)
      if (i % 3 === 0) await live.seal()
    }
    const questions = ['pear', 'word9', '"pear 2"', 'word*', 'word1~', `from:${ann} -word0`]
    const answers = async (search: typeof live): Promise<unknown> =>
      await Promise.all(
        questions.map(
          async (text) =>
            await search.find({
              query: asked(text),
              size: scene.size,
              order: 'relevance',
              limit: 250,
              after: null,
              use: 'history',
            }),
        ),
      )
    const before = await answers(live)
    await live.seal()
    await live.rebuild(1)
    assert.deepEqual(await answers(live), before)
    await live.close()
    const store = await fileSearchStore(join(scene.dir, 'search'))
    assert.deepEqual(await store.list(), ['1-0', '1-1', '1-2', '1-3', 'progress'])
  } finally {
    scene.remove()
  }
})
