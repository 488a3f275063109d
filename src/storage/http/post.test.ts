// Where webhooks may go: addresses that people name lead to no network of the house.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test, type TestContext } from 'node:test'
import { httpPost } from './post.ts'
import { isReachable, networks } from './private-networks.ts'

const none = networks([])

test('addresses of the house are not reached, however they are written', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'x',
    '',
  ])
    assert.equal(isReachable(address, none), false, address)
  for (const address of ['8.8.8.8', '172.32.0.1', '2a00:1450:4001::1', '::ffff:8.8.8.8'])
    assert.ok(isReachable(address, none), address)
  assert.ok(isReachable('10.1.2.3', networks(['10.1.0.0/16'])))
  assert.ok(!isReachable('10.2.2.3', networks(['10.1.0.0/16'])))
})

test('an address of a webhook is over HTTPS, without a password, and of no address of the house', () => {
  const post = httpPost([])
  post.mustBeReachable('https://example.org/hook?a=b')
  for (const url of [
    'http://example.org/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'https://user:pw@example.org/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'http://127.0.0.1/',
    'http://localhost/',
    'no address',
    `https://example.org/${'a'.repeat(2_000)}`,
  ])
    assert.throws(() => post.mustBeReachable(url), { code: 'webhooks.address' }, url)
})

test('a name that leads into the house is not reached, whatever it was when it was looked at', async () => {
  const post = httpPost([])
  const posted = await post.send('https://localhost:1/', {}, '{}')
  assert.deepEqual(posted, { kind: 'failed', why: 'address' })
})

async function program(
  t: TestContext,
  answer: { status: number; headers?: object },
): Promise<{
  readonly url: string
  readonly asked: string[]
}> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(answer.status, { ...answer.headers })
    response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { url: `http://127.0.0.1:${address.port}`, asked }
}

test('with the setting this machine is reached, and a redirect is followed nowhere', async (t) => {
  const { url, asked } = await program(t, { status: 302, headers: { location: '/elsewhere' } })
  const post = httpPost(['127.0.0.1'])
  const posted = await post.send(`${url}/hook`, { 'webhook-id': 'x' }, '{}')
  assert.ok(posted.kind === 'answer')
  assert.equal(posted.status, 302)
  assert.deepEqual(asked, ['/hook'])
  assert.deepEqual(await httpPost([]).send(`${url}/hook`, {}, '{}'), {
    kind: 'failed',
    why: 'address',
  })
})
