// Files with the record in memory, the rows in a real database, and a clock that the test owns.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type Files, openFiles } from '../../src/files/open.ts'
import { type FileState, type Scanner } from '../../src/files/ports.ts'
import { type FileSettings } from '../../src/files/settings.ts'
import { createHistory } from '../../src/history/history.ts'
import { type Draft } from '../../src/intake/draft.ts'
import { createIntake } from '../../src/intake/intake.ts'
import { type Accepted } from '../../src/intake/ports.ts'
import { rules } from '../../src/policy/index.ts'
import { createVault, openKeys } from '../../src/record/keys/open-keys.ts'
import { type PersonId } from '../../src/record/types.ts'
import { relationalFiles } from '../../src/storage/relational/file-state.ts'
import { openState } from '../../src/storage/relational/open-state.ts'
import { memoryFileStore, type MemoryFileStore } from '../fakes/file-store.ts'
import { newRecord } from '../fakes/new-record.ts'
import { fakeRecord, type FakeRecord } from '../fakes/record.ts'
import { fakeTime, type FakeTime } from '../fakes/timer.ts'
import { memoryVaultParts } from '../fakes/vault.ts'

export type FilesScene = {
  readonly record: FakeRecord
  readonly store: MemoryFileStore
  readonly state: FileState
  readonly time: FakeTime
  files: Files
  /** From now on the rows cannot be written, or can again. */
  breakState(isBroken: boolean): void
  /** As after `kill -9`: what was in memory is gone. */
  restart(): Promise<void>
  /** Uploads, and must succeed. @returns the address */
  upload(by: PersonId, bytes: Buffer, name?: string): Promise<string>
  say(by: PersonId, text: string, changes?: Partial<Draft>): Promise<Accepted>
  /** 200, 404 or 410, for anybody but who uploaded it unless `client` is 'uploader'. */
  status(url: string, client?: string): Promise<number>
}

const settings: FileSettings = {
  baseUrl: 'https://chat.example',
  fileBytesMax: 1_000_000,
  bytesPerDayMax: 3_000_000,
  filesPerDayMax: 20,
  refusedTypes: [],
}

export async function filesScene(
  t: TestContext,
  changes: Partial<FileSettings> & { readonly scanner?: Scanner } = {},
): Promise<FilesScene> {
  const { scanner = null, ...limits } = changes
  const time = fakeTime(1_790_000_000_000)
  const record = fakeRecord(() => time.now())
  await record.append(newRecord())
  const store = memoryFileStore()
  const { state, breakState } = await freshFileState(t)
  const open = async (): Promise<Files> =>
    await openFiles({
      store,
      state,
      record,
      history: createHistory({ record, timer: time }),
      directory: {
        get: (id) => ({ id, address: `${id}@x`, role: 'member', enabled: true }),
        onRevoked() {},
      },
      scanner,
      settings: { ...settings, ...limits },
      clock: time,
      timer: time,
      random: systemRandom(),
      log: silentLog,
      failed(error) {
        throw error
      },
    })
  const scene: FilesScene = {
    record,
    store,
    state,
    time,
    files: await open(),
    breakState,
    async restart() {
      scene.files = await open()
    },
    upload: async (by, bytes, name = 'file.bin') =>
      await uploadTo(scene.files, by, { bytes, name }),
    say: async (by, text, what = {}) =>
      await intakeOf(scene).accept({ ...draftOf(by, text), ...what }),
    async status(url, client = 'somebody') {
      const found = await scene.files.fetch(tokenIn(url), client)
      if (found.kind === 'file') await found.file.close()
      return { unknown: 404, gone: 410, file: 200 }[found.kind]
    },
  }
  return scene
}

async function freshFileState(
  t: TestContext,
): Promise<{ state: FileState; breakState: (isBroken: boolean) => void }> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-files-'))
  const opened = await openState(join(dir, 'state.db'))
  t.after(async () => {
    await opened.close()
    rmSync(dir, { recursive: true })
  })
  const vault = memoryVaultParts('files')
  await createVault(vault, 'chat.example')
  const state = relationalFiles(opened.db, await openKeys(vault))
  let isBroken = false
  const apply: FileState['apply'] = async (act, position) => {
    if (isBroken) throw new Error('the disk is full')
    await state.apply(act, position)
  }
  return { state: { ...state, apply }, breakState: (value) => void (isBroken = value) }
}

async function uploadTo(
  files: Files,
  by: PersonId,
  { bytes, name }: { readonly bytes: Buffer; readonly name: string },
): Promise<string> {
  const slot = await files.slots.request(by, { name, size: bytes.length, type: null })
  if (slot.kind !== 'slot') throw new Error(slot.kind)
  const received = await files.receive(tokenIn(slot.put), uploadOf(bytes))
  if (received.kind !== 'stored') throw new Error(`${received.reason}: ${received.text}`)
  return slot.get
}

export function tokenIn(url: string): string {
  return /(?:upload|files)\/([^/]+)/.exec(url)?.[1] ?? ''
}

/** What a client sends, in pieces. */
export function uploadOf(bytes: Buffer): Parameters<Files['receive']>[1] {
  return { length: bytes.length, type: null, client: 'uploader', body: piecesOf(bytes), cut() {} }
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 30_000) {
    await Promise.resolve()
    yield bytes.subarray(at, at + 30_000)
  }
}

function intakeOf({ record, files, time }: FilesScene): ReturnType<typeof createIntake> {
  return createIntake({
    record,
    files,
    rules: [
      ...rules,
      ({ wire }) =>
        wire.includes('barrier') ? { kind: 'withhold', rule: 'barrier', notice: 'No.' } : null,
    ],
    clock: time,
    ticks: time,
    timer: time,
    settings: { correctMs: null, retractMs: null },
    log: silentLog,
    failed(error) {
      throw error
    },
  })
}

function draftOf(sender: PersonId, text: string): Draft {
  const { verdicts: _verdicts, files: _files, ...plain } = newRecord()
  const wire = `<message xmlns='jabber:client'><body>${text}</body></message>`
  return { ...plain, sender, wire, refersTo: null }
}
