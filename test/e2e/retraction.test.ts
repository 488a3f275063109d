// Promise: taking back changes what people see, and never what is on record. XEP-0424, XEP-0308.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { child, type Element, elements, textOf } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { offlineRecord } from '../support/offline-record.ts'
import { type SocketServer, socketServer } from '../support/socket-server.ts'
import { bodyOf, nextMessage, say } from './people.ts'

const hourMs = 3_600_000

test('who takes a message back leaves tombstones in both archives, and the original on record', async () => {
  await using server = await socketServer()
  const { ann, bo } = await annAndBo(server)
  await hear(ann, bo, 'what I should not have said', 'm1')
  ann.send(retraction(bo, 'm1', 'r1'))
  const told = await nextRetraction(bo)
  assert.equal(child(told, 'retract', 'urn:xmpp:message-retract:1')?.attrs['id'], 'm1')
  for (const client of [ann, bo]) {
    const [shown, after] = await archiveOf(client)
    assert.equal(shown?.attrs['id'], 'm1')
    assert.equal(bodyOf(shown ?? assert.fail()), '')
    assert.equal(child(shown, 'retracted', 'urn:xmpp:message-retract:1')?.attrs['id'], 'r1')
    assert.equal(after?.attrs['id'], 'r1')
  }
  await server.stop()
  const record = await offlineRecord(server)
  const original = record.find(({ envelope }) => envelope.message_id === 'm1')
  assert.match(original?.content ?? '', /what I should not have said/)
  assert.match(original?.wire ?? '', /what I should not have said/)
  const taken = record.find(({ envelope }) => envelope.message_id === 'r1')
  assert.deepEqual(taken?.envelope.refs?.position, original?.position)
})

test('what a correction says is gone, too, when its message is taken back', async () => {
  await using server = await socketServer()
  const { ann, bo } = await annAndBo(server)
  await hear(ann, bo, 'first words', 'm1')
  ann.send(correction(bo, 'm1', 'second words', 'c1'))
  assert.equal(bodyOf(await nextMessage(bo)), 'second words')
  ann.send(retraction(bo, 'm1', 'r1'))
  await nextRetraction(bo)
  for (const client of [ann, bo])
    for (const shown of await archiveOf(client)) assert.equal(bodyOf(shown), '')
})

test('nobody takes back or corrects what somebody else wrote', async () => {
  await using server = await socketServer()
  const { ann, bo } = await annAndBo(server)
  await hear(ann, bo, 'these are my words', 'm1')
  bo.send(retraction(ann, 'm1', 'r1'))
  assert.deepEqual(await refusal(bo), ['not-allowed', 'Only who wrote a message can take it back.'])
  bo.send(correction(ann, 'm1', 'are they', 'c1'))
  assert.deepEqual(await refusal(bo), ['not-allowed', 'Only who wrote a message can correct it.'])
  assert.deepEqual((await archiveOf(ann)).map(bodyOf), ['these are my words'])
})

test('after its window a message is neither taken back nor corrected, and the sender is told why', async () => {
  await using server = await socketServer({
    ONRECORD_RETRACTION_WINDOW: '2',
    ONRECORD_CORRECTION_WINDOW: '1',
  })
  const { ann, bo } = await annAndBo(server)
  await hear(ann, bo, 'these words stay', 'm1')
  server.pass(hourMs + 1)
  ann.send(correction(bo, 'm1', 'or not', 'c1'))
  assert.deepEqual(await refusal(ann), [
    'not-allowed',
    'A message can be corrected for an hour after it was sent.',
  ])
  server.pass(hourMs)
  ann.send(retraction(bo, 'm1', 'r1'))
  assert.deepEqual(await refusal(ann), [
    'not-allowed',
    'A message can be taken back for 2 hours after it was sent.',
  ])
  assert.deepEqual((await archiveOf(bo)).map(bodyOf), ['these words stay'])
})

async function annAndBo(server: SocketServer): Promise<{ ann: Client; bo: Client }> {
  await server.add('ann', 'bo')
  const ann = await server.comeOnline('ann', 'desk')
  return { ann, bo: await server.comeOnline('bo', 'desk') }
}

async function hear(from: Client, to: Client, body: string, id: string): Promise<void> {
  say(from, to.jid, body, id)
  assert.equal(bodyOf(await nextMessage(to)), body)
}

function retraction(to: Client, target: string, id: string): string {
  return (
    `<message xmlns='jabber:client' type='chat' to='${to.jid}' id='${id}'>` +
    `<retract xmlns='urn:xmpp:message-retract:1' id='${target}'/></message>`
  )
}

function correction(to: Client, target: string, body: string, id: string): string {
  return (
    `<message xmlns='jabber:client' type='chat' to='${to.jid}' id='${id}'><body>${body}</body>` +
    `<replace xmlns='urn:xmpp:message-correct:0' id='${target}'/></message>`
  )
}

async function nextRetraction(client: Client): Promise<Element> {
  for (;;) {
    const stanza = await client.next()
    if (child(stanza, 'retract', 'urn:xmpp:message-retract:1')) return stanza
  }
}

/** Condition and text of the next error. */
async function refusal(client: Client): Promise<readonly [string, string]> {
  const stanza = await nextMessage(client)
  const [condition, text] = elements(child(stanza, 'error', 'jabber:client') ?? assert.fail())
  return [condition?.name ?? '', textOf(text)]
}

/** The messages that it shows, oldest first. */
async function archiveOf(client: Client): Promise<readonly Element[]> {
  client.send(`<iq xmlns='jabber:client' type='set' id='all'><query xmlns='urn:xmpp:mam:2'/></iq>`)
  const shown: Element[] = []
  for (;;) {
    const stanza = await client.next()
    if (stanza.name === 'iq' && stanza.attrs['id'] === 'all') return shown
    const result = child(stanza, 'result', 'urn:xmpp:mam:2')
    const forwarded = result && child(result, 'forwarded', 'urn:xmpp:forward:0')
    const message = forwarded && child(forwarded, 'message', 'jabber:client')
    if (message) shown.push(message)
  }
}
