import { concatBytes, utf8 } from '../../base/bytes.ts'
import { exportSecret, hmac256, newSigningKey, secretKey } from '../../base/crypto.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { bucketTable, type BucketTable } from './bucket-table.ts'
import { keyInNode, secretInNode } from './change-nodes.ts'
import { signCheckpoint, type LogSigningKeys } from '../ledger/checkpoint.ts'
import {
  conversationHandle,
  conversationKey,
  indexKey,
  installKeyBytes,
  purposeKey,
} from './derive.ts'
import { exportSigner } from './export-signer.ts'
import { positionIds } from './position-ids.ts'
import { sealedColumns } from './sealed-columns.ts'
import { dropPaper, issueKits, issueShares } from './papers.ts'
import { type KeyId, type Keys, type LogIdentity, type Paper } from './ports.ts'
import {
  readVault,
  vaultMissing,
  wrapFreshKey,
  writeVault,
  type HeldKey,
  type OpenedVault,
  type VaultParts,
} from './sealed-vault.ts'
import { changeSigners, verifierPair } from './signers.ts'
import { standingOf } from './vault-standing.ts'
import { noteHold, vaultState, type VaultState } from './vault-state.ts'
import { noNotes, type Vault } from './vault.ts'

const pseudonymBytes = 16

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
  const { vaultStore } = parts
  const opened = await readVault(parts)
  if (opened === null) throw vaultMissing(vaultStore.name)
  const state = vaultState(parts, opened)
  const table = bucketTable(state, parts)
  const identity = identityIn(state)
  return {
    get log() {
      return identity()
    },
    ...signingKeys(state, parts),
    ...installKeys(opened.vault),
    ...sealedColumns(purposeKey(opened.vault.install, 'sealed column'), parts.random),
    ...treeKeys(table),
    exports: exportSigner(opened.vault.origin, opened.vault.install),
    get epoch() {
      return state.epoch
    },
    get bucketsOpened() {
      return state.changes
    },
    reach: async (epoch) => await state.reach(epoch),
    bucketAt: async (retention, atMs) => await table.at(retention, atMs),
    ensureBuckets: async (nowMs, classes) => await table.ensureBuckets(nowMs, classes),
    knownBuckets: () => table.knownBuckets(),
    closeBucket: async (bucket) => await table.closeBucket(bucket),
    stateOf: async (bucket) => (await table.get(bucket)).node.kind,
    hold: async (hold, stands) => await noteHold(state, hold, stands),
    turn: async (changes) => await table.turn(changes),
    settle: async () => await state.settle(),
    ...paperKeys(state, parts),
  }
}

function identityOf({ origin, signing, notes }: Vault): LogIdentity {
  return { origin, verifierKeys: verifierPair(origin, signing), past: notes.pastSigners }
}

/** Made anew when the vault was written or read again. */
function identityIn(state: VaultState): () => LogIdentity {
  let [vault, identity] = [state.vault, identityOf(state.vault)]
  return () => {
    if (vault !== state.vault) [vault, identity] = [state.vault, identityOf(state.vault)]
    return identity
  }
}

/** Signs with the keys that the vault has at the call. */
function signingKeys(
  state: VaultState,
  parts: VaultParts,
): Pick<Keys, 'changeSigners' | 'startSigning' | 'sign'> {
  return {
    async changeSigners(history, note) {
      const { origin, signing: from } = (await state.refresh()).vault
      const to = { ed25519: newSigningKey('ed25519'), mlDsa44: newSigningKey('ml-dsa-44') }
      const change = changeSigners(origin, { from, to }, history)
      // Nothing of the vault is held meanwhile: what is put on record may need a new bucket.
      const at = await note(change)
      const past = { verifierKeys: change.old, at, until: null }
      await state.act(async (opened) => {
        const next = replaceSigners(opened, to, past)
        return [await writeVault(parts, next), null]
      })
      return change
    },
    async startSigning(signedSize) {
      if (state.vault.notes.pastSigners.every((past) => past.until !== null)) return
      const until = await signedSize()
      await state.act(async (opened) => {
        const { vault } = opened
        const { notes } = vault
        const pastSigners = notes.pastSigners.map((past) => ({
          ...past,
          until: past.until ?? until,
        }))
        const next = { ...opened, vault: { ...vault, notes: { ...notes, pastSigners } } }
        return [await writeVault(parts, next), null]
      })
    },
    async sign(head, atMs) {
      const { origin, signing } = state.vault
      return signCheckpoint({ origin, ...head }, signing, Math.floor(atMs / 1000))
    },
  }
}

function replaceSigners(
  opened: OpenedVault,
  signing: LogSigningKeys,
  past: LogIdentity['past'][number],
): OpenedVault {
  const { vault } = opened
  const [now] = verifierPair(vault.origin, vault.signing)
  if (now !== past.verifierKeys[0]) {
    const text = 'The signing keys were changed by somebody else meanwhile: nothing was done.'
    throw new OperatorError('key.changed-meanwhile', text)
  }
  const pastSigners = [...vault.notes.pastSigners, past]
  return { ...opened, vault: { ...vault, signing, notes: { ...vault.notes, pastSigners } } }
}

/** What hangs on the install key, which lives as long as the log. */
function installKeys({
  install,
}: Vault): Pick<Keys, 'pseudonym' | 'mac' | 'stanzaId' | 'positionOf'> {
  const pseudonymKey = purposeKey(install, 'pseudonym')
  const macKey = purposeKey(install, 'mac')
  const ids = positionIds(exportSecret(purposeKey(install, 'stanza id')).subarray(0, 16))
  return {
    pseudonym(label, id) {
      const mac = hmac256(pseudonymKey, utf8(`${label}\0${id}`))
      return Buffer.from(mac.buffer, mac.byteOffset, pseudonymBytes)
    },
    mac: (label, bytes) => hmac256(macKey, concatBytes(utf8(`${label}\0`), bytes)),
    stanzaId: ids.idOf,
    positionOf: ids.positionOf,
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
