import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { el, type Element, type Node, withAttrs } from '../xml/element.ts'
import { Transient } from './outbound.ts'
import { type Origin } from './transient.ts'

const ns = 'jabber:client'
const states = 'http://jabber.org/protocol/chatstates'
const discoInfo = 'http://jabber.org/protocol/disco#info'
const pubsubNs = 'http://jabber.org/protocol/pubsub'
const eventNs = 'http://jabber.org/protocol/pubsub#event'
const stanzas = 'urn:ietf:params:xml:ns:xmpp-stanzas'

function message(...children: Node[]): Element {
  return el('message', ns, { from: 'a@x/1', to: 'b@x', type: 'chat', id: 'm1' }, ...children)
}

function iq(type: string, ...children: Node[]): Element {
  return el('iq', ns, { from: 'a@x/1', to: 'b@x/2', type, id: 'q1' }, ...children)
}

function presence(...children: Node[]): Element {
  return el('presence', ns, { from: 'a@x/1' }, ...children)
}

const passes: readonly (readonly [string, Origin, Element])[] = [
  ['a chat state', 'relayed', message(el('composing', states))],
  [
    'a chat state with its thread and hints',
    'relayed',
    message(
      el('paused', states),
      el('thread', ns, {}, 'e0ffe42b28561960c6b12b944a092794b9683a38'),
      el('no-store', 'urn:xmpp:hints'),
    ),
  ],
  ['a receipt', 'relayed', message(el('received', 'urn:xmpp:receipts', { id: 'm0' }))],
  ['a marker', 'relayed', message(el('displayed', 'urn:xmpp:chat-markers:0', { id: 'm0' }))],
  ['availability', 'relayed', presence(el('show', ns, {}, 'dnd'), el('priority', ns, {}, '5'))],
  ['an empty status', 'relayed', presence(el('status', ns))],
  ['a request to subscribe', 'relayed', el('presence', ns, { type: 'subscribe', to: 'b@x' })],
  [
    'capabilities',
    'relayed',
    presence(
      el('c', 'http://jabber.org/protocol/caps', { hash: 'sha-1', node: 'https://x.y', ver: 'q+' }),
    ),
  ],
  ['a ping', 'relayed', iq('get', el('ping', 'urn:xmpp:ping'))],
  ['an empty result', 'relayed', iq('result')],
  [
    'a question what a client can do',
    'relayed',
    iq('get', el('query', discoInfo, { node: 'https://x.y#q+' })),
  ],
  [
    'capabilities by two hashes',
    'relayed',
    presence(el('c', 'urn:xmpp:caps', {}, capsHash('sha-256'), capsHash('sha3-256'))),
  ],
  [
    'an error without text',
    'relayed',
    iq('error', el('error', ns, { type: 'cancel' }, el('service-unavailable', stanzas))),
  ],
  [
    'an error of the server, with text',
    'server',
    el(
      'message',
      ns,
      { type: 'error' },
      el('error', ns, { type: 'wait' }, el('text', stanzas, {}, 'The disk is full.')),
    ),
  ],
  [
    'a roster push',
    'server',
    iq('set', el('query', 'jabber:iq:roster', {}, el('item', 'jabber:iq:roster', { name: 'Bo' }))),
  ],
  ['the end of an archive page', 'server', iq('result', el('fin', 'urn:xmpp:mam:2'))],
  ['a tombstone', 'server', archived(el('retracted', 'urn:xmpp:message-retract:1', { id: 'r' }))],
]

for (const [what, origin, stanza] of passes) {
  test(`transient: ${what} (${origin})`, () => {
    assert.notEqual(Transient.of(stanza, origin), null)
  })
}

const body = el('body', ns, {}, 'hello')

const recorded: readonly (readonly [string, Origin, Element])[] = [
  ['a body', 'relayed', message(body)],
  ['a body behind a chat state', 'relayed', message(el('active', states), body)],
  ['a subject', 'relayed', message(el('subject', ns, {}, 'hello'))],
  ['text in the stanza itself', 'relayed', message('hello')],
  ['text in a chat state', 'relayed', message(el('composing', states, {}, 'hello'))],
  ['an attribute of a chat state', 'relayed', message(el('composing', states, { note: 'hi' }))],
  ['a child of a chat state', 'relayed', message(el('composing', states, {}, body))],
  ['a thread in words', 'relayed', message(el('thread', ns, {}, 'meet me at nine'))],
  ['an unknown child', 'relayed', message(el('x', 'urn:example:notes'))],
  ['an unknown attribute of the stanza', 'relayed', el('message', ns, { note: 'hello' })],
  ['an id in words', 'relayed', el('message', ns, { id: 'meet me at nine' })],
  ['a body in a server message', 'server', message(body)],
  ['a status', 'relayed', presence(el('status', ns, {}, 'in a meeting'))],
  ['a status from the server', 'server', presence(el('status', ns, {}, 'in a meeting'))],
  ['a nickname', 'relayed', presence(el('nick', 'http://jabber.org/protocol/nick', {}, 'Annie'))],
  ['a capability hash in words', 'relayed', presence(el('c', 'urn:xmpp:caps', {}, 'hello'))],
  ['an unknown payload', 'relayed', iq('get', el('query', 'urn:example:notes'))],
  ['an unknown payload from the server', 'server', iq('result', el('query', 'urn:example:notes'))],
  [
    'an error with text',
    'relayed',
    iq('error', el('error', ns, { type: 'wait' }, el('text', stanzas, {}, 'call me instead'))),
  ],
  [
    'a client name in words',
    'relayed',
    iq(
      'result',
      el('query', 'jabber:iq:version', {}, el('name', 'jabber:iq:version', {}, 'sell it all')),
    ),
  ],
  ['an archived message with a body', 'server', archived(body)],
  ['a relayed tombstone', 'relayed', archived()],
  ['words, a thread each', 'relayed', message(...words('thread', ns))],
  [
    'words, a feature each',
    'relayed',
    iq('result', el('query', discoInfo, {}, el('feature', discoInfo, { var: 'sell' }))),
  ],
  [
    'words in a device',
    'relayed',
    withAttrs(message(el('active', states)), { to: 'b@x/meet me at 9' }),
  ],
  [
    'somebody who delays',
    'relayed',
    presence(el('delay', 'urn:xmpp:delay', { stamp: '2026-01-01T00:00:00Z', from: 'meet_me' })),
  ],
  ['another stanza', 'server', el('notes', ns)],
  ['another namespace', 'relayed', el('presence', 'jabber:server')],
]

for (const [what, origin, stanza] of recorded) {
  test(`not transient: ${what} (${origin})`, () => {
    assert.equal(Transient.of(stanza, origin), null)
  })
}

test('a relayed stanza with a sentence anywhere is not transient', () => {
  const samples = passes.filter(([, origin]) => origin === 'relayed').map(([, , stanza]) => stanza)
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(), fc.boolean(), (stanza, seed, inText) => {
      const spoilt = spoil(stanza, { at: seed % sizeOf(stanza), inText })
      assert.equal(Transient.of(spoilt, 'relayed'), null)
    }),
  )
})

test('only availability and chat states may wait for an inactive client, by resource', () => {
  assert.equal(deferKey(presence(el('show', ns, {}, 'away'))), 'presence a@x/1')
  assert.equal(deferKey(message(el('composing', states))), 'state a@x/1')
  assert.equal(deferKey(message(el('received', 'urn:xmpp:receipts', { id: 'm0' }))), null)
  assert.equal(deferKey(el('presence', ns, { type: 'subscribe' })), null)
  assert.equal(deferKey(iq('get', el('ping', 'urn:xmpp:ping'))), null)
})

function deferKey(stanza: Element): string | null | undefined {
  return Transient.of(stanza, 'relayed')?.deferKey
}

function capsHash(algo: string): Element {
  return el('hash', 'urn:xmpp:hashes:2', { algo }, 'kzBZbkqJ3ADrj7v08reD1qcWUwNGHaidNUgD7nHpiw8=')
}

function words(name: string, space: string): Element[] {
  return ['meet', 'me', 'at', 'nine'].map((word) => el(name, space, {}, word))
}

function archived(...children: Node[]): Element {
  const inner = el('message', ns, { from: 'a@x/1' }, ...children)
  const forwarded = el('forwarded', 'urn:xmpp:forward:0', {}, inner)
  return el('message', ns, { to: 'a@x/1' }, el('result', 'urn:xmpp:mam:2', { id: 'i' }, forwarded))
}

function sizeOf(element: Element): number {
  return element.children.reduce(
    (sum, node) => sum + (typeof node === 'string' ? 0 : sizeOf(node)),
    1,
  )
}

/** The same with a sentence in its nth element, in document order: as text, or as an attribute. */
function spoil(element: Element, where: { at: number; inText: boolean }): Element {
  let left = where.at
  const visit = ({ name, ns: space, attrs, children }: Element): Element => {
    const isHere = left === 0
    left -= 1
    const inner = children.map((node) => (typeof node === 'string' ? node : visit(node)))
    if (!isHere) return el(name, space, attrs, ...inner)
    if (where.inText) return el(name, space, attrs, ...inner, 'meet me at nine')
    return el(name, space, { ...attrs, id: 'meet me at nine' }, ...inner)
  }
  return visit(element)
}

test('an account tells its own devices what it keeps for its person, and nobody else', () => {
  const secret = el('pubsub', pubsubNs, {}, el('items', pubsubNs, { node: 'n' }, 'words'))
  const answer = (from: string, to: string): Element =>
    el('iq', ns, { type: 'result', id: 'q', from, to }, secret)
  assert.ok(Transient.of(answer('ann@x', 'ann@x/phone'), 'own'))
  assert.ok(Transient.of(answer('ann@x', 'ann@x'), 'own'))
  for (const [from, to] of [
    ['ann@x', 'bo@x/web'],
    ['ann@x', 'ann@x.y/phone'],
    ['ann@x/a', 'ann@x/a/b'],
    ['', ''],
  ] as const) {
    assert.equal(Transient.of(answer(from, to), 'own'), null)
  }
  const said = el('message', ns, { from: 'ann@x', to: 'ann@x' }, body)
  assert.equal(Transient.of(said, 'own'), null)
})

test('the server names nodes and items, and has no room for what was published', () => {
  assert.ok(Transient.of(pubsubAnswer(itemOf()), 'server'))
  assert.equal(Transient.of(pubsubAnswer(itemOf(el('tune', 'x:tune'))), 'server'), null)
  assert.equal(Transient.of(pubsubAnswer(itemOf('words')), 'server'), null)
  const list = el('items', pubsubNs, { node: 'n' }, el('item', pubsubNs, { id: 'i' }))
  assert.equal(Transient.of(pubsubAnswer(list), 'server'), null)
  assert.ok(Transient.of(told(), 'server'))
  assert.equal(Transient.of(told(el('tune', 'x:tune')), 'server'), null)
})

function told(...payload: readonly Node[]): Element {
  const items = el('items', eventNs, { node: 'n' }, el('item', eventNs, { id: 'i' }, ...payload))
  return el('message', ns, { from: 'a@x', to: 'b@x' }, el('event', eventNs, {}, items))
}

function pubsubAnswer(...children: readonly Element[]): Element {
  return el('iq', ns, { type: 'result', id: 'q' }, el('pubsub', pubsubNs, {}, ...children))
}

function itemOf(...payload: readonly Node[]): Element {
  return el('publish', pubsubNs, { node: 'n' }, el('item', pubsubNs, { id: 'i' }, ...payload))
}
