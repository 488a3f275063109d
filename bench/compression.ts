// Whether parts should be compressed before they are sealed: bytes after padding, and CPU a record. docs/decisions/0003
// node bench/compression.ts FILE.txt   takes what people write from the sentences of a text
import { readFileSync } from 'node:fs'
import { deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { systemRandom } from '../src/base/random.ts'
import { conversationId, personId } from '../src/record/ids.ts'
import { envelopeJson, partsOf } from '../src/record/ledger/envelope.ts'
import { paddedLength } from '../src/record/ledger/parts.ts'
import { newRecord } from '../test/fakes/new-record.ts'

const records = 2_000
const random = systemRandom()
const hex = (bytes: number): string => random.bytes(bytes).toString('hex')
const people = Array.from({ length: 200 }, () => personId(hex(16)))
const somebody = (): (typeof people)[number] =>
  people[random.bytes(2).readUInt16BE() % people.length] ?? personId(hex(16))

const [, , file = 'README.md'] = process.argv
const sentences = (readFileSync(file, 'utf8').match(/[^.|\n]{12,240}[.\n]/g) ?? []).map((s) =>
  s.trim(),
)

/** The plaintext of one record: ids and hashes, which are random, and text, which is not. */
function plaintext(text: string, n: number): Buffer {
  const [a, b] = [somebody(), somebody()]
  const id = hex(16)
  const wire = `<message xmlns='jabber:client' from='anna.berg@example.org/phone' to='bob@example.org' type='chat' id='${id}'><body>${text}</body><origin-id xmlns='urn:xmpp:sid:0' id='${id}'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>`
  const record = newRecord({
    conversation: conversationId(hex(16)),
    members: [a, b],
    sender: a,
    views: [
      { owner: a, peer: b, peerDevice: '', incoming: false },
      { owner: b, peer: a, peerDevice: 'phone', incoming: true },
    ],
    messageId: id,
    originId: id,
    content: JSON.stringify({ body: text }),
    wire,
  })
  const stanzaId = random.bytes(16).toString('base64url')
  const [convSeq, senderSeq, at] = [n % 977, n, 1_790_000_000_000 + n * 731]
  const classified = { class: 'default', policy: 'builtin:default' }
  const numbers = { convSeq, convPrev: hex(32), senderSeq, at, stanzaId, ...classified }
  const envelope = envelopeJson(record, numbers)
  return Buffer.concat(partsOf(record, envelope).map(({ data }) => Buffer.from(data)))
}

const plain = Array.from({ length: records }, (_, n) =>
  plaintext(sentences[(n * 37) % sentences.length] ?? 'yes', n),
)
/** Eight records as the dictionary: what never changes is in it many times over. */
const dictionary = Buffer.concat(
  Array.from({ length: 8 }, (_, n) => plaintext(sentences[n] ?? 'no', n)),
)

type Way = {
  readonly name: string
  readonly pack: (bytes: Buffer) => Buffer
  readonly unpack: (bytes: Buffer) => Buffer
}
const ways: readonly Way[] = [
  { name: 'as it is', pack: (bytes) => bytes, unpack: (bytes) => bytes },
  { name: 'zstd', pack: (bytes) => zstdCompressSync(bytes), unpack: (b) => zstdDecompressSync(b) },
  {
    name: 'zstd, dictionary',
    pack: (bytes) => zstdCompressSync(bytes, { dictionary }),
    unpack: (bytes) => zstdDecompressSync(bytes, { dictionary }),
  },
  {
    name: 'deflate 1, dictionary',
    pack: (bytes) => deflateRawSync(bytes, { dictionary, level: 1 }),
    unpack: (bytes) => inflateRawSync(bytes, { dictionary }),
  },
]

function cpuUs(act: () => void): number {
  const before = process.threadCpuUsage()
  act()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / records
}

const mean = (lengths: readonly number[]): number =>
  lengths.reduce((a, b) => a + b, 0) / lengths.length

for (const { name, pack, unpack } of ways) {
  let packed: Buffer[] = []
  const packUs = cpuUs(() => {
    packed = plain.map(pack)
  })
  let equal = 0
  const unpackUs = cpuUs(() => {
    equal = packed.filter((bytes, i) => unpack(bytes).equals(plain[i] ?? Buffer.alloc(0))).length
  })
  if (equal !== records) throw new Error(`${name} is not reversible`)
  const padded = mean(packed.map(({ length }) => paddedLength(length)))
  process.stdout.write(
    `${name.padEnd(22)} ${padded.toFixed(0).padStart(5)} bytes padded; ${packUs.toFixed(1)} µs to pack, ${unpackUs.toFixed(1)} µs to unpack\n`,
  )
}
