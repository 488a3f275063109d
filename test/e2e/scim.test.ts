// A provisioning service adds, groups and suspends somebody who is signed in, at a running server; which is killed in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeOf, groupNamed, userNamed } from '../support/scim.ts'
import { Client } from '../client/client.ts'
import { type TestServer, testServer } from './server.ts'

const password = 'a long enough password'

type Asked = {
  readonly method: string
  readonly path: string
  readonly body?: object
}

/** @returns the status, and what was answered */
async function ask(
  { ports }: TestServer,
  secret: string,
  { method, path, body }: Asked,
): Promise<{ readonly status: number; readonly id: string }> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/scim+json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, id: text === '' ? '' : String(JSON.parse(text).id) }
}

test('somebody is added and put into a group at once, dated, and cut off within 5 seconds when she is suspended there', async () => {
  const server = await testServer()
  try {
    await server.start()
    const [ann, bot] = [`ann@${server.domain}`, `entra@${server.domain}`]
    assert.equal(server.run(['bot', 'add', bot]).status, 0)
    const scope = ['--name', 'Entra ID', '--scope', 'people.provision']
    const made = server.run(['bot', 'token', bot, ...scope])
    assert.equal(made.status, 0, made.err)
    const secret = made.out.trim()
    const added = await ask(server, secret, {
      method: 'POST',
      path: '/Users',
      body: userNamed(ann, { externalId: 'a-1' }),
    })
    assert.equal(added.status, 201)
    const members = [{ value: added.id }]
    const group = groupNamed('Traders', { members })
    assert.equal(
      (await ask(server, secret, { method: 'POST', path: '/Groups', body: group })).status,
      201,
    )
    assert.match(server.run(['user', 'show', ann]).out, /^groups\ttraders$/m)

    assert.equal(server.run(['user', 'passwd', ann, '--password-stdin'], password).status, 0)
    const { domain, ports } = server
    const client = await Client.signIn({
      user: 'ann',
      password,
      domain,
      port: ports.xmpp,
      over: 'starttls',
    })
    const began = Date.now()
    const off = changeOf({ op: 'Replace', path: 'active', value: 'False' })
    const path = `/Users/${added.id}`
    assert.equal((await ask(server, secret, { method: 'PATCH', path, body: off })).status, 200)
    while ((await client.nextOrEnd()) !== null);
    assert.ok(Date.now() - began < 5_000)
    await assert.rejects(
      Client.signIn({ user: 'ann', password, domain, port: ports.xmpp, over: 'starttls' }),
    )

    await server.kill()
    await server.start()
    assert.match(server.run(['user', 'show', ann]).out, /^state\tsuspended by scim$/m)
    assert.equal(
      (await ask(server, secret, { method: 'DELETE', path: '/Groups/traders' })).status,
      204,
    )
    const today = server.run(['group', 'show', 'traders', '--at', '5'])
    assert.match(today.out + today.err, /ann@/)
    assert.equal((await ask(server, secret, { method: 'DELETE', path })).status, 204)
    const audit = server.run(['audit', 'list', '--json']).out
    assert.match(audit, /The provisioning service suspended ann@/)
    assert.equal(await server.stop(), 0)
    const verified = server.run(['verify'])
    assert.equal(verified.status, 0, verified.err)
  } finally {
    await server.remove()
  }
})
