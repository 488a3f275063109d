// `onrecord verify` as a program: with the server running or not, sound and damaged, and what it says where it cannot begin.
import assert from 'node:assert/strict'
import {
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer, type TestServer } from './server.ts'

let server: TestServer

before(async () => {
  server = await testServer()
  await server.start()
  addPeople(server, 'ann', 'bo')
  await talk(20)
})

after(async () => {
  await server.remove()
})

test('of a sound record it says what it has seen, with 0, also in the middle of a talk', async () => {
  const talking = talk(200)
  for (let round = 0; round < 3; round++) {
    const { status, out, err } = server.run(['verify', '--json'])
    assert.equal(status, 0, err)
    const verified: unknown = JSON.parse(out)
    assert.ok(typeof verified === 'object' && verified !== null && 'ok' in verified)
    assert.equal(verified.ok, true)
    await turn()
  }
  await talking
  const { status, out } = server.run(['verify', '--data', server.data])
  assert.equal(status, 0)
  assert.match(out, /^\d+ records of chat\.example\/log\/[0-9a-f]{8}: each is in the tree/)
})

for (const [what, file] of [
  ['an old body', 'bodies'],
  ['a tile', 'log/tile/0'],
  ['the newest checkpoint', 'log/checkpoint'],
] as const) {
  test(`a byte of ${what} that is flipped under a running server is found, by name, with 1`, async () => {
    await talk(5)
    const path = firstFileIn(join(server.data, file))
    // Far from what is still being written.
    const at = file === 'log/checkpoint' ? 4 : 200
    flip(path, at)
    try {
      const said = server.run(['verify'])
      assert.equal(said.status, 1, said.out)
      assert.match(said.err, /^\S.*: ./)
      assert.equal(said.err.trim().split('\n').length, 1, said.err)
      const json = server.run(['verify', '--json'])
      assert.equal(json.status, 1)
      const verified: unknown = JSON.parse(json.out)
      assert.ok(typeof verified === 'object' && verified !== null && 'finding' in verified)
    } finally {
      flip(path, at)
    }
  })
}

test('with the server stopped it says the same of the same record', async () => {
  assert.equal(await server.stop(), 0)
  assert.equal(server.run(['verify']).status, 0)
  const path = firstFileIn(join(server.data, 'bodies'))
  flip(path, 200)
  const said = server.run(['verify'])
  flip(path, 200)
  assert.equal(said.status, 1)
  assert.match(said.err, /./)
  assert.equal(server.run(['verify']).status, 0)
})

test('where it cannot begin it says what to do, in one sentence', () => {
  const nowhere = join(server.dir, 'nowhere')
  const empty = join(server.dir, 'empty')
  mkdirSync(empty)
  const otherKey = join(server.dir, 'other.key')
  writeFileSync(otherKey, 'no key\n', { mode: 0o600 })
  for (const [what, args, over] of [
    ['no folder', ['verify', '--data', nowhere], {}],
    ['an empty folder', ['verify', '--data', empty], {}],
    ['no key', ['verify'], { ONRECORD_KEY_FILE: join(server.dir, 'none.key') }],
    ['another key', ['verify'], { ONRECORD_KEY_FILE: otherKey }],
  ] as const) {
    const { status, out, err } = server.run(args, '', over)
    assert.equal(status, 1, `${what}: ${out}${err}`)
    assert.equal(out, '', what)
    assert.match(err, /^onrecord: [^\n]{20,}\n?$/, what)
  }
  const usage = server.run(['verify', 'this'])
  assert.equal(usage.status, 2)
  rmSync(empty, { recursive: true })
})

async function talk(messages: number): Promise<void> {
  const ann = await comeOnline(server, 'ann')
  const bo = await comeOnline(server, 'bo')
  for (let i = 0; i < messages; i++) {
    say(ann, `bo@${server.domain}`, `message ${i}`, `m${i}`)
    assert.equal(bodyOf(await nextMessage(bo)), `message ${i}`)
  }
  ann.close()
  bo.close()
}

async function turn(): Promise<void> {
  await new Promise(setImmediate)
}

function firstFileIn(path: string): string {
  if (statSync(path).isFile()) return path
  const [first = ''] = readdirSync(path).toSorted()
  return firstFileIn(join(path, first))
}

function flip(path: string, at: number): void {
  const file = openSync(path, 'r+')
  const byte = Buffer.alloc(1)
  readSync(file, byte, 0, 1, at)
  byte[0] = (byte[0] ?? 0) ^ 1
  writeSync(file, byte, 0, 1, at)
  closeSync(file)
}
