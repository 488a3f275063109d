import { concatBytes, u64, utf8 } from '../../base/bytes.ts'
import {
  exportSecret,
  exportVerifyingKey,
  hmac256,
  newSigningKey,
  secretKey,
  verifyingKeyOf,
  type SecretKey,
} from '../../base/crypto.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { signCheckpoint } from '../ledger/checkpoint.ts'
import { formatVerifierKey } from '../ledger/note.ts'
import { importRecordSecret, recordSecret, type RecordSecret } from '../ledger/secret.ts'
import {
  conversationHandle,
  conversationKey,
  indexKey,
  installKeyBytes,
  masterKeyBytes,
  purposeKey,
} from './derive.ts'
import { monthAt } from './months.ts'
import { positionIds } from './position-ids.ts'
import { sealedColumns } from './sealed-columns.ts'
import { type KeyId, type Keys, type LogIdentity, type RecordPlace } from './ports.ts'
import { readVault, writeVault, type VaultHeader, type VaultParts } from './sealed-vault.ts'
import {
  conversationItemBytes,
  findSurvivor,
  recordItemBytes,
  type KeyedBucket,
  type Vault,
} from './vault.ts'

/** Retention classes that get a bucket each month. */
const classes: readonly string[] = ['default']
const pseudonymBytes = 16

/** A record names a bucket that the vault does not know. */
export class BucketUnknown extends FatalError {
  override readonly name = 'BucketUnknown'
  readonly code = 'record.bucket-unknown'

  constructor(vault: string, what: string) {
    super(`${vault} has no bucket ${what}`)
  }
}

/**
 * Makes a KEK, the log's identity and keys, and the vault with them: what a log has once in its life.
 *
 * @param domain stands in the log's origin
 * @returns the KEK's id, for the recovery kit, and the origin
 * @throws {OperatorError} when there is a vault already
 */
export async function createVault(
  parts: VaultParts,
  domain: string,
): Promise<{ readonly keyId: KeyId; readonly origin: string }> {
  const { holder, vaultStore, random } = parts
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
  }
  // If we stop after this line, the holder has one key that nothing needs.
  const keyId = await holder.create()
  await writeVault(parts, { keyId, epoch: 1 }, vault)
  return { keyId, origin }
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
  if (opened === null) {
    throw new OperatorError(
      'vault.missing',
      `there is no vault at ${vaultStore.name}: restore it from a backup`,
    )
  }
  const table = bucketTable(parts, opened)
  return {
    log: identityOf(opened.vault),
    ...installKeys(opened.vault),
    ...sealedColumns(purposeKey(opened.vault.install, 'sealed column'), parts.random),
    ...treeKeys(table),
    get epoch() {
      return table.epoch()
    },
    reach: async (epoch) => await table.reach(epoch),
    bucketAt: async (retention, atMs) => await table.at(retention, atMs),
    ensureBuckets: async (nowMs) => await table.ensure(nowMs),
    async sign(head, atMs) {
      const { origin, signing } = opened.vault
      return signCheckpoint({ origin, ...head }, signing, Math.floor(atMs / 1000))
    },
  }
}

function identityOf({ origin, signing }: Vault): LogIdentity {
  const ed25519 = exportVerifyingKey(verifyingKeyOf(signing.ed25519), 'ed25519')
  const mlDsa44 = exportVerifyingKey(verifyingKeyOf(signing.mlDsa44), 'ml-dsa-44')
  return {
    origin,
    verifierKeys: [
      formatVerifierKey(origin, 'ed25519', ed25519),
      formatVerifierKey(origin, 'ml-dsa-44', mlDsa44),
    ],
  }
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

/** The vault's buckets as they are known here. */
type BucketTable = {
  epoch(): number
  reach(epoch: number): Promise<void>
  get(number: number): Promise<KeyedBucket>
  at(retention: string, atMs: number): Promise<KeyedBucket>
  ensure(nowMs: number): Promise<void>
}

function bucketTable(
  parts: VaultParts,
  opened: { readonly header: VaultHeader; readonly vault: Vault },
): BucketTable {
  let { header, vault } = opened
  const inTurn = turns()

  const byNumber = (number: number): KeyedBucket | undefined =>
    vault.buckets.find((bucket) => bucket.number === number)
  const byTime = (retention: string, atMs: number): KeyedBucket | undefined =>
    vault.buckets.findLast(
      (b) => b.class === retention && b.from <= atMs && atMs < b.to && b.node.kind === 'whole',
    )

  async function refresh(): Promise<void> {
    const stored = await readVault(parts)
    if (stored !== null) ({ header, vault } = stored)
  }

  async function find(look: () => KeyedBucket | undefined, what: string): Promise<KeyedBucket> {
    // Another thread may have added it since we read the vault.
    if (look() === undefined) await inTurn(refresh)
    const bucket = look()
    if (bucket === undefined) throw new BucketUnknown(parts.vaultStore.name, what)
    return bucket
  }

  function missing(nowMs: number): Pick<KeyedBucket, 'class' | 'from' | 'to'>[] {
    const now = monthAt(nowMs)
    return classes
      .flatMap((name) => [now, monthAt(now.to)].map((month) => ({ class: name, ...month })))
      .filter((period) => byTime(period.class, period.from) === undefined)
  }

  async function addMissing(nowMs: number): Promise<void> {
    if (missing(nowMs).length === 0) return
    // A write that failed may have been kept: what is stored is what counts.
    await refresh()
    const buckets = [...vault.buckets]
    for (const period of missing(nowMs)) {
      const number = (buckets.at(-1)?.number ?? 0) + 1
      const master = secretKey(parts.random.bytes(masterKeyBytes))
      buckets.push({ number, ...period, node: { kind: 'whole', master } })
    }
    if (buckets.length === vault.buckets.length) return
    const next = { ...vault, buckets }
    // Only what is durable is used.
    await writeVault(parts, header, next)
    vault = next
  }

  return {
    epoch: () => header.epoch,
    async reach(epoch) {
      if (header.epoch < epoch) await inTurn(refresh)
      if (header.epoch >= epoch) return
      const { name } = parts.vaultStore
      throw new FatalError(`${name} is of epoch ${header.epoch}, and was of ${epoch} before`)
    },
    get: async (number) => await find(() => byNumber(number), String(number)),
    at: async (retention, atMs) =>
      await find(
        () => byTime(retention, atMs),
        `of class ${retention} for ${new Date(atMs).toISOString()}`,
      ),
    ensure: async (nowMs) => await inTurn(async () => await addMissing(nowMs)),
  }
}

/** Does one thing after the other, so that what was read is never older than what was written before. */
function turns(): (act: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return async (act) => {
    const mine = last.then(act)
    // Whoever asked is told how his turn ended; the next one comes anyway.
    last = mine.catch(() => undefined)
    await mine
  }
}

/** Walks down the tree from a bucket: from its master key, or from the children that replaced it. */
function treeKeys(
  table: BucketTable,
): Pick<Keys, 'handleFor' | 'conversation' | 'record' | 'index'> {
  async function keyOf(number: number, handle: Uint8Array): Promise<SecretKey | null> {
    const { node } = await table.get(number)
    if (node.kind === 'destroyed') return null
    if (node.kind === 'whole') return conversationKey(node.master, number, handle)
    const survivor = findSurvivor(node.conversations, handle, conversationItemBytes)
    return survivor === null ? null : secretKey(survivor)
  }
  async function single({ bucket, position }: RecordPlace): Promise<RecordSecret | null> {
    const { node } = await table.get(bucket)
    if (node.kind !== 'survivors') return null
    const survivor = findSurvivor(node.records, u64(position), recordItemBytes)
    return survivor === null ? null : importRecordSecret(survivor)
  }
  return {
    async handleFor(bucket, conversation, counter) {
      const { node } = await table.get(bucket)
      if (node.kind !== 'whole') throw new FatalError(`bucket ${bucket} takes no new conversation`)
      const handle = conversationHandle(node.master, conversation, counter)
      return { bucket, handle, key: conversationKey(node.master, bucket, handle) }
    },
    async conversation(bucket, handle) {
      const key = await keyOf(bucket, handle)
      return key === null ? null : { bucket, handle, key }
    },
    async record(place) {
      const key = await keyOf(place.bucket, place.handle)
      return key === null ? await single(place) : recordSecret(key, place.seq, place.salt)
    },
    async index(bucket) {
      const { node } = await table.get(bucket)
      if (node.kind === 'whole') return indexKey(node.master)
      return node.kind === 'survivors' ? node.index : null
    },
  }
}
