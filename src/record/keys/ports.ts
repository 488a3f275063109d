import { type SecretKey } from '../../base/crypto.ts'
import { type Secret } from '../../base/secret.ts'
import { type SignerChange } from './signers.ts'
import { type RecordSecret } from '../ledger/secret.ts'
import { type JournalEnd, type Opening } from './openings.ts'
import { type Use } from './uses.ts'
import { type BucketClass } from '../retention/ports.ts'
import { type ConversationId, type LogPosition } from '../types.ts'

/** The name of a key-encryption key in its holder: letters a to z, digits and dashes. In a key file 16 hex digits. */
export type KeyId = string & { readonly keyId: never }

/** A key-encryption key that has a name and is not there yet. */
export type DrawnKey = {
  readonly id: KeyId
  /** Makes it. It is durable when this returns. @throws {OperatorError} when the holder is away or refuses */
  create(): Promise<void>
}

/** What became of a key that was destroyed, as a certificate says it. LEDGER.md §5. */
export type Destroyed = {
  /** What was done, such as `overwritten and unlinked`. */
  readonly method: string
  /**
   * `destroyed`: the holder says that it is gone. `logical`: it is gone here, and its medium may keep what was written to it.
   * `pending`: it opens nothing any more, and is gone from that day on (ISO 8601).
   */
  readonly state: 'destroyed' | 'logical' | { readonly pending: string }
  /** What the holder answered, in a few words. */
  readonly evidence: string
}

/**
 * Where key-encryption keys (KEKs) live: a file, a KMS, later a hardware module. The KEK itself never comes out of it:
 * it wraps the key under which the vault is sealed. LEDGER.md §4.
 *
 * Each throws an `OperatorError` with the code `key.holder-away` when the holder does not answer in time, and another one when it refuses.
 */
export type KeyHolder = {
  /** Which kind it is, as it stands in the vault's header. */
  readonly kind: string
  /** Which one of its kind, for the vault's header and certificates. No secret. */
  readonly ref: string
  /** For messages to the operator, such as `the key file /etc/onrecord/vault.key`. */
  readonly name: string

  /** A name for a new KEK. Nothing is made, so that the name can be written down before. */
  draw(): DrawnKey

  /** @throws {OperatorError} when there is no such KEK. @param context is authenticated, and needed again to unwrap */
  wrap(id: KeyId, key: Secret<Uint8Array>, context: Uint8Array): Promise<Uint8Array>

  /**
   * @returns null when `wrapped` or `context` do not fit the KEK
   * @throws {OperatorError} when there is no such KEK
   */
  unwrap(id: KeyId, wrapped: Uint8Array, context: Uint8Array): Promise<Secret<Uint8Array> | null>

  /** Whether there is such a KEK that can be used. */
  has(id: KeyId): Promise<boolean>

  /** After this nobody can unwrap with it, as far as the holder can promise. Fine when there is none, and when it was done before. */
  destroy(id: KeyId): Promise<Destroyed>

  /** The key on paper, from holders that give it away. */
  kit?(id: KeyId): Promise<Secret<string>>
}

/** A key on paper. It opens the copies of the vault of its epoch, so it outlives a turn. */
export type Paper = {
  readonly id: KeyId
  /** One paper, or `threshold` of `of`. */
  readonly kind: 'kit' | 'shares'
  readonly threshold: number
  readonly of: number
  readonly epoch: number
  /** When it was printed; null: when the vault was made. */
  readonly atMs: number | null
}

/** One blob, sealed, which holds all keys of one record. */
export type VaultStore = {
  /** For messages to the operator, such as the file's path. */
  readonly name: string

  /** Null when there is none yet. */
  read(): Promise<Uint8Array | null>

  /**
   * Durable when it returns; the old or the new blob is there, whole, whenever we stop. One writer at a time.
   * @throws {NoSpace} when there is no room; the old blob is there, and it may be tried again
   */
  replace(blob: Uint8Array): Promise<void>
}

/** What a key agent has given away. */
export type Journal = {
  /** It is on the disk when this resolves. Lines that come meanwhile share one flush. @throws {OperatorError} `key.not-written` */
  note(opening: Opening): Promise<void>
  /** Where it stands. */
  end(): Promise<JournalEnd>
}

/** A retention class in one period: what is disposed of together. LEDGER.md §3.2. */
export type Bucket = {
  readonly number: number
  readonly class: string
  /** The period, ms since 1970: from (inclusive) to (exclusive). */
  readonly from: number
  readonly to: number
}

/** For how long a bucket is kept by its class, as the vault knows it. */
export type BucketDuty = {
  /** Ms since 1970; null: for ever. */
  readonly until: number | null
  /** Before that not even an order destroys anything of it. */
  readonly isLocked: boolean
}

/** A bucket, and what the vault has of its keys: the whole of it, some children that outlive it, or nothing. */
export type KnownBucket = Bucket & {
  readonly state: 'whole' | 'survivors' | 'destroyed'
  /** Undefined: the vault was told nothing of its class. */
  readonly duty?: BucketDuty
}

/** One conversation in one bucket. `recordSecret` (ledger/secret.ts) goes on from `key`, without waiting. */
export type ConversationKey = {
  readonly bucket: number
  /** 8 bytes. */
  readonly handle: Uint8Array
  /** CK. */
  readonly key: SecretKey
}

/** Where a record stands: what its entry says of it, and its position. */
export type RecordPlace = {
  readonly bucket: number
  readonly handle: Uint8Array
  readonly seq: number
  readonly salt: Uint8Array
  readonly position: LogPosition
}

/** What becomes of one bucket when keys are destroyed. LEDGER.md §3.2 "Explode". */
export type NodeChange = {
  readonly bucket: number
  /** What of it lives on; null: nothing. */
  readonly survivors: {
    /** Handles of conversations of which everything survives. */
    readonly conversations: readonly Uint8Array[]
    /** Single records of the others. */
    readonly records: readonly RecordPlace[]
  } | null
  /** Whether there is to be a search partition of what survives: it gets a fresh key, as the old one went with the bucket's. */
  readonly index: boolean
  /** What speaks for it. Without that the time of the bucket has to be over, and no hold may stand. */
  readonly loss?: Loss
}

/** What the vault is told when something of a bucket is to go: positions of what is on record. */
export type Loss = {
  /** The commit: what is placed on hold after it comes too late. */
  readonly decided: LogPosition
  /** The order that records go before their time; null: their time is over. */
  readonly order: LogPosition | null
  /** Holds that were looked at. */
  readonly holds: readonly LogPosition[]
}

/** How a turn of the vault ended: what a disposal certificate says of the keys. */
export type Turned = {
  readonly oldEpoch: number
  readonly newEpoch: number
  readonly holders: readonly ({ readonly kind: string; readonly ref: string } & Destroyed)[]
  /** Papers of the epochs that are over. Nobody can take back what is printed on them: who has one, and an old copy, reads that. */
  readonly outstanding: readonly Paper[]
}

/** A key of the vault, and whether its holder has it. */
export type KeyStanding = {
  readonly kind: string
  readonly ref: string
  readonly id: KeyId
  /** `current` opens the vault. `making` and `doomed` are leftovers of a turn. */
  readonly use: 'current' | 'making' | 'doomed'
  /** `paper`: nobody can be asked. A sentence: why the holder did not say. */
  readonly found: 'there' | 'missing' | 'paper' | { readonly why: string }
}

/** The vault as an administrator sees it. */
export type VaultStanding = {
  readonly epoch: number
  readonly keys: readonly KeyStanding[]
  /** Holders that the settings name and that have no key yet: the next turn makes one. */
  readonly withoutKey: readonly { readonly kind: string; readonly ref: string }[]
  readonly papers: readonly Paper[]
}

/** A tree head that is about to be signed. */
export type TreeHead = {
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** A signed head: the C2SP note with both signatures, and the Ed25519 signature (64 bytes) of its body by itself. */
export type SignedHead = { readonly note: string; readonly ed25519: Uint8Array }

/** What outsiders know the log by. */
export type LogIdentity = {
  /** First line of each checkpoint, `<domain>/log/<8 hex digits>`. */
  readonly origin: string
  /** Verifier keys (C2SP signed-note), Ed25519 and ML-DSA-44, in this order. */
  readonly verifierKeys: readonly [string, string]
  /** Those that signed before, oldest first. */
  readonly past: readonly {
    readonly verifierKeys: readonly [string, string]
    /** The position of the act that replaced it: newer keys sign no tree without that. */
    readonly at: LogPosition
    /** The largest tree that it signed; null while no start has come after the act. */
    readonly until: number | null
  }[]
}

/**
 * The keys that the record works with. It answers with conversation, record and index keys and never with a bucket's
 * master key, so that it can move out of the process; only what is called per record is synchronous.
 */
export type Keys = {
  readonly log: LogIdentity

  /**
   * Rises whenever keys are destroyed: the number of the KEK that the vault is under, as it is known here. What was derived or opened
   * under a lower one is forgotten by whoever keeps it.
   */
  readonly epoch: number

  /**
   * Reads the vault again unless that epoch is known here. For threads that did not destroy the keys themselves.
   * @throws {FatalError} when the vault is of an earlier one: somebody has put an old one back
   */
  reach(epoch: number): Promise<void>

  /**
   * The bucket that takes records of this class at this time.
   * @throws {FatalError} when there is none: `ensureBuckets` comes before the period does
   */
  bucketAt(retention: string, atMs: number): Promise<Bucket>

  /**
   * Sees to it that the period at `nowMs` and the one after it have buckets, for each class. Their keys are in the vault, durable,
   * when it returns. Without need it reads and writes nothing, so it may be called each minute.
   * What is said there of their duties is kept in the vault: a locked class is only ever made longer.
   *
   * @param classes `default` alone unless others are named
   */
  ensureBuckets(nowMs: number, classes?: readonly BucketClass[]): Promise<void>

  /** All buckets that there ever were, numbers ascending, as this thread knows them: what it made itself, or has read. */
  knownBuckets(): readonly KnownBucket[]

  /** Changes whenever a bucket was opened or closed: what `bucketAt` said before may not hold any more. */
  readonly bucketsOpened: number

  /**
   * Opens a successor of the same class and period, so that an open bucket can be exploded. What gets a number after this resolves goes
   * there. What got one before may not be integrated yet: wait for that before you look what the bucket holds.
   *
   * @returns the bucket that takes records in its place: of one that was closed before, the same again
   * @throws {FatalError} when there is no such bucket
   */
  closeBucket(bucket: number): Promise<Bucket>

  /** Whether a bucket's key is whole, was replaced by what survives, or is destroyed. @throws {FatalError} when there is no such bucket */
  stateOf(bucket: number): Promise<'whole' | 'survivors' | 'destroyed'>

  /**
   * Takes note of a hold that stands, or of one that does not any more. Durable when it resolves; without need nothing is written.
   * @param hold position of the act that placed it
   */
  hold(hold: LogPosition, stands: boolean): Promise<void>

  /**
   * Turns the vault to its next epoch: makes a new KEK in each holder, seals the vault under it without the keys that go, proves that
   * each holder opens it, and destroys the old KEKs everywhere. From then on older copies of the vault open nothing. LEDGER.md §4.
   *
   * It happens whole or not at all, and when we stop in between, the next start finishes or undoes it. Without changes it is the way to
   * new KEKs, and to another set of holders.
   *
   * @throws {FatalError} when what is to survive is destroyed already, or a bucket is still open: nothing was changed
   * @throws {OperatorError} with `key.locked` while a duty runs for a bucket, or a hold was not looked at: nothing was changed
   * @throws {OperatorError} with `key.holder-away` when a holder is away: nothing was changed. With `key.not-destroyed` when one went away after
   *   the turn: the vault is turned, and `settle` goes on when the holder is back
   */
  turn(changes: readonly NodeChange[]): Promise<Turned>

  /**
   * Finishes what a turn left, also one of a process that was stopped. Without need it asks no holder.
   *
   * @returns how the newest turn ended; null when there never was one
   * @throws {OperatorError} with `key.not-destroyed` when an old KEK is still there
   */
  settle(): Promise<Turned | null>

  /** Asks each holder. */
  standing(): Promise<VaultStanding>

  /** A new key that opens the vault, in shares of which some are enough: to be shown once. @throws {RangeError} unless 2 ≤ threshold ≤ of ≤ 15 */
  issueShares(
    scheme: { readonly threshold: number; readonly of: number },
    atMs: number,
  ): Promise<readonly Secret<string>[]>

  /** The keys of this epoch on paper, to be shown once. @throws {OperatorError} when no holder gives its key away */
  issueKits(atMs: number): Promise<readonly Secret<string>[]>

  /** Somebody says that a paper is destroyed. @throws {OperatorError} when there is no such paper */
  dropPaper(id: string): Promise<void>

  /**
   * The conversation's pseudonym and key in this bucket. The caller sees to it that the handle is not taken by another conversation,
   * and tries the next counter when it is. It is asked for to `write`.
   * @param counter 0 to 255
   * @throws {FatalError} when the bucket's key is destroyed or unknown: only open buckets take new conversations
   */
  handleFor(bucket: number, conversation: ConversationId, counter: number): Promise<ConversationKey>

  /** The key of a conversation. Null when it is destroyed, or only single records of it survive. */
  conversation(bucket: number, handle: Uint8Array, use: Use): Promise<ConversationKey | null>

  /** The secret of one record, by itself or through its conversation. Null when it is destroyed. */
  record(place: RecordPlace, use: Use): Promise<RecordSecret | null>

  /** IK, under which the bucket's search partition is sealed. Null when it is destroyed. */
  index(bucket: number, use: Use): Promise<SecretKey | null>

  /** Where the journal of the key agent stands; null where there is no agent. */
  openings(): Promise<JournalEnd | null>

  /** What stands for `id` in rows: 16 bytes, HMAC under the install key. Equal ids of one label have equal pseudonyms. */
  pseudonym(label: string, id: string): Buffer

  /** HMAC-SHA-256 under a key of the vault, one for each label: for what must not be changed outside it. */
  mac(label: string, bytes: Uint8Array): Uint8Array

  /**
   * For a column of a table that must not lie in clear (DESIGN.md §4): AES-256-GCM under the install key. Equal bytes do not look equal;
   * look them up by `pseudonym`. @param label what and whose it is, such as `item ann's-id`: needed again, so that rows cannot be swapped
   */
  seal(label: string, bytes: Uint8Array): Uint8Array

  /** Null when these bytes were not sealed under this label. */
  unseal(label: string, sealed: Uint8Array): Uint8Array | null

  /** The XEP-0359 id of a position: 22 characters which tell nothing. About 1 µs. */
  stanzaId(position: LogPosition): string

  /** Null for what `stanzaId` never gave out. */
  positionOf(stanzaId: string): LogPosition | null

  /**
   * New signing keys for the log. They sign at once, but for who has opened the vault by himself.
   *
   * @param history of all heads, whole items: they are signed anew with this
   * @param note puts the change on record, has a head with it signed, and gives its position. If we stop after that, the change has not happened
   */
  changeSigners(
    history: Uint8Array,
    note: (change: SignerChange) => Promise<LogPosition>,
  ): Promise<SignerChange>

  /** At a start, before anything is signed. @param signedSize how large a tree was signed before: keys that were replaced sign no larger one */
  startSigning(signedSize: () => Promise<number>): Promise<void>

  /** Signs a checkpoint. The caller has asked the head register before. @param atMs goes into the ML-DSA-44 signature */
  sign(head: TreeHead, atMs: number): Promise<SignedHead>

  /** What evidence bundles are signed with. It lives as long as the log, and each act of export names it. */
  readonly exports: ExportSigner
}

/** Signs notes by which outsiders know a bundle. LEDGER.md §7. */
export type ExportSigner = {
  /** C2SP signed-note verifier key, Ed25519, named `<origin>/export`. */
  readonly verifierKey: string
  /** @param text with its last newline @returns the note */
  sign(text: string): string
}
