import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { child, type Element, textOf } from '../src/xml/element.ts'
import { Client } from './client/client.ts'
import { type SocketServer, socketPassword, socketServer } from './support/socket-server.ts'

const fast = 'urn:xmpp:fast:0'
const sasl2 = 'urn:xmpp:sasl:2'
const mechanism = 'HT-SHA-256-NONE'
const id = 'd4565fa7-4d72-4749-b3d3-740edbf87770'
const agent =
  `<user-agent xmlns='${sasl2}' id='${id}'>` +
  `<software>CanarySoftware</software><device>CanaryDevice</device></user-agent>`
const bind = `<bind xmlns='urn:xmpp:bind:0'><tag>App</tag></bind>`

async function connect({ port, domain }: SocketServer): Promise<Client> {
  return await Client.connect({ user: 'ann', password: '', domain, over: 'plain', port })
}

async function byPassword(server: SocketServer): Promise<string> {
  const wishes = `${agent}${bind}<request-token xmlns='${fast}' mechanism='${mechanism}'/>`
  const client = await connect(server)
  const who = { user: 'ann', password: socketPassword }
  const success = await client.authenticate2({ ...who, wishes })
  return child(success, 'token', fast)?.attrs['token'] ?? assert.fail('no token')
}

async function byToken(server: SocketServer, token: string): Promise<Element> {
  const proof = createHmac('sha256', token).update('Initiator').digest()
  const first = Buffer.concat([Buffer.from('ann\0'), proof]).toString('base64')
  return await (
    await connect(server)
  ).exchange2(
    `<authenticate xmlns='${sasl2}' mechanism='${mechanism}'>` +
      `<initial-response>${first}</initial-response>${agent}${bind}<fast xmlns='${fast}'/></authenticate>`,
  )
}

function filesUnder(dir: string): readonly Buffer[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name)))
}

test('a token outlives a stop, is in no file, and neither is what the client says of itself', async () => {
  await using server = await socketServer()
  await server.add('ann')
  const token = await byPassword(server)
  await server.stop()
  for (const bytes of filesUnder(server.data))
    for (const word of [token, id, 'CanarySoftware', 'CanaryDevice'])
      assert.ok(!bytes.includes(word))

  await using again = await socketServer({
    ONRECORD_DATA: server.data,
    ONRECORD_KEY_FILE: server.keyFile,
  })
  const success = await byToken(again, token)
  const address = textOf(child(success, 'authorization-identifier', sasl2))
  assert.match(address, /^ann@chat\.example\/App\//)
})

test('a new password ends the tokens of a server that runs', async () => {
  await using server = await socketServer()
  await server.add('ann')
  const token = await byPassword(server)
  await byToken(server, token)
  await server.setPassword('ann', socketPassword)
  await assert.rejects(byToken(server, token), { message: 'not-authorized' })
})
