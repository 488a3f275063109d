// The long run of src/record/disposal/any-moment.test.ts.
import { test } from 'node:test'
import { holdAtAnyMoment } from '../support/any-moment.ts'

test('F8: a hold that is placed at each moment of a disposal keeps its records, or is told that it is too late', async (t) => {
  t.diagnostic(JSON.stringify(await holdAtAnyMoment(1)))
})
