// A thread that opens records for a verification: what `opener-threads.ts` starts.

import { workerData } from 'node:worker_threads'
import { lowerThreadPriority } from '../../base/thread-priority.ts'
import { openerHere } from '../../record/verify/open-records.ts'
import { answerAsks } from './answer-asks.ts'
import { type OpenerPlace, type Verifying } from './opener-threads.ts'

// The type of what `opener-threads.ts` starts this file with.
const place: OpenerPlace = workerData
if (place.isServed) lowerThreadPriority()
answerAsks<Verifying>(place, ({ keys, bodies }) => {
  const opener = openerHere(bodies, keys)
  return async (run) => await opener.open(run)
})
