// Whoever watches is told of each sign-in at a stream, of each that was refused, and of ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '../../../test/client/client.ts'
import { testStreams } from '../../../test/fakes/streams.ts'

test('who signs in and goes is told with where he is, and the name that was tried where he is not let in', async (t) => {
  const s = await testStreams(t)
  const where = { over: 'plain', port: s.port, mechanism: 'PLAIN' } as const
  const client = await Client.signIn({ ...where, user: 'ann', password: 'pw' })
  await assert.rejects(Client.signIn({ ...where, user: 'ann', password: 'secret' }))
  await assert.rejects(Client.signIn({ ...where, user: 'nobody', password: 'secret' }))
  const ann = s.directory.find('ann@localhost')?.id ?? assert.fail()
  client.close()
  await s.streams.stop()
  assert.deepEqual(s.watched, [
    `passed ${ann} 127.0.0.1 PLAIN`,
    'refused ann@localhost 127.0.0.1 PLAIN not-authorized',
    'refused nobody@localhost 127.0.0.1 PLAIN not-authorized',
    `ended ${ann} 127.0.0.1`,
  ])
  assert.doesNotMatch(s.watched.join(), /secret/)
})
