import { type FileHost } from '../api/files/file-routes.ts'
import { systemTicks } from '../base/clock.ts'
import { systemTimer } from '../base/timer.ts'
import { type Files, openFiles } from '../files/open.ts'
import { createHistory } from '../history/history.ts'
import { type Uploads } from '../xmpp/host.ts'
import { type Config } from './config.ts'
import { uploadUrlOf } from './public-urls.ts'
import { type Outside, type Storage } from './storage.ts'

/** How long a client may pause in the middle of a file. */
const idleMs = 30_000

/** Files, for whoever needs them. */
export type ServedFiles = {
  readonly files: Files
  /** Null: no new ones are taken. What is there can be fetched. */
  readonly uploads: Uploads | null
  /** What the HTTP port needs. */
  readonly host: FileHost
}

export async function serveFiles(
  config: Config,
  parts: Outside & { readonly storage: Storage },
): Promise<ServedFiles> {
  const { storage, log, fatal } = parts
  const { record, directory } = storage
  const files = await openFiles({
    ...parts,
    ...storage.files,
    record,
    directory,
    history: createHistory({ record, timer: systemTimer }),
    scanner: null,
    settings: {
      baseUrl: uploadUrlOf(config),
      fileBytesMax: config.uploadBytesMax,
      bytesPerDayMax: config.uploadBytesPerDay,
      filesPerDayMax: config.uploadFilesPerDay,
      refusedTypes: config.uploadRefusedTypes,
    },
    timer: systemTimer,
    failed: fatal,
  })
  const areTaken = config.httpPort !== null && config.uploadBytesMax > 0
  return {
    files,
    uploads: areTaken ? files : null,
    host: { files, ticks: systemTicks, idleMs, log, fatal },
  }
}
