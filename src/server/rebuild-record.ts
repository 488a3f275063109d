import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { tryFileLock } from '../base/file-lock.ts'
import { createDurably, fsyncDir, makeDirDurably, readIfThere } from '../base/files.ts'
import { type Place as BodyPlace } from '../record/bodies/ports.ts'
import { decodeHistory, historyItemBytes } from '../record/integrate/checkpoint-history.ts'
import { openKeys } from '../record/keys/open-keys.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Head } from '../record/ledger/ports.ts'
import { type MailboxAudit } from '../record/mailbox/audit.ts'
import { pseudonyms } from '../record/mailbox/names.ts'
import { entriesAnywhere } from '../record/rebuild/entries.ts'
import { rebuildDerived, type Rebuilt } from '../record/rebuild/rebuild.ts'
import { Broken, type Opener } from '../record/verify/ports.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { openerThreads } from '../storage/embedded/opener-threads.ts'
import { fileHeadRegister } from '../storage/files/head-register.ts'
import { fileLogSegments } from '../storage/files/log-store.ts'
import { folderSource } from '../storage/files/record-source.ts'
import { fileTileStore } from '../storage/files/tile-store.ts'
import { sqliteMailboxAudit } from '../storage/sqlite/mailbox-audit.ts'
import { carryHeads } from '../storage/sqlite/mailbox-carry.ts'
import { sqliteMailboxStore } from '../storage/sqlite/mailbox-store.ts'
import { type Config } from './config.ts'
import { refuseHalfRestored } from './new-record.ts'

/** Where what is made lies until it takes the place of what was there. */
const asideName = 'rebuild'
const madeName = 'made'
/** This thread has rows and tree to make. */
const threads = Math.max(1, Math.min(availableParallelism() - 1, 3))

/**
 * Makes mailbox.db and log/tile again, while no server runs. Killed at any time it goes on, or begins again, the next time.
 *
 * @throws {OperatorError} with one sentence, and what was there is as it was
 */
export async function rebuildRecord(place: Place): Promise<Rebuilt> {
  const { data } = place
  refuseHalfRestored(data)
  if (!existsSync(join(data, dataPaths.vault)))
    throw new OperatorError('rebuild.no-record', `There is no record in ${data}.`)
  const lock = tryFileLock(join(data, 'lock'))
  if (lock === null)
    throw new OperatorError('data.in-use', `A server holds the data folder ${data}: stop it first.`)
  try {
    const keys = await openKeys(vaultPartsAt({ dataDir: data, holders: place.keyHolders }))
    const head = await registered(place, keys)
    const opener = (): Opener =>
      openerThreads({ dataDir: data, holders: place.keyHolders, isServed: false }, threads)
    return await rebuildFolder(data, { keys, head, opener })
  } finally {
    lock.release()
  }
}

/**
 * The same, for whoever has the folder to himself and the keys open.
 *
 * @param making.head the newest that was registered
 * @param making.opener is closed in the end
 */
export async function rebuildFolder(
  data: string,
  making: { readonly keys: Keys; readonly head: Head; readonly opener: () => Opener },
): Promise<Rebuilt> {
  const { keys, head } = making
  const aside = join(data, asideName)
  if (existsSync(join(aside, madeName))) {
    await putInPlace(aside, data)
    return { records: head.size, gone: 0, from: head.size }
  }
  await prepare(aside, JSON.stringify({ size: head.size, epoch: keys.epoch }))
  const rebuilt = await makeSoundly(data, { ...making, aside })
  const before = join(data, dataPaths.mailbox)
  if (rebuilt.gone > 0 && isSound(before)) carryHeads(join(aside, dataPaths.mailbox), before)
  // From here on what was there before is not looked at any more.
  await createDurably(join(aside, madeName), '')
  await putInPlace(aside, data)
  return rebuilt
}

async function makeSoundly(data: string, making: Making): Promise<Rebuilt> {
  try {
    return await make(data, making)
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    const text = `${error.message}. It cannot be made again from what is there: restore a backup. Nothing was changed.`
    throw new OperatorError('rebuild.unsound', text, { cause: error })
  }
}

type Place = Pick<Config, 'data' | 'keyHolders' | 'headRegister'>

async function registered({ headRegister }: Place, keys: Keys): Promise<Head> {
  const register = fileHeadRegister(headRegister, (bytes) => keys.mac('head register', bytes))
  const head = await register.read(keys.log.origin)
  if (head !== null && head.size > 0) return head
  throw new OperatorError(
    'rebuild.no-head',
    `The head register ${headRegister} has no head of the log ${keys.log.origin}, so nobody knows what has to come of it: name the right one with ONRECORD_HEAD_REGISTER.`,
  )
}

/** What was made for another head, or with other keys, does not count. */
async function prepare(aside: string, what: string): Promise<void> {
  const path = join(aside, 'for')
  if ((await readIfThere(path))?.toString('utf8') !== what)
    await rm(aside, { recursive: true, force: true })
  await createDurably(path, what)
}

type Making = {
  readonly keys: Keys
  readonly head: Head
  readonly aside: string
  readonly opener: () => Opener
}

async function make(data: string, making: Making): Promise<Rebuilt> {
  const { keys, head, aside } = making
  const source = folderSource({
    dir: data,
    log: fileLogSegments(join(data, 'wal')),
    register: { read: async () => head },
    origin: keys.log.origin,
    isServed: false,
  })
  const rows = placesIn(join(data, dataPaths.mailbox))
  const mailbox = sqliteMailboxStore(join(aside, dataPaths.mailbox))
  const opener = making.opener()
  try {
    return await rebuildDerived({
      source: entriesAnywhere({
        source,
        keys,
        place: rows.place,
        buckets: keys.knownBuckets().map(({ number }) => number),
      }),
      opener,
      names: pseudonyms(keys),
      mailbox,
      tileStore: fileTileStore(join(aside, dataPaths.log)),
      isDestroyed: async (bucket) => bucket > 0 && (await keys.stateOf(bucket)) === 'destroyed',
      head,
      signed: await signedSizes(data),
    })
  } finally {
    await opener.close()
    await mailbox.close()
    rows.close()
    source.bodies.close()
  }
}

async function signedSizes(data: string): Promise<readonly number[]> {
  const history = (await readIfThere(join(data, 'log/checkpoints'))) ?? new Uint8Array(0)
  const whole = history.subarray(0, history.length - (history.length % historyItemBytes))
  return decodeHistory(whole).map(({ size }) => size)
}

/** Where mailbox.db says that records lie, if it can be asked. */
function placesIn(path: string): {
  readonly place: (position: number) => BodyPlace | null
  close(): void
} {
  const audit = openedOrNull(path)
  return {
    place(position) {
      try {
        return audit?.place(position) ?? null
      } catch {
        return null
      }
    },
    close: () => audit?.close(),
  }
}

function isSound(path: string): boolean {
  const audit = openedOrNull(path)
  try {
    return audit !== null && audit.unsound() === null
  } finally {
    audit?.close()
  }
}

function openedOrNull(path: string): MailboxAudit | null {
  try {
    return sqliteMailboxAudit(path)
  } catch {
    return null
  }
}

/** Done again after a stop, it goes on: what has changed places is not there to be moved any more. */
async function putInPlace(aside: string, data: string): Promise<void> {
  const tiles = join(aside, dataPaths.log, 'tile')
  if (existsSync(tiles)) {
    await makeDirDurably(join(data, dataPaths.log))
    await rm(join(data, dataPaths.log, 'tile'), { recursive: true, force: true })
    await rename(tiles, join(data, dataPaths.log, 'tile'))
    await fsyncDir(join(data, dataPaths.log))
  }
  const rows = join(aside, dataPaths.mailbox)
  if (existsSync(rows)) {
    for (const suffix of ['-wal', '-shm'])
      await rm(join(data, `${dataPaths.mailbox}${suffix}`), { force: true })
    await rename(rows, join(data, dataPaths.mailbox))
    await fsyncDir(data)
  }
  // The server makes partitions again of what it reads, from its start on.
  await rm(join(data, dataPaths.search), { recursive: true, force: true })
  await rm(aside, { recursive: true })
  await fsyncDir(data)
}
