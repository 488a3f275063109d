import { NoSpace } from '../../src/record/errors.ts'
import { type FileId, type FileStore } from '../../src/files/ports.ts'

/** Files in memory, with a disk that can be full. It passes test/conformance/file-store.ts. */
export type MemoryFileStore = FileStore & {
  bytes(id: FileId): Buffer
  put(id: FileId, bytes: Buffer): void
  readonly ids: readonly FileId[]
  /** From now on there is room for so many bytes more. */
  room(bytes: number): void
}

export function memoryFileStore(): MemoryFileStore {
  const kept = new Map<FileId, Buffer>()
  const unfinished = new Set<FileId>()
  let room = Infinity
  return {
    async create(id) {
      const pieces: Buffer[] = []
      unfinished.add(id)
      return await Promise.resolve({
        async append(bytes) {
          room -= bytes.length
          if (room < 0) throw new NoSpace('a file cannot be written: the disk is full')
          pieces.push(Buffer.from(bytes))
          await Promise.resolve()
        },
        flush: async () => await Promise.resolve(),
        async keep() {
          kept.set(id, Buffer.concat(pieces))
          await Promise.resolve()
        },
        async close() {
          unfinished.delete(id)
          await Promise.resolve()
        },
      })
    },
    async open(id) {
      const bytes = kept.get(id)
      if (!bytes) return await Promise.resolve(null)
      const read = async (offset: number, length: number): Promise<Buffer> =>
        await Promise.resolve(bytes.subarray(offset, offset + length))
      return { size: bytes.length, read, close: async () => await Promise.resolve() }
    },
    async remove(id) {
      kept.delete(id)
      await Promise.resolve()
    },
    async removeUnfinished() {
      const { size } = unfinished
      unfinished.clear()
      return await Promise.resolve(size)
    },
    bytes: (id) => kept.get(id) ?? Buffer.alloc(0),
    put: (id, bytes) => void kept.set(id, bytes),
    get ids() {
      return [...kept.keys()]
    },
    room(bytes) {
      room = bytes
    },
  }
}
