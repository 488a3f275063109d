import { existsSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { systemRandom } from '../base/random.ts'
import { tryFileLock } from '../base/file-lock.ts'
import { type Seen } from '../directory/audit.ts'
import { keysOver } from '../record/keys/answers.ts'
import { openAnswers } from '../record/keys/open-keys.ts'
import { type Keys } from '../record/keys/ports.ts'
import { pseudonyms } from '../record/mailbox/names.ts'
import { openerHere } from '../record/verify/open-records.ts'
import { type Opener, type RecordSource, type Verified } from '../record/verify/ports.ts'
import { verifyRecord, type Checked } from '../record/verify/verify-record.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { openerThreads } from '../storage/embedded/opener-threads.ts'
import { auditState } from '../storage/embedded/state-audit.ts'
import { fileHeadRegister } from '../storage/files/head-register.ts'
import { fileLogSegments } from '../storage/files/log-store.ts'
import { folderSource } from '../storage/files/record-source.ts'
import { type Config } from './config.ts'
import { refuseHalfRestored } from './new-record.ts'
import { openingsOf } from './verify-openings.ts'

const stateFile = 'state.db'
/** One processor has enough to do with tree, numbers and rows. More threads than that would wait for it. */
const threads = Math.max(1, Math.min(availableParallelism() - 1, 3))
/** To start threads takes as long as to open so many records. */
const threadsWorthRecords = 10_000

/**
 * Verifies the record in a data folder, also while a server has it open.
 *
 * @throws {OperatorError} when there is no record, or no key that opens its vault
 */
export async function verifyData(
  config: Pick<Config, 'data' | 'keyHolders' | 'headRegister'>,
): Promise<Verified> {
  const { data } = config
  const vault = join(data, 'vault')
  refuseNoRecord(data, vault)
  const where = { dataDir: data, holders: config.keyHolders }
  const opened = await openAnswers(vaultPartsAt(where))
  const keys = keysOver(opened.answers, opened.known, { ...opened, random: systemRandom() })
  const register = fileHeadRegister(config.headRegister, (bytes) =>
    keys.mac('head register', bytes),
  )
  const log = fileLogSegments(join(data, 'wal'))
  const { origin } = keys.log
  const verify = async (isBeingServed: boolean): Promise<Verified> => {
    const source = folderSource({ dir: data, log, register, origin, isServed: isBeingServed })
    const place = { ...where, isServed: isBeingServed }
    const openerFor = (records: number): Opener =>
      records < threadsWorthRecords
        ? openerHere(source.bodies, keys)
        : openerThreads(place, threads)
    const openings = openingsOf(join(data, dataPaths.openings), opened.journalKey)
    const verified = await verifySource(source, {
      keys,
      state: join(data, stateFile),
      openerFor,
      see: openings.see,
    })
    return verified.ok ? await openings.verdict(verified) : verified
  }
  const wasServed = isServed(data)
  const verified = await verify(wasServed)
  // A server that was started meanwhile has written in what we took to be at rest.
  return verified.ok || wasServed || !isServed(data) ? verified : await verify(true)
}

/** Verifies a record, and state.db beside it, wherever they lie. The source's bodies are closed in the end. */
export async function verifySource(
  source: RecordSource,
  {
    keys,
    state: path,
    openerFor,
    see,
  }: {
    readonly keys: Keys
    /** The path of state.db. */
    readonly state: string
    readonly openerFor: (records: number) => Opener
    /** Is shown each record, too. */
    readonly see?: (record: Checked) => void
  },
): Promise<Verified> {
  const state = stateOf(path, keys, source.isServed)
  try {
    const names = pseudonyms(keys)
    const both = (record: Checked): void => {
      state.see(record)
      see?.(record)
    }
    const verified = await verifyRecord(source, { keys, names, openerFor, see: both })
    return verified.ok ? state.verdict(verified.report.records, verified) : verified
  } finally {
    source.bodies.close()
  }
}

function refuseNoRecord(data: string, vault: string): void {
  refuseHalfRestored(data)
  if (existsSync(vault)) return
  const what =
    statSync(data, { throwIfNoEntry: false })?.isDirectory() === true
      ? `${vault} is missing: name a data folder with --data, or put back the vault that belongs to it`
      : `there is no data folder ${data}: name one with --data`
  throw new OperatorError('verify.no-record', what)
}

function wrong(what: string): Verified {
  return { ok: false, finding: { where: stateFile, what } }
}

type StateCheck = {
  readonly see: (record: Seen) => void
  /** What becomes of a record that is sound, once the state was held against it. @param records how many were seen */
  verdict(records: number, sound: Verified): Verified
}

function stateOf(path: string, keys: Keys, isBeingServed: boolean): StateCheck {
  const audit = auditState(path, keys)
  if (typeof audit === 'string') return { see: () => undefined, verdict: () => wrong(audit) }
  return {
    see: audit.see,
    verdict(records, sound) {
      // What acts made that were disposed of, nobody can hold against them.
      if (sound.ok && sound.report.disposed.acts > 0) return sound
      // An act that a running server has not made durable everywhere yet: the next verification sees it.
      const what = audit.difference(isBeingServed ? records : Infinity)
      return what === null ? sound : wrong(what)
    },
  }
}

/** Whether a server holds the folder at this moment. */
function isServed(data: string): boolean {
  const path = join(data, 'lock')
  if (!existsSync(path)) return false
  const lock = tryFileLock(path)
  lock?.release()
  return lock === null
}
