// Promise 3: what people say, the names of their devices and their status are in no file in clear.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foundIn } from './in-clear.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer } from './server.ts'

test('a word in a message, a resource, a status, a card, and what is published or kept is in no file of the data folder', async () => {
  const server = await testServer()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo')
    const ann = await comeOnline(server, 'ann', 'canarydevice-7319')
    const bo = await comeOnline(server, 'bo', 'web')
    const words = [
      'canarydevice-7319',
      'canarymessage-4402',
      'canarystatus-9157',
      'canarynode-2208',
      'canaryitem-6641',
      'canarypayload-3390',
      'canarycard-5127',
      'canaryprivate-8853',
    ]
    ann.send(`<presence xmlns='jabber:client'><status>${words[2]}</status></presence>`)
    say(ann, `bo@${server.domain}`, words[1] ?? '', 'canary-1')
    assert.equal(bodyOf(await nextMessage(bo)), words[1])
    const item = `<item id='${words[4]}'><x xmlns='x:y'>${words[5]}</x></item>`
    await ann.ask(
      'set',
      `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${words[3]}'>${item}</publish></pubsub>`,
    )
    await ann.ask('set', `<vCard xmlns='vcard-temp'><FN>${words[6]}</FN></vCard>`)
    await ann.ask('set', `<query xmlns='jabber:iq:private'><x xmlns='x:y'>${words[7]}</x></query>`)
    await ann.ask('get', `<ping xmlns='urn:xmpp:ping'/>`, server.domain)

    const whileServed = foundIn(server.dir, words)
    await server.stop()

    assert.deepEqual(whileServed, [])
    assert.deepEqual(foundIn(server.dir, words), [])
    assert.doesNotMatch(server.log(), /canary/)
  } finally {
    await server.remove()
  }
})
