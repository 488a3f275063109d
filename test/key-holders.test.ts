// A data folder whose keys are with a key file and a transit engine: whichever is there opens it, in each thread.
import assert from 'node:assert/strict'
import { renameSync, writeFileSync } from 'node:fs'
import { after, before, test, type TestContext } from 'node:test'
import { readConfig, type Config } from '../src/server/config.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'
import { transitServer, type TransitServer } from './support/transit-server.ts'

const november = Date.UTC(2026, 10, 27)
let server: TransitServer

before(async () => {
  server = await transitServer()
})
after(async () => await server.close())

function folderOf(t: TestContext): RecordFolder {
  const folder = recordFolder()
  t.after(() => folder[Symbol.dispose]())
  writeFileSync(folder.path('token'), server.token)
  return folder
}

/** What is set about keys. */
function keysOf(
  folder: RecordFolder,
  settings: Record<string, string>,
): Pick<Config, 'keyHolders'> {
  const env = {
    ONRECORD_KEY_FILE: folder.config.keyFile,
    ONRECORD_VAULT_TOKEN_FILE: folder.path('token'),
    ONRECORD_VAULT_NAMESPACE: server.namespace,
    ...settings,
  }
  return { keyHolders: readConfig({ env }).keyHolders }
}

test('either holder opens the record, and verify too; one that retires loses its key at the next turn', async (t) => {
  const folder = folderOf(t)
  const transit = `transit:${server.url}/transit`
  const both = folder.with(keysOf(folder, { ONRECORD_KEY_HOLDERS: `file, ${transit}` }))
  await both.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 20 })
  })
  assert.equal(server.keys.size, 1)

  renameSync(folder.config.keyFile, folder.path('away'))
  await both.session(november, async ({ record }) => {
    assert.equal((await record.read(10)).position, 10)
  })
  assert.ok((await both.verify()).ok)
  await assert.rejects(folder.verify(), { code: 'vault.key-missing' })
  renameSync(folder.path('away'), folder.config.keyFile)

  server.misbehave({ status: 503, body: { errors: ['Vault is sealed'] } })
  await both.session(november, async ({ keys }) => {
    await assert.rejects(keys.turn([]), { code: 'key.holder-away', message: /Vault is sealed/ })
  })
  server.misbehave('none')

  const retiring = folder.with(keysOf(folder, { ONRECORD_KEY_HOLDERS_RETIRING: transit }))
  await retiring.session(november, async ({ keys }) => {
    const { holders } = await keys.turn([])
    assert.deepEqual(
      holders.map(({ kind, state }) => [kind, state]),
      [
        ['file', 'logical'],
        ['transit', 'destroyed'],
      ],
    )
  })
  assert.equal(server.keys.size, 0)
  assert.ok((await folder.verify()).ok)
})

test('with the only holder away nothing starts, and the sentence names it', async (t) => {
  const folder = folderOf(t)
  const only = folder.with(
    keysOf(folder, { ONRECORD_KEY_HOLDERS: `transit:${server.url}/transit` }),
  )
  await only.session(november, async () => await Promise.resolve())
  server.misbehave({ status: 503, body: { errors: ['Vault is sealed'] } })
  await assert.rejects(
    only.session(november, async () => await Promise.resolve()),
    {
      code: 'key.holder-away',
      message: /^the transit engine .* does not answer \(status 503: .*sealed/,
    },
  )
  server.misbehave('none')
  await only.session(november, async () => await Promise.resolve())
})
