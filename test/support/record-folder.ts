// A data folder as a server leaves it, made with all real parts, and copies of it to be damaged.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type Verified } from '../../src/record/verify/ports.ts'
import { readConfig, type Config } from '../../src/server/config.ts'
import { openStorage, type Storage } from '../../src/server/storage.ts'
import { verifyData } from '../../src/server/verify-data.ts'

/** Data folder, key file and head register, in one temporary folder that ends with the block that holds it. */
export type RecordFolder = Disposable & {
  readonly config: Config
  /** A path in it, such as `data/vault` or `keys/head`. */
  readonly path: (name: string) => string
  /** Opens it as a server does, at that time, and closes it in order after `work`. */
  session(at: number, work: (storage: Storage) => Promise<void>): Promise<void>
  verify(): Promise<Verified>
  copy(): RecordFolder
  /** The same folder under other settings. */
  with(changes: Partial<Config>): RecordFolder
}

const segmentBytes = 1_048_576

const outside = {
  random: systemRandom(),
  log: silentLog,
  fatal: (error: unknown): never => {
    throw error
  },
  onFlush: () => undefined,
  onNewKey: () => undefined,
}

export function recordFolder(): RecordFolder {
  return folderAt(mkdtempSync(join(tmpdir(), 'onrecord-folder-')))
}

function folderAt(dir: string, changes: Partial<Config> = {}): RecordFolder {
  const path = (name: string): string => join(dir, name)
  const env = {
    ONRECORD_DATA: path('data'),
    ONRECORD_KEY_FILE: path('keys/vault.key'),
    ONRECORD_DOMAIN: 'chat.example',
  }
  const config = { ...readConfig({ env }), segmentBytes, ...changes }
  return {
    config,
    path,
    async session(at, work) {
      await using opened = new AsyncDisposableStack()
      const clock = { now: () => at }
      await work(await openStorage(config, { ...outside, clock }, opened))
    },
    verify: async () => await verifyData(config),
    copy() {
      const copy = mkdtempSync(join(tmpdir(), 'onrecord-folder-'))
      cpSync(dir, copy, { recursive: true })
      return folderAt(copy)
    },
    with: (others) => folderAt(dir, { ...changes, ...others }),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  }
}
