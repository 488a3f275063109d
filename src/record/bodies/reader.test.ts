import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { memoryHeadRegister } from '../../../test/fakes/head-register.ts'
import { memoryKeys } from '../../../test/fakes/vault.ts'
import { derivedStores } from '../../../test/support/derived-stores.ts'
import { directRecord, firstAt, sealing, somebody } from '../../../test/support/sealed-batches.ts'
import { fileBodyFiles } from '../../storage/files/body-store.ts'
import { sqliteMailboxIndex } from '../../storage/sqlite/mailbox-index.ts'
import { RecordUnreadable } from '../errors.ts'
import { startIntegrator } from '../integrate/integrator.ts'
import { type MailboxIndex } from '../mailbox/ports.ts'
import { bodyReader } from './reader.ts'
import { type BodyFiles } from './ports.ts'

const [anna, bo] = [somebody(1), somebody(2)]
const keys = await memoryKeys('reader')

test('a record is read as it was accepted', async (t) => {
  const { index, files } = await threeMessages(t)
  const opened = await bodyReader({ index, files, keys, cacheBytes: 0 }).read(1)
  assert.equal(opened.position, 1)
  assert.equal(opened.content, 'zwei ü 😀')
  assert.equal(opened.wire, '<message><body>zwei ü 😀</body></message>')
  const { sender, message_id, t_server, stanza_id, conv_seq } = opened.envelope
  assert.deepEqual(
    { sender, message_id, t_server, stanza_id, conv_seq },
    {
      sender: bo,
      message_id: 'm1',
      t_server: firstAt + 1000,
      stanza_id: keys.stanzaId(1),
      conv_seq: 1,
    },
  )
})

test('what was read is kept, up to a bound', async (t) => {
  const { index, files } = await threeMessages(t)
  const reads: number[] = []
  const counting: BodyFiles = {
    ...files,
    read(bucket, offset, length) {
      reads.push(offset)
      return files.read(bucket, offset, length)
    },
  }
  const kept = bodyReader({ index, files: counting, keys, cacheBytes: 1_000_000 })
  const [first] = await kept.readMany([0, 1, 0])
  assert.equal(await kept.read(0), first)
  assert.equal(reads.length, 2)
  const forgetful = bodyReader({ index, files: counting, keys, cacheBytes: 0 })
  await forgetful.readMany([0, 0])
  assert.equal(reads.length, 4)
})

test('a row that points at another record does not show that one', async (t) => {
  const { index, files } = await threeMessages(t)
  const third = index.places([2]).get(2)
  assert.ok(third)
  const swapped: Pick<MailboxIndex, 'places'> = { places: () => new Map([[1, third]]) }
  const reader = bodyReader({ index: swapped, files, keys, cacheBytes: 0 })
  await assert.rejects(reader.read(1), /record 1 cannot be read: another record lies in its place/)
})

test('each flipped byte of head or body is found, and nothing of the record is shown', async (t) => {
  const { index, files } = await threeMessages(t)
  const place = index.places([1]).get(1)
  assert.ok(place)
  // The entry's last 64 bytes are hashes, which reading for employees leaves to verify and scrubber.
  const offsets = Array.from({ length: place.length }, (_, i) => i).filter(
    (i) => i < 48 || i >= 112,
  )
  for (const at of offsets) {
    const flipped: BodyFiles = {
      ...files,
      read(bucket, offset, length) {
        const bytes = files.read(bucket, offset, length)
        bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
        return bytes
      },
    }
    const reader = bodyReader({ index, files: flipped, keys, cacheBytes: 0 })
    await assert.rejects(reader.read(1), `byte ${at}`)
  }
})

test('what is not integrated, or cut short, is refused by position', async (t) => {
  const { index, files } = await threeMessages(t)
  const reader = bodyReader({ index, files, keys, cacheBytes: 0 })
  await assert.rejects(reader.read(3), RecordUnreadable)
  const short: BodyFiles = { ...files, read: (b, o, length) => files.read(b, o, length - 1) }
  await assert.rejects(
    bodyReader({ index, files: short, keys, cacheBytes: 0 }).read(0),
    RecordUnreadable,
  )
})

async function threeMessages(t: TestContext): Promise<{ index: MailboxIndex; files: BodyFiles }> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-reader-'))
  const stores = await derivedStores(dir, { keys, register: memoryHeadRegister() })
  const options = { checkpointEveryMs: 60_000, retryMsMax: 10, onFatal: assert.fail }
  const { integrator } = await startIntegrator(stores, options)
  await integrator.begin()
  const texts = ['eins', 'zwei ü 😀', 'drei']
  const records = texts.map((text, i) =>
    directRecord({ from: i % 2 === 0 ? anna : bo, to: i % 2 === 0 ? bo : anna, text, id: `m${i}` }),
  )
  integrator.take(await sealing(keys).batch(records))
  await integrator.integrated(records.length)
  await integrator.close({ segment: 1, offset: 0, spareBytes: 0 })
  const index = sqliteMailboxIndex(join(dir, 'mailbox.db'))
  const files = fileBodyFiles(join(dir, 'bodies'))
  t.after(() => {
    index.close()
    files.close()
    rmSync(dir, { recursive: true })
  })
  return { index, files }
}
