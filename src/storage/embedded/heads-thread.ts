import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type HeadsAsk, type HeadsSource } from '../../record/heads/ports.ts'
import { dataPaths } from './integrator-messages.ts'

/** Makes each list in a thread of its own, which ends with it: an hour lies between two. */
export function threadedHeads(dataDir: string): HeadsSource {
  const path = join(dataDir, dataPaths.mailbox)
  return {
    list: async (ask) => await once({ path, ask }),
    counts: async () => await once({ path, ask: null }),
  }
}

/** The thread's one message. `heads-worker.ts` says which that is. */
async function once<Answer>(place: {
  readonly path: string
  readonly ask: HeadsAsk | null
}): Promise<Answer> {
  const worker = new Worker(new URL('heads-worker.ts', import.meta.url), {
    workerData: place,
    name: 'heads',
  })
  // It is no reason to go on living when nothing else is.
  worker.unref()
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the heads' thread ended with ${code}`)))
    })
  } finally {
    await worker.terminate()
  }
}
