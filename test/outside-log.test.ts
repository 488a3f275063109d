// The log as an outsider fetches it over HTTP: https://c2sp.org/tlog-tiles
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { sameBytes } from '../src/base/bytes.ts'
import { leafHash } from '../src/record/ledger/entry.ts'
import { type Checkpoint, verifyCheckpoint } from '../src/record/ledger/checkpoint.ts'
import { parseVerifierKey } from '../src/record/ledger/note.ts'
import { rootOf, tileReader } from '../src/record/ledger/proof.ts'
import { decodeBundle } from '../src/record/ledger/tiles.ts'
import { logHostOf } from '../src/server/log-host.ts'
import { withHttp } from './support/http.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { hire, talk } from './support/talk.ts'

const token = 'audit.0123456789abcdef0123456789abcdef'
const november = Date.UTC(2026, 10, 21)

type Known = { readonly origin: string; readonly verifierKeys: readonly string[] }

async function talked(): Promise<{ readonly folder: RecordFolder; readonly log: Known }> {
  const folder = recordFolder()
  let log: Known | null = null
  await folder.session(november, async (storage) => {
    await talk(storage.record, await hire(storage), { count: 300 })
    log = storage.keys.log
  })
  assert.ok(log)
  return { folder, log }
}

type Outside = {
  readonly get: (path: string, as?: string) => Promise<Response>
  readonly log: Known
}

async function served(
  readers: 'auditors' | 'everybody',
  see: (outside: Outside) => Promise<void>,
): Promise<void> {
  const { folder, log } = await talked()
  using _ = folder
  const file = folder.path('auditors')
  writeFileSync(file, `# who reads\nfirm ${token}\n`)
  const proofs = { ...folder.config.proofs, logReaders: readers, logAuditorsFile: file }
  const host = logHostOf({ ...folder.config, proofs }, log.origin)
  await withHttp({ log: host }, async (base) => {
    const prefix = log.origin.slice(log.origin.indexOf('/'))
    await see({
      log,
      get: async (path, as) =>
        await fetch(`${base}${prefix}/${path}`, {
          headers: as === undefined ? {} : { authorization: `Bearer ${as}` },
        }),
    })
  })
}

async function headOf({ get, log }: Outside, as?: string): Promise<Checkpoint> {
  const note = new Uint8Array(await (await get('checkpoint', as)).arrayBuffer())
  const keys = log.verifierKeys.map((text) => {
    const key = parseVerifierKey(text)
    assert.ok(typeof key !== 'string')
    return key
  })
  const verified = verifyCheckpoint(note, log.origin, keys)
  assert.ok(verified.ok)
  return verified.checkpoint
}

test('an outsider makes the root of the signed head from the tiles that are served', async () => {
  await served('everybody', async (outside) => {
    const { size, root } = await headOf(outside)
    assert.ok(size > 256)
    const read = tileReader(size, async (path) => {
      const answer = await outside.get(path)
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null
    })
    assert.ok(sameBytes(await rootOf(size, read), root))
  })
})

test('types and caching are as tlog-tiles asks, and HEAD answers too', async () => {
  await served('everybody', async ({ get }) => {
    const head = await get('checkpoint')
    assert.equal(head.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(head.headers.get('cache-control'), 'public, max-age=2')
    const tile = await get('tile/0/000')
    assert.equal(tile.headers.get('content-type'), 'application/octet-stream')
    assert.equal(tile.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal((await tile.arrayBuffer()).byteLength, 8_192)
    assert.equal((await fetch(tile.url, { method: 'HEAD' })).headers.get('content-length'), '8192')
    assert.equal((await fetch(tile.url, { method: 'POST' })).status, 404)
  })
})

test('entry bundles are for auditors alone, and are those of the tree', async () => {
  await served('everybody', async ({ get }) => {
    const refused = await get('tile/entries/000')
    assert.equal(refused.status, 401)
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer realm="log"')
    assert.equal((await get('tile/entries/000', `${token}x`)).status, 401)
    const bundle = await get('tile/entries/000', token)
    assert.equal(bundle.headers.get('cache-control'), 'private, max-age=31536000, immutable')
    const entries = decodeBundle(new Uint8Array(await bundle.arrayBuffer()))
    const tile = new Uint8Array(await (await get('tile/0/000')).arrayBuffer())
    assert.equal(entries?.length, 256)
    for (const [i, entry] of (entries ?? []).entries())
      assert.ok(sameBytes(leafHash(entry), tile.subarray(i * 32, (i + 1) * 32)))
  })
})

test('where hashes are for auditors, others get nothing', async () => {
  await served('auditors', async (outside) => {
    for (const path of ['checkpoint', 'tile/0/000', 'tile/entries/000', 'tile/0/777'])
      assert.equal((await outside.get(path)).status, 401, path)
    assert.ok((await headOf(outside, token)).size > 256)
    assert.equal((await outside.get('tile/0/000', token)).status, 200)
  })
})

test('nothing but tiles can be named', async () => {
  await served('everybody', async ({ get }) => {
    for (const path of [
      'checkpoints',
      'tile/0/777',
      'tile/0/000.p',
      'tile/..%2fcheckpoints',
      'tile/%2e%2e/checkpoints',
      'tile/0/000/../../../vault',
    ])
      assert.equal((await get(path, token)).status, 404, path)
  })
})

test('a file of tokens that are missing or short stops the start', async () => {
  const { folder, log } = await talked()
  using _ = folder
  const file = folder.path('auditors')
  const proofs = { logReaders: 'auditors', logAuditorsFile: file } as const
  const open = (): unknown =>
    logHostOf({ ...folder.config, proofs: { ...folder.config.proofs, ...proofs } }, log.origin)
  assert.throws(open, /cannot be read/)
  writeFileSync(file, '# nobody\n')
  assert.throws(open, /has 0 tokens/)
  writeFileSync(file, `firm ${token}\nother short\n`)
  assert.throws(open, /in line 2/)
})
