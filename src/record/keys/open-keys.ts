import { newSigningKey, secretKey, type SecretKey } from '../../base/crypto.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import {
  keysOver,
  purposeKeysOf,
  type KeyAnswers,
  type Known,
  type PurposeKeys,
} from './answers.ts'
import { bucketTable, withoutKey, type BucketTable } from './bucket-table.ts'
import { keyInNode, secretInNode } from './change-nodes.ts'
import {
  conversationHandle,
  conversationKey,
  indexKey,
  installKeyBytes,
  purposeKey,
} from './derive.ts'
import { dropPaper, issueKits, issueShares } from './papers.ts'
import { type KeyId, type Keys, type Paper } from './ports.ts'
import {
  readVault,
  vaultMissing,
  wrapFreshKey,
  writeVault,
  type HeldKey,
  type VaultParts,
} from './sealed-vault.ts'
import { verifierPair } from './signers.ts'
import { signingAnswers } from './signing.ts'
import { standingOf } from './vault-standing.ts'
import { noteHold, vaultState, type VaultState } from './vault-state.ts'
import { noNotes, type Vault } from './vault.ts'

/**
 * Makes a KEK in each holder, the log's identity and keys, and the vault with them: what a log has once in its life.
 *
 * @param domain stands in the log's origin
 * @returns the KEKs, for the recovery kit, and the origin
 * @throws {OperatorError} when there is a vault already
 */
export async function createVault(
  parts: VaultParts,
  domain: string,
): Promise<{ readonly keys: readonly HeldKey[]; readonly origin: string }> {
  const { holders, vaultStore, random } = parts
  if ((await vaultStore.read()) !== null) {
    throw new OperatorError('vault.exists', `${vaultStore.name} is there already: use it as it is`)
  }
  if (/[\s+]/.test(domain)) throw new RangeError('a domain with spaces or plus signs')
  const origin = `${domain}/log/${random.bytes(4).toString('hex')}`
  const vault: Vault = {
    origin,
    install: secretKey(random.bytes(installKeyBytes)),
    signing: { ed25519: newSigningKey('ed25519'), mlDsa44: newSigningKey('ml-dsa-44') },
    buckets: [],
    notes: noNotes,
  }
  const keys = holders.map((holder) => ({ holder, key: holder.draw() }))
  // If we stop after this line, the holders have a key that nothing needs.
  for (const { key } of keys) await key.create()
  const held = keys.map(({ holder, key }) => ({ holder, id: key.id }))
  const { sealKey, slots } = await wrapFreshKey(parts, origin, { epoch: 1, keys: held })
  const header = { format: 2 as const, epoch: 1, slots, making: [], doomed: [] }
  const papers = held.filter(({ holder }) => holder.kit !== undefined).map(({ id }) => firstKit(id))
  await writeVault(parts, { header, sealKey, vault: { ...vault, notes: { ...noNotes, papers } } })
  return { origin, keys: held }
}

/** Whoever makes a vault prints the keys that can be printed. */
function firstKit(id: KeyId): Paper {
  return { id, kind: 'kit', threshold: 1, of: 1, epoch: 1, atMs: null }
}

/**
 * Opens the vault. More than one may be open, in several threads; `ensureBuckets` belongs to one of them, and the others read the vault
 * again when they meet a bucket that is new to them.
 *
 * @throws {OperatorError} when there is no vault, it was changed, or its key is missing
 */
export async function openKeys(parts: VaultParts): Promise<Keys> {
  const { answers, known, purposes } = await openAnswers(parts)
  return keysOver(answers, known, { purposes, random: parts.random })
}

/** The vault as it answers who asks. */
export type OpenedAnswers = {
  readonly answers: KeyAnswers
  readonly known: () => Known
  readonly purposes: PurposeKeys
  /** What the journal of a key agent is kept with. Nobody is given it over a line. */
  readonly journalKey: SecretKey
}

/** As `openKeys`, in halves: for a process that answers others. */
export async function openAnswers(parts: VaultParts): Promise<OpenedAnswers> {
  const opened = await readVault(parts)
  if (opened === null) throw vaultMissing(parts.vaultStore.name)
  const state = vaultState(parts, opened)
  const table = bucketTable(state, parts)
  return {
    answers: {
      ...signingAnswers(state, parts),
      ...treeKeys(table),
      reach: async (epoch) => await state.reach(epoch),
      bucketAt: async (retention, atMs) => withoutKey(await table.at(retention, atMs)),
      ensureBuckets: async (nowMs, classes) => await table.ensureBuckets(nowMs, classes),
      closeBucket: async (bucket) => await table.closeBucket(bucket),
      stateOf: async (bucket) => (await table.get(bucket)).node.kind,
      hold: async (hold, stands) => await noteHold(state, hold, stands),
      turn: async (changes) => await table.turn(changes),
      settle: async () => await state.settle(),
      ...paperKeys(state, parts),
      openings: async () => await Promise.resolve(null),
    },
    known: knownIn(state, table),
    purposes: purposeKeysOf(opened.vault.install),
    journalKey: purposeKey(opened.vault.install, 'journal of openings'),
  }
}

/** The same until the vault was written or read again. */
function knownIn(state: VaultState, table: BucketTable): () => Known {
  let of: Vault | null = null
  let known: Known | null = null
  return () => {
    const { vault } = state
    if (known !== null && of === vault) return known
    const { origin, signing, notes } = vault
    of = vault
    known = {
      log: { origin, verifierKeys: verifierPair(origin, signing), past: notes.pastSigners },
      epoch: state.epoch,
      bucketsOpened: state.changes,
      buckets: table.knownBuckets(),
    }
    return known
  }
}

/** What an administrator does with the vault. */
function paperKeys(
  state: VaultState,
  parts: VaultParts,
): Pick<Keys, 'standing' | 'issueShares' | 'issueKits' | 'dropPaper'> {
  return {
    // Others need not wait for a holder that is slow to answer.
    standing: async () => await standingOf(parts, await state.refresh()),
    issueShares: async (scheme, atMs) =>
      await state.act(async (opened) => {
        const printed = await issueShares(parts, opened, { scheme, atMs })
        return [printed.opened, printed.papers]
      }),
    issueKits: async (atMs) =>
      await state.act(async (opened) => {
        const printed = await issueKits(parts, opened, atMs)
        return [printed.opened, printed.papers]
      }),
    dropPaper: async (id) =>
      await state.act(async (opened) => [await dropPaper(parts, opened, id), undefined]),
  }
}

/** Walks down the tree from a bucket: from its master key, or from the children that replaced it. */
function treeKeys(
  table: BucketTable,
): Pick<Keys, 'handleFor' | 'conversation' | 'record' | 'index'> {
  return {
    async handleFor(bucket, conversation, counter) {
      const { node } = await table.get(bucket)
      if (node.kind !== 'whole') throw new FatalError(`bucket ${bucket} takes no new conversation`)
      const handle = conversationHandle(node.master, conversation, counter)
      return { bucket, handle, key: conversationKey(node.master, bucket, handle) }
    },
    async conversation(bucket, handle) {
      const key = keyInNode(await table.get(bucket), handle)
      return key === null ? null : { bucket, handle, key }
    },
    record: async (place) => secretInNode(await table.get(place.bucket), place),
    async index(bucket) {
      const { node } = await table.get(bucket)
      if (node.kind === 'whole') return indexKey(node.master)
      return node.kind === 'survivors' ? node.index : null
    },
  }
}
