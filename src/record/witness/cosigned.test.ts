import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Kept, tooMany } from './cosigned.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = Date.UTC(2026, 10, 27)

/** One a minute up to now, as they are after thinning out at each. */
function thinned(minutes: number): readonly Kept[] {
  let kept: Kept[] = []
  for (let i = minutes; i >= 0; i--) {
    kept.push({ size: minutes - i + 1, at: now - i * minute })
    const gone = new Set(tooMany(kept, now - i * minute))
    kept = kept.filter(({ size }) => !gone.has(size))
  }
  return kept
}

test('two hours are kept whole, then one of each hour', () => {
  const kept = thinned(2 * 24 * 60)
  const ages = kept.map(({ at }) => (now - at) / minute)
  assert.equal(ages.filter((age) => age < 120).length, 120)
  const older = ages.filter((age) => age >= 120)
  assert.ok(older.length >= 46 && older.length <= 48, `${older.length}`)
})

test('after 35 days one of each day stays, and as many for ever', () => {
  const all = Array.from({ length: 400 * 24 }, (_, i) => ({
    size: i + 1,
    at: now - (400 * 24 - i) * hour,
  }))
  const gone = new Set(tooMany(all, now))
  const days = all.filter(({ size, at }) => !gone.has(size) && now - at > 36 * day)
  assert.ok(days.length >= 363 && days.length <= 366, `${days.length}`)
})

test('the first and the newest stay, and thinning out again removes nothing more', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 3 * day }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(steps, (gaps) => {
      let at = now - gaps.reduce((sum, gap) => sum + gap, 0)
      const kept = gaps.map((gap, i) => ({ size: i + 1, at: (at += gap) }))
      const gone = new Set(tooMany(kept, now))
      const left = kept.filter(({ size }) => !gone.has(size))
      assert.equal(left[0]?.size, 1)
      assert.ok(kept.slice(-120).every(({ size }) => !gone.has(size)))
      const moved = left.length > 120 ? tooMany(left, now) : []
      assert.ok(
        moved.every((size) => left.findIndex((one) => one.size === size) < left.length - 120),
      )
    }),
    { numRuns: 60 },
  )
})
