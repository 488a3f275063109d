// What an administrator does with keys and papers while the server runs: docs/operate/keys.md.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testServer } from './server.ts'

test('a paper that is destroyed is noted, one that is not there is named, and a turn makes a new key', async () => {
  const server = await testServer()
  try {
    await server.start()
    const before = server.run(['key', 'list']).out
    const [, id = ''] = /^paper\tkit\t.*\t([0-9a-f]{16})$/m.exec(before) ?? []
    assert.match(server.run(['key', 'destroyed', id]).out, /noted that the papers of/)
    assert.doesNotMatch(server.run(['key', 'list']).out, /^paper/m)
    const unknown = server.run(['key', 'destroyed', 'ID'])
    assert.equal(unknown.status, 1)
    assert.match(unknown.err, /^onrecord: .+\.\n$/)
    assert.equal(server.run(['key', 'turn']).status, 0)
    const after = server.run(['key', 'list']).out
    assert.match(after, /^epoch 2\n/)
    assert.doesNotMatch(after, new RegExp(`^current.*${id}`, 'm'))
  } finally {
    await server.remove()
  }
})
