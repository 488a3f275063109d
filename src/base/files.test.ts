import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  createDurably,
  isCode,
  makeDirDurably,
  readIfThere,
  removeDurably,
  replaceDurably,
} from './files.ts'

const root = mkdtempSync(join(tmpdir(), 'onrecord-files-'))
after(() => rmSync(root, { recursive: true }))
let made = 0

function fresh(): string {
  const dir = join(root, String(made++))
  mkdirSync(dir)
  return dir
}

test('a file that is not there reads as null, one that is a folder does not', async () => {
  const dir = fresh()
  assert.equal(await readIfThere(join(dir, 'none')), null)
  await assert.rejects(readIfThere(dir), (error) => isCode(error, 'EISDIR'))
})

test('createDurably() makes a file once, for its owner alone, and leaves nothing beside it', async () => {
  const dir = join(fresh(), 'a', 'b')
  assert.equal(await createDurably(join(dir, 'file'), 'one'), true)
  assert.equal(await createDurably(join(dir, 'file'), 'two'), false)
  assert.equal(readFileSync(join(dir, 'file'), 'utf8'), 'one')
  assert.equal(statSync(join(dir, 'file')).mode & 0o777, 0o600)
  assert.equal(statSync(dir).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(dir), ['file'])
})

test('of many that create a file at once, one does', async () => {
  const path = join(fresh(), 'file')
  const tries = Array.from({ length: 8 }, async (_, i) => await createDurably(path, String(i)))
  const winners = (await Promise.all(tries)).map((isMade, i) => (isMade ? String(i) : ''))
  assert.equal(winners.join(''), readFileSync(path, 'utf8'))
})

test('replaceDurably() replaces the file, its mode, and the leftover of a writer that was stopped', async () => {
  const dir = fresh()
  const path = join(dir, 'file')
  writeFileSync(path, 'old', { mode: 0o644 })
  writeFileSync(`${path}.tmp`, 'half of something longer', { mode: 0o666 })
  await replaceDurably(path, 'new')
  assert.equal(readFileSync(path, 'utf8'), 'new')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await replaceDurably(path, 'newer', { mode: 0o644 })
  assert.equal(statSync(path).mode & 0o777, 0o644)
  assert.deepEqual(readdirSync(dir), ['file'])
})

test('replaceDurably() that fails leaves what was there, and nothing beside it', async () => {
  const dir = fresh()
  mkdirSync(join(dir, 'file', 'inside'), { recursive: true })
  await assert.rejects(replaceDurably(join(dir, 'file'), 'new'))
  assert.deepEqual(readdirSync(dir), ['file'])
  await assert.rejects(replaceDurably(join(dir, 'none', 'file'), 'new'), (error) =>
    isCode(error, 'ENOENT'),
  )
})

test('folders are made all the way down, and those that are there are left', async () => {
  const dir = fresh()
  await makeDirDurably(join(dir, 'a', 'b', 'c'))
  await makeDirDurably(join(dir, 'a', 'b', 'c'))
  assert.ok(statSync(join(dir, 'a', 'b', 'c')).isDirectory())
})

test('removeDurably() is fine with nothing to remove', async () => {
  const dir = fresh()
  await createDurably(join(dir, 'file'), 'one')
  await removeDurably(join(dir, 'file'))
  await removeDurably(join(dir, 'file'))
  assert.deepEqual(readdirSync(dir), [])
})
