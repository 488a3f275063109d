// SIGTERM while people talk: everything that was told to anybody is on record, and the log is closed. DESIGN.md §6
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addUsers } from './people.ts'
import { testServer } from './server.ts'
import { startTalk } from './talk.ts'

test('SIGTERM under load ends the server politely, loses nothing, and closes the log', async () => {
  const server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' })
  try {
    await server.start()
    await addUsers(server, 8)
    const talk = await startTalk(server, { pairs: 4, bodyChars: 300 })
    await talk.received(200)
    const [status] = await Promise.all([server.stop(), talk.over()])
    // A stop that took longer than DESIGN.md §6 allows ends with 1, by the server's own watch.
    assert.equal(status, 0, server.log())
    const register = readFileSync(join(server.dir, 'keys/head'), 'utf8')
    assert.match(register, /^head \S+ \d+ \S+ \d+:\d+\+\d+ /m)
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.out + verified.err)
    await server.start()
    await talk.checkArchives(server)
    // The archives were opened in a thread of their own, which does not hold up a stop.
    assert.equal(await server.stop(), 0, server.log())
    assert.doesNotMatch(server.log(), /record\.reader-failed/)
  } finally {
    await server.remove()
  }
})
