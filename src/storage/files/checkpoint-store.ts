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
async function append(
  path: string,
  item: (before: Uint8Array | null) => Uint8Array | null,
): Promise<void> {
  // Not in append mode: the place is ours to choose.
  const history = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    const { size } = await history.stat()
    const end = size - (size % historyItemBytes)
    const bytes = item(end === 0 ? null : await itemBefore(history, end))
    if (bytes !== null) await history.write(bytes, 0, bytes.length, end)
    await flush(history)
  } finally {
    await history.close()
  }
}

async function itemBefore(history: FileHandle, end: number): Promise<Uint8Array> {
  const item = new Uint8Array(historyItemBytes)
  await history.read(item, 0, historyItemBytes, end - historyItemBytes)
  return item
}

async function flush(file: FileHandle): Promise<void> {
  try {
    await file.sync()
  } catch (error) {
    throw new FatalError('the history of checkpoints could not be flushed', { cause: error })
  }
}
