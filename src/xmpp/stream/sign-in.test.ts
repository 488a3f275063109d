import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client } from '../../../test/client/client.ts'
import { testStreams } from '../../../test/fakes/streams.ts'

const ann = { user: 'ann', password: 'pw' } as const

for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN']) {
  test(`a client signs in over STARTTLS with ${mechanism}`, async (t) => {
    const s = await testStreams(t)
    const client = await Client.signIn({ ...ann, over: 'starttls', port: s.port, mechanism })
    assert.match(client.jid, /^ann@localhost\/.{16}$/)
    assert.equal(s.router.resources[0]?.jid.text, client.jid)
  })
}

for (const mechanism of ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']) {
  test(`a client binds its sign-in to the TLS connection with ${mechanism}`, async (t) => {
    const s = await testStreams(t)
    const where = { over: 'direct-tls', port: s.directPort } as const
    const client = await Client.signIn({ ...ann, ...where, mechanism, resource: 'desk' })
    assert.equal(client.jid, 'ann@localhost/desk')
  })
}

for (const scheme of ['ws', 'wss'] as const) {
  test(`a client signs in over ${scheme}`, async (t) => {
    const s = await testStreams(t)
    const url = await s.webSocket(scheme)
    const client = await Client.signIn({ ...ann, over: 'websocket', url, resource: 'web' })
    assert.equal(client.jid, 'ann@localhost/web')
  })
}

test('a wrong password and an unknown name get the same answer', async (t) => {
  const s = await testStreams(t)
  for (const user of ['ann', 'nobody', 'no body', 'a@b']) {
    for (const mechanism of ['SCRAM-SHA-256', 'PLAIN']) {
      const who = { user, password: 'wrong', over: 'plain', port: s.port } as const
      await assert.rejects(Client.signIn({ ...who, mechanism }), { message: 'not-authorized' })
    }
  }
})
