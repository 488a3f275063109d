// The helper of the thread of searches: what `documents-thread.ts` starts.

import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { silentLog } from '../../base/log.ts'
import { lowerThreadPriority } from '../../base/thread-priority.ts'
import { recordOpener } from '../../record/bodies/opener.ts'
import { documentsHere } from '../../record/search/documents.ts'
import { sqliteMailboxIndex } from '../sqlite/mailbox-index.ts'
import { answerAsks } from './answer-asks.ts'
import { type MakingDocuments } from './documents-thread.ts'
import { dataPaths } from './integrator-messages.ts'
import { type ThreadPlace } from './key-line.ts'

// The type of what `documents-thread.ts` starts this file with.
const place: ThreadPlace = workerData

answerAsks<MakingDocuments>(place, ({ keys, bodies }) => {
  lowerThreadPriority()
  const index = sqliteMailboxIndex(join(place.dataDir, dataPaths.mailbox))
  // What cannot be opened is in the log of whoever verifies.
  const opener = recordOpener({ index, files: bodies, keys, use: 'index' })
  const documents = documentsHere(opener, silentLog)
  return async ({ epoch, positions }) => {
    await keys.reach(epoch)
    return await documents.make(positions)
  }
})
