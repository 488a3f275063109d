import { test } from 'node:test'
import { holdAtAnyMoment } from '../../../test/support/any-moment.ts'

// Each call has its turn in test/long.
test('F8: a hold that is placed at any moment of a disposal keeps its records, or is told that it is too late', async (t) => {
  t.diagnostic(JSON.stringify(await holdAtAnyMoment(3)))
})
