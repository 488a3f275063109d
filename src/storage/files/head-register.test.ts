import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { utf8 } from '../../base/bytes.ts'
import { hmac256, secretKey, sha256 } from '../../base/crypto.ts'
import { HeadDoubtful } from '../../record/errors.ts'
import { type Head, type HeadRegister } from '../../record/ledger/ports.ts'
import { headRegisterConformance } from '../../../test/conformance/head-register.ts'
import { memoryHeadRegister } from '../../../test/fakes/head-register.ts'
import { fileHeadRegister } from './head-register.ts'

const root = mkdtempSync(join(tmpdir(), 'onrecord-head-'))
after(() => rmSync(root, { recursive: true }))
let made = 0

function freshPath(): string {
  return join(root, `${made++}`, 'head')
}

function registerOf(path: string, key = 'a'): HeadRegister {
  const mac = secretKey(sha256(utf8(key)))
  return fileHeadRegister(path, (bytes) => hmac256(mac, bytes))
}

headRegisterConformance('head file', async () => registerOf(freshPath()))
headRegisterConformance('memory head register', async () => memoryHeadRegister())

const origin = 'example.com/log/00000001'
const head: Head = {
  size: 3,
  root: new Uint8Array(32).fill(1),
  closedAt: { segment: 2, offset: 9, spareBytes: 5 },
}

test('each changed byte of the file is found', async () => {
  const path = freshPath()
  const register = registerOf(path)
  await register.advance(origin, { from: null, to: head })
  await register.advance('example.com/log/2', { from: null, to: head })
  const bytes = readFileSync(path)
  for (let at = 0; at < bytes.length; at++) {
    writeFileSync(path, bytes.with(at, (bytes[at] ?? 0) ^ (1 << (at % 8))))
    await assert.rejects(register.read(origin), HeadDoubtful, `byte ${at}`)
  }
  for (let end = 0; end < bytes.length; end += 7) {
    writeFileSync(path, bytes.subarray(0, end))
    await assert.rejects(register.read(origin), HeadDoubtful, `cut at ${end}`)
  }
})

test('a head that somebody without the vault has written is doubtful, and is not written over', async () => {
  const path = freshPath()
  await registerOf(path, 'thief').advance(origin, { from: null, to: head })
  const register = registerOf(path)
  await assert.rejects(register.read(origin), HeadDoubtful)
  const to = { ...head, size: 9 }
  await assert.rejects(register.advance(origin, { from: head, to }), HeadDoubtful)
})

test('logs with keys of their own share the file', async () => {
  const path = freshPath()
  const [one, two] = [registerOf(path, 'one'), registerOf(path, 'two')]
  const other = 'example.org/log/00000002'
  await Promise.all([
    one.advance(origin, { from: null, to: head }),
    two.advance(other, { from: null, to: { ...head, size: 8 } }),
  ])
  assert.equal((await one.read(origin))?.size, 3)
  assert.equal((await two.read(other))?.size, 8)
  await assert.rejects(one.read(other), HeadDoubtful)
})

test('a write that failed and was not kept leaves the head as it was, and can be made again', async () => {
  const path = freshPath()
  const register = registerOf(path)
  await register.advance(origin, { from: null, to: head })
  // A folder with something in it, where the new file would be written.
  mkdirSync(join(`${path}.tmp`, 'inside'), { recursive: true })
  const step = { from: head, to: { ...head, size: 9 } }
  await assert.rejects(register.advance(origin, step))
  assert.deepEqual(await register.read(origin), head)
  rmSync(`${path}.tmp`, { recursive: true })
  await register.advance(origin, step)
  assert.equal((await register.read(origin))?.size, 9)
})
