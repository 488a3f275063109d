// Uploads and downloads in tests, as clients do them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request as open } from 'node:http'
import { child, type Element } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'

const ns = 'urn:xmpp:http:upload:0'

export type Slot = { readonly put: string; readonly get: string }

/** The answer to a request for a slot. */
export async function askSlot(
  client: Client,
  file: { readonly name: string; readonly size: number; readonly type?: string },
): Promise<Element> {
  const type = file.type === undefined ? '' : ` content-type='${file.type}'`
  const request = `<request xmlns='${ns}' filename='${file.name}' size='${file.size}'${type}/>`
  const [, domain = ''] = client.jid.split(/[@/]/)
  return await client.ask('get', request, `upload.${domain}`)
}

export async function slotFor(
  client: Client,
  file: { readonly name: string; readonly size: number; readonly type?: string },
): Promise<Slot> {
  const slot = child(await askSlot(client, file), 'slot', ns)
  assert.ok(slot, 'a slot was given')
  const url = (name: string): string => child(slot, name, ns)?.attrs['url'] ?? ''
  return { put: url('put'), get: url('get') }
}

export async function putFile(
  url: string,
  bytes: Buffer,
  type?: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const headers = type === undefined ? {} : { 'content-type': type }
  const answer = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes), headers })
  return { status: answer.status, text: await answer.text() }
}

/** Uploads it. @returns its address */
export async function upload(
  client: Client,
  name: string,
  bytes: Buffer,
  type?: string,
): Promise<string> {
  const file = { name, size: bytes.length, ...(type !== undefined && { type }) }
  const slot = await slotFor(client, file)
  const put = await putFile(slot.put, bytes, type)
  assert.equal(put.status, 201, put.text)
  return slot.get
}

export type Got = { readonly status: number; readonly headers: Headers; readonly bytes: Buffer }

export async function fetchFile(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Got> {
  const answer = await fetch(url, { headers })
  const { status } = answer
  return { status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) }
}

/** The status that somebody at another address gets. */
export async function statusElsewhere(url: string): Promise<number> {
  const asked = open(url, { localAddress: '127.0.0.9' })
  asked.end()
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  answer?.resume()
  return answer?.statusCode ?? 0
}
