import { FatalError, OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { filesArchive } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { actOf } from './acts.ts'
import { type Binding, type FileAct, type FileId, type FileState } from './ports.ts'

/** Acts on record that the state could not be written for, as when the disk is full. */
const pendingMax = 1_000

/** Rows that a start reads at a time. */
const rowsPerRead = 1_000

/** What the record says of files: on record first, then here in memory, then in the state. */
export type FilesLog = {
  /** Applies what is on record and not in the state. Done at the start, before anybody is served. */
  catchUp(): Promise<void>
  /** In the order of the positions. It counts at once. */
  apply(act: FileAct, position: LogPosition): void
  /** Whether all that was applied is in the state, once it was tried again. */
  written(): Promise<boolean>
  /** Records that name the file and are not in the state yet. */
  pending(file: FileId): readonly Binding[]
  /** Nothing more may be put on record of files before the state takes some of it. */
  isFull(): boolean
}

export function createFilesLog({
  state,
  record,
  log,
  failed,
}: {
  readonly state: FileState
  readonly record: Record
  readonly log: Log
  /** Told of a FatalError. The process has to stop. */
  readonly failed: (error: unknown) => void
}): FilesLog {
  const pending: { readonly act: FileAct; readonly position: LogPosition }[] = []
  let writing: Promise<void> | null = null

  /** If we stop before this, the next start reads the acts from the record. If the disk is full they count all the same. */
  async function writePending(): Promise<void> {
    try {
      for (let next = pending[0]; next; next = pending[0]) {
        await state.apply(next.act, next.position)
        pending.shift()
      }
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('files.state-behind', { acts: pending.length, error: String(error) })
    }
  }

  async function written(): Promise<boolean> {
    writing ??= writePending().finally(() => {
      writing = null
    })
    await writing
    return pending.length === 0
  }

  return {
    async catchUp() {
      const { size } = record
      let after = await state.applied()
      if (after >= size)
        throw new OperatorError(
          'files.state-ahead',
          `state.db knows of record ${after}, but the log ends before it, at ${size}: restore both from the same backup`,
        )
      await record.integrated(size)
      for (let isMore = true; isMore;) {
        const query = { owner: filesArchive, after, limit: rowsPerRead, newestFirst: false }
        const rows = record.mailbox.rows(query)
        for (const { position } of rows) {
          pending.push({ act: actOf(await record.read(position)), position })
          after = position
        }
        await written()
        isMore = rows.length === rowsPerRead
      }
    },
    apply(act, position) {
      pending.push({ act, position })
      written().catch(failed)
    },
    written,
    pending: (file) =>
      pending
        .flatMap(({ act }) => (act.kind === 'bound' ? act.bindings : []))
        .filter((binding) => binding.file === file),
    isFull: () => pending.length >= pendingMax,
  }
}
