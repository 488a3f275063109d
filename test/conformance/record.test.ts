import { fakeRecord } from '../fakes/record.ts'
import { recordConformance } from './record.ts'

recordConformance('the fake record', async () => {
  return await Promise.resolve({ record: fakeRecord(), done: async () => await Promise.resolve() })
})
