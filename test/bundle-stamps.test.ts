// RFC 3161 time stamps over a head, made by OpenSSL: step 8 of docs/reference/bundle.md.
import assert from 'node:assert/strict'
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
import { noOpenssl, type TimeStamping, timeStamping } from './support/time-stamping.ts'

const skip = noOpenssl
let stamping: TimeStamping
let scene: Scene
let files: Files = new Map()

before(async () => {
  if (skip !== false) return
  stamping = timeStamping('rsa', 'ec')
  // Stamps are of today, so what is stamped has to be from before.
  scene = await emptyScene('stamps', Date.UTC(2020, 1, 2))
  await scene.say(0, 1, 'before')
  files = await bundleOf(scene, await actOn(scene))
})

after(() => {
  if (skip === false) stamping[Symbol.dispose]()
})

/** A response of the service with that key, over these bytes. */
function stamp(name: 'rsa' | 'ec', bytes: Uint8Array): Uint8Array {
  return stamping.reply(name, stamping.query(bytes))
}

function headText(): Uint8Array {
  const note = fromUtf8(files.get('log/checkpoint') ?? new Uint8Array()) ?? ''
  return Buffer.from(note.slice(0, note.lastIndexOf('\n\n') + 1))
}

async function answer(token: Uint8Array, root: 'ca' | 'other' = 'ca'): Promise<Report> {
  const changed = new Map(files)
  changed.set(`tst/${scene.log.size}.tsr`, token)
  const roots = [stamping.der(root)]
  const zip = zipOf(membersOf(signedAnew(changed, scene.keys)))
  return await verifyZip(zip, { policy: policyOf(scene.keys), roots })
}

for (const name of ['rsa', 'ec'] as const)
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
