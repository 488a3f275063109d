import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { recordOpenerConformance } from '../../../test/conformance/record-opener.ts'
import { bodiesFolder, type BodiesFolder } from '../../../test/support/bodies-folder.ts'
import { fileBodyFiles } from '../../storage/files/body-store.ts'
import { sqliteMailboxIndex } from '../../storage/sqlite/mailbox-index.ts'
import { type MailboxIndex } from '../mailbox/ports.ts'
import { recordOpener } from './opener.ts'
import { type BodyFiles } from './ports.ts'

recordOpenerConformance('in the thread that asks', async (t, folder) => {
  const { index, files } = openFolder(t, folder)
  return recordOpener({ index, files, keys: folder.keys, use: 'history' })
})

test('each flipped byte of head or body is found, and nothing of the record is shown', async (t) => {
  const folder = await bodiesFolder(t)
  await folder.say('eins', 'zwei', 'drei')
  const { index, files } = openFolder(t, folder)
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
    const opener = recordOpener({ index, files: flipped, keys: folder.keys, use: 'history' })
    await assert.rejects(opener.open([1]), `byte ${at}`)
  }
})

test('a record of which a read gives less than its row says is refused', async (t) => {
  const folder = await bodiesFolder(t)
  await folder.say('eins', 'zwei')
  const { index, files } = openFolder(t, folder)
  const short: BodyFiles = { ...files, read: (b, o, length) => files.read(b, o, length - 1) }
  const opener = recordOpener({ index, files: short, keys: folder.keys, use: 'history' })
  await assert.rejects(opener.open([0]), /record 0 cannot be read: the body has \d+ bytes/)
  // The two come with one read, of which the last byte is missing.
  await assert.rejects(opener.open([0, 1]), /record 1 cannot be read: the body has \d+ bytes/)
})

function openFolder(
  t: TestContext,
  { dataDir }: BodiesFolder,
): { readonly index: MailboxIndex; readonly files: BodyFiles } {
  const index = sqliteMailboxIndex(join(dataDir, 'mailbox.db'))
  const files = fileBodyFiles(join(dataDir, 'bodies'))
  t.after(() => {
    index.close()
    files.close()
  })
  return { index, files }
}
