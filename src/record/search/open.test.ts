import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemTicks } from '../../base/clock.ts'
import { asked, searchScene, type SearchScene } from '../../../test/support/search-scene.ts'
import { directRecord, somebody } from '../../../test/support/sealed-batches.ts'
import { bodyLengthAt, entryBytes } from '../ledger/entry.ts'
import { type NewRecord } from '../types.ts'
import { type SearchHere } from './open.ts'
import { type Cursor, type Order } from './ports.ts'

const [ann, bo, cy] = [somebody(1), somebody(2), somebody(3)]
const monthMs = 31 * 86_400_000

function says(text: string, more: Partial<Parameters<typeof directRecord>[0]> = {}): NewRecord {
  return directRecord({ from: ann, to: bo, text, ...more })
}

async function positions(
  search: SearchHere,
  query: string,
  more: { order?: Order; size?: number; limit?: number; after?: Cursor | null } = {},
): Promise<readonly number[]> {
  const { order = 'oldest', size = search.position, limit = 250, after = null } = more
  return (await search.find({ query: asked(query), order, size, limit, after, use: 'history' }))
    .positions
}

async function withScene(run: (scene: SearchScene) => Promise<void>): Promise<void> {
  const scene = await searchScene()
  try {
    await run(scene)
  } finally {
    scene.remove()
  }
}

test('words are found in each of their forms, phrases as they were typed', async () => {
  await withScene(async (scene) => {
    await scene.put([
      says('The contracts are signed'),
      says('Ein Vertrag ist kein Vertragswerk, und die Verträge sind das auch nicht'),
      says('café au lait'),
      says('cafe noir, au contraire'),
      says('東京都に行く'),
      says('He signed no contract'),
      says('สวัสดีครับ'),
      says('東京タワーの上'),
    ])
    const search = await scene.search()
    await search.reached(scene.size)
    assert.deepEqual(await positions(search, 'contract'), [0, 5])
    assert.deepEqual(await positions(search, '"contract"'), [5])
    assert.deepEqual(await positions(search, 'vertrag'), [1])
    assert.deepEqual(await positions(search, 'vertragen'), [1])
    assert.deepEqual(await positions(search, 'CAFE'), [2, 3])
    assert.deepEqual(await positions(search, 'café'), [2, 3])
    assert.deepEqual(await positions(search, '"café au"'), [2])
    assert.deepEqual(await positions(search, '"cafe au"'), [])
    assert.deepEqual(await positions(search, '東京'), [4, 7])
    assert.deepEqual(await positions(search, '"東京"'), [4])
    assert.deepEqual(await positions(search, 'สวัสดี'), [6])
    assert.deepEqual(await positions(search, 'contra*'), [0, 3, 5])
    assert.deepEqual(await positions(search, 'contrakt~'), [5])
    assert.deepEqual(await positions(search, 'signed NEAR/2 contract'), [5])
    assert.deepEqual(await positions(search, '/s[aeiou]gn.d$/'), [0])
    assert.deepEqual(await positions(search, 'signed -/^He/'), [0])
    await search.close()
  })
})

test('persons, conversations, times, kinds and states narrow it, and can be combined', async () => {
  await withScene(async (scene) => {
    await scene.put([
      says('one apple'),
      says('two apples', { from: bo, to: ann }),
      says('red apple', { to: cy }),
    ])
    scene.wait(monthMs)
    await scene.put([
      says('green apple', { kind: 'correction', about: 0 }),
      says('', { kind: 'retraction', about: 2, to: cy }),
      says('no fruit', { from: cy, to: bo }),
    ])
    const search = await scene.search()
    await search.reached(scene.size)
    assert.deepEqual(await positions(search, `apple from:${ann}`), [0, 2, 3])
    assert.deepEqual(await positions(search, `to:${cy} OR from:${cy}`), [2, 4, 5])
    assert.deepEqual(await positions(search, `with:${cy}`), [2, 4, 5])
    assert.deepEqual(await positions(search, 'apple on:2026-11'), [0, 1, 2])
    assert.deepEqual(await positions(search, 'apple after:2026-11'), [3])
    assert.deepEqual(await positions(search, 'apple before:2026-12'), [0, 1, 2])
    assert.deepEqual(await positions(search, 'kind:retraction'), [4])
    assert.deepEqual(await positions(search, 'is:edited'), [0])
    assert.deepEqual(await positions(search, 'is:retracted'), [2])
    assert.deepEqual(await positions(search, 'apple -is:edited -is:retracted'), [1, 3])
    assert.deepEqual(await positions(search, 'is:edited OR (is:retracted apple)'), [0, 2])
    assert.deepEqual(await positions(search, 'is:edited OR on:2026-12', { size: 5 }), [0, 3, 4])
    assert.deepEqual(await positions(search, 'is:edited', { size: 3 }), [], 'as of then')
    assert.deepEqual(await positions(search, '-apple'), [4, 5])
    assert.deepEqual(await positions(search, ''), [0, 1, 2, 3, 4, 5])
    await search.close()
  })
})

test('an answer comes page by page, with one total, in each order', async () => {
  await withScene(async (scene) => {
    await scene.put(
      Array.from({ length: 40 }, (_, i) => says(i % 3 === 0 ? 'common rare' : 'common')),
    )
    scene.wait(monthMs)
    await scene.put(Array.from({ length: 30 }, () => says('rare and common')))
    const search = await scene.search({ recordsMax: 16 })
    await search.reached(scene.size)
    for (const order of ['newest', 'oldest', 'relevance'] as const) {
      const query = asked('common rare')
      const got: number[] = []
      let after: Cursor | null = null
      do {
        const page = await search.find({
          query,
          order,
          size: scene.size,
          limit: 7,
          after,
          use: 'history',
        })
        assert.equal(page.total, 44)
        assert.equal(page.indexed, scene.size)
        got.push(...page.positions)
        after = page.next
      } while (after !== null)
      assert.equal(got.length, 44)
      assert.equal(new Set(got).size, 44)
      if (order === 'relevance')
        assert.deepEqual(got.slice(0, 3), [39, 36, 33], 'side by side first')
      else
        assert.deepEqual(
          got,
          got.toSorted((a, b) => (order === 'oldest' ? a - b : b - a)),
        )
    }
    await search.close()
  })
})

test('a start goes on from what was sealed, and what was not comes again from the record', async () => {
  await withScene(async (scene) => {
    await scene.put(Array.from({ length: 50 }, (_, i) => says(`word number${i}`)))
    const first = await scene.search({ recordsMax: 20 })
    await first.reached(50)
    await first.seal()
    const names = readdirSync(join(scene.dir, 'search'))
    assert.deepEqual(names, ['1-0', '1-1', '1-2', 'progress'])
    await scene.put(Array.from({ length: 30 }, (_, i) => says(`word number${50 + i}`)))
    first.follow({ size: 80, isBusy: false })
    await first.reached(80)
    // Not closed: as if it were killed here.
    const second = await scene.search({ recordsMax: 20 })
    await second.reached(80)
    assert.equal((await positions(second, 'word')).length, 80)
    assert.deepEqual(await positions(second, 'number79'), [79])
    await second.close()
    await first.close()
  })
})

test('what was changed, cut, swapped or removed is made again from the record', async () => {
  await withScene(async (scene) => {
    await scene.put(Array.from({ length: 50 }, (_, i) => says(`word number${i}`)))
    const folder = join(scene.dir, 'search')
    const damages: ((file: (name: string) => string) => void)[] = [
      (file) => rmSync(file('1-1')),
      (file) => rmSync(file('progress')),
      (file) => writeFileSync(file('progress'), '49 1:3\n00'),
      (file) => writeFileSync(file('1-0'), readFileSync(file('1-1'))),
      (file) => writeFileSync(file('1-2'), readFileSync(file('1-2')).subarray(0, 100)),
      (file) => {
        const bytes = readFileSync(file('1-2'))
        bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1
        writeFileSync(file('1-2'), bytes)
      },
      (file) => {
        const bytes = readFileSync(file('1-0'))
        bytes[31] = (bytes[31] ?? 0) ^ 1
        writeFileSync(file('1-0'), bytes)
      },
    ]
    for (const damage of damages) {
      const before = await scene.search({ recordsMax: 20 })
      await before.reached(50)
      await before.close()
      damage((name) => join(folder, name))
      const search = await scene.search({ recordsMax: 20 })
      await search.reached(50)
      assert.equal((await positions(search, 'word', { size: 50 })).length, 50, String(damage))
      await search.close()
    }
  })
})

test('a bucket whose index key is destroyed is neither found nor kept, and one that is forgotten is gone from disk', async () => {
  await withScene(async (scene) => {
    await scene.put([says('old apple')])
    scene.wait(monthMs)
    await scene.put([says('new apple')])
    const whole = await scene.search()
    await whole.reached(2)
    assert.deepEqual(await positions(whole, 'apple'), [0, 1])
    await whole.forget(1)
    assert.deepEqual(await positions(whole, 'apple'), [1])
    await whole.close()
    const folder = join(scene.dir, 'search')
    assert.deepEqual(readdirSync(folder), ['2-0', 'progress'])

    const index = async (bucket: number): ReturnType<typeof scene.keys.index> =>
      bucket === 1 ? null : await scene.keys.index(bucket, 'index')
    const search = await scene.search({ keys: { ...scene.keys, index } })
    await search.rebuild(2)
    assert.deepEqual(await positions(search, 'apple', { size: 2 }), [1])
    await search.close()
    assert.deepEqual(readdirSync(folder), ['2-0', 'progress'])
  })
})

test('with little memory partitions are opened and closed as they are asked for', async () => {
  await withScene(async (scene) => {
    await scene.put(Array.from({ length: 100 }, (_, i) => says(`word number${i}`)))
    const before = await scene.search({ recordsMax: 10 })
    await before.reached(100)
    await before.close()
    const search = await scene.search({ recordsMax: 10, memoryBytes: 1 })
    await search.reached(100)
    assert.equal((await positions(search, 'word')).length, 100)
    const near = Array.from({ length: 100 }, (_, i) => i).filter((i) =>
      /^(?:\d|5\d|\d5)$/.test(`${i}`),
    )
    assert.deepEqual(await positions(search, 'number5~'), near)
    await search.close()
  })
})

test('a regular expression that takes too long says so in the midst of a text', async () => {
  await withScene(async (scene) => {
    await scene.put([says('a'.repeat(10_000)), says('a')])
    let looks = 0
    // Each look at the clock is 6 s after the one before.
    const search = await scene.search({ ticks: { ...systemTicks, elapsed: () => ++looks * 6_000 } })
    await search.reached(scene.size)
    assert.deepEqual(await positions(search, 'a'), [1])
    await assert.rejects(
      positions(search, '/(a{30}){30}b/'),
      /may take 10 s, and looking at 2 records/,
    )
    await search.close()
  })
})

test('what is damaged among the candidates of a regular expression is told of, and the search goes on', async () => {
  await withScene(async (scene) => {
    await scene.put([says('case 4711'), says('case 4712'), says('nothing'), says('case 4713')])
    const search = await scene.search()
    await search.reached(scene.size)
    assert.deepEqual(await positions(search, '/47\\d\\d/'), [0, 1, 3])
    damageBody(scene.dir, 1)
    assert.deepEqual(await positions(search, '/47\\d\\d/'), [0, 1, 3])
    assert.deepEqual(await positions(search, '/no such text/'), [1])
    await search.close()
  })
})

/** Turns a bit in the middle of a sealed body. */
function damageBody(dir: string, which: number): void {
  const bodies = join(dir, 'bodies')
  const [name = ''] = readdirSync(bodies)
  const path = join(bodies, name)
  const bytes = readFileSync(path)
  let at = 0
  for (let i = 0; i < which; i += 1) at += entryBytes + bodyLengthAt(bytes, at)
  const middle = at + entryBytes + Math.floor(bodyLengthAt(bytes, at) / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  writeFileSync(path, bytes)
}
