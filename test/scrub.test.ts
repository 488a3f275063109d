// The scrubber beside a running server: whatever is changed behind its back is named within one pass.
import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { utf8 } from '../src/base/bytes.ts'
import { secretKey } from '../src/base/crypto.ts'
import { systemRandom } from '../src/base/random.ts'
import { chunksOf, saltBytes } from '../src/files/chunks.ts'
import { fileId } from '../src/files/file-id.ts'
import { filesPart } from '../src/files/part.ts'
import { sealing } from '../src/files/sealed-file.ts'
import { type ScrubPlace, type Station, stations } from '../src/record/scrub/ports.ts'
import { type PersonId } from '../src/record/types.ts'
import { type Storage } from '../src/server/storage.ts'
import { threadedScrubber } from '../src/storage/embedded/scrub-thread.ts'
import { flipped } from './support/damage.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { directRecord } from './support/sealed-batches.ts'
import { hire, talk } from './support/talk.ts'

const november = Date.UTC(2026, 10, 21)
const upload = fileId('ab'.repeat(16))
const seconds = { timeout: 60_000 }

let folder: RecordFolder
let people: readonly PersonId[]

before(async () => {
  folder = recordFolder()
  await folder.session(november, async (storage) => {
    people = await hire(storage)
    // More than one tile of level 1 has, so that a full one is there.
    await talk(storage.record, people, { count: 700 })
    await sendFile(storage)
    storage.search.start()
    await storage.search.reached(storage.record.size)
    await storage.search.seal()
  })
})

after(() => folder[Symbol.dispose]())

/** A file of three pieces, as a message names it. */
async function sendFile({ files, record }: Storage): Promise<void> {
  const [from, to] = people
  assert.ok(from && to)
  const random = systemRandom()
  const [key, bytes] = [Uint8Array.from(random.bytes(32)), Buffer.alloc(40_000, 'upload')]
  const writer = await files.store.create(upload)
  const context = utf8(upload)
  const seal = sealing(writer, chunksOf(secretKey(key), { salt: random.bytes(saltBytes), context }))
  await seal.write(bytes)
  await seal.end()
  await writer.keep()
  await writer.close()
  const facts = {
    uploader: from,
    name: 'plan.txt',
    type: 'text/plain',
    size: bytes.length,
    sha256: '',
  }
  const stored = { ...facts, id: upload, uploadedAt: november, key, served: null }
  await files.state.insert('address', stored)
  const named = { ...facts, id: upload, key, opens: true }
  const sent = { ...directRecord({ from, to, text: 'a file' }), files: filesPart([named]) }
  const { position } = await record.append(sent)
  await files.state.apply({ kind: 'uploaded', file: upload, at: november }, position - 1)
  const binding = { file: upload, position, opens: true, original: null }
  await files.state.apply({ kind: 'bound', bindings: [binding] }, position)
}

type Passed = { readonly found: readonly string[]; readonly counted: ScrubPlace['counted'] }

/** Reads a running folder, again and again, in one thread. */
async function scrubbed(
  { config }: RecordFolder,
  { keys }: Storage,
  work: (pass: (wanted?: readonly Station[]) => Promise<Passed>) => Promise<void>,
): Promise<void> {
  const { data: dataDir, keyHolders: holders, headRegister } = config
  const scrubber = threadedScrubber({ dataDir, holders, headRegister }, keys)
  try {
    await work(async (wanted = stations) => {
      const found: string[] = []
      let place: ScrubPlace | null = await scrubber.begin(november)
      let { counted } = place
      while (place !== null) {
        // What a test does not look at is passed over.
        const next: Station | undefined = stations
          .slice(stations.indexOf(place.station))
          .find((one) => wanted.includes(one))
        if (next === undefined) break
        if (next !== place.station) place = { ...place, station: next }
        const stepped = await scrubber.step(place)
        if (stepped.finding !== null)
          found.push(`${stepped.finding.where}: ${stepped.finding.what}`)
        ;({ next: place, counted } = stepped)
      }
      return { found, counted }
    })
  } finally {
    await scrubber.rest()
  }
}

test('a pass over a sound record finds nothing, and has read everything', seconds, async () => {
  using copy = folder.copy()
  await copy.session(november, async (storage) => {
    await talk(storage.record, people, { count: 40, first: 2_000 })
    await scrubbed(copy, storage, async (pass) => {
      const { found, counted } = await pass()
      assert.deepEqual(found, [])
      const { records, rows, files } = counted
      assert.ok(records >= 700 && rows > 1_000 && files === 1, JSON.stringify(counted))
    })
  })
})

/** A file of the folder, where in it a byte is flipped, and what names it. */
const damages: readonly (readonly [string, (bytes: Uint8Array) => number, RegExp])[] = [
  ['bodies/1', (bytes) => bytes.length >> 1, /^bodies\/1, record \d+: /],
  ['log/tile/0/000', () => 5_000, /^log\/tile\/0\/000: it is not what the tree has here/],
  [
    'log/tile/entries/001',
    () => 9_000,
    /^bodies\/\d, record \d+: its entry is not the one in the tree|^log\/tile\/0\/001/,
  ],
  ['log/checkpoints', () => 60, /^log\/checkpoints, checkpoint 0: /],
  ['log/checkpoint', () => 60, /^log\/checkpoint: /],
  ['search', (bytes) => bytes.length - 9, /^search\/1-0: it does not open/],
  [`files/ab/${upload}`, () => 20_000, /^files\/ab\/(?:ab)+: piece 1 does not open/],
  ['wal', () => 200, /^wal: /],
]

test(
  'a byte that is flipped in a file of a running server is named, whatever file it is',
  seconds,
  async () => {
    using copy = folder.copy()
    await copy.session(november, async (storage) => {
      await talk(storage.record, people, { count: 20, first: 2_000 })
      await scrubbed(copy, storage, async (pass) => {
        for (const [name, at, expected] of damages) {
          const isFolder = name === 'search' || name === 'wal'
          const [first = ''] = isFolder ? readdirSync(copy.path(`data/${name}`)).toSorted() : []
          const path = copy.path(isFolder ? `data/${name}/${first}` : `data/${name}`)
          const bytes = readFileSync(path)
          putByte(path, flipped(bytes, at(bytes)), at(bytes))
          const { found } = await pass()
          const isNamed = found.some((one) => expected.test(one))
          assert.ok(isNamed, `${name}: ${found.join() || 'nothing'}`)
          assert.ok(found.length < 4, found.join('\n'))
          putByte(path, bytes, at(bytes))
        }
      })
    })
  },
)

/** One byte of it, in place: the server goes on writing the file. */
function putByte(path: string, bytes: Uint8Array, at: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, at, 1, at)
  closeSync(file)
}

/** What is done to a table, and what names it. */
const changes: readonly (readonly [string, string, RegExp])[] = [
  [
    'record',
    'DELETE FROM record WHERE position = 300',
    /^mailbox\.db, record 300: the row is missing/,
  ],
  [
    'row',
    'UPDATE row SET peer = peer + 1 WHERE position = 301',
    /^mailbox\.db, record 301: the row of an archive has another peer/,
  ],
  [
    'row',
    'UPDATE row SET at = at + 1 WHERE position = 301',
    /^mailbox\.db, record 301: the row of an archive has another time/,
  ],
  [
    'row',
    'DELETE FROM row WHERE position = 302',
    /^mailbox\.db, record 302: the row of an archive is missing/,
  ],
  [
    'row',
    'UPDATE row SET retracted_by = 310 WHERE position = 303',
    /^mailbox\.db, record 303: it is marked as taken back by record 310/,
  ],
  [
    'row',
    'UPDATE row SET retracted_by = NULL',
    /^mailbox\.db, record \d+: it is not marked as taken back/,
  ],
  [
    'row',
    'INSERT INTO row SELECT owner + 1, position, peer, device, incoming, at, kind, retracted_by FROM row WHERE position = 305',
    /^mailbox\.db: it has \d+ rows, and the record makes \d+/,
  ],
  [
    'handle',
    'UPDATE handle SET next_seq = next_seq + 3',
    /^mailbox\.db: a conversation does not stand in bucket/,
  ],
  [
    'conversation',
    'UPDATE conversation SET next_conv_seq = next_conv_seq + 1',
    /^mailbox\.db: a conversation does not stand where/,
  ],
  ['sender', 'UPDATE sender SET next_seq = 1', /^mailbox\.db: a sender does not stand where/],
  [
    'message_id',
    'DELETE FROM message_id WHERE position = 304',
    /^mailbox\.db, record 304: its message id is missing/,
  ],
  ['tick', 'DELETE FROM tick', /^mailbox\.db, record 0: its second is not noted/],
]

test('a person, a role or an address that is changed in state.db is told of', seconds, async () => {
  using copy = folder.copy()
  await copy.session(november, async (storage) => {
    const options = { enableForeignKeyConstraints: false }
    using db = new DatabaseSync(copy.path('data/state.db'), options)
    await scrubbed(copy, storage, async (pass) => {
      const { directory, record } = storage
      const by = { commandLine: true } as const
      await directory.setRole(people[2] ?? assert.fail(), 'officer', by)
      await record.shedding.signed(record.size)
      assert.deepEqual((await pass(['records', 'databases'])).found, [])
      // What is newer than the newest durable head is looked at the next time.
      await talk(record, people, { count: 3, first: 3_000 })
      await record.shedding.signed(record.size)
      for (const [table, sql] of [
        ['person', `UPDATE person SET role = 'administrator' WHERE role = 'member'`],
        ['address', 'DELETE FROM address WHERE rowid = (SELECT min(rowid) FROM address)'],
      ] as const) {
        const rows = db.prepare(`SELECT * FROM ${table}`).all()
        db.exec(sql)
        const { found } = await pass(['databases'])
        assert.match(found.join(), /state\.db: its (?:people|addresses) are not those/, sql)
        putBack(db, table, rows)
      }
    })
  })
})

test(
  'a row that is changed, added or deleted behind the back of a running server is named',
  seconds,
  async () => {
    using copy = folder.copy()
    await copy.session(november, async (storage) => {
      using db = new DatabaseSync(copy.path('data/mailbox.db'))
      await scrubbed(copy, storage, async (pass) => {
        for (const [table, sql, expected] of changes) {
          const rows = db.prepare(`SELECT * FROM ${table}`).all()
          db.exec(sql)
          const { found } = await pass(['records', 'databases'])
          assert.match(found[0] ?? 'nothing', expected, sql)
          putBack(db, table, rows)
        }
        assert.deepEqual((await pass(['records', 'databases'])).found, [])
      })
    })
  },
)

function putBack(
  db: DatabaseSync,
  table: string,
  rows: readonly Readonly<{ [column: string]: SQLOutputValue }>[],
): void {
  db.exec(`BEGIN; DELETE FROM ${table}`)
  const marks = Object.keys(rows[0] ?? {}).map(() => '?')
  const insert = db.prepare(`INSERT INTO ${table} VALUES (${marks.join(', ')})`)
  for (const row of rows) insert.run(...Object.values(row))
  db.exec('COMMIT')
}
