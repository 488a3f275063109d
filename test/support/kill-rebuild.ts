// Rows and tiles made again beside a disposal, and a look at everything that is left, over a folder whose vault, log and register are in memory.
import { join } from 'node:path'
import { openKeys } from '../../src/record/keys/open-keys.ts'
import { type Keys } from '../../src/record/keys/ports.ts'
import { type LogSegments } from '../../src/record/ledger/ports.ts'
import { pseudonyms } from '../../src/record/mailbox/names.ts'
import { openerHere } from '../../src/record/verify/open-records.ts'
import { type Opener } from '../../src/record/verify/ports.ts'
import { verifyRecord } from '../../src/record/verify/verify-record.ts'
import { rebuildFolder } from '../../src/server/rebuild-record.ts'
import { fileBodyFiles } from '../../src/storage/files/body-store.ts'
import { folderSource } from '../../src/storage/files/record-source.ts'
import { copyOf } from './power.ts'
import { type RecordHome } from './real-record.ts'

/**
 * `onrecord record rebuild`, killed after so many turns of the event loop unless it is done before.
 *
 * @returns what the kill left; null when there was none
 */
export async function rebuildUntilKilled(home: RecordHome, turns: number): Promise<string | null> {
  const { dir, vault, register } = home
  const keys = await openKeys(vault)
  const head = await register.read(keys.log.origin)
  if (head === null || head.size === 0) return null
  const state = { isDone: false }
  const rebuilding = rebuildFolder(dir, { keys, head, opener: () => openerIn(dir, keys) }).finally(
    () => {
      state.isDone = true
    },
  )
  for (let turn = 0; turn < turns && !state.isDone; turn++) await new Promise(setImmediate)
  const left = state.isDone ? null : copyOf(dir)
  await rebuilding
  return left
}

function openerIn(dir: string, keys: Keys): Opener {
  const bodies = fileBodyFiles(join(dir, 'bodies'))
  const opener = openerHere(bodies, keys)
  return {
    ...opener,
    async close() {
      await opener.close()
      bodies.close()
    },
  }
}

/** What verification says: where and what, or `sound`. */
export async function findingAt(
  { dir, vault, register }: RecordHome,
  log: LogSegments,
): Promise<string> {
  const keys = await openKeys(vault)
  const { origin } = keys.log
  const source = folderSource({ dir, log, register, origin, isServed: false })
  const verified = await verifyRecord(source, {
    keys,
    names: pseudonyms(keys),
    openerFor: () => openerHere(source.bodies, keys),
    see: () => undefined,
  })
  source.bodies.close()
  return verified.ok ? 'sound' : `${verified.finding.where}: ${verified.finding.what}`
}
