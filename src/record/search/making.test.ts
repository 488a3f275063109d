import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type LogPosition } from '../types.ts'
import { type Documents } from './documents.ts'
import { madeInOrder } from './making.ts'

const batches = Array.from({ length: 40 }, (_, i) => [2 * i, 2 * i + 1])

/** @param turns of the event loop that each batch takes */
function maker(turns: number): Documents & { readonly made: (readonly LogPosition[])[] } {
  const made: (readonly LogPosition[])[] = []
  return {
    made,
    async make(positions) {
      for (let i = 0; i < turns; i++) await nextTurn()
      made.push(positions)
      return positions.map((position) => ({ position, second: 0, words: '', changes: null }))
    },
  }
}

async function all(
  here: Documents,
  beside: Documents | null,
): Promise<readonly (readonly LogPosition[])[]> {
  const got: LogPosition[][] = []
  for await (const documents of madeInOrder(batches, { here, beside }))
    got.push(documents.map(({ position }) => position))
  return got
}

test('batches come in order, whoever makes them, and each is made once', async () => {
  for (const turns of [0, 1, 20]) {
    const [here, beside] = [maker(0), maker(turns)]
    assert.deepEqual(await all(here, beside), batches)
    assert.equal(here.made.length + beside.made.length, batches.length)
    assert.ok(beside.made.length > 0)
    if (turns === 20)
      assert.ok(here.made.length > beside.made.length, 'who would wait makes the next ones himself')
  }
})

test('without a thread beside, all are made here', async () => {
  const here = maker(0)
  assert.deepEqual(await all(here, null), batches)
})

test('what fails beside is made here, and what fails here as well is told', async () => {
  const fails: Documents = {
    async make() {
      await nextTurn()
      throw new Error('the thread has ended')
    },
  }
  const here = maker(0)
  assert.deepEqual(await all(here, fails), batches)
  assert.equal(here.made.length, batches.length)
  await assert.rejects(all(fails, fails), /the thread has ended/)
})

test('no more than some are made ahead', async () => {
  const [here, beside] = [maker(0), maker(0)]
  const got = madeInOrder(batches, { here, beside })
  await got.next()
  for (let i = 0; i < 20; i++) await nextTurn()
  assert.equal(here.made.length + beside.made.length, 8)
})

test('nobody is asked any more after whoever wanted them has left', async () => {
  const done = Promise.withResolvers<void>()
  let asked = 0
  const beside: Documents = {
    async make() {
      if (asked++ > 0) await done.promise
      return []
    },
  }
  const got = madeInOrder(batches, { here: maker(0), beside })
  await got.next()
  await got.return(undefined)
  const before = asked
  done.resolve()
  for (let i = 0; i < 20; i++) await nextTurn()
  assert.equal(asked, before)
})
