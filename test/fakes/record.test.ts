import { recordConformance } from '../conformance/record.ts'
import { fakeRecord } from './record.ts'

recordConformance('the fake record', async () => {
  return await Promise.resolve({ record: fakeRecord(), done: async () => await Promise.resolve() })
})
