// A log in memory whose keys we hold, with everything real but the disk: for bundles that are right, and for those that somebody forges.
import { isAct } from '../../../src/record/kinds.ts'
import { concatBytes, toHex, u64, utf8 } from '../../../src/base/bytes.ts'
import { sha256 } from '../../../src/base/crypto.ts'
import { type Disclosed, type EntryAt, type Evidence } from '../../../src/record/evidence/ports.ts'
import { type Keys } from '../../../src/record/keys/ports.ts'
import { entryTypeOf, envelopeJson, partsOf } from '../../../src/record/ledger/envelope.ts'
import { entryBytes, leafHash } from '../../../src/record/ledger/entry.ts'
import { perfectRoot } from '../../../src/record/ledger/proof.ts'
import { sealedBytesMax, sealRecord } from '../../../src/record/ledger/seal.ts'
import { partSalt, recordSecret } from '../../../src/record/ledger/secret.ts'
import { writeStatement } from '../../../src/record/ledger/statement.ts'
import { tileWidth } from '../../../src/record/ledger/tiles.ts'
import { growTree } from '../../../src/record/ledger/tree.ts'
import { type BundleHead } from '../../../src/discovery/bundle/write.ts'
import { ofActs, ofOthers } from '../../../src/record/retention/builtin.ts'
import { type Record } from '../../../src/record/ports.ts'
import { type NewRecord } from '../../../src/record/types.ts'

/** Numbers that are other than the right ones. */
export type Cheat = {
  readonly seq?: number
  readonly convSeq?: number
  readonly convPrev?: string | null
  readonly senderSeq?: number
  readonly at?: number
  readonly counter?: number
}

type Kept = { readonly entry: Uint8Array; readonly disclosed: Disclosed }

export type ForgedLog = {
  readonly size: number
  /** Server time of the next record, ms since 1970: each is a second after the one before. */
  now: number
  add(record: NewRecord, cheat?: Cheat): Promise<number>
  state(kind: string, says: object, at?: number): number
  leaf(position: number): string
  /** From now on the record's key is not there any more. */
  destroy(position: number): void
  evidence(): Evidence
  readonly counts: Record['counts']
  /** Positions of acts and statements. */
  acts(): readonly number[]
  root(size?: number): Uint8Array
  head(size?: number): Promise<BundleHead>
  /** Another log that begins with the same records. */
  fork(size: number): ForgedLog
}

type Standing = {
  readonly kept: Kept[]
  readonly conversations: Map<
    string,
    { convSeq: number; prev: string | null; seqs: Map<string, number> }
  >
  readonly senders: Map<string, number>
}

export function forgedLog(
  keys: Keys,
  now: number,
  standing: Standing = { kept: [], conversations: new Map(), senders: new Map() },
): ForgedLog {
  const { kept, conversations, senders } = standing
  const leaves = (): Uint8Array[] => kept.map(({ entry }) => leafHash(entry))
  const log: ForgedLog = {
    now,
    get size() {
      return kept.length
    },
    add: async (record, cheat = {}) => await sealNext({ keys, log, standing }, record, cheat),
    state(kind, says, at = log.now) {
      // Kinds of statements that no server writes yet are among them.
      const json = utf8(JSON.stringify({ v: 1, kind, t: at, says }))
      const out = new Uint8Array(entryBytes + json.length)
      writeStatement(out, 0, { json, epoch: 1 })
      kept.push({
        entry: out.slice(0, entryBytes),
        disclosed: { kind: 'statement', body: json },
      })
      return kept.length - 1
    },
    leaf: (position) => toHex(leavesAt(kept, position)),
    destroy(position) {
      const there = kept[position]
      if (there) kept[position] = { ...there, disclosed: { kind: 'destroyed' } }
    },
    evidence: () => evidenceOf(kept),
    counts: {
      conversation: (id) => conversations.get(id)?.convSeq ?? 0,
      sender: (id) => senders.get(id) ?? 0,
    },
    acts: () => [...kept.keys()].filter((position) => kept[position]?.entry[1] !== 1),
    root(size = kept.length) {
      const tree = growTree()
      for (const leaf of leaves().slice(0, size)) tree.append(leaf)
      return tree.root()
    },
    async head(size = kept.length) {
      const root = log.root(size)
      return { size, root, note: utf8((await keys.sign({ size, root }, log.now)).note) }
    },
    fork(size) {
      return forgedLog(keys, now + size * 1_000, {
        kept: kept.slice(0, size),
        conversations: structuredClone(conversations),
        senders: structuredClone(senders),
      })
    },
  }
  return log
}

/** What is said, and what is done, as a log without rules has them. */
const bucketClasses = [ofOthers, ofActs].map((one) => ({
  name: one.class,
  width: 'month' as const,
}))

type Forging = { readonly keys: Keys; readonly log: ForgedLog; readonly standing: Standing }

/** Numbers and seals a record as the sequencer does, but for what is forged. */
async function sealNext(
  { keys, log, standing }: Forging,
  record: NewRecord,
  cheat: Cheat,
): Promise<number> {
  const { kept, conversations, senders } = standing
  const position = kept.length
  const at = cheat.at ?? log.now
  log.now += 1_000
  const classified = isAct(record.kind) ? ofActs : ofOthers
  await keys.ensureBuckets(at, bucketClasses)
  const bucket = (await keys.bucketAt(classified.class, at)).number
  const { handle, key } = await keys.handleFor(bucket, record.conversation, cheat.counter ?? 0)
  const name = `${bucket} ${toHex(handle)}`
  const before = conversations.get(record.conversation)
  const head = before ?? { convSeq: 0, prev: null, seqs: new Map<string, number>() }
  conversations.set(record.conversation, head)
  const seq = cheat.seq ?? head.seqs.get(name) ?? 0
  const sender = record.sender === null ? 0 : (senders.get(record.sender) ?? 0)
  const senderSeq = record.sender === null ? null : (cheat.senderSeq ?? sender)
  const envelope = envelopeJson(record, {
    convSeq: cheat.convSeq ?? head.convSeq,
    convPrev: cheat.convPrev === undefined ? head.prev : cheat.convPrev,
    senderSeq,
    ...classified,
    at,
    stanzaId: keys.stanzaId(position),
  })
  const parts = partsOf(record, envelope)
  const out = new Uint8Array(sealedBytesMax(parts))
  const salt = sha256(u64(position)).slice(0, 16)
  const secret = recordSecret(key, seq, salt)
  const type = entryTypeOf(record.kind)
  sealRecord(out, 0, { head: { type, bucket, handle, seq, epoch: 1, salt }, secret, parts })
  const entry = out.slice(0, entryBytes)
  const shown = parts.map(({ id, data }) => ({
    id,
    bytes: typeof data === 'string' ? utf8(data) : data,
    salt: partSalt(secret, id),
  }))
  kept.push({ entry, disclosed: { kind: 'record', parts: shown } })
  head.convSeq = (cheat.convSeq ?? head.convSeq) + 1
  head.prev = toHex(leafHash(entry))
  head.seqs.set(name, seq + 1)
  if (record.sender !== null && senderSeq !== null) senders.set(record.sender, senderSeq + 1)
  return position
}

function leavesAt(kept: readonly Kept[], position: number): Uint8Array {
  const there = kept[position]
  if (there === undefined) throw new RangeError(`no record ${position}`)
  return leafHash(there.entry)
}

function evidenceOf(kept: readonly Kept[]): Evidence {
  const levels = tileLevels(kept.map(({ entry }) => leafHash(entry)))
  return {
    checkpoint: async () => null,
    async tile(path) {
      const [, level = '', index = '', width] =
        /^tile\/(\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? []
      const from = Number(index.replaceAll(/\D/g, '')) * tileWidth
      const hashes = (levels[Number(level)] ?? []).slice(from, from + Number(width ?? tileWidth))
      return concatBytes(...hashes)
    },
    async *entries({ from, to }, size) {
      for (let position = from; position < Math.min(to, size); position++) {
        const one = kept[position]
        if (one) yield { position, bytes: one.entry }
      }
    },
    disclose: async ({ position }: EntryAt) => kept[position]?.disclosed ?? { kind: 'destroyed' },
  }
}

/** All hashes of each level of tiles. */
function tileLevels(leaves: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const levels = [leaves]
  for (let below = leaves; below.length >= tileWidth;) {
    const above: Uint8Array[] = []
    for (let at = 0; at + tileWidth <= below.length; at += tileWidth)
      above.push(perfectRoot(concatBytes(...below.slice(at, at + tileWidth))))
    levels.push(above)
    below = above
  }
  return levels
}
