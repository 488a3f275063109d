import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { recordFolder } from '../../../test/support/record-folder.ts'
import { asked } from '../../../test/support/search-scene.ts'
import { directRecord, somebody } from '../../../test/support/sealed-batches.ts'
import { SearchTooWide } from '../../record/search/errors.ts'
import { type Found, type Search } from '../../record/search/ports.ts'
import { type Record } from '../../record/ports.ts'

const at = Date.UTC(2026, 5, 15)
const [ann, bo] = [somebody(1), somebody(2)]

async function say(record: Record, count: number, text: string): Promise<void> {
  const all = Array.from({ length: count }, (_, i) =>
    directRecord({ from: ann, to: bo, text: `${text} ${i}` }),
  )
  for (let from = 0; from < count; from += 500)
    await Promise.all(all.slice(from, from + 500).map(async (one) => await record.append(one)))
}

async function find(search: Search, record: Record, text: string): Promise<Found> {
  const { size } = record
  return await search.find({
    query: asked(text),
    size,
    order: 'newest',
    limit: 10,
    after: null,
    use: 'history',
  })
}

test('the thread follows the record, begins anew where nothing is left, and answers from what it has sealed', async () => {
  using folder = recordFolder()
  await folder.session(at, async ({ record, search }) => {
    await say(record, 30, 'apple')
    assert.equal((await find(search, record, 'apple')).total, 30)
    await say(record, 5, 'pear')
    const found = await find(search, record, 'pear OR "apple 7"')
    assert.equal(found.total, 6)
    assert.equal(found.indexed, record.size)
    assert.deepEqual(found.positions.slice(0, 5), [34, 33, 32, 31, 30])
  })
  assert.ok(readdirSync(folder.path('data/search')).includes('progress'))
  await folder.session(at, async ({ record, search }) => {
    assert.equal((await find(search, record, 'apple')).total, 30)
    await search.rebuild(1)
    assert.equal((await find(search, record, 'apple')).total, 30)
    await search.forgetAll({ buckets: [], positions: Float64Array.from([3]) })
    assert.equal((await find(search, record, 'apple')).total, 30, 'what is there is found again')
    await search.forget(1)
    assert.equal((await find(search, record, 'apple')).total, 0)
  })
})

test('a question that is too wide is refused with its sentence, and the thread goes on', async () => {
  using folder = recordFolder()
  await folder.session(at, async ({ record, search }) => {
    await say(record, 20_500, 'apple')
    // More than are made beside: two threads are at it.
    await search.reached(record.size)
    await assert.rejects(find(search, record, '/apple 7$/'), (error) => {
      assert.ok(error instanceof SearchTooWide)
      assert.match(error.message, /20000 records at most, and 20500 fit/)
      return true
    })
    assert.equal((await find(search, record, '/apple 7$/ "apple 7"')).total, 1)
    assert.equal((await find(search, record, '"apple 20499"')).total, 1)
  })
})
