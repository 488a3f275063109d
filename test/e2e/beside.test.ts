// What people do at the same moment: nothing stops, nothing is lost, and nobody is told what is not on record.
import { test } from 'node:test'
import { crowdIsSafe } from './beside.ts'

test('a crowd that does all at once leaves a server that runs, is the same after a kill, and has all on record that was told', async () => {
  await crowdIsSafe({ seed: 3, moments: 50, unsettled: 10 })
})
