// The head register, and what a backup says beside it.

import { sameBytes, fromBase64, toBase64 } from '../../base/bytes.ts'
import { OperatorError } from '../../base/errors.ts'
import { type LostHead } from '../../record/backup-acts.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { type Head } from '../../record/ledger/ports.ts'
import { rootOf, tileReader } from '../../record/ledger/proof.ts'
import { emptyRoot } from '../../record/ledger/tree.ts'
import { walkFrames } from '../../record/ledger/walk.ts'
import { fileHeadRegister, putHeadBack } from '../../storage/files/head-register.ts'
import { type Config } from '../config.ts'
import { type Manifest } from './manifest.ts'
import { type BackupSource } from './source.ts'

type Place = Pick<Config, 'headRegister'>

export type Registering = {
  readonly keys: Keys
  readonly manifest: Manifest
  readonly source: BackupSource
}

/** What the register knows, and the backup does not have. @throws {OperatorError} when it is of another history */
export async function lossOf(
  { headRegister }: Place,
  { keys, manifest, source }: Registering,
): Promise<LostHead | null> {
  const register = fileHeadRegister(headRegister, macOf(keys))
  const known = await register.read(keys.log.origin)
  if (known === null) return null
  if (known.size > manifest.records)
    return {
      records: known.size - manifest.records,
      size: known.size,
      root: toBase64(known.root),
    }
  const root = await rootAt(known.size, manifest, source)
  if (root && sameBytes(root, known.root)) return null
  throw new OperatorError(
    'restore.other-history',
    `The head register ${headRegister} has another tree of ${known.size} records than this backup: they are of two histories. Restore another generation, or name another register with ONRECORD_HEAD_REGISTER.`,
  )
}

/** The root of the tree at that size; null where no batch ended there. */
async function rootAt(
  size: number,
  { durable }: Manifest,
  source: BackupSource,
): Promise<Uint8Array | null> {
  if (size === 0) return emptyRoot()
  if (size <= durable)
    return await rootOf(
      size,
      tileReader(size, async (path) => await source.read(`log/${path}`)),
    )
  let found: Uint8Array | null = null
  await walkFrames(source.segments(), ({ first, count, root }) => {
    if (first + count === size) found = root.slice()
  })
  return found
}

/** Has the register say what a start of the restored folder needs. @param isBack it said more, and that is given up */
export async function setRegister(
  { headRegister }: Place,
  {
    keys,
    manifest: { head },
    isBack,
  }: Pick<Registering, 'keys' | 'manifest'> & { readonly isBack: boolean },
): Promise<void> {
  const { origin } = keys.log
  const root = fromBase64(head.root)
  if (root === null) throw new OperatorError('backup.changed', 'The head of the backup is none.')
  const restored: Head = { size: head.size, root, closedAt: null }
  if (isBack) return await putHeadBack(headRegister, macOf(keys), { origin, head: restored })
  const register = fileHeadRegister(headRegister, macOf(keys))
  const known = await register.read(origin)
  const isNewer = known !== null && known.size > restored.size
  // Its log ends elsewhere now than where it was closed.
  await register.advance(origin, {
    from: known,
    to: isNewer ? { ...known, closedAt: null } : restored,
  })
}

function macOf(keys: Keys): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => keys.mac('head register', bytes)
}
