// The same as in test/e2e/beside.test.ts, for ten minutes and from fresh seeds.
import { test } from 'node:test'
import { crowdIsSafe } from '../e2e/beside.ts'

const rounds = 40

for (let round = 0; round < rounds; round += 1) {
  const seed = Math.trunc(Math.random() * 0x7fffffff)
  const unsettled = (round % 3) * 10
  test(`a crowd that does all at once, and ${unsettled} moments before a kill, seed ${seed}`, async () => {
    await crowdIsSafe({ seed, moments: 150, unsettled })
  })
}
