import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { type Call } from './command.ts'
import { readPassword } from './password.ts'

/** A person at a terminal who types this, all of it before the first question. */
function typing(keys: string): Call {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  input.write(keys)
  const console = { env: {}, input, out: () => undefined, err: () => undefined }
  return { args: [], options: {}, console }
}

test('at a terminal the password is asked for twice, also when both lines come at once', async () => {
  assert.equal(await readPassword(typing('s3cret ☃\rs3cret ☃\r')), 's3cret ☃')
})

test('two passwords that differ are refused', async () => {
  await assert.rejects(readPassword(typing('one\rtwo\r')), { code: 'password.differs' })
})

test('Ctrl+C and Ctrl+D end the question in one sentence', async () => {
  for (const keys of ['\u0003', '\u0004', 'one\r\u0003', 'one\r\u0004'])
    await assert.rejects(readPassword(typing(keys)), { code: 'password.none' })
})

test('an empty password is none', async () => {
  await assert.rejects(readPassword(typing('\r\r')), { code: 'password.none' })
})

test('with --password-stdin the first line of standard input is the password', async () => {
  const call = typing('')
  const piped = new PassThrough()
  piped.end('from a pipe\nand more\n')
  const options = { 'password-stdin': true }
  const console = { ...call.console, input: piped }
  assert.equal(await readPassword({ ...call, options, console }), 'from a pipe')
})
