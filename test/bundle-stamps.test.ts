// RFC 3161 time stamps over a head, made by OpenSSL: step 8 of docs/reference/bundle.md.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fromUtf8 } from '../src/base/bytes.ts'
import {
  actOn,
  bundleOf,
  emptyScene,
  policyOf,
  signedAnew,
  type Files,
  type Scene,
} from './support/bundles/scene.ts'
import { verifyZip, type Report } from './support/bundles/verifier.ts'
import { membersOf, zipOf } from './support/bundles/zip-of.ts'

const openssl = '/usr/bin/openssl'
const skip = existsSync(openssl) ? false : 'there is no openssl'
let dir = ''
let scene: Scene
let files: Files = new Map()

const settings = `
[req]
distinguished_name = name
prompt = no
[name]
CN = stamps
[ca]
basicConstraints = critical,CA:true
[tsa]
extendedKeyUsage = critical,timeStamping
[plain]
basicConstraints = CA:false
[tsa_section]
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ordering = yes
ess_cert_id_alg = sha256
`

function run(...args: readonly string[]): void {
  execFileSync(openssl, args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] })
}

before(async () => {
  if (skip !== false) return
  dir = mkdtempSync(join(tmpdir(), 'onrecord-stamps-'))
  writeFileSync(join(dir, 'c.cnf'), settings)
  writeFileSync(join(dir, 'serial'), '01\n')
  const anew = ['-newkey', 'rsa:2048', '-nodes', '-config', 'c.cnf', '-days', '3650']
  run('req', '-x509', ...anew, '-extensions', 'ca', '-keyout', 'ca.key', '-out', 'ca.pem')
  run('req', '-x509', ...anew, '-extensions', 'ca', '-keyout', 'other.key', '-out', 'other.pem')
  for (const [name, extensions, key] of [
    ['rsa', 'tsa', ['-newkey', 'rsa:2048']],
    ['ec', 'tsa', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['plain', 'plain', ['-newkey', 'rsa:2048']],
  ] as const) {
    const request = ['-nodes', '-config', 'c.cnf', '-subj', `/CN=${name}`]
    run('req', ...key, ...request, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650']
    const extended = ['-extfile', 'c.cnf', '-extensions', extensions]
    run('x509', '-req', '-in', `${name}.csr`, ...signing, ...extended, '-out', `${name}.pem`)
  }
  // Stamps are of today, so what is stamped has to be from before.
  scene = await emptyScene('stamps', Date.UTC(2020, 1, 2))
  await scene.say(0, 1, 'before')
  files = await bundleOf(scene, await actOn(scene))
})

after(() => {
  if (dir !== '') rmSync(dir, { recursive: true, force: true })
})

/** A response of the service with that key, over these bytes. */
function stamp(name: string, bytes: Uint8Array): Uint8Array {
  writeFileSync(join(dir, 'data'), bytes)
  run('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'query')
  const keys = ['-signer', `${name}.pem`, '-inkey', `${name}.key`]
  run(
    'ts',
    '-reply',
    '-queryfile',
    'query',
    '-config',
    'c.cnf',
    '-section',
    'tsa_section',
    ...keys,
    '-out',
    'reply',
  )
  return new Uint8Array(readFileSync(join(dir, 'reply')))
}

function headText(): Uint8Array {
  const note = fromUtf8(files.get('log/checkpoint') ?? new Uint8Array()) ?? ''
  return Buffer.from(note.slice(0, note.lastIndexOf('\n\n') + 1))
}

async function answer(token: Uint8Array, root = 'ca'): Promise<Report> {
  const changed = new Map(files)
  changed.set(`tst/${scene.log.size}.tsr`, token)
  const roots = [new Uint8Array(new X509Certificate(readFileSync(join(dir, `${root}.pem`))).raw)]
  const zip = zipOf(membersOf(signedAnew(changed, scene.keys)))
  return await verifyZip(zip, { policy: policyOf(scene.keys), roots })
}

for (const name of ['rsa', 'ec'])
  test(`a time stamp with a key of ${name} puts records at level T`, { skip }, async () => {
    const report = await answer(stamp(name, headText()))
    assert.deepEqual(
      report.findings.filter(({ code }) => code !== 'time.future'),
      [],
    )
    assert.deepEqual([report.result, Object.keys(report.levels)], ['complete', ['T']])
    assert.match(report.proved.join('\n'), /was there at \d{4}-/)
  })

test('a time stamp over another head is found', { skip }, async () => {
  const report = await answer(stamp('rsa', Buffer.from('another head')))
  assert.equal(report.findings[0]?.code, 'stamp.imprint')
})

test('a time stamp that was changed is found, or says the same', { skip }, async () => {
  const token = stamp('ec', headText())
  const { proved } = await answer(token)
  let found = 0
  for (let at = 12; at < token.length; at += 7) {
    const changed = new Uint8Array(token)
    changed[at] = (changed[at] ?? 0) ^ 1
    const report = await answer(changed)
    // What no signature covers, such as the list of hashes in front, may say what it likes.
    if (report.exit === 0) assert.deepEqual(report.proved, proved, `byte ${at}`)
    else found += 1
  }
  assert.ok(found > token.length / 7 / 2, `${found} were found`)
})

test(
  'a service that is not trusted proves nothing, and contradicts nothing',
  { skip },
  async () => {
    const report = await answer(stamp('rsa', headText()), 'other')
    assert.deepEqual([report.exit, report.findings[0]?.code], [2, 'stamp.untrusted'])
    assert.deepEqual(Object.keys(report.levels), ['S'])
  },
)
