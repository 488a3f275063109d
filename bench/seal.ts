// How many records a second one core seals and opens: a 600-byte envelope, 60 bytes of text, 350 bytes of XML, with the key's derivation
// and the leaf hash. And what is called beside it per record or per second. Run: node bench/seal.ts [seconds per line]
import { systemRandom } from '../src/base/random.ts'
import { secretKey } from '../src/base/crypto.ts'
import { conversationId } from '../src/record/ids.ts'
import { createVault, openKeys } from '../src/record/keys/open-keys.ts'
import { decodeEntry, entryBytes, leafHash } from '../src/record/ledger/entry.ts'
import { openRecord, sealRecord, sealedBytesMax } from '../src/record/ledger/seal.ts'
import { recordSecret } from '../src/record/ledger/secret.ts'
import { growTree } from '../src/record/ledger/tree.ts'
import { systemClock } from '../src/base/clock.ts'
import { memoryKeyHolder, memoryVaultStore } from '../test/fakes/vault.ts'

const seconds = Number(process.argv[2] ?? '0.5')
const rounds = 5
const perCheck = 200

const random = systemRandom()
const key = secretKey(random.bytes(32))
const handle = new Uint8Array(random.bytes(8))
const parts = [
  { id: 0, data: JSON.stringify({ envelope: 'e'.repeat(585) }) },
  { id: 1, data: 'Grüße, and the numbers of yesterday are in the attachment.' },
  { id: 2, data: `<message>${'x'.repeat(330)}</message>` },
]
const batch = Buffer.alloc(1 << 20)
const room = sealedBytesMax(parts)
let seq = 0
let at = 0

function seal(): number {
  if (at + room > batch.length) at = 0
  const salt = random.bytes(16)
  const head = { type: 1, bucket: 7, handle, seq, epoch: 1, salt } as const
  const length = sealRecord(batch, at, { head, secret: recordSecret(key, seq, salt), parts })
  seq++
  at += length
  return length
}

function open(check: 'tag' | 'all'): void {
  const bytes = batch.subarray(0, entryBytes)
  const entry = decodeEntry(bytes)
  if (typeof entry === 'string') throw new Error(entry)
  const body = batch.subarray(entryBytes, entryBytes + entry.bodyLength)
  const secret = recordSecret(key, entry.seq, entry.salt)
  const opened = openRecord({ entry, entryBytes: bytes, body }, secret, { check })
  if (!opened.ok) throw new Error(opened.reason)
}

/** Median of some rounds, calls a second. */
function measure(name: string, act: () => void): void {
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const cpu = process.cpuUsage()
    let calls = 0
    const until = performance.now() + (seconds * 1000) / rounds
    while (performance.now() < until) {
      for (let i = 0; i < perCheck; i++) act()
      calls += perCheck
    }
    // Seconds of CPU and not of the clock: the machine may be shared.
    const { user, system } = process.cpuUsage(cpu)
    rates.push((calls / (user + system)) * 1e6)
  }
  const [, , median = 0] = rates.toSorted((a, b) => a - b)
  const line = `${name.padEnd(34)} ${Math.round(median).toLocaleString('en').padStart(11)} /s of CPU`
  process.stdout.write(`${line}  ${(1e6 / median).toFixed(2)} µs\n`)
}

const holders = [memoryKeyHolder(random)]
const vault = { holders, vaultStore: memoryVaultStore(), random, clock: systemClock }
await createVault(vault, 'localhost')
const keys = await openKeys(vault)
const person = conversationId('0123456789abcdef'.repeat(2))
const tree = growTree()
const head = { size: 1, root: tree.root() }

measure('seal', () => seal())
measure('seal, leaf hash, tree', () => {
  const length = seal()
  tree.append(leafHash(batch, at - length))
})
at = 0
seal()
measure('open, tag', () => open('tag'))
measure('open, all', () => open('all'))
measure('derive a record secret', () => recordSecret(key, 1, handle))
measure('stanza id', () => keys.stanzaId(seq++))
const id = keys.stanzaId(7)
measure('position of a stanza id', () => keys.positionOf(id))
measure('pseudonym', () => keys.pseudonym('person', person))
measure('leaf hash', () => leafHash(batch))
await keys.sign(head, 0)
const started = process.cpuUsage()
for (let i = 0; i < 50; i++) await keys.sign(head, i)
const { user, system } = process.cpuUsage(started)
process.stdout.write(`${'sign a head'.padEnd(34)} ${((user + system) / 50 / 1000).toFixed(2)} ms\n`)
