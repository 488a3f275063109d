import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { serialize } from '../../xml/serialize.ts'
import { fromServer, toServer } from './wire.ts'

const forwarded = `<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>b</body></message></forwarded>`

test('a stanza changes its namespace on the way out, and what it forwards does not', () => {
  const ours = `<message to='a@b' xmlns='jabber:client' id='1'><body>x</body>${forwarded}</message>`
  assert.equal(toServer(ours), ours.replace('jabber:client', 'jabber:server'))
})

test('a stanza of another server is one of ours, children and all', () => {
  const theirs = `<message xmlns='jabber:server' type='error'><error type='cancel'><gone xmlns='urn:x'/></error>${forwarded}</message>`
  const here = serialize(fromServer(parseFrame(theirs, defaultXmlLimits)))
  assert.equal(here, theirs.replace('jabber:server', 'jabber:client'))
})

test('words that look like a namespace stay as they are', () => {
  const said = `<body>xmlns=&apos;jabber:client&apos;</body>`
  const ours = `<message note=' xmlns=&apos;jabber:client&apos;' xmlns='jabber:client'>${said}</message>`
  assert.match(toServer(ours), / xmlns='jabber:server'>/)
  assert.equal(toServer(ours).includes(` note=' xmlns=&apos;jabber:client&apos;'`), true)
})
