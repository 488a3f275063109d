// A client that has HTTP and nothing else, at a real server.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from '../client/client.ts'
import { addUsers, bodyOf, nextMessage, say, signInAs } from './people.ts'
import { testServer, type TestServer } from './server.ts'

let server: TestServer

before(async () => {
  server = await testServer({ ONRECORD_ALLOW_PLAINTEXT: 'loopback' })
  await server.start()
  await addUsers(server, 2)
})

after(async () => {
  await server.remove()
})

/** Where host-meta says that it is. */
async function boshAddress(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${server.ports.http}/.well-known/host-meta`)
  const text = await answer.text()
  return /xbosh' href='([^']+)'/.exec(text)?.[1] ?? assert.fail(text)
}

test('it finds the address, talks with somebody over TCP, and is on record', async () => {
  const { domain } = server
  const url = await boshAddress()
  const who = { user: 'u0', password: 'pw', domain, resource: 'web' }
  const web = await Client.signIn({ ...who, over: 'bosh', url })
  const tcp = await signInAs(server, 'u1')
  for (const client of [web, tcp]) {
    client.send(`<presence xmlns='jabber:client'/>`)
    await client.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, domain)
  }
  say(web, `u1@${domain}`, 'over HTTP', 'one')
  assert.equal(bodyOf(await nextMessage(tcp)), 'over HTTP')
  say(tcp, `u0@${domain}`, 'over TCP', 'two')
  assert.equal(bodyOf(await nextMessage(web)), 'over TCP')
  assert.equal(await server.stop(), 0, server.log())
  assert.equal(server.run(['verify']).status, 0)
  assert.doesNotMatch(server.log(), /"level":"error"/)
})
