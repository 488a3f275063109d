import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { neverMs } from '../../../test/support/derived-stores.ts'
import { directRecord, sealing, somebody } from '../../../test/support/sealed-batches.ts'
import { OperatorError, type FatalError } from '../../base/errors.ts'
import { recordOpener } from '../../record/bodies/opener.ts'
import { createVault, openKeys } from '../../record/keys/open-keys.ts'
import { type Keys } from '../../record/keys/ports.ts'
import { mailboxOver } from '../../record/mailbox/mailbox.ts'
import { pseudonyms } from '../../record/mailbox/names.ts'
import { fileBodyFiles } from '../files/body-store.ts'
import { sqliteMailboxIndex } from '../sqlite/mailbox-index.ts'
import { oneKeyFile } from '../key-holders/open-holders.ts'
import { vaultPartsAt } from './data-vault.ts'
import { dataPaths } from './integrator-messages.ts'
import { threadedIntegrator, type IntegratorPlace } from './integrator-thread.ts'

const [anna, bo] = [somebody(1), somebody(2)]
const end = { segment: 1, offset: 0, spareBytes: 0 }

test('what the thread integrates can be found and read here, and goes on after a restart', async (t) => {
  const { place, keys } = await scene(t)
  const seals = sealing(keys)
  for (const [round, text] of ['one', 'two'].entries()) {
    const { integrator, integrated } = await threadedIntegrator(place, assert.fail)
    assert.equal(integrated.durable, round)
    await integrator.begin()
    integrator.take(await seals.batch([directRecord({ from: anna, to: bo, text, id: text })]))
    await integrator.integrated(round + 1)
    await integrator.close(end)
  }
  const index = sqliteMailboxIndex(join(place.dataDir, dataPaths.mailbox))
  const files = fileBodyFiles(join(place.dataDir, dataPaths.bodies))
  t.after(() => {
    index.close()
    files.close()
  })
  const mailbox = mailboxOver(index, pseudonyms(keys))
  const rows = mailbox.rows({ owner: bo, peer: anna, limit: 10, newestFirst: true })
  const opener = recordOpener({ index, files, keys, use: 'history' })
  const opened = await opener.open(rows.map(({ position }) => position))
  assert.deepEqual(
    opened.map(({ content }) => content),
    ['two', 'one'],
  )
})

test('what is fatal in the thread is fatal here', async (t) => {
  const { place, keys } = await scene(t)
  const fatal = Promise.withResolvers<FatalError>()
  const { integrator } = await threadedIntegrator(place, fatal.resolve)
  await integrator.begin()
  const batch = await sealing(keys).batch([directRecord({ from: anna, to: bo, text: 'x' })])
  integrator.take({ ...batch, first: 7 })
  assert.match((await fatal.promise).message, /a batch from record 7 on, expected 0/)
  await assert.rejects(integrator.integrated(1), /expected 0/)
  await assert.rejects(integrator.close(end), /expected 0/)
})

test('what the operator has to do is said as it is', async (t) => {
  const { place } = await scene(t)
  rmSync(join(place.dataDir, dataPaths.vault))
  await assert.rejects(threadedIntegrator(place, assert.fail), OperatorError)
})

test('a head is signed while the server runs', async (t) => {
  const { place, keys } = await scene(t)
  const { integrator } = await threadedIntegrator({ ...place, checkpointEveryMs: 5 }, assert.fail)
  const durable = Promise.withResolvers<number>()
  integrator.onDurable((position) => position > 0 && durable.resolve(position))
  await integrator.begin()
  integrator.take(await sealing(keys).batch([directRecord({ from: anna, to: bo, text: 'x' })]))
  assert.equal(await durable.promise, 1)
  const note = readFileSync(join(place.dataDir, 'log/checkpoint'), 'utf8')
  assert.deepEqual(note.split('\n').slice(0, 2), [keys.log.origin, '1'])
  await integrator.close(end)
})

test('a thread that finds a tile changed does not start', async (t) => {
  const { place, keys } = await scene(t)
  const { integrator } = await threadedIntegrator(place, assert.fail)
  await integrator.begin()
  integrator.take(await sealing(keys).batch([directRecord({ from: anna, to: bo, text: 'x' })]))
  await integrator.close(end)
  writeFileSync(join(place.dataDir, 'log/tile/0/000.p/1'), Buffer.alloc(32))
  await assert.rejects(threadedIntegrator(place, assert.fail), /are not those of the tree of 1/)
})

async function scene(t: TestContext): Promise<{ place: IntegratorPlace; keys: Keys }> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-thread-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const place = {
    dataDir: dir,
    holders: oneKeyFile(join(dir, 'keys/vault.key')),
    headRegister: join(dir, 'keys/head'),
    checkpointEveryMs: neverMs,
  }
  const parts = vaultPartsAt(place)
  await createVault(parts, 'localhost')
  return { place, keys: await openKeys(parts) }
}
