// Two whole servers that know each other, each in this process but for its HTTP port.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import { type Client } from '../client/client.ts'
import { child, type Element, textOf } from '../../src/xml/element.ts'
import { createAuthority } from './authority.ts'
import { freePorts } from './free-ports.ts'
import { socketServer, type SocketServer } from './socket-server.ts'

export type Federation = { readonly here: SocketServer; readonly there: SocketServer }

/** Anna and Ben are at here.example, Zoe at there.example. `settings` are those of here.example. */
export async function federation(
  t: TestContext,
  settings: Readonly<Record<string, string>> = {},
): Promise<Federation> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-federation-'))
  const opened = new AsyncDisposableStack()
  opened.defer(() => rmSync(dir, { recursive: true }))
  t.after(async () => await opened.disposeAsync())
  const authority = createAuthority()
  writeFileSync(join(dir, 'ca.pem'), authority.cert)
  const ports = await freePorts(2)
  const domains = ['here.example', 'there.example']
  const hosts = domains.map((domain, at) => `${domain}=127.0.0.1:${ports[at]}`).join(', ')
  const open = async (
    at: number,
    more: Readonly<Record<string, string>>,
  ): Promise<SocketServer> => {
    const domain = domains[at] ?? ''
    const { cert, key } = authority.issue({ dns: [domain] })
    writeFileSync(join(dir, `${domain}.pem`), cert)
    writeFileSync(join(dir, `${domain}.key`), key)
    const server = await socketServer({
      ONRECORD_DOMAIN: domain,
      ONRECORD_TLS_CERT: join(dir, `${domain}.pem`),
      ONRECORD_TLS_KEY: join(dir, `${domain}.key`),
      ONRECORD_S2S_PORT: String(ports[at]),
      ONRECORD_S2S_ALLOW: '*',
      ONRECORD_S2S_HOSTS: hosts,
      ONRECORD_S2S_CA: join(dir, 'ca.pem'),
      ...more,
    })
    return opened.use(server)
  }
  const here = await open(0, settings)
  const there = await open(1, {})
  await here.add('anna', 'ben')
  await there.add('zoe')
  return { here, there }
}

/** The next element that is one of these, whatever comes before it. */
export async function until(client: Client, isIt: (element: Element) => boolean): Promise<Element> {
  for (;;) {
    const element = await client.next()
    if (isIt(element)) return element
  }
}

/** Bodies of what is in the archive, with this address or, of a room, in all. */
export async function archiveWith(
  client: Client,
  address: string,
  { room }: { readonly room: boolean } = { room: false },
): Promise<string[]> {
  const found: string[] = []
  const field = `<field var='with'><value>${address}</value></field>`
  client.send(
    `<iq xmlns='jabber:client' type='set' id='mam'${room ? ` to='${address}'` : ''}>` +
      `<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>` +
      `<field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>${room ? '' : field}</x></query></iq>`,
  )
  for (;;) {
    const element = await client.next()
    if (element.name === 'iq' && element.attrs['id'] === 'mam') return found
    const result = child(element, 'result', 'urn:xmpp:mam:2')
    const forwarded = result && child(result, 'forwarded', 'urn:xmpp:forward:0')
    const message = forwarded && child(forwarded, 'message', 'jabber:client')
    if (message) found.push(textOf(child(message, 'body', 'jabber:client')))
  }
}
