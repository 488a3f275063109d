// Writes evidence bundles from a data folder, also while a server has it open: as `verify`, it opens files for reading only.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64, utf8 } from '../base/bytes.ts'
import { secretKey } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { readIfThere } from '../base/files.ts'
import { exportAct } from '../discovery/bundle/act.ts'
import { envelopeIn, partText } from '../discovery/bundle/opened.ts'
import {
  type BundleSink,
  type BundleWorld,
  type DatedAddress,
  type ExportAct,
  type NamedAttachment,
} from '../discovery/bundle/ports.ts'
import { policyOf } from '../discovery/bundle/policy.ts'
import { type BundleHead, type BundleSummary, writeBundle } from '../discovery/bundle/write.ts'
import { type FileId, type FileStore } from '../files/ports.ts'
import { BundleRefused } from '../discovery/errors.ts'
import { openSealed } from '../files/sealed-file.ts'
import { outsiderId } from '../intake/outsider.ts'
import { EvidenceMissing } from '../record/errors.ts'
import { recordEvidence } from '../record/evidence/evidence.ts'
import { type Evidence } from '../record/evidence/ports.ts'
import { personId } from '../record/ids.ts'
import { decodeHistory, historyItemBytes } from '../record/integrate/checkpoint-history.ts'
import { openKeys } from '../record/keys/open-keys.ts'
import { ownSignerOf } from '../record/keys/own-heads.ts'
import { type Keys } from '../record/keys/ports.ts'
import { plainNote } from '../record/ledger/checkpoint.ts'
import { partIds } from '../record/ledger/parts.ts'
import { type LogPosition } from '../record/types.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { bundleFolder } from '../storage/files/bundle-folder.ts'
import { bundleZip } from '../storage/files/bundle-zip.ts'
import { fileBodyFiles } from '../storage/files/body-store.ts'
import { fileStore } from '../storage/files/file-store.ts'
import { sqliteMailboxIndex } from '../storage/sqlite/mailbox-index.ts'
import { sqlitePeople } from '../storage/sqlite/people-audit.ts'
import { type Config } from './config.ts'
import { headOver } from './signed-head.ts'

export type BundleWanted = {
  /** The act of export, which is on record. */
  readonly act: LogPosition
  /** Where the bundle is to lie: a zip where it ends in `.zip`, else a folder. */
  readonly path: string
  /** Sizes of earlier heads that the bundle is to prove to be of the same tree. */
  readonly heads: readonly number[]
}

/** What outsiders verify with: the log's keys, as C2SP tlog-policy has them. To be given to them by another way than the bundle. */
export async function logPolicy({ data, keyHolders }: Place): Promise<string> {
  const { log } = await openKeys(vaultPartsAt({ dataDir: data, holders: keyHolders }))
  return policyOf(log)
}

type Place = Pick<Config, 'data' | 'keyHolders'>

/**
 * Writes the bundle of an act that is on record.
 *
 * @throws {OperatorError} when it cannot be made: there is no such act, no key that opens the vault, or nothing in the range
 */
export async function exportBundle(config: Place, wanted: BundleWanted): Promise<BundleSummary> {
  const inData = (name: string): string => join(config.data, name)
  const keys = await openKeys(vaultPartsAt({ dataDir: config.data, holders: config.keyHolders }))
  const index = sqliteMailboxIndex(inData(dataPaths.mailbox))
  const bodies = fileBodyFiles(inData(dataPaths.bodies))
  let sink: BundleSink | null = null
  try {
    const read = async (path: string): Promise<Uint8Array | null> =>
      await readIfThere(inData(`log/${path}`))
    const evidence = recordEvidence({ read, index, bodies, keys })
    const head = await headOver(wanted.act, keys.log, async () => await evidence.checkpoint())
    const act = await actAt(wanted.act, evidence, head.size)
    const world = worldOf(inData('state.db'), await fileStore(inData('files')))
    const otherHeads = await earlierHeads(inData('log/checkpoints'), wanted.heads, keys)
    const { path } = wanted
    sink = path.endsWith('.zip') ? await bundleZip(path) : await bundleFolder(path)
    const { log, exports: signer } = keys
    return await writeBundle(act, { evidence, world, log, signer, head, otherHeads }, sink)
  } catch (error) {
    if (error instanceof BundleRefused || error instanceof EvidenceMissing)
      throw new OperatorError(error.code, `${error.message}.`, { cause: error })
    throw error
  } finally {
    await sink?.close()
    bodies.close()
    index.close()
  }
}

async function actAt(position: LogPosition, evidence: Evidence, size: number): Promise<ExportAct> {
  for await (const entry of evidence.entries({ from: position, to: position + 1 }, size)) {
    const opened = await evidence.disclose(entry)
    if (opened.kind !== 'record') break
    const { kind, t_server: at } = envelopeIn(opened)
    if (kind !== 'export') break
    return exportAct(partText(opened.parts, partIds.content), { position, at })
  }
  throw new OperatorError('export.no-act', `record ${position} is no act of export`)
}

/** Heads out of the history, as notes with the Ed25519 signature that it keeps. docs/decisions/0004 */
async function earlierHeads(
  path: string,
  sizes: readonly number[],
  { log }: Keys,
): Promise<readonly BundleHead[]> {
  if (sizes.length === 0) return []
  const bytes = await readFile(path)
  const whole = bytes.subarray(0, bytes.length - (bytes.length % historyItemBytes))
  const items = decodeHistory(whole)
  return sizes
    .toSorted((a, b) => a - b)
    .map((size) => {
      const item = items.find((one) => one.size === size)
      if (item === undefined)
        throw new OperatorError('export.no-such-head', `No head of ${size} records was signed.`)
      const checkpoint = { origin: log.origin, ...item }
      const key = ownSignerOf(checkpoint, item.ed25519, log)
      if (key === null)
        throw new OperatorError(
          'export.no-head',
          `The head of ${size} records is signed by no key of the log: see onrecord verify.`,
        )
      const note = utf8(plainNote(checkpoint, key, item.ed25519))
      return { size, root: item.root, note }
    })
}

function worldOf(statePath: string, files: FileStore): BundleWorld {
  const stored = sqlitePeople(statePath)
  if (typeof stored === 'string')
    throw new OperatorError('export.no-people', `state.db: ${stored}: see onrecord verify`)
  const addresses = stored.addresses.map(
    ({ address, person, sincePosition, untilPosition }): DatedAddress => ({
      address,
      person: personId(person),
      since: sincePosition,
      until: untilPosition,
    }),
  )
  return { addresses, outsiderId, attachment: async (file) => await openAttachment(files, file) }
}

async function openAttachment(
  files: FileStore,
  { id, size, key }: NamedAttachment,
): Promise<AsyncIterable<Uint8Array> | null> {
  const bytes = fromBase64(key)
  const reader = bytes && isFileId(id) ? await files.open(id) : null
  if (reader === null || bytes === null) return null
  return (async function* () {
    try {
      const file = await openSealed(reader, { key: secretKey(bytes), context: utf8(id), size })
      yield* file.read(0, size)
    } finally {
      await reader.close()
    }
  })()
}

function isFileId(id: string): id is FileId {
  return /^[0-9a-f]{32}$/.test(id)
}
