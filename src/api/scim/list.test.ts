// Lists of a provisioning service, apart from what is in them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listedIn, pageOf } from './list.ts'

test('others have their turn while many are filtered, and while they are put in order', async () => {
  for (const query of [{ filter: 'n gt "0"' }, { sortBy: 'n' }]) {
    let looked = 0
    let inBetween = 0
    setImmediate(() => void (inBetween = looked))
    const shown = (n: number): { readonly n: number } => {
      looked += 1
      return { n }
    }
    const all = Array.from({ length: 1_000 }, (_, i) => i)
    await pageOf(all, shown, { listed: listedIn({ ...query, count: 0 }), whole: shown })
    assert.ok(inBetween > 0 && inBetween < 1_000, `${JSON.stringify(query)}: ${inBetween}`)
  }
})
