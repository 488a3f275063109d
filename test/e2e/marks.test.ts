// Who has a message on which device, and who has seen it, is on record, whatever the device's client can do.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Opened } from '../../src/record/bodies/opened.ts'
import { offlineRecord } from '../support/offline-record.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer } from './server.ts'

const messages = 40

test('delivery to each device and what was seen are on record, at most once a second', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    const ann = await comeOnline(server, 'ann', 'desk')
    // With stream management the client confirms; without, the kernel's having taken it is all there is to know.
    const phone = await comeOnline(server, 'bo', 'phone')
    await phone.enable(true)
    const laptop = await comeOnline(server, 'bo', 'laptop')
    for (let i = 0; i < messages; i++) {
      say(ann, `bo@${server.domain}`, `message ${i}`, `m${i}`)
      for (const device of [phone, laptop])
        assert.equal(bodyOf(await nextMessage(device)), `message ${i}`)
    }
    laptop.send(
      `<message xmlns='jabber:client' type='chat' to='ann@${server.domain}' id='seen'>` +
        `<displayed xmlns='urn:xmpp:chat-markers:0' id='m7'/></message>`,
    )
    phone.send(`<a xmlns='urn:xmpp:sm:3' h='${phone.handled}'/>`)
    for (const device of [phone, laptop])
      await device.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)
    assert.equal(await server.stop(), 0)

    const record = await offlineRecord({
      data: server.data,
      keyFile: join(server.dir, 'keys/vault.key'),
    })
    const said = record.filter(({ envelope }) => /^m\d+$/.test(envelope.message_id ?? ''))
    assert.equal(said.length, messages)
    const bo = said[0]?.envelope.views.find(({ incoming }) => incoming)?.owner ?? ''
    const marks = record.filter(({ envelope }) => envelope.kind === 'marks')
    assert.deepEqual(newestOf(marks), {
      delivered: {
        [`${bo}/phone`]: said.at(-1)?.position,
        [`${bo}/laptop`]: said.at(-1)?.position,
      },
      displayed: { [bo]: said[7]?.position },
    })
    assert.equal(new Set(marks.map(({ envelope }) => envelope.conv)).size, 1)
    const seconds = secondsBetween(said[0], record.at(-1))
    // One more for those that the stop did not let wait.
    assert.ok(marks.length <= Math.floor(seconds) + 2, `${marks.length} in ${seconds} s`)
  } finally {
    await server.remove()
  }
})

type Marks = { delivered: Record<string, number>; displayed: Record<string, number> }

/** The last that was said of each device and person. */
function newestOf(marks: readonly Opened[]): Marks {
  const newest: Marks = { delivered: {}, displayed: {} }
  for (const { content } of marks) {
    const { delivered, displayed }: Marks = JSON.parse(content)
    Object.assign(newest.delivered, delivered)
    Object.assign(newest.displayed, displayed)
  }
  return newest
}

function secondsBetween(first: Opened | undefined, last: Opened | undefined): number {
  return ((last?.envelope.t_server ?? 0) - (first?.envelope.t_server ?? 0)) / 1_000
}
