import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Clock } from '../../src/base/clock.ts'
import { type IntegratorParts } from '../../src/record/integrate/integrator.ts'
import { type Keys } from '../../src/record/keys/ports.ts'
import { type HeadRegister } from '../../src/record/ledger/ports.ts'
import { pseudonyms } from '../../src/record/mailbox/names.ts'
import { fileBodyStore } from '../../src/storage/files/body-store.ts'
import { fileCheckpointStore } from '../../src/storage/files/checkpoint-store.ts'
import { fileTileStore } from '../../src/storage/files/tile-store.ts'
import { sqliteMailboxStore } from '../../src/storage/sqlite/mailbox-store.ts'
import { firstAt } from './sealed-batches.ts'

/** What the integrator stands on, over the files of a folder. */
export async function derivedStores(
  dir: string,
  { keys, register }: { readonly keys: Keys; readonly register: HeadRegister },
): Promise<IntegratorParts> {
  const clock: Clock = { now: () => firstAt }
  return {
    keys,
    register,
    clock,
    names: pseudonyms(keys),
    bodies: await fileBodyStore(join(dir, 'bodies')),
    mailbox: sqliteMailboxStore(join(dir, 'mailbox.db')),
    tileStore: fileTileStore(join(dir, 'log')),
    checkpoints: fileCheckpointStore(join(dir, 'log')),
  }
}

/**
 * Everything that was derived from the log, to be compared: all rows, bodies, full tiles, and the checkpoint's text. Partial tiles and
 * the history tell at which sizes heads were signed, and are left out.
 */
export function derivedFrom(dir: string): Readonly<Record<string, unknown>> {
  const files: Record<string, unknown> = {}
  for (const path of filesUnder(dir)) {
    if (!/^(?:bodies|log\/tile)\//.test(path) || path.includes('.p/')) continue
    files[path] = readFileSync(join(dir, path)).toString('base64')
  }
  const note = readFileSync(join(dir, 'log/checkpoint'), 'utf8').split('\n')
  return { ...files, ...rowsIn(join(dir, 'mailbox.db')), checkpoint: note.slice(0, 3) }
}

/** Paths of all files, relative, sorted. */
export function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(dir, path)).isFile())
    .toSorted()
}

function rowsIn(path: string): Record<string, unknown> {
  const db = new DatabaseSync(path)
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    return Object.fromEntries(
      tables.map(({ name }) => {
        const rows = db.prepare(`SELECT * FROM ${String(name)} ORDER BY 1, 2`).all()
        return [`table ${String(name)}`, rows.map((row) => ({ ...row }))]
      }),
    )
  } finally {
    db.close()
  }
}

/** Longer than all tests together: an integrator that a test leaves behind, as a stop does, signs nothing in a folder that is gone. */
export const neverMs = 2_000_000_000
