// The reader's thread, which opens pages of archives: what `reader-thread.ts` starts.

import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { OperatorError } from '../../base/errors.ts'
import { recordOpener } from '../../record/bodies/opener.ts'
import { type RecordOpener } from '../../record/bodies/ports.ts'
import { RecordUnreadable } from '../../record/errors.ts'
import { sqliteMailboxIndex } from '../sqlite/mailbox-index.ts'
import { answerAsks } from './answer-asks.ts'
import { failureOf } from './failure.ts'
import { dataPaths } from './integrator-messages.ts'
import { type ThreadPlace } from './key-line.ts'
import { columnsOf, type ReadAnswer, type ReadAsk, type Reading } from './reader-messages.ts'

// The type of what `reader-thread.ts` starts this file with.
const place: ThreadPlace = workerData

answerAsks<Reading>(place, ({ keys, bodies }) => {
  const index = sqliteMailboxIndex(join(place.dataDir, dataPaths.mailbox))
  const opener = recordOpener({ index, files: bodies, keys, use: 'history' })
  return async ({ epoch, positions, use }) => {
    await keys.reach(epoch)
    return await read(opener, positions, use)
  }
})

async function read(
  opener: RecordOpener,
  positions: ReadAsk['positions'],
  use: ReadAsk['use'],
): Promise<ReadAnswer> {
  try {
    return { ok: true, records: columnsOf(await opener.open(positions, use ?? undefined)) }
  } catch (error) {
    if (error instanceof OperatorError) return { ok: false, refused: failureOf(error) }
    if (!(error instanceof RecordUnreadable)) throw error
    return { ok: false, position: error.position, why: error.why, isGone: error.isGone }
  }
}
