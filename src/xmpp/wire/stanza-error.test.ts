import assert from 'node:assert/strict'
import { test } from 'node:test'
import { el } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { errorReply, StanzaError } from './stanza-error.ts'

test('an error goes back to the sender with the same id, and says nothing of what was sent', () => {
  const message = el(
    'message',
    'jabber:client',
    { from: 'ann@localhost/desk', to: 'bo@localhost', id: 'm1', type: 'chat' },
    el('body', 'jabber:client', {}, 'lunch?'),
  )
  assert.equal(
    serialize(errorReply(message, new StanzaError('not-acceptable', { text: 'No.' }))),
    `<message xmlns='jabber:client' type='error' id='m1' from='bo@localhost' to='ann@localhost/desk'>` +
      `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
      `<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>No.</text></error></message>`,
  )
})
