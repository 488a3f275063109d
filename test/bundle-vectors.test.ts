// The test vectors of docs/reference/bundle.md are right, and are those of the files in verifier/vectors/.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fromBase64, fromHex, toBase64, toHex, utf8 } from '../src/base/bytes.ts'
import { sha256 } from '../src/base/crypto.ts'
import { outsiderId } from '../src/intake/outsider.ts'
import { decodeEntry, leafHash } from '../src/record/ledger/entry.ts'
import { commitPart } from '../src/record/ledger/parts.ts'
import { verifierFolder, verifyZip } from './support/bundles/verifier.ts'

const vector = (name: string): Buffer => readFileSync(join(verifierFolder, 'vectors', name))
const page = readFileSync('docs/reference/bundle.md', 'utf8')
const [, json = ''] = /## 10\. Test vectors[^]*?```json\n([^]*?)```/.exec(page) ?? []

test('the numbers in bundle.md are those that the formats give', () => {
  const said = JSON.parse(json)
  const bytes = fromHex(said.entry) ?? new Uint8Array()
  const entry = decodeEntry(bytes)
  assert.ok(typeof entry !== 'string')
  assert.equal(toHex(leafHash(bytes)), said.leaf)
  assert.equal(toHex(entry.partsRoot), said.parts_root)
  const { id, salt, text } = said.part
  const { commitment } = commitPart({ id, bytes: utf8(text) }, fromBase64(salt) ?? new Uint8Array())
  assert.equal(toBase64(commitment), said.commitment)
  const lines = said.members.map((member: string) => `${member}\n`).join('')
  assert.equal(toHex(sha256(utf8(lines))), said.members_hash)
  assert.equal(outsiderId(said.outsider.address), said.outsider.id)
  const zip = vector('complete.zip')
  for (const there of [Buffer.from(bytes), said.note_text, said.members_hash, `"salt":"${salt}"`])
    assert.ok(zip.includes(there), 'the bundle has it')
})

test('the bundles beside the verifier are complete and broken, as bundle.md says', async () => {
  const policy = vector('policy.txt').toString()
  const answer = async (name: string): Promise<string> => {
    const { result, findings } = await verifyZip(vector(name), { policy })
    return `${result} ${findings.map(({ step, code }) => `${step} ${code}`).join()}`
  }
  assert.equal(await answer('complete.zip'), 'complete ')
  assert.equal(await answer('broken.zip'), 'broken 5 record.changed')
})
