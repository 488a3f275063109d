import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene, type Scene } from '../../test/support/scene.ts'
import { child } from '../xml/element.ts'

type Column = 'none' | 'negative' | 'one' | 'more'

/** Who of bo's devices is there. `away` has a priority below zero. */
const devicesOf: Readonly<Record<Column, readonly string[]>> = {
  none: [],
  negative: ['bo/away'],
  one: ['bo/away', 'bo/phone'],
  more: ['bo/away', 'bo/desk', 'bo/phone'],
}

/**
 * RFC 6121 section 8.5.4, table 1, for an account that exists. `D`: to the device that is named, `A`: to all with a
 * priority of zero or more, `O`: kept until one is there, `E`: an error, `S`: silently ignored. What may be
 * ignored or refused is refused (normal and headline to a device that is not there).
 */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'bare, none': { normal: 'O', chat: 'O', groupchat: 'E', headline: 'S', error: 'S' },
  'gone, none': { normal: 'E', chat: 'O', groupchat: 'E', headline: 'E', error: 'S' },
  'bare, negative': { normal: 'O', chat: 'O', groupchat: 'E', headline: 'S', error: 'S' },
  'away, negative': { normal: 'D', chat: 'D', groupchat: 'D', headline: 'D', error: 'D' },
  'gone, negative': { normal: 'E', chat: 'O', groupchat: 'E', headline: 'E', error: 'S' },
  'bare, one': { normal: 'A', chat: 'A', groupchat: 'E', headline: 'A', error: 'S' },
  'phone, one': { normal: 'D', chat: 'D', groupchat: 'D', headline: 'D', error: 'D' },
  'gone, one': { normal: 'E', chat: 'A', groupchat: 'E', headline: 'E', error: 'S' },
  'bare, more': { normal: 'A', chat: 'A', groupchat: 'E', headline: 'A', error: 'S' },
  'phone, more': { normal: 'D', chat: 'D', groupchat: 'D', headline: 'D', error: 'D' },
  'gone, more': { normal: 'E', chat: 'A', groupchat: 'E', headline: 'E', error: 'S' },
}

for (const [row, expected] of Object.entries(table)) {
  test(`messages go where table 1 says: to ${row}`, async () => {
    const [to = '', column = ''] = row.split(', ')
    const seen: Record<string, string> = {}
    for (const type of Object.keys(expected)) seen[type] = await outcome(type, to, column)
    assert.deepEqual(seen, expected)
  })
}

async function outcome(type: string, to: string, column: string): Promise<string> {
  const s = await boWith(column)
  const address = to === 'bare' ? 'bo@localhost' : `bo@localhost/${to}`
  await s.send(
    'ann/phone',
    `<message type='${type}' id='m' to='${address}'><body>hi</body></message>`,
  )
  if (s.inbox('ann/phone').some((text) => text.startsWith('error'))) return 'E'
  const had = devicesIn(column).filter((name) => s.inbox(name).length > 0)
  if (had.length > 0) return had.length === 1 && had[0] === `bo/${to}` ? 'D' : allOf(had, column)
  s.connect('bo/later')
  await s.send('bo/later', '<presence/>')
  return s.inbox('bo/later').length > 0 ? 'O' : 'S'
}

function allOf(had: readonly string[], column: string): string {
  const takers = devicesIn(column).filter((name) => name !== 'bo/away')
  return had.join() === takers.join() ? 'A' : `only ${had.join()}`
}

function devicesIn(column: string): readonly string[] {
  return Object.entries(devicesOf).find(([name]) => name === column)?.[1] ?? []
}

async function boWith(column: string): Promise<Scene> {
  const s = await scene('ann/phone', 'bo/first')
  await s.send('bo/first', `<presence type='unavailable'/>`)
  await s.drop('bo/first')
  for (const name of devicesIn(column)) {
    s.connect(name)
    const priority = name === 'bo/away' ? -1 : 0
    await s.send(name, `<presence><priority>${priority}</priority></presence>`)
  }
  for (const name of devicesIn(column)) s.got(name)
  return s
}

test('a message to nobody, to a stranger domain or to no address is an error, and not on record', async () => {
  const s = await scene('ann/phone')
  for (const to of [
    'nobody@localhost',
    'nobody@localhost/x',
    'x@elsewhere.example',
    'localhost',
    '@',
  ]) {
    await s.send('ann/phone', `<message type='chat' to='${to}'><body>hi</body></message>`)
  }
  assert.deepEqual(s.inbox('ann/phone'), [
    'error: service-unavailable',
    'error: service-unavailable',
    'error: remote-server-not-found',
    'error: service-unavailable',
    'error: jid-malformed',
  ])
  assert.deepEqual(s.record.entries, [])
})

test('a message to a disabled person is answered as one to nobody', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  s.disable('bo/phone')
  await s.say('ann/phone', 'bo', 'hi')
  assert.deepEqual(s.inbox('ann/phone'), ['error: service-unavailable'])
})

test('a note to oneself reaches all own devices and is one row', async () => {
  const s = await scene('ann/phone', 'ann/desk')
  await s.say('ann/phone', 'ann', 'milk')
  assert.deepEqual(s.inbox('ann/phone'), ['milk'])
  assert.deepEqual(s.inbox('ann/desk'), ['milk'])
  assert.deepEqual(s.record.entries[0]?.views.length, 1)
})

test('a message is on record, with what was said and where it goes, before anybody has it', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  s.record.hold()
  const sending = s.send(
    'ann/phone',
    `<message type='chat' id='m1' to='bo@localhost'><body>lunch?</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>`,
  )
  await new Promise(setImmediate)
  assert.deepEqual(s.inbox('bo/phone'), [])
  s.record.release()
  await sending
  assert.deepEqual(s.inbox('bo/phone'), ['lunch?'])
  const [entry] = s.record.entries
  const { id: ann } = s.person('ann/phone')
  const { id: bo } = s.person('bo/phone')
  assert.deepEqual(entry && { ...entry, wire: '', conversation: '' }, {
    kind: 'message',
    conversation: '',
    members: [ann, bo],
    sender: ann,
    device: 'phone',
    to: 'bo@localhost',
    views: [
      { owner: ann, peer: bo, peerDevice: '', incoming: false },
      { owner: bo, peer: ann, peerDevice: 'phone', incoming: true },
    ],
    messageId: 'm1',
    originId: 'o1',
    refs: null,
    origin: 'native',
    claimedAt: null,
    content: '{"type":"chat","body":{"":"lunch?"}}',
    wire: '',
    files: '',
    verdicts: '',
  })
})

test('where the record takes nothing the sender is told why, and nobody gets it', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  s.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await s.say('ann/phone', 'bo', 'hi')
  assert.deepEqual(s.inbox('bo/phone'), [])
  assert.deepEqual(s.inbox('ann/phone'), ['error: resource-constraint'])
  s.record.refuse(null)
  await s.say('ann/phone', 'bo', 'again')
  assert.deepEqual(s.inbox('bo/phone'), ['again'])
})

test('the recipient gets a stanza id of his archive, and a forged one is gone', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.send(
    'ann/phone',
    `<message type='chat' to='bo@localhost'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='bo@localhost' id='forged'/><stanza-id xmlns='urn:xmpp:sid:0' by='room@elsewhere.example' id='kept'/></message>`,
  )
  const ids = s
    .got('bo/phone')
    .flatMap(({ children }) =>
      children.flatMap((node) =>
        typeof node !== 'string' && node.name === 'stanza-id' ? [node.attrs] : [],
      ),
    )
  assert.deepEqual(ids, [
    { by: 'room@elsewhere.example', id: 'kept' },
    { by: 'bo@localhost', id: s.record.stanzaId(0) },
  ])
})

test('a chat state goes to who is there unrecorded, and to nobody who is not', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const composing = `<message type='chat' to='bo@localhost'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`
  await s.send('ann/phone', composing)
  assert.ok(
    child(
      s.got('bo/phone')[0] ?? assert.fail(),
      'composing',
      'http://jabber.org/protocol/chatstates',
    ),
  )
  await s.drop('bo/phone')
  await s.send('ann/phone', composing)
  s.connect('bo/phone')
  await s.send('bo/phone', '<presence/>')
  assert.deepEqual(s.inbox('bo/phone'), [])
  assert.deepEqual(
    s.record.entries.filter(({ kind }) => kind === 'message'),
    [],
  )
})

test('a receipt for somebody who is away is recorded, so that it waits for him', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.drop('bo/phone')
  await s.send(
    'ann/phone',
    `<message to='bo@localhost' id='r'><received xmlns='urn:xmpp:receipts' id='m1'/></message>`,
  )
  s.connect('bo/phone')
  await s.send('bo/phone', '<presence/>')
  const [receipt] = s.got('bo/phone').filter(({ name }) => name === 'message')
  assert.ok(receipt && child(receipt, 'received', 'urn:xmpp:receipts'))
})

test('an offer to send a file from device to device is refused', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.send(
    'ann/phone',
    `<message to='bo@localhost'><data xmlns='http://jabber.org/protocol/ibb' sid='s' seq='0'>qANQ</data></message>`,
  )
  assert.deepEqual(s.inbox('ann/phone'), ['error: not-acceptable'])
  assert.deepEqual(s.record.entries, [])
})

test('who says that he is somebody else is closed', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  await s.send(
    'ann/phone',
    `<message from='bo@localhost/phone' to='bo@localhost'><body>hi</body></message>`,
  )
  assert.equal(s.closedWith('ann/phone'), 'invalid-from')
  assert.deepEqual(s.inbox('bo/phone'), [])
})

test('the sessions of a disabled person end', async () => {
  const s = await scene('ann/phone', 'ann/desk', 'bo/phone')
  s.disable('ann/phone')
  assert.equal(s.closedWith('ann/phone'), 'not-authorized')
  assert.equal(s.closedWith('ann/desk'), 'not-authorized')
  assert.equal(s.closedWith('bo/phone'), null)
})

test('a chat state to a device in words is on record, and in no archive', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const active = `<active xmlns='http://jabber.org/protocol/chatstates'/>`
  await s.send('ann/phone', `<message type='chat' to='bo@localhost/phone'>${active}</message>`)
  assert.equal(s.record.size, 0)
  await s.send(
    'ann/phone',
    `<message type='chat' to='bo@localhost/sell it now'>${active}</message>`,
  )
  assert.equal(s.got('bo/phone').length, 2)
  assert.equal(s.record.size, 1)
  const mam = `<query xmlns='urn:xmpp:mam:2'/>`
  await s.set('bo/phone', mam)
  assert.deepEqual(s.got('bo/phone'), [])
})

test('all that is said is in the content of the record, however it is marked', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const bodies = ['first', 'second'].map((text) => `<body>${text}</body>`).join('')
  const marked = `<body xml:lang='__proto__'>third</body>`
  await s.send('ann/phone', `<message type='chat' to='bo@localhost'>${bodies}${marked}</message>`)
  const { content } = await s.record.read(0)
  assert.equal(content, `{"type":"chat","body":{"":"first\\nsecond","__proto__":"third"}}`)
})

test('a message that refers to two others is refused: only one of them would be checked', async () => {
  const s = await scene('ann/phone', 'bo/phone')
  const to = `type='chat' to='bo@localhost'`
  await s.send('ann/phone', `<message ${to} id='m1'><body>hi</body></message>`)
  s.got('bo/phone')
  const retract = `<retract xmlns='urn:xmpp:message-retract:1' id='m1'/>`
  const react = `<reactions xmlns='urn:xmpp:reactions:0' id='m1'><reaction>+</reaction></reactions>`
  await s.send('ann/phone', `<message ${to}>${retract}${react}</message>`)
  assert.deepEqual([s.inbox('ann/phone'), s.inbox('bo/phone')], [['error: bad-request'], []])
  assert.equal(s.record.size, 1)
})

test('how its sender has marked a message is there for rules of retention to see', async () => {
  const s = await scene('ann/desk', 'bo/phone')
  const label = `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking fgcolor='black'>SECRET</displaymarking><label/></securitylabel>`
  await s.send(
    'ann/desk',
    `<message to='bo@localhost' type='chat'><body>a</body>${label}</message>`,
  )
  await s.send('ann/desk', `<message to='bo@localhost' type='chat'><body>b</body></message>`)
  assert.deepEqual(
    s.record.entries.map((entry) => entry.label),
    ['SECRET', undefined],
  )
})
