import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { recordOpenerConformance } from '../../../test/conformance/record-opener.ts'
import { bodiesFolder, type BodiesFolder } from '../../../test/support/bodies-folder.ts'
import { type Log, silentLog } from '../../base/log.ts'
import { recordOpener } from '../../record/bodies/opener.ts'
import { type RecordOpener } from '../../record/bodies/ports.ts'
import { fileBodyFiles } from '../files/body-store.ts'
import { sqliteMailboxIndex } from '../sqlite/mailbox-index.ts'
import { oneKeyFile } from '../key-holders/open-holders.ts'
import { dataPaths } from './integrator-messages.ts'
import { openerBeside, type OpenerBeside } from './reader-thread.ts'

/** For threads that may not fail. */
const strictLog: Log = {
  ...silentLog,
  error: (event, fields) => assert.fail(`${event} ${fields?.['error']}`),
}

recordOpenerConformance('in a thread beside', async (t, folder) => {
  const opener = beside(t, folder, { hereMax: 0 })
  await opener.start()
  return opener
})

test('a page goes to the thread, and few records do not', async (t) => {
  const { folder, positions } = await nine(t)
  const asked: number[] = []
  const opener = beside(t, folder, { here: counting(hereOf(t, folder), asked) })
  await opener.start()
  assert.equal((await opener.open(positions)).length, 9)
  assert.deepEqual(asked, [])
  assert.equal((await opener.open(positions.slice(1))).length, 8)
  assert.deepEqual(asked, [8])
})

test('what comes while the thread starts, and on top of two pages, is opened here', async (t) => {
  const { folder, positions } = await nine(t)
  const asked: number[] = []
  const opener = beside(t, folder, { here: counting(hereOf(t, folder), asked) })
  await opener.open(positions)
  assert.deepEqual(asked, [9])
  await opener.start()
  const pages = await Promise.all([1, 2, 3, 4].map(async () => await opener.open(positions)))
  assert.deepEqual(
    pages.map((page) => page.map(({ content }) => content)),
    pages.map(() => texts),
  )
  assert.deepEqual(asked, [9, 9, 9])
})

test('that a thread cannot start is told once, and pages are opened here', async (t) => {
  const { folder, positions } = await nine(t)
  const told: string[] = []
  const opener = beside(
    t,
    { ...folder, holders: oneKeyFile(join(folder.dataDir, 'keys/none')) },
    { here: hereOf(t, folder), log: listing(told) },
  )
  await opener.start()
  for (let i = 0; i < 3; i++) assert.equal((await opener.open(positions)).length, 9)
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /^record\.reader-failed .* is not in the key file/)
})

test('that a thread fails is told once, and what it had is opened here', async (t) => {
  const { folder, positions } = await nine(t)
  const told: string[] = []
  // The vault has not been at that epoch: to the thread an old one was put back.
  const keys = { epoch: folder.keys.epoch + 1 }
  const opener = beside(t, folder, { keys, log: listing(told) })
  await opener.start()
  const pages = await Promise.all([1, 2].map(async () => await opener.open(positions)))
  assert.deepEqual(
    pages.map((page) => page.length),
    [9, 9],
  )
  assert.equal((await opener.open(positions)).length, 9)
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /^record\.reader-failed /)
})

test('a page that the thread has at a stop is opened here, and nothing is told', async (t) => {
  const { folder, positions } = await nine(t)
  const opener = beside(t, folder)
  await opener.start()
  const page = opener.open(positions)
  await opener.close()
  assert.equal((await page).length, 9)
})

const texts = Array.from({ length: 9 }, (_, i) => `text ${i}`)

/** A folder in which lies one record more than is opened here. */
async function nine(
  t: TestContext,
): Promise<{ readonly folder: BodiesFolder; readonly positions: readonly number[] }> {
  const folder = await bodiesFolder(t)
  return { folder, positions: await folder.say(...texts) }
}

function beside(
  t: TestContext,
  folder: BodiesFolder,
  parts: Partial<Parameters<typeof openerBeside>[1]> = {},
): OpenerBeside {
  const { dataDir, holders, keys } = folder
  const here = parts.here ?? hereOf(t, folder)
  const opener = openerBeside({ dataDir, holders }, { keys, log: strictLog, ...parts, here })
  t.after(async () => await opener.close())
  return opener
}

function hereOf(t: TestContext, { dataDir, keys }: BodiesFolder): RecordOpener {
  const index = sqliteMailboxIndex(join(dataDir, dataPaths.mailbox))
  const files = fileBodyFiles(join(dataDir, dataPaths.bodies))
  t.after(() => {
    index.close()
    files.close()
  })
  return recordOpener({ index, files, keys, use: 'history' })
}

/** @param asked gets how many records each call asked for */
function counting(opener: RecordOpener, asked: number[]): RecordOpener {
  return {
    async open(positions) {
      asked.push(positions.length)
      return await opener.open(positions)
    },
  }
}

function listing(told: string[]): Log {
  return { ...silentLog, error: (event, fields) => told.push(`${event} ${fields?.['error']}`) }
}
