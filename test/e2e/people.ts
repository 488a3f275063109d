// People at a running server, and how they talk in tests.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { child, type Element, textOf } from '../../src/xml/element.ts'
import { Client } from '../client/client.ts'
import { type TestServer } from './server.ts'

const password = 'a long enough password'

/** Makes the account; over the admin socket, so the server runs. */
export function addPeople(server: TestServer, ...locals: readonly string[]): void {
  for (const local of locals) server.addUser(local, password)
}

/** u0, u1… with password `pw`, made over the admin socket by hand: a command for each would take longer than the test. */
export async function addUsers(server: TestServer, count: number): Promise<void> {
  const socketPath = join(server.data, 'admin.sock')
  for (let user = 0; user < count; user++) {
    const headers = { 'content-type': 'application/json' }
    const asked = request({ socketPath, method: 'POST', path: '/v1/people', headers })
    const address = `u${user}@${server.domain}`
    asked.end(JSON.stringify({ address, password: 'pw', role: 'member' }))
    const [answer]: IncomingMessage[] = await once(asked, 'response')
    answer?.resume()
    if (answer?.statusCode !== 201) throw new Error(`u${user}: ${answer?.statusCode}`)
  }
}

/** As one of `addUsers()`, in clear. */
export async function signInAs(server: TestServer, user: string): Promise<Client> {
  const { domain, ports } = server
  return await Client.signIn({ user, password: 'pw', domain, port: ports.xmpp, over: 'plain' })
}

/** Signed in over STARTTLS, available, and past whatever waited. */
export async function comeOnline(
  server: Pick<TestServer, 'domain' | 'ports'>,
  user: string,
  resource?: string,
): Promise<Client> {
  const client = await comeFor(server, user, resource)
  await client.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)
  return client
}

/** The same, and what waited is still to come. */
export async function comeFor(
  server: Pick<TestServer, 'domain' | 'ports'>,
  user: string,
  resource?: string,
): Promise<Client> {
  const client = await Client.signIn({
    user,
    password,
    domain: server.domain,
    port: server.ports.xmpp,
    over: 'starttls',
    ...(resource === undefined ? {} : { resource }),
  })
  client.send(`<presence xmlns='jabber:client'/>`)
  return client
}

export function say(from: Client, to: string, body: string, id: string): void {
  from.send(
    `<message xmlns='jabber:client' type='chat' to='${to}' id='${id}'><body>${body}</body></message>`,
  )
}

/** The next message that has a body or is an error. */
export async function nextMessage(client: Client): Promise<Element> {
  for (;;) {
    const stanza = await client.next()
    if (stanza.name !== 'message') continue
    if (child(stanza, 'body', 'jabber:client') || stanza.attrs['type'] === 'error') return stanza
  }
}

export function bodyOf(message: Element): string {
  return textOf(child(message, 'body', 'jabber:client'))
}
