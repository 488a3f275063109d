import { constants, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { FatalError } from '../../base/errors.ts'
import { fsyncDir, makeDirDurably, readIfThere, replaceDurably } from '../../base/files.ts'
import { historyItemBytes } from '../../record/integrate/checkpoint-history.ts'
import { type CheckpointStore } from '../../record/integrate/ports.ts'
import { orNoSpace } from './no-space.ts'

/** `<dir>/checkpoint`, where C2SP tlog-tiles wants it, and `<dir>/checkpoints`, the history. */
export function fileCheckpointStore(dir: string): CheckpointStore {
  const notePath = join(dir, 'checkpoint')
  const historyPath = join(dir, 'checkpoints')
  return {
    read: async () => (await readIfThere(notePath))?.toString('utf8') ?? null,
    async history() {
      const bytes = (await readIfThere(historyPath)) ?? Buffer.alloc(0)
      return bytes.subarray(0, bytes.length - (bytes.length % historyItemBytes))
    },
    async write(note, item) {
      try {
        await makeDirDurably(dir)
        await append(historyPath, item)
        await fsyncDir(dir)
        await replaceDurably(notePath, note)
      } catch (error) {
        throw orNoSpace(error, 'log/checkpoint')
      }
    },
  }
}

/** Over what a stop left of an item that was not whole. */
async function append(path: string, item: Uint8Array): Promise<void> {
  // Not in append mode: the place is ours to choose.
  const history = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    const { size } = await history.stat()
    await history.write(item, 0, item.length, size - (size % historyItemBytes))
    await flush(history)
  } finally {
    await history.close()
  }
}

async function flush(file: FileHandle): Promise<void> {
  try {
    await file.sync()
  } catch (error) {
    throw new FatalError('the history of checkpoints could not be flushed', { cause: error })
  }
}
