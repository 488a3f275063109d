import { toHex, u64 } from '../../src/base/bytes.ts'
import { sha256 } from '../../src/base/crypto.ts'
import { type Keys } from '../../src/record/keys/ports.ts'
import { entryTypeOf, envelopeJson, partsOf } from '../../src/record/ledger/envelope.ts'
import { leafHash } from '../../src/record/ledger/entry.ts'
import { type DurableBatch } from '../../src/record/ledger/ports.ts'
import { sealedBytesMax, sealRecord } from '../../src/record/ledger/seal.ts'
import { recordSecret } from '../../src/record/ledger/secret.ts'
import { conversationId, personId } from '../../src/record/ids.ts'
import {
  type ConversationId,
  type NewRecord,
  type PersonId,
  type RecordKind,
} from '../../src/record/types.ts'

/** A time in the test log's first month. */
export const firstAt = Date.UTC(2026, 10, 21)

/** A person for tests, by a number. */
export function somebody(n: number): PersonId {
  return personId(n.toString(16).padStart(32, 'a'))
}

/** What a test says of a direct message; the rest is filled in. */
export type Said = {
  readonly from: PersonId
  readonly to: PersonId
  readonly text: string
  readonly kind?: RecordKind
  readonly fromDevice?: string
  readonly toDevice?: string
  readonly id?: string | null
  readonly originId?: string | null
  /** Position of the record that it is about. */
  readonly about?: number
}

/** A message between two persons, in the archives of both; with oneself, in one's own. */
export function directRecord(said: Said): NewRecord {
  const { from, to, text, kind = 'message', fromDevice = 'phone', toDevice = '' } = said
  const incoming = { owner: to, peer: from, peerDevice: fromDevice, incoming: true }
  const views =
    from === to
      ? [{ ...incoming, peer: null }]
      : [{ owner: from, peer: to, peerDevice: toDevice, incoming: false }, incoming]
  return {
    kind,
    conversation: pairOf(from, to),
    members: [from, to],
    sender: from,
    device: fromDevice,
    to: 'somebody@example.org',
    views,
    messageId: said.id ?? null,
    originId: said.originId ?? null,
    refs: said.about === undefined ? null : { position: said.about, leafHash: '00' },
    origin: 'native',
    claimedAt: null,
    content: text,
    wire: `<message><body>${text}</body></message>`,
    files: '',
    verdicts: '',
  }
}

export function pairOf(one: PersonId, other: PersonId): ConversationId {
  const name = [one, other].toSorted().join(' ')
  return conversationId(toHex(sha256(new TextEncoder().encode(name))).slice(0, 32))
}

/** Numbers and seals records as the sequencer does, without a log. */
export type Sealing = {
  readonly size: number
  /** The next record is so much later than it would be. */
  wait(ms: number): void
  /** One durable batch. Each record is a second after the one before. */
  batch(records: readonly NewRecord[]): Promise<DurableBatch>
}

export function sealing(keys: Keys): Sealing {
  const heads = new Map<
    string,
    { convSeq: number; prev: string | null; seqs: Map<number, number> }
  >()
  const senders = new Map<string, number>()
  let size = 0
  let waitedMs = 0
  const one = async (record: NewRecord): Promise<{ bytes: Uint8Array; envelope: string }> => {
    const at = firstAt + waitedMs + size * 1000
    await keys.ensureBuckets(at)
    const bucket = (await keys.bucketAt('default', at)).number
    const head = heads.get(record.conversation) ?? { convSeq: 0, prev: null, seqs: new Map() }
    heads.set(record.conversation, head)
    const { key, handle } = await keys.handleFor(bucket, record.conversation, 0)
    const seq = head.seqs.get(bucket) ?? 0
    const senderSeq = record.sender === null ? null : (senders.get(record.sender) ?? 0)
    const stanzaId = keys.stanzaId(size)
    const classified = { class: 'default', policy: 'builtin:default' }
    const { convSeq, prev: convPrev } = head
    const numbers = { convSeq, convPrev, senderSeq, at, stanzaId, ...classified }
    const envelope = envelopeJson(record, numbers)
    const parts = partsOf(record, envelope)
    const out = new Uint8Array(sealedBytesMax(parts))
    const salt = sha256(u64(size)).slice(0, 16)
    const entry = { type: entryTypeOf(record.kind), bucket, handle, seq, epoch: 1, salt }
    const length = sealRecord(out, 0, { head: entry, secret: recordSecret(key, seq, salt), parts })
    head.convSeq++
    head.prev = toHex(leafHash(out))
    head.seqs.set(bucket, seq + 1)
    if (record.sender !== null) senders.set(record.sender, (senderSeq ?? 0) + 1)
    size++
    return { bytes: out.subarray(0, length), envelope }
  }
  return {
    get size() {
      return size
    },
    wait(ms) {
      waitedMs += ms
    },
    async batch(records) {
      const first = size
      const sealed = []
      for (const record of records) sealed.push(await one(record))
      const bytes = new Uint8Array(sealed.reduce((sum, each) => sum + each.bytes.length, 0))
      let at = 0
      for (const each of sealed) {
        bytes.set(each.bytes, at)
        at += each.bytes.length
      }
      const envelopes = sealed.map(({ envelope }) => envelope)
      const place = { segment: 1, offset: first }
      return { first, count: records.length, place, records: bytes, envelopes }
    },
  }
}

/** The batch as a start after a crash has it: nobody knows the envelopes. */
export function recovered(batch: DurableBatch): DurableBatch {
  return { ...batch, envelopes: null }
}
