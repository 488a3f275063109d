import assert from 'node:assert/strict'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileBodyEraser } from './body-eraser.ts'

const pieceBytes = 65_536

/** Bucket 7 with eight pieces, each of another byte. */
function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-eraser-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const pieces = Array.from({ length: 8 }, (_, i) => Buffer.alloc(pieceBytes, i + 1))
  writeFileSync(join(dir, '7'), Buffer.concat(pieces), { mode: 0o600 })
  return dir
}

test('what is kept stays where it lay, and the rest is zeros that take no room', async (t) => {
  const dir = folder(t)
  const path = join(dir, '7')
  const eraser = fileBodyEraser(dir)
  const places = [2, 3, 6].map((i) => ({ offset: i * pieceBytes, length: pieceBytes }))
  for (let again = 0; again < 2; again++) await eraser.keepOnly(7, places)
  const bytes = readFileSync(path)
  const seen = Array.from({ length: 8 }, (_, i) => [
    ...new Set(bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes)),
  ])
  assert.deepEqual(seen, [[0], [0], [3], [4], [0], [0], [7], [0]])
  const { blocks, mode } = statSync(path)
  assert.ok(blocks * 512 < 5 * pieceBytes, `${blocks} blocks`)
  assert.equal(mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(dir), ['7'])
})

test('a leftover of a stop is replaced, and what is missing of a survivor stops it and leaves the file', async (t) => {
  const dir = folder(t)
  const before = readFileSync(join(dir, '7'))
  writeFileSync(join(dir, '7.tmp'), 'left by a stop')
  const eraser = fileBodyEraser(dir)
  const beyond = [{ offset: 8 * pieceBytes, length: 1 }]
  await assert.rejects(eraser.keepOnly(7, beyond), /ends before what survives/)
  assert.deepEqual(readFileSync(join(dir, '7')), before)
  assert.deepEqual(readdirSync(dir), ['7'])
})

test('a bucket of which nothing is kept has no file, and is removed twice', async (t) => {
  const dir = folder(t)
  const eraser = fileBodyEraser(dir)
  for (let again = 0; again < 2; again++) await eraser.remove(7)
  assert.equal(existsSync(join(dir, '7')), false)
})
