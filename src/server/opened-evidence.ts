// What proves records, read from a data folder, also while a server has it open: as `verify`, it opens files for reading only.

import { join } from 'node:path'
import { OperatorError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { exportAct } from '../discovery/bundle/act.ts'
import { envelopeIn, partText } from '../discovery/bundle/opened.ts'
import { type ExportAct } from '../discovery/bundle/ports.ts'
import { BundleRefused } from '../discovery/errors.ts'
import { EvidenceMissing } from '../record/errors.ts'
import { recordEvidence } from '../record/evidence/evidence.ts'
import { type Evidence } from '../record/evidence/ports.ts'
import { openKeys } from '../record/keys/open-keys.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type VaultParts } from '../record/keys/sealed-vault.ts'
import { partIds } from '../record/ledger/parts.ts'
import { type MailboxIndex } from '../record/mailbox/ports.ts'
import { type LogPosition } from '../record/types.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { fileBodyFiles } from '../storage/files/body-store.ts'
import { sqliteMailboxIndex } from '../storage/sqlite/mailbox-index.ts'
import { type Config } from './config.ts'

export type OpenedEvidence = {
  readonly data: string
  readonly keys: Keys
  readonly index: MailboxIndex
  readonly evidence: Evidence
}

/** A data folder, and what opens its vault. */
export type KeyedData = { readonly data: string; readonly openKeys: () => Promise<Keys> }

/** With the holders that the settings name. */
export function heldData({ data, keyHolders }: Pick<Config, 'data' | 'keyHolders'>): KeyedData {
  const parts = (): VaultParts => vaultPartsAt({ dataDir: data, holders: keyHolders })
  return { data, openKeys: async () => await openKeys(parts()) }
}

/** @throws {OperatorError} when no key opens the vault, and for what of the evidence is missing or was refused */
export async function withEvidence<T>(
  { data, openKeys: open }: KeyedData,
  work: (opened: OpenedEvidence) => Promise<T>,
): Promise<T> {
  const keys = await open()
  const index = sqliteMailboxIndex(join(data, dataPaths.mailbox))
  const bodies = fileBodyFiles(join(data, dataPaths.bodies))
  try {
    const read = async (path: string): Promise<Uint8Array | null> =>
      await readIfThere(join(data, 'log', path))
    return await work({
      data,
      keys,
      index,
      evidence: recordEvidence({ read, index, bodies, keys }),
    })
  } catch (error) {
    if (error instanceof BundleRefused || error instanceof EvidenceMissing)
      throw new OperatorError(error.code, `${error.message}.`, { cause: error })
    throw error
  } finally {
    bodies.close()
    index.close()
  }
}

/** @throws {OperatorError} when there is no act of export */
export async function exportAt(
  position: LogPosition,
  evidence: Evidence,
  size: number,
): Promise<ExportAct> {
  for await (const entry of evidence.entries({ from: position, to: position + 1 }, size)) {
    const opened = await evidence.disclose(entry)
    if (opened.kind !== 'record') break
    const { kind, t_server: at } = envelopeIn(opened)
    if (kind !== 'export') break
    return exportAct(partText(opened.parts, partIds.content), { position, at })
  }
  throw new OperatorError('export.no-act', `record ${position} is no act of export`)
}
