import assert from 'node:assert/strict'
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { OperatorError } from '../../base/errors.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { keyHolderConformance } from '../../../test/conformance/key-holder.ts'
import { memoryKeyHolder, seededRandom } from '../../../test/fakes/vault.ts'
import { type KeyId } from '../../record/keys/ports.ts'
import { keyFile, type KeyFile } from './key-file.ts'

const root = mkdtempSync(join(tmpdir(), 'onrecord-key-file-'))
after(() => rmSync(root, { recursive: true }))
let made = 0

function fresh(): { readonly path: string; readonly file: KeyFile } {
  const path = join(root, `${made++}`, 'keys', 'vault.key')
  return { path, file: keyFile(path, systemRandom()) }
}

keyHolderConformance('key file', async () => fresh().file)
keyHolderConformance('memory key holder', async () => memoryKeyHolder(seededRandom('holder')))

async function create(file: KeyFile): Promise<KeyId> {
  const drawn = file.draw()
  await drawn.create()
  return drawn.id
}

/** The sentence with which the operator is told. */
async function refusal(act: Promise<unknown>): Promise<string> {
  let sentence = 'not refused'
  await act.catch((error: unknown) => {
    assert.ok(error instanceof OperatorError)
    sentence = error.message
  })
  return sentence
}

test('the file and its folder are made for their owner alone', async () => {
  const { path, file } = fresh()
  await create(file)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
})

test('looking for a key makes no file', async () => {
  const { path, file } = fresh()
  const id = await create(fresh().file)
  assert.equal(await file.has(id), false)
  await file.destroy(id)
  assert.throws(() => statSync(path), /ENOENT/)
  assert.match(
    await refusal(file.wrap(id, new Secret(new Uint8Array(1)), new Uint8Array())),
    /^the key file .* has no key/,
  )
})

test('a file or a folder that is open to others is refused with the line that mends it', async () => {
  const { path, file } = fresh()
  const id = await create(file)
  for (const mode of [0o640, 0o604, 0o660, 0o601]) {
    chmodSync(path, mode)
    assert.ok((await refusal(file.has(id))).endsWith(`chmod 600 ${path}`))
  }
  chmodSync(path, 0o600)
  chmodSync(join(path, '..'), 0o770)
  assert.ok((await refusal(create(file))).endsWith(`chmod 700 ${join(path, '..')}`))
})

test('each changed letter of a key line is found and told by its line', async () => {
  const { path, file } = fresh()
  const id = await create(file)
  const text = readFileSync(path, 'latin1')
  for (let at = text.lastIndexOf('key '); at < text.length - 1; at++) {
    const code = text.charCodeAt(at) ^ 1
    writeFileSync(
      path,
      text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1),
      'latin1',
    )
    assert.match(
      await refusal(file.has(id)),
      /^line 3 of the key file .* is not a key/,
      `byte ${at}`,
    )
  }
})

test('an unlimited file is not read', async () => {
  const { path, file } = fresh()
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
  writeFileSync(path, '#'.repeat(200_000), { mode: 0o600 })
  assert.match(await refusal(create(file)), /ONRECORD_KEY_FILE must name a key file/)
})

test('servers that share the file and make keys at once lose none', async () => {
  const { path, file } = fresh()
  const other = keyFile(path, systemRandom())
  const ids = await Promise.all([file, other, file, other].map(async (each) => await create(each)))
  for (const id of ids) assert.ok(await file.has(id))
})

test('a recovery kit brings the key back into an empty file, and does not print by accident', async () => {
  const { file } = fresh()
  const id = await create(file)
  const wrapped = await file.wrap(id, new Secret(new Uint8Array([5])), new Uint8Array())
  const kit = await file.kit(id)
  assert.equal(JSON.stringify({ kit }) + inspect(kit), '{"kit":"[secret]"}[secret]')
  const { file: empty } = fresh()
  assert.equal(await empty.restore(kit.reveal(), [id]), id)
  assert.deepEqual([...((await empty.unwrap(id, wrapped, new Uint8Array()))?.reveal() ?? [])], [5])
  assert.match(await refusal(empty.restore('nothing', null)), /two lines of 28 letters/)
})

test('a kit whose key is there already, or is not the one that is wanted, changes nothing', async () => {
  const { path, file } = fresh()
  const [id, other] = [await create(file), await create(file)]
  const kit = (await file.kit(id)).reveal()
  const before = readFileSync(path, 'latin1')
  assert.match(await refusal(file.restore(kit, [id])), new RegExp(`has the key ${id} already`))
  assert.match(
    await refusal(file.restore(kit, [other])),
    new RegExp(`of key ${id}.* needs ${other}`),
  )
  assert.equal(readFileSync(path, 'latin1'), before)
})

test('a destroyed key is in the file no more, nor where the file lay before', async () => {
  const { path, file } = fresh()
  const [doomed] = [await create(file), await create(file)]
  const [, key] = new RegExp(`^key ${doomed} (.+)$`, 'm').exec(readFileSync(path, 'latin1')) ?? []
  assert.ok(key)
  // A second name for the old file, as an undelete would find it.
  linkSync(path, `${path}.old`)
  // And one for what a stopped writer has left.
  copyFileSync(path, `${path}.tmp`)
  linkSync(`${path}.tmp`, `${path}.left`)
  await file.destroy(doomed)
  for (const each of [path, `${path}.old`, `${path}.left`]) {
    assert.ok(!readFileSync(each, 'latin1').includes(key), each)
  }
})

test('a folder in the place of the file is refused', async () => {
  const { path, file } = fresh()
  mkdirSync(path, { recursive: true, mode: 0o700 })
  assert.match(await refusal(create(file)), /ONRECORD_KEY_FILE must name a key file/)
})
