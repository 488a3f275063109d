// Writes evidence bundles from a data folder, also while a server has it open.

import { OperatorError } from '../base/errors.ts'
import { createDurably } from '../base/files.ts'
import { recordProof } from '../discovery/bundle/proof.ts'
import { type HandleName } from '../record/heads/ports.ts'
import { type BundleSink, type StatedHeads } from '../discovery/bundle/ports.ts'
import { policyOf } from '../discovery/bundle/policy.ts'
import { fates, select } from '../discovery/bundle/select.ts'
import { type BundleHead, type BundleSummary, writeBundle } from '../discovery/bundle/write.ts'
import { openKeys } from '../record/keys/open-keys.ts'
import { type LogPosition } from '../record/types.ts'
import { vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { bundleFolder } from '../storage/files/bundle-folder.ts'
import { bundleZip } from '../storage/files/bundle-zip.ts'
import { bundleHeads } from './bundle-heads.ts'
import { bundleWorld } from './bundle-world.ts'
import { type Config } from './config.ts'
import { exportAt, heldData, type KeyedData, withEvidence } from './opened-evidence.ts'
import { witnessLines } from './witness-policy.ts'

export type BundleWanted = {
  /** The act of export, which is on record. */
  readonly act: LogPosition
  /** Where the bundle goes, once it is known what is in it. */
  readonly sink: () => Promise<BundleSink>
  /** Sizes of earlier heads that the bundle is to prove to be of the same tree. */
  readonly heads: readonly number[]
  /** Has the log state how many records these have, at once. */
  readonly stateHeads: (wanted: readonly HandleName[]) => Promise<readonly StatedHeads[]>
  /** Told how many records it shows, and after each of them. */
  readonly onSelected?: (records: number) => void
  readonly onRecord?: () => void
}

/**
 * What outsiders verify with: the log's keys, and the witnesses that are set with how many of them it takes, as C2SP tlog-policy has
 * them. To be given to them by another way than the bundle.
 *
 * @throws {OperatorError} when no key opens the vault, or the witnesses that are set are in no policy
 */
export async function logPolicy({
  data,
  keyHolders,
  proofs,
}: Place & Pick<Config, 'proofs'>): Promise<string> {
  const { log } = await openKeys(vaultPartsAt({ dataDir: data, holders: keyHolders }))
  const { witnessPolicyFile: file } = proofs
  return policyOf(log, file === null ? undefined : witnessLines(file, log.verifierKeys))
}

type Place = Pick<Config, 'data' | 'keyHolders'>

/** What was written, and whether enough witnesses have seen its head. */
export type Exported = BundleSummary & { readonly isWitnessed: boolean }

/**
 * Writes the bundle of an act that is on record: a zip where the path ends in `.zip`, else a folder.
 *
 * @throws {OperatorError} as `makeBundle`, and when something is there already
 */
export async function exportBundle(
  config: Place & Pick<Config, 'proofs'>,
  { path, ...wanted }: Omit<BundleWanted, 'sink'> & { readonly path: string },
): Promise<Exported> {
  const sink = async (): Promise<BundleSink> =>
    path.endsWith('.zip') ? await bundleZip(path) : await bundleFolder(path)
  return await makeBundle({ ...heldData(config), ...config }, { ...wanted, sink })
}

/**
 * Makes the bundle of an act that is on record.
 *
 * @throws {OperatorError} when it cannot be made: there is no such act, no key that opens the vault, or nothing in the range
 */
export async function makeBundle(
  config: KeyedData & Pick<Config, 'proofs'>,
  { act: position, heads: sizes, stateHeads, ...wanted }: BundleWanted,
): Promise<Exported> {
  return await withEvidence(config, async (opened) => {
    const { evidence, keys } = opened
    const heads = bundleHeads(config, keys)
    const { size } = await heads.signed(position)
    const act = await exportAt(position, evidence, size)
    const selection = await select(act.scope, { evidence, size }, act)
    const shown = selection.fates.reduce((sum, fate) => sum + Number(fate === fates.shown), 0)
    wanted.onSelected?.(shown)
    const stated = await stateHeads(selection.handles)
    const head = await heads.witnessed(Math.max(position, ...stated.map((one) => one.position)))
    const around = await heads.around(selection, head.size)
    const stamps = await heads.stamped(selection, head.size)
    const beside = stamps.filter(({ size: stamped }) => stamped < head.size)
    const otherHeads = bySize([...around, ...beside, ...(await heads.earlier(sizes))])
    const world = await bundleWorld(opened)
    const { log, exports: signer } = keys
    const proofs = { head, otherHeads, stamps, stated }
    const parts = { ...wanted, ...proofs, evidence, world, log, signer, selection }
    const sink = await wanted.sink()
    try {
      return { ...(await writeBundle(act, parts, sink)), isWitnessed: head.isWitnessed }
    } finally {
      await sink.close()
    }
  })
}

/**
 * Writes the proof of the one record that an act on record asks for.
 *
 * @throws {OperatorError} as `exportBundle`, and when it asks for more
 */
export async function exportProof(
  config: Place & Pick<Config, 'proofs'>,
  { act: position, path }: Pick<BundleWanted, 'act'> & { readonly path: string },
): Promise<{ readonly size: number; readonly isWitnessed: boolean }> {
  return await withEvidence(heldData(config), async ({ evidence, keys }) => {
    const heads = bundleHeads(config, keys)
    const { size } = await heads.signed(position)
    const act = await exportAt(position, evidence, size)
    const head = await heads.witnessed(position)
    const proof = await recordProof(act, { evidence, head })
    if (!(await createDurably(path, proof)))
      throw new OperatorError('export.exists', `${path} is there already: name another file.`)
    return { size: head.size, isWitnessed: head.isWitnessed }
  })
}

/** Ascending, and one of each size: what witnesses have signed comes first. */
function bySize(heads: readonly BundleHead[]): readonly BundleHead[] {
  const found = new Map(heads.toReversed().map((head) => [head.size, head]))
  return [...found.values()].toSorted((a, b) => a.size - b.size)
}
