// Puts the files together: slots, uploads, what messages name, what can be fetched. docs/decisions/0011-files.md

import { type Clock } from '../base/clock.ts'
import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { type Timer } from '../base/timer.ts'
import { type Directory } from '../directory/ports.ts'
import { type History } from '../history/ports.ts'
import { type Record } from '../record/ports.ts'
import { createFetch, type Found } from './fetch.ts'
import { createFilesLog, type FilesLog } from './files-log.ts'
import { createNamed, createPins, type Pins } from './named.ts'
import { createOwnUploads } from './own-uploads.ts'
import { type FileId, type FileState, type FileStore, type Scanner } from './ports.ts'
import { createReceive, type Received, type Upload } from './receive.ts'
import { type FileSettings, stagedMs } from './settings.ts'
import { createSlots, type Slots } from './slots.ts'

const sweepEveryMs = 600_000

export type Files = {
  readonly slots: Pick<Slots, 'request' | 'bytesMax'>
  readonly settings: FileSettings
  receive(token: string, upload: Upload): Promise<Received>
  fetch(address: string, client: string): Promise<Found>
  readonly named: ReturnType<typeof createNamed>
  /** Drops what no message has named for 24 hours. Done every ten minutes, too. */
  sweep(): Promise<void>
  close(): Promise<void>
}

export type FilesParts = {
  readonly store: FileStore
  readonly state: FileState
  readonly record: Record
  readonly history: History
  readonly directory: Pick<Directory, 'get' | 'onRevoked'>
  readonly scanner: Scanner | null
  readonly settings: FileSettings
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly log: Log
  /** Told of a FatalError that nobody waits for. */
  readonly failed: (error: unknown) => void
}

/** Applies what is on record and not in the state, and removes what a stop left unfinished. */
export async function openFiles(parts: FilesParts): Promise<Files> {
  const { state, store, log, settings } = parts
  const files = createFilesLog(parts)
  await files.catchUp()
  const pins = createPins()
  const isCaughtUp = await files.written()
  const count = await store.removeUnfinished()
  if (count > 0) log.info('files.unfinished-removed', { files: count })
  // What a pending act names looks as if no act had come, as long as it is pending.
  if (isCaughtUp) await dropAll(await state.unbound('not on record'), { ...parts, pins, files })
  const slots = createSlots(parts)
  const own = createOwnUploads(parts.clock)
  const common = { ...parts, files, slots, own, pins, baseUrl: settings.baseUrl }
  const sweep = sweeperOf(common)
  await sweep()
  const sweeping = repeat(parts, sweep)
  return {
    slots,
    settings,
    receive: createReceive(common),
    fetch: createFetch(common),
    named: createNamed(common),
    sweep,
    async close() {
      await sweeping.stop()
      await files.written()
    },
  }
}

type Dropping = Pick<FilesParts, 'state' | 'store'> & {
  readonly pins: Pins
  readonly files: FilesLog
}

function sweeperOf(parts: Dropping & Pick<FilesParts, 'clock'>): () => Promise<void> {
  return async () => {
    await parts.files.written()
    await dropAll(await parts.state.unbound({ before: parts.clock.now() - stagedMs }), parts)
  }
}

/** The bytes first: if we stop between, the row is found again, and the bytes would not be. */
async function dropAll(
  ids: readonly FileId[],
  { state, store, pins, files }: Dropping,
): Promise<void> {
  for (const id of ids) {
    if (files.pending(id).length > 0 || !pins.dropping(id)) continue
    try {
      await store.remove(id)
      await state.drop(id)
    } finally {
      pins.dropped(id)
    }
  }
}

function repeat(
  { timer, log, failed }: FilesParts,
  sweep: () => Promise<void>,
): { stop(): Promise<void> } {
  let last: Promise<void> = Promise.resolve()
  let cancel = timer.after(sweepEveryMs, run)
  function run(): void {
    cancel = timer.after(sweepEveryMs, run)
    last = sweep().catch((error: unknown) => {
      if (error instanceof FatalError) failed(error)
      else log.error('files.sweep-failed', { error: String(error) })
    })
  }
  return {
    async stop() {
      cancel()
      await last
    },
  }
}
