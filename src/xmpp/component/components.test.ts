import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  componentNs,
  failureOf,
  handshake,
  secret,
  settled,
  withComponents,
} from '../../../test/support/component.ts'
import { el } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'

const nothing = el('none', '')
const hi = '<body>hi</body>'

test('a component that knows the secret is let in, and its header names it', async (t) => {
  const { open, components } = await withComponents(t, [])
  const { link, id } = await open('irc.example')
  assert.match(link.received, /xmlns='jabber:component:accept'.* from='irc\.example'>/)
  assert.doesNotMatch(link.received, /version='1\.0' xml:lang|features/)
  link.send(handshake(id, secret))
  assert.equal((await link.incoming.next()).name, 'handshake')
  assert.deepEqual(components.connected(), [{ domain: 'irc.example', speakers: 0 }])
})

test('an unknown domain, a wrong secret and words before the handshake end the stream', async (t) => {
  const { open, components } = await withComponents(t, [])
  const unknown = await open('other.example')
  assert.equal(await failureOf(unknown.link), 'host-unknown')
  const wrong = await open('irc.example')
  wrong.link.send(handshake(wrong.id, 'wrong'))
  assert.equal(await failureOf(wrong.link), 'not-authorized')
  const early = await open('irc.example')
  early.link.send(`<message from='a@irc.example' to='ann@localhost'>${hi}</message>`)
  assert.equal(await failureOf(early.link), 'not-authorized')
  assert.deepEqual(components.connected(), [])
})

test('a second one of the same domain is a conflict, and the first is asked whether it is there', async (t) => {
  const { open, connect, pass } = await withComponents(t, [])
  const first = await connect('irc.example')
  const second = await open('irc.example')
  second.link.send(handshake(second.id, secret))
  assert.equal(await failureOf(second.link), 'conflict')
  assert.match(serialize(await first.incoming.next()), /<ping/)
  pass(11_000)
  assert.equal(await failureOf(first), 'connection-timeout')
  await connect('irc.example')
})

test('a component speaks for its own domain alone, and says from whom and to whom', async (t) => {
  const { connect } = await withComponents(t, ['ann/phone'])
  const stanzas: Readonly<Record<string, string>> = {
    [`<message to='ann@localhost' from='a@sms.example'>${hi}</message>`]: 'invalid-from',
    [`<message to='ann@localhost' from='a@x.irc.example'>${hi}</message>`]: 'invalid-from',
    [`<message to='ann@localhost' from='ann@localhost'>${hi}</message>`]: 'invalid-from',
    [`<message to='ann@localhost'>${hi}</message>`]: 'improper-addressing',
    [`<message from='a@irc.example'>${hi}</message>`]: 'improper-addressing',
    [`<message xmlns='jabber:client' from='a@irc.example' to='ann@localhost'/>`]:
      'unsupported-stanza-type',
  }
  for (const [stanza, condition] of Object.entries(stanzas)) {
    const link = await connect('irc.example')
    link.send(stanza)
    assert.equal(await failureOf(link), condition, stanza)
  }
})

test('messages go both ways, in the namespace of each side, with addresses that only XMPP escapes', async (t) => {
  const { s, connect, counted } = await withComponents(t, ['ann/phone'])
  const link = await connect('irc.example')
  const room = `#c%irc.net\\20x@irc.example`
  link.send(`<message to='Ann@localhost' from='${room}/Z' type='chat'>${hi}</message>`)
  await settled(link)
  assert.equal(s.got('ann/phone')[0]?.attrs['from'], `${room}/Z`)
  await s.send(
    'ann/phone',
    `<message to='${room}'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'/></forwarded></message>`,
  )
  const got = await link.incoming.next()
  assert.equal(got.ns, componentNs)
  assert.match(serialize(got), /<message xmlns='jabber:client'\/>/)
  assert.deepEqual(counted, { in: 2, out: 1 })
})

test('what it may not or cannot say is answered to who said it, and the stream goes on', async (t) => {
  const { connect } = await withComponents(t, ['ann/phone'])
  const link = await connect('irc.example')
  const conditions: Readonly<Record<string, string>> = {
    'nobody@localhost': 'service-unavailable',
    'ann@localhost/gone': 'service-unavailable',
    'x@other.example': 'remote-server-not-found',
    '@': 'jid-malformed',
  }
  for (const [to, condition] of Object.entries(conditions)) {
    link.send(`<message from='z@irc.example' to='${to}' id='1'>${hi}</message>`)
    const [answer] = await settled(link)
    assert.match(serialize(answer ?? nothing), new RegExp(`type='error' id='1'.*<${condition}`), to)
  }
})

test('the bounds of a component: long stanzas, many in a second, many addresses', async (t) => {
  const limits = { stanzaBytesMax: 1_000, stanzasPerSecondMax: 3, speakersMax: 2 }
  const { s, connect, pass, counted, components } = await withComponents(t, ['ann/phone'], limits)
  const link = await connect('irc.example')
  for (const who of ['a', 'b', 'c']) {
    link.send(`<message type='chat' from='${who}@irc.example' to='ann@localhost'>${hi}</message>`)
  }
  link.send(`<message type='chat' from='a@irc.example' to='ann@localhost'><body>4</body></message>`)
  assert.match(serialize(await link.incoming.next()), /to='c@irc\.example'.*<resource-constraint/)
  await s.settled()
  assert.deepEqual(s.inbox('ann/phone'), ['hi', 'hi'])
  assert.deepEqual(counted, { in: 2, refused: 1 })
  pass(1_000)
  link.send(`<message from='a@irc.example' to='ann@localhost'>${'x'.repeat(1_000)}</message>`)
  assert.equal(await failureOf(link), 'policy-violation')
  assert.deepEqual(s.inbox('ann/phone'), ['4'])
  assert.deepEqual(components.connected(), [])
})

test('while it is not connected people are told at once, and nothing is on record', async (t) => {
  const { s, connect } = await withComponents(t, ['ann/phone'])
  await s.send('ann/phone', `<message to='z@irc.example'>${hi}</message>`)
  await s.send('ann/phone', `<presence to='#c@irc.example/ann'/>`)
  assert.deepEqual(s.inbox('ann/phone'), ['error: remote-server-timeout'])
  assert.equal(s.record.size, 0)
  await connect('irc.example')
  await s.send('ann/phone', `<message to='z@irc.example'>${hi}</message>`)
  assert.deepEqual(s.inbox('ann/phone'), [])
})

test('when its link breaks, rooms, contacts and requests end, and come back with it', async (t) => {
  const { s, connect, gone } = await withComponents(t, ['ann/phone'])
  const link = await connect('irc.example')
  await s.send('ann/phone', `<presence type='subscribe' to='z@irc.example'/>`)
  link.send(`<presence type='subscribed' from='z@irc.example' to='ann@localhost'/>`)
  await settled(link)
  await s.send('ann/phone', `<presence to='#c@irc.example/ann'/>`)
  await s.send(
    'ann/phone',
    `<iq type='get' id='q' to='irc.example'><ping xmlns='urn:xmpp:ping'/></iq>`,
  )
  s.got('ann/phone')
  link.cut()
  await gone()
  const got = s.got('ann/phone').map((stanza) => serialize(stanza, 'jabber:client'))
  assert.match(got[0] ?? '', /type='unavailable' from='#c@irc\.example\/ann'.*code='332'/)
  assert.match(got[1] ?? '', /<iq type='error' id='q'.*<remote-server-timeout/)
  assert.match(got[2] ?? '', /type='unavailable' from='z@irc\.example'/)
  const again = await connect('irc.example')
  assert.match(serialize(await again.incoming.next()), /type='probe'.*to='z@irc\.example'/)
})

test('components are in the list of what the server has', async (t) => {
  const { s } = await withComponents(t, ['ann/phone'])
  const items = await s.get(
    'ann/phone',
    `<query xmlns='http://jabber.org/protocol/disco#items'/>`,
    'localhost',
  )
  assert.match(
    typeof items === 'object' && items ? serialize(items) : '',
    /jid='irc\.example'.*jid='sms\.example'/,
  )
})

test('a component that is silent is asked, and let go when it does not answer', async (t) => {
  const { connect, pass } = await withComponents(t, [])
  const link = await connect('irc.example')
  pass(1_000)
  pass(250_000)
  assert.match(serialize(await link.incoming.next()), /<ping/)
  pass(61_000)
  assert.equal(await failureOf(link), 'connection-timeout')
})

test('at a stop each is told why', async (t) => {
  const { connect, components } = await withComponents(t, [])
  const link = await connect('irc.example')
  const stopped = components.stop()
  assert.equal(await failureOf(link), 'system-shutdown')
  await stopped
})
