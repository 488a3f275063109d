import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { logStoreConformance, segmentBytes } from '../../../test/conformance/log-store.ts'
import { fileLogStore } from './log-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'onrecord-log-'))
after(() => rmSync(folder, { recursive: true }))
let opened = 0

logStoreConformance('files', async () => {
  const dir = join(folder, String(opened++))
  const store = await fileLogStore(dir, segmentBytes)
  const reopen = async (): ReturnType<typeof fileLogStore> => {
    await store.close()
    return await fileLogStore(dir, segmentBytes)
  }
  return { store, reopen }
})

test('a segment whose making was cut short is not there, and can be made', async () => {
  const dir = join(folder, 'cut-short')
  const store = await fileLogStore(dir, segmentBytes)
  writeFileSync(join(dir, '0000000000000001.wal.tmp'), 'half')
  assert.deepEqual(await store.list(), [])
  await store.create(1)
  assert.ok((await store.read(1)).equals(Buffer.alloc(segmentBytes)))
})
