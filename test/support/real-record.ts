import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemTicks, type Clock, type Ticks } from '../../src/base/clock.ts'
import { type FatalError } from '../../src/base/errors.ts'
import { readIfThere } from '../../src/base/files.ts'
import { silentLog, type Log } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { recordOpener } from '../../src/record/bodies/opener.ts'
import { bodyReader, type BodyReader } from '../../src/record/bodies/reader.ts'
import { startIntegrator, type IntegratorParts } from '../../src/record/integrate/integrator.ts'
import { createVault, openKeys } from '../../src/record/keys/open-keys.ts'
import { type Keys } from '../../src/record/keys/ports.ts'
import { type VaultParts } from '../../src/record/keys/sealed-vault.ts'
import { type HeadRegister, type Integrator, type LogStore } from '../../src/record/ledger/ports.ts'
import { headsOver, mailboxOver } from '../../src/record/mailbox/mailbox.ts'
import { pseudonyms } from '../../src/record/mailbox/names.ts'
import { openRecord } from '../../src/record/open.ts'
import { type Record } from '../../src/record/ports.ts'
import { type RecordSource } from '../../src/record/verify/ports.ts'
import { signedSize } from '../../src/server/vault.ts'
import { fileBodyFiles, fileBodyStore } from '../../src/storage/files/body-store.ts'
import { fileCheckpointStore } from '../../src/storage/files/checkpoint-store.ts'
import { fileTileStore } from '../../src/storage/files/tile-store.ts'
import { sqliteMailboxIndex } from '../../src/storage/sqlite/mailbox-index.ts'
import { sqliteMailboxStore } from '../../src/storage/sqlite/mailbox-store.ts'
import { memoryHeadRegister } from '../fakes/head-register.ts'
import { memoryVaultParts } from '../fakes/vault.ts'

/** A place for a record: what is derived lies in a folder, what it depends on outside of it in memory. */
export type RecordHome = {
  readonly dir: string
  readonly vault: VaultParts
  readonly register: HeadRegister
  remove(): void
}

export async function recordHome(): Promise<RecordHome> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-record-'))
  const vault = memoryVaultParts('real record')
  await createVault(vault, 'localhost')
  const remove = (): void => rmSync(dir, { recursive: true, force: true })
  return { dir, vault, register: memoryHeadRegister(), remove }
}

/** What a test wants to be otherwise. */
export type Changes = {
  readonly clock?: Clock
  readonly ticks?: Ticks
  readonly log?: Log
  readonly checkpointEveryMs?: number
  /** What the integrator stands on, as the test wants it. */
  readonly parts?: (parts: IntegratorParts) => IntegratorParts
}

/** A record that runs. */
export type RealRecord = {
  readonly record: Record
  /** What of it can be read in its folder. */
  readonly source: Pick<RecordSource, 'read' | 'bodies'>
  readonly keys: Keys
  /** What stopped it. */
  readonly fatal: readonly FatalError[]
  /** What `kill -9` leaves behind, at this moment. The record itself is done with. */
  kill(): Promise<RecordHome>
  /** Closes the files of one that is dead, and removes its folder. */
  abandon(): Promise<void>
}

/** All parts as the server has them, but the integrator in this thread. */
export async function realRecord(
  home: RecordHome,
  store: LogStore,
  changes: Changes = {},
): Promise<RealRecord> {
  const { dir, vault, register } = home
  const { clock = { now: () => 1_790_000_000_000 }, ticks = systemTicks, log = silentLog } = changes
  const fatal: FatalError[] = []
  const onFatal = (error: FatalError): number => fatal.push(error)
  const keys = await openKeys(vault)
  await keys.startSigning(async () => await signedSize(dir))
  // As the integrator's thread has its own.
  const itsKeys = await openKeys(vault)
  const names = pseudonyms(keys)
  const inDir = (name: string): string => join(dir, name)
  const parts: IntegratorParts = {
    keys: itsKeys,
    names,
    bodies: await fileBodyStore(inDir('bodies')),
    mailbox: sqliteMailboxStore(inDir('mailbox.db')),
    tileStore: fileTileStore(inDir('log')),
    checkpoints: fileCheckpointStore(inDir('log')),
    register,
    clock,
  }
  const { integrator, integrated } = await startIntegrator(
    changes.parts ? changes.parts(parts) : parts,
    { checkpointEveryMs: changes.checkpointEveryMs ?? 1_000, retryMsMax: 10, onFatal },
  )
  closedOnce(integrator)
  const index = sqliteMailboxIndex(inDir('mailbox.db'))
  const files = fileBodyFiles(inDir('bodies'))
  let isReleased = false
  const release = async (): Promise<void> => {
    if (isReleased) return
    isReleased = true
    index.close()
    files.close()
  }
  const record = await openRecord({
    store,
    register,
    keys,
    integrator,
    integrated,
    heads: headsOver(index, names),
    mailbox: mailboxOver(index, names),
    bodies: reading({ index, files, keys }),
    clock,
    ticks,
    random: systemRandom(),
    log,
    onFatal,
    forget: async () => files.close(),
    release,
  })
  const abandon = async (): Promise<void> => {
    // Its timers end at once; what else it waits for may never come.
    record.close().catch(() => undefined)
    await closeDead(integrator, parts)
    await release()
    home.remove()
  }
  const kill = async (): Promise<RecordHome> => {
    const left = await copyOf(home, keys.log.origin)
    await abandon()
    return left
  }
  const read = async (path: string): Promise<Buffer | null> => await readIfThere(inDir(path))
  return { record, source: { read, bodies: files }, keys, fatal, kill, abandon }
}

function reading(over: Omit<Parameters<typeof recordOpener>[0], 'use'>): BodyReader {
  const opener = recordOpener({ ...over, use: 'history' })
  return bodyReader({ opener, keys: over.keys, cacheBytes: 0 })
}

/** A record that is abandoned closes it at the same time as who abandons it. */
function closedOnce(integrator: Integrator): void {
  const close = integrator.close.bind(integrator)
  let closing: Promise<void> | undefined
  integrator.close = async (end) => await (closing ??= close(end))
}

/** What was in the middle of something, or had been stopped by the same fault, closes nothing by itself. */
async function closeDead(integrator: Integrator, parts: IntegratorParts): Promise<void> {
  try {
    await integrator.close({ segment: 1, offset: 0, spareBytes: 0 })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    await parts.bodies.close()
    await parts.mailbox.close()
  }
}

async function copyOf({ dir, vault, register }: RecordHome, origin: string): Promise<RecordHome> {
  const copy = mkdtempSync(join(tmpdir(), 'onrecord-record-'))
  cpSync(dir, copy, { recursive: true })
  const head = await register.read(origin)
  const left = memoryHeadRegister()
  if (head) await left.advance(origin, { from: null, to: head })
  const remove = (): void => rmSync(copy, { recursive: true, force: true })
  return { dir: copy, vault, register: left, remove }
}
