import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderOf, pageOf, pageQuery } from './paged.ts'

const names = ['cy', 'al', 'bo', 'di', 'ed']

function walk(limit: number, all: () => readonly string[]): string[] {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const { items, next } = pageOf(all(), { limit, cursor }, (name) => name)
    seen.push(...items)
    cursor = next ?? undefined
  } while (cursor !== undefined)
  return seen
}

test('pages of any size have each item once, in the order of the keys', () => {
  for (const limit of [1, 2, 4, 5, 6])
    assert.deepEqual(
      walk(limit, () => names),
      names.toSorted(),
    )
})

test('what goes and comes between two pages makes none of the others come twice or not at all', () => {
  let times = 0
  const changing = (): readonly string[] => {
    times += 1
    // The very item that the cursor names is gone.
    return times === 1 ? names : ['al', 'cy', 'da', 'di', 'ed']
  }
  assert.deepEqual(walk(2, changing), ['al', 'bo', 'cy', 'da', 'di', 'ed'])
})

test('the last page says that it is the last', () => {
  assert.equal(pageOf(names, { limit: 5 }, (name) => name).next, null)
  assert.deepEqual(pageOf([], { limit: 5 }, String), { items: [], next: null })
})

test('numbers are in their order, and a page is bounded', () => {
  assert.ok(orderOf(9) < orderOf(10))
  assert.equal(pageQuery.parse({}).limit, 100)
  assert.equal(pageQuery.safeParse({ limit: 1_001 }).success, false)
})
