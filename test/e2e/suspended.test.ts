// Somebody is suspended in the middle of things: all that he has is gone, at once, and nothing goes to him or comes from him after that.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { Client } from '../client/client.ts'
import { putFile, slotFor } from './files.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer, type TestServer } from './server.ts'

const password = 'a long enough password'
const megabyte = 1_048_576

/** Over each way that there is. */
async function everywhere({ domain, ports }: TestServer, user: string): Promise<readonly Client[]> {
  const who = { user, password, domain }
  const clients = [
    await Client.signIn({ ...who, over: 'starttls', port: ports.xmpp }),
    await Client.signIn({ ...who, over: 'direct-tls', port: ports.xmpps }),
    await Client.signIn({ ...who, over: 'websocket', url: `ws://127.0.0.1:${ports.http}/xmpp` }),
    await Client.signIn({ ...who, over: 'bosh', url: `http://127.0.0.1:${ports.http}/http-bind` }),
  ]
  for (const client of clients) client.send(`<presence xmlns='jabber:client'/>`)
  return clients
}

/** Of a session in a browser, and of a token. */
async function inTheWeb(
  server: TestServer,
  user: string,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const made = server.run([
    'token',
    'make',
    `${user}@${server.domain}`,
    '--name',
    'x',
    '--scope',
    'self.see',
  ])
  const signedIn = await fetch(`http://127.0.0.1:${server.ports.http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address: user, password }),
  })
  assert.equal(signedIn.status, 201, await signedIn.text())
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';')
  return [{ cookie }, { authorization: `Bearer ${made.out.trim()}` }]
}

async function statuses(
  server: TestServer,
  all: readonly Readonly<Record<string, string>>[],
): Promise<number[]> {
  const url = `http://127.0.0.1:${server.ports.http}/api/v1/self`
  return await Promise.all(all.map(async (headers) => (await fetch(url, { headers })).status))
}

test('who is suspended under load has no stream, session, token or upload left', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'ben')
    const ben = await comeOnline(server, 'ben')
    const anns = await everywhere(server, 'ann')
    const [first] = anns
    assert.ok(first)
    const web = await inTheWeb(server, 'ann')
    assert.deepEqual(await statuses(server, web), [200, 200])

    const slot = await slotFor(first, { name: 'late.bin', size: 10 * megabyte })
    const unused = await slotFor(first, { name: 'later.bin', size: 10 })
    const sent = request(slot.put, { method: 'PUT', headers: { 'content-length': 10 * megabyte } })
    const failed = once(sent, 'error')
    sent.write(Buffer.alloc(megabyte))

    // All of them talk, and are talked to.
    let n = 0
    const load = setInterval(() => {
      for (const ann of anns) say(ann, `ben@${server.domain}`, `from ann ${n}`, `a${n++}`)
      say(ben, `ann@${server.domain}`, `to ann ${n}`, `b${n++}`)
    }, 5)
    assert.match(bodyOf(await nextMessage(ben)), /^from ann/)
    const cut = await server.runBeside(['user', 'disable', `ann@${server.domain}`])
    assert.equal(cut.status, 0, cut.err)
    const last = n
    clearInterval(load)

    assert.deepEqual(await statuses(server, web), [401, 401])
    for (const ann of anns) await ann.link.incoming.rest()
    await failed
    assert.equal((await putFile(unused.put, Buffer.alloc(10))).status, 403)
    await assert.rejects(comeOnline(server, 'ann'))

    // Whatever of hers was on its way, what ben says to himself now comes after it.
    say(ben, `ben@${server.domain}`, 'the end', 'end')
    for (let body = ''; body !== 'the end';) {
      body = bodyOf(await nextMessage(ben))
      const number = /^from ann (\d+)$/.exec(body)?.[1]
      if (number !== undefined) assert.ok(Number(number) < last, body)
    }
  } finally {
    await server.remove()
  }
})
