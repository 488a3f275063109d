import { access, constants } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Clock, systemTicks } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { makeDirDurably, readIfThere } from '../base/files.ts'
import { type Log } from '../base/log.ts'
import { type Random } from '../base/random.ts'
import { systemTimer } from '../base/timer.ts'
import { recordOpener } from '../record/bodies/opener.ts'
import { bodyReader } from '../record/bodies/reader.ts'
import { NoSpace } from '../record/errors.ts'
import { type Flush } from '../record/ledger/log.ts'
import { headsOver, mailboxOver } from '../record/mailbox/mailbox.ts'
import { pseudonyms } from '../record/mailbox/names.ts'
import { openRecord } from '../record/open.ts'
import { type Integrator } from '../record/ledger/ports.ts'
import { type Schedule } from '../record/retention/ports.ts'
import { type NotWritable, type Record } from '../record/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { threadedIntegrator } from '../storage/embedded/integrator-thread.ts'
import { upgradeRows } from '../storage/embedded/upgrade-rows.ts'
import {
  searchBeside,
  type SearchBeside,
  type Standing,
} from '../storage/embedded/search-thread.ts'
import { openerBeside } from '../storage/embedded/reader-thread.ts'
import { fileBodyFiles } from '../storage/files/body-store.ts'
import { fileHeadRegister } from '../storage/files/head-register.ts'
import { fileLogStore } from '../storage/files/log-store.ts'
import { sqliteMailboxIndex } from '../storage/sqlite/mailbox-index.ts'
import { type Config } from './config.ts'
import { showActs } from './show-acts.ts'
import { type OpenVault } from './vault.ts'

/** A head is signed every second if the tree grew: DESIGN.md §5. */
const checkpointEveryMs = 1_000

type Outside = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly fatal: (error: unknown) => void
  readonly onFlush: (flush: Flush) => void
  readonly schedule: () => Schedule
  /** What besides its own state keeps the record from taking anything. */
  readonly refusal: () => NotWritable | null
}

/** A record, and searches over it, which begin to follow it when somebody starts them. */
export type EmbeddedRecord = { readonly record: Record; readonly search: SearchBeside }

/** The record over files and SQLite of one data folder, with the integrator in a thread of its own. */
export async function openEmbeddedRecord(
  config: Config,
  { keys, place, reading, showWith }: Pick<OpenVault, 'keys' | 'place' | 'reading' | 'showWith'>,
  { clock, random, log, fatal, onFlush, schedule, refusal }: Outside,
): Promise<EmbeddedRecord> {
  const inData = (name: string): string => join(config.data, name)
  await checkRegister(config.headRegister)
  await upgradeRows(config.data, keys, log)
  const { integrator, integrated } = await threadedIntegrator(
    { ...place, headRegister: config.headRegister, checkpointEveryMs },
    fatal,
  )
  const index = sqliteMailboxIndex(inData(dataPaths.mailbox))
  const files = fileBodyFiles(inData(dataPaths.bodies))
  const names = pseudonyms(keys)
  const mailbox = mailboxOver(index, names)
  const here = recordOpener({ index, files, keys, use: 'history' })
  const opener = openerBeside(reading, { here, keys, log })
  const search = searchBeside(
    { ...reading, memoryBytes: config.searchMemoryBytes },
    { keys, standing: () => standing(), timer: systemTimer, log },
  )
  let standing = (): Standing => ({ integrated: integrator.position, size: 0, waiting: 0 })
  try {
    const bodies = bodyReader({ opener, keys, cacheBytes: config.openedCacheBytes })
    const record = await openRecord({
      store: await fileLogStore(inData('wal'), config.segmentBytes),
      register: fileHeadRegister(config.headRegister, (bytes) => keys.mac('head register', bytes)),
      keys,
      integrator,
      integrated,
      heads: headsOver(index, names),
      mailbox,
      bodies,
      clock,
      ticks: systemTicks,
      random,
      log,
      schedule,
      onFlush,
      refusal,
      onFatal: fatal,
      forget: async () => {
        bodies.forget()
        mailbox.forget()
        files.close()
        await opener.forget()
      },
      release: async () => {
        await search.close()
        await opener.close()
        index.close()
        files.close()
      },
    })
    showWith(showActs({ dir: inData(dataPaths.log), record, index, files }))
    await hasAll(integrator, record.size)
    standing = () => ({ ...record.standing(), size: record.size })
    integrator.onProgress(search.moved)
    return { record, search }
  } catch (error) {
    if (!(error instanceof NoSpace)) throw error
    const text = `The record in ${config.data} cannot be opened (${error.message}): make room and start again.`
    throw new OperatorError('record.no-space', text, { cause: error })
  }
}

/**
 * Nobody is served before it is known who may sign in, and the newest acts are what a stop has left to integrate.
 *
 * @throws {NoSpace} when there is no room for that
 */
async function hasAll(integrator: Integrator, size: LogPosition): Promise<void> {
  const { promise: isBlocked, reject } = Promise.withResolvers<never>()
  const look = (): void => {
    const why = integrator.position < size ? integrator.blocked() : null
    if (why !== null) reject(new NoSpace(why))
  }
  integrator.onProgress(look)
  look()
  await Promise.race([integrator.integrated(size), isBlocked])
}

/** Its first write comes with the first head, when people wait for it already: what stands in its way is said before. */
async function checkRegister(path: string): Promise<void> {
  try {
    await makeDirDurably(dirname(path))
    await access(dirname(path), constants.W_OK | constants.X_OK)
    await readIfThere(path)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OperatorError(
      'head-register.unusable',
      `The head register ${path} cannot be read and written (${why}): set ONRECORD_HEAD_REGISTER to a file where this user can do both.`,
      { cause },
    )
  }
}
