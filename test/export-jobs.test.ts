// Exports that the server makes, over all real parts: what is fetched is a whole bundle, nothing of it is on a disk in clear, and nobody else gets it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { noLimits } from '../src/directory/access/grants.ts'
import { type Person } from '../src/directory/ports.ts'
import { toHex } from '../src/base/bytes.ts'
import { sha256 } from '../src/base/crypto.ts'
import { logPolicy } from '../src/server/export-bundle.ts'
import { storageScene, type StorageScene } from './support/api-storage.ts'
import { verifyPath } from './support/bundles/verifier.ts'
import { directRecord } from './support/sealed-batches.ts'

const canary = 'the canary of the quarry'

type Scene = StorageScene & {
  readonly olga: Person
  readonly data: string
  readonly policy: string
  /** @returns its id, when it is made */
  readonly made: (who: Person, body?: object) => Promise<string>
  readonly fetched: (
    who: Person,
    id: string,
    headers?: { readonly [name: string]: string },
  ) => ReturnType<StorageScene['ask']>
}

/** A second each goes by until a head is signed: what was made once serves more tests than one. */
async function exporting(t: TestContext): Promise<Scene> {
  const scene = await storageScene(t)
  const { config, storage, add, ask, findable } = scene
  const [olga, ann, bo] = [await add('olga', 'officer'), await add('ann'), await add('bo')]
  const said = { from: ann.id, to: bo.id, text: canary, fromDevice: '', id: 'm', originId: 'm' }
  await storage.record.append(directRecord(said))
  const facts = { reference: '', description: '', people: [] }
  for (const name of ['X', 'Y']) await storage.matters.open({ name, ...facts }, olga.id)
  await findable()
  return {
    ...scene,
    olga,
    data: config.data,
    policy: await logPolicy(config),
    async made(who, what = {}) {
      const body = { purpose: 'the case of the quarry', ...what }
      const { status, body: answer } = await ask(who, { method: 'POST', path: '/v1/exports', body })
      assert.equal(status, 202)
      await storage.exportJobs.start()
      await storage.exportJobs.idle()
      return String(answer['id'])
    },
    async fetched(who, id, headers = {}) {
      const path = `/v1/exports/${id}/fetches`
      const noted = await ask(who, { method: 'POST', path, body: { purpose: 'to read it' } })
      if (noted.status !== 201) return noted
      return await ask(who, {
        method: 'GET',
        path: `${path}/${String(noted.body['fetch'])}`,
        headers,
      })
    },
  }
}

test('an export over HTTP is a bundle that an outsider can verify, sealed where it lies', async (t) => {
  const { made, fetched, ask, olga, data, policy, storage } = await exporting(t)
  const id = await made(olga)
  const { body } = await ask(olga, { method: 'GET', path: `/v1/exports/${id}` })
  const shown = JSON.parse(JSON.stringify(body['export']))
  assert.equal(shown.state, 'done', shown.why)
  assert.ok(shown.progress.records > 0 && shown.progress.records === shown.progress.of)

  const got = await fetched(olga, id)
  assert.deepEqual([got.status, got.headers['content-type']], [200, 'application/zip'])
  assert.equal(toHex(sha256(got.bytes)), shown.sha256)
  assert.equal(got.bytes.length, shown.progress.bytes)
  assert.ok(Buffer.from(got.bytes).includes(canary))
  const path = join(data, 'got.zip')
  writeFileSync(path, got.bytes)
  const report = await verifyPath(path, { policy })
  assert.deepEqual([report.result, report.findings], ['complete', []])

  const files = readdirSync(join(data, 'exports'), { recursive: true, withFileTypes: true })
  const sealed = files.filter((entry) => entry.isFile())
  assert.equal(sealed.length, 1)
  for (const { parentPath, name } of sealed) {
    const bytes = readFileSync(join(parentPath, name))
    assert.ok(!bytes.includes(canary) && !bytes.includes('manifest'), 'in clear')
  }
  const acts = []
  for await (const { envelope } of storage.record.each({
    from: shown.act,
    to: storage.record.size,
  }))
    if (envelope.kind.startsWith('export')) acts.push(envelope.kind)
  assert.deepEqual(acts, ['export', 'export.end', 'export.fetch'])

  // A download goes on where it was cut, and one that is known is not sent again.
  const tag = String(got.headers['etag'])
  const part = await fetched(olga, id, { range: 'bytes=100-', 'if-range': tag })
  assert.equal(part.status, 206)
  assert.deepEqual(part.bytes, got.bytes.subarray(100))
  assert.equal((await fetched(olga, id, { 'if-none-match': tag })).status, 304)
  assert.equal((await fetched(olga, id, { range: 'bytes=99999999-' })).status, 416)
})

test('nobody gets what another has put on record that he fetches, and who may no more gets nothing', async (t) => {
  const { made, fetched, ask, add, olga, storage } = await exporting(t)
  const [id, lena] = [await made(olga, { matter: 'X' }), await add('lena', 'legal')]
  const ann = storage.directory.find('ann@chat.example')
  const path = `/v1/exports/${id}/fetches`
  const body = { purpose: 'p' }
  const fetch = String((await ask(olga, { method: 'POST', path, body })).body['fetch'])
  const codeOf = async (who: Person, at: string): Promise<string> =>
    (await ask(who, { method: 'GET', path: at })).code
  assert.equal(await codeOf(olga, `${path}/${fetch}`), '')
  assert.equal(await codeOf(lena, `${path}/${fetch}`), 'export.no-fetch')
  for (let at = 0; at <= storage.record.size; at++)
    if (String(at) !== fetch) assert.equal(await codeOf(olga, `${path}/${at}`), 'export.no-fetch')
  assert.equal(
    (await ask(olga, { method: 'POST', path, body: { purpose: ' ' } })).code,
    'export.no-purpose',
  )

  assert.equal((await fetched(lena, id)).status, 200, 'who holds the permission gets it')
  assert.ok(ann)
  assert.equal((await ask(ann, { method: 'GET', path: `/v1/exports/${id}` })).status, 403)
  await storage.directory.setRole(olga.id, 'member', { commandLine: true })
  assert.equal((await ask(olga, { method: 'GET', path: `${path}/${fetch}` })).status, 403)

  // A limited officer sees his own exports alone, as long as he has that grant.
  const others = id
  const rita = await add('rita')
  const { grants } = storage.directory.access
  const grant = { person: rita.id, role: 'officer', of: null, from: 0, until: null } as const
  const limits = { ...noLimits, matters: ['X'] }
  const { id: given } = await grants.make({ ...grant, reason: 'r', limits }, [])
  const own = await made(rita, { matter: 'X' })
  const list = await ask(rita, { method: 'GET', path: '/v1/exports' })
  assert.ok(list.text.includes(own) && !list.text.includes(others))
  const codes = []
  for (const one of [others, 'f'.repeat(32)])
    for (const what of ['', '/cancel', '/fetches'])
      codes.push(
        (
          await ask(rita, {
            method: what === '' ? 'GET' : 'POST',
            path: `/v1/exports/${one}${what}`,
            ...(what === '/fetches' && { body: { purpose: 'p' } }),
          })
        ).text,
      )
  assert.equal(new Set(codes).size, 1, 'one sentence, whether it is there or not')
  assert.equal((await fetched(rita, own)).status, 200)
  await grants.make({ ...grant, reason: 'r', limits: { ...noLimits, matters: ['X', 'Y'] } }, [])
  await grants.revoke(given, 'over', [])
  assert.equal((await fetched(rita, own)).status, 403)
})

test('a thread that was cut off in the middle leaves nothing', async (t) => {
  const { ask, olga, data, storage } = await exporting(t)
  const body = { purpose: 'p' }
  const made = await ask(olga, { method: 'POST', path: '/v1/exports', body })
  const id = String(made.body['id'])
  await storage.exportJobs.start()
  const path = `/v1/exports/${id}/cancel`
  assert.equal((await ask(olga, { method: 'POST', path })).status, 200)
  await storage.exportJobs.idle()
  const files = readdirSync(join(data, 'exports'), { recursive: true, withFileTypes: true })
  assert.deepEqual(
    files.filter((entry) => entry.isFile()),
    [],
  )
  assert.equal(storage.exportJobs.get(id)?.end?.state, 'cancelled')
})
