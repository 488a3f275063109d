// What a guest sends: every kind of stanza, every request that is answered, to every kind of place.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { elsewhere } from '../../test/support/elsewhere.ts'
import { directoryScene, type DirectoryScene } from '../../test/support/api-directory.ts'
import { conditionOf, Scene } from '../../test/support/scene.ts'
import { type Person } from '../directory/ports.ts'
import { personId } from '../record/ids.ts'
import { Element, elements } from '../xml/element.ts'
import { serialize } from '../xml/serialize.ts'
import { createGuestGuard } from './guests.ts'
import { type Jid } from './wire/jid.ts'

const dayMs = 86_400_000
const by = { commandLine: true } as const
const guests = 'policy-violation'
const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`
const [tea, board] = ['tea@conference.localhost', 'board@conference.localhost']

type Setting = {
  readonly s: Scene
  readonly people: DirectoryScene
  readonly gus: Person
  readonly ann: Person
}

/** Ann has made two rooms; Gus is a guest in one of them, and both are in there. */
async function setUp(t: TestContext): Promise<Setting> {
  const people = await directoryScene(t, 'localhost')
  const [ann] = [await people.add('ann'), await people.add('ben')]
  const gus = await people.add('gus', 'guest')
  const s = new Scene([], people)
  for (const name of ['ann/desk', 'ben/desk', 'gus/phone']) s.connect(name)
  await s.online('ann/desk', 'ben/desk', 'gus/phone')
  for (const room of [tea, board]) {
    await s.send('ann/desk', `<presence to='${room}/ann'>${muc}</presence>`)
    const form = `<x xmlns='jabber:x:data' type='submit'/>`
    await s.set(
      'ann/desk',
      `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`,
      room,
    )
  }
  await letIn({ s, people, gus, ann })
  await s.send('gus/phone', `<presence to='${tea}/gus'>${muc}</presence>`)
  return { s, people, gus, ann }
}

async function roomId(s: Scene, address: string): Promise<Person['id']> {
  const { rooms } = await s.rooms.load()
  return rooms.find((room) => room.address === address)?.id ?? assert.fail(address)
}

async function letIn({ s, people, gus, ann }: Setting, ...more: string[]): Promise<void> {
  await s.settled()
  const rooms = await Promise.all([tea, ...more].map(async (room) => await roomId(s, room)))
  const until = people.time.now() + 10 * dayMs
  await people.directory.guests.set(gus.id, { sponsor: ann.id, rooms, until }, by)
  await s.settled()
}

/** Where each of these goes, and what is there. */
const places: Readonly<Record<string, string | undefined>> = {
  own: undefined,
  server: 'localhost',
  rooms: 'conference.localhost',
  room: tea,
  occupant: `${tea}/ann`,
  upload: 'upload.localhost',
  'another room': board,
  'an occupant there': `${board}/ann`,
  'no room': 'new@conference.localhost',
  somebody: 'ann@localhost',
  'his device': 'ann@localhost/desk',
  nobody: 'nobody@localhost',
  elsewhere: 'ann@elsewhere.example',
}

/** What he may ask. Whatever else is answered here is none of his. */
const allowed: ReadonlySet<string> = new Set(
  [
    ['own server rooms room occupant upload', 'get http://jabber.org/protocol/disco#info'],
    ['own server rooms room', 'get http://jabber.org/protocol/disco#items'],
    ['own server rooms room occupant', 'get urn:xmpp:ping'],
    ['server', 'get urn:xmpp:time'],
    ['server', 'get jabber:iq:version'],
    ['own', 'get jabber:iq:roster'],
    ['own', 'get urn:xmpp:blocking'],
    ['own server', 'set urn:xmpp:carbons:2'],
    ['own room', 'get urn:xmpp:mam:2'],
    ['own room', 'set urn:xmpp:mam:2'],
    ['own', 'set urn:xmpp:push:0'],
    ['own', 'get urn:xmpp:cam:0'],
    ['own', 'set urn:xmpp:cam:0'],
    ['own', 'get jabber:iq:private'],
    ['own', 'set jabber:iq:private'],
    ['own', 'get http://jabber.org/protocol/pubsub'],
    ['own', 'set http://jabber.org/protocol/pubsub'],
    ['own server', 'get jabber:iq:register'],
    ['own server', 'set jabber:iq:register'],
    ['own room', 'get vcard-temp'],
    ['own', 'set vcard-temp'],
    ['room', 'get http://jabber.org/protocol/muc#admin'],
    ['upload', 'get urn:xmpp:http:upload:0'],
  ].flatMap(([where = '', what]) => where.split(' ').map((place) => `${place}: ${what}`)),
)

/** What the last thing that came there was refused with. */
function lastOf(s: Scene, name: string): string {
  return conditionOf(s.got(name).at(-1) ?? assert.fail('nothing came'))
}

/** What services at other domains answer, and what nobody does. */
const beside = [
  'get query http://jabber.org/protocol/muc#admin',
  'set query http://jabber.org/protocol/muc#admin',
  'get query http://jabber.org/protocol/muc#owner',
  'set query http://jabber.org/protocol/muc#owner',
  'get query jabber:iq:search',
  'set query jabber:iq:search',
  'get search https://xmlns.zombofant.net/muclumbus/search/1.0',
  'set moderate urn:xmpp:message-moderate:1',
  'get request urn:xmpp:http:upload:0',
  'get query http://jabber.org/protocol/rsm',
  'set jingle urn:xmpp:jingle:1',
  'get what urn:nobody:knows',
]

test('each request that is answered is refused to a guest, but for those that are his, wherever it goes', async (t) => {
  const { s } = await setUp(t)
  elsewhere(s, 'elsewhere.example')
  const all = [...new Set([...s.router.requests(), ...beside])]
  assert.ok(all.length > 45, `${all.length}`)
  const taken = new Set<string>()
  for (const request of all)
    for (const [place, to] of Object.entries(places)) {
      const [type = '', name = '', ns = ''] = request.split(' ')
      s.got('gus/phone')
      const address = to === undefined ? '' : ` to='${to}'`
      const asked = `<iq type='${type}'${address} id='q'><${name} xmlns='${ns}'/></iq>`
      await s.send('gus/phone', asked)
      await s.settled()
      const isRefused = s.got('gus/phone').some((stanza) => conditionOf(stanza) === guests)
      const key = `${place}: ${type} ${ns}`
      assert.equal(!isRefused, allowed.has(key), key)
      if (!isRefused) taken.add(key)
    }
  // Nothing is said here of what nobody answers.
  assert.deepEqual(
    [...allowed].filter((key) => !taken.has(key)),
    [],
  )
})

function jid(local: string | null, domain: string): Jid {
  const bare = local === null ? domain : `${local}@${domain}`
  return { local, domain, resource: null, bare, text: bare }
}

const bodies = [
  '<body>x</body>',
  `<x xmlns='http://jabber.org/protocol/muc#user'><invite to='ben@localhost'/></x>`,
  `<x xmlns='jabber:x:conference' jid='${tea}'/>`,
  `<active xmlns='http://jabber.org/protocol/chatstates'/>`,
  `<received xmlns='urn:xmpp:receipts' id='x'/>`,
]

test('a guest says something in his room, to everybody there, and nothing anywhere else', async (t) => {
  const { s } = await setUp(t)
  elsewhere(s, 'elsewhere.example')
  for (const type of ['groupchat', 'chat', 'normal', 'headline'])
    for (const [place, to] of Object.entries(places))
      for (const body of bodies) {
        s.got('gus/phone')
        const address = to === undefined ? '' : ` to='${to}'`
        await s.send('gus/phone', `<message type='${type}'${address} id='m'>${body}</message>`)
        await s.settled()
        const refused = s.got('gus/phone').some((stanza) => conditionOf(stanza) === guests)
        assert.equal(!refused, place === 'room' && type === 'groupchat', `${type} ${place} ${body}`)
      }
})

test('presence of a guest is for his rooms alone, and he asks nobody to be his contact', async (t) => {
  const { s } = await setUp(t)
  elsewhere(s, 'elsewhere.example')
  const types = [
    '',
    'unavailable',
    'subscribe',
    'subscribed',
    'unsubscribe',
    'unsubscribed',
    'probe',
  ]
  for (const type of types)
    for (const [place, to] of Object.entries(places)) {
      s.got('gus/phone')
      const attrs = (type === '' ? '' : ` type='${type}'`) + (to === undefined ? '' : ` to='${to}'`)
      await s.send('gus/phone', `<presence${attrs} id='p'/>`)
      await s.settled()
      const refused = s.got('gus/phone').some((stanza) => conditionOf(stanza) === guests)
      const isHis =
        ['own', 'room', 'occupant'].includes(place) && ['', 'unavailable'].includes(type)
      assert.equal(!refused, isHis, `${type} ${place}`)
    }
  assert.equal((await roomsOf(s)).length, 2, 'he has made none')
})

async function roomsOf(s: Scene): Promise<readonly string[]> {
  await s.settled()
  return (await s.rooms.load()).rooms.map(({ address }) => address)
}

test('nobody writes to a guest, asks him anything or adds him, from here or from elsewhere', async (t) => {
  const { s } = await setUp(t)
  const outside = elsewhere(s, 'elsewhere.example')
  const stanzas = (to: string): readonly string[] => [
    `<message type='chat' to='${to}' id='q'><body>x</body></message>`,
    `<message to='${to}' id='q'><x xmlns='jabber:x:conference' jid='${board}'/></message>`,
    `<presence type='subscribe' to='${to}' id='q'/>`,
    `<iq type='get' to='${to}' id='q'><vCard xmlns='vcard-temp'/></iq>`,
  ]
  for (const to of ['gus@localhost', 'gus@localhost/phone'])
    for (const stanza of stanzas(to)) {
      s.got('gus/phone')
      s.got('ben/desk')
      await s.send('ben/desk', stanza)
      await s.settled()
      assert.equal(lastOf(s, 'ben/desk'), guests, stanza)
      await outside.says(stanza.replace(' to=', " from='ann@elsewhere.example/x' to="))
      await s.settled()
      assert.deepEqual(s.got('gus/phone').map(String), [], stanza)
    }
  const whisper = `<message type='chat' to='${tea}/gus' id='w'><body>x</body></message>`
  await s.send('ann/desk', whisper)
  assert.equal(lastOf(s, 'ann/desk'), 'forbidden')
  const invite = `<x xmlns='http://jabber.org/protocol/muc#user'><invite to='gus@localhost'/></x>`
  await s.send('ann/desk', `<message to='${board}' id='i'>${invite}</message>`)
  assert.equal(lastOf(s, 'ann/desk'), 'not-allowed')
})

test('a guest finds his rooms and no others, also where members only may come, and is seen to be one', async (t) => {
  const setting = await setUp(t)
  const { s } = setting
  const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`
  const listed = async (name: string): Promise<readonly (string | undefined)[]> => {
    const answer = await s.get(name, items, 'conference.localhost')
    assert.ok(answer instanceof Element)
    return elements(answer).map(({ attrs }) => attrs['jid'])
  }
  assert.deepEqual(await listed('gus/phone'), [tea])
  assert.deepEqual(await listed('ben/desk'), [board, tea])
  s.got('ann/desk')
  await s.send('gus/phone', `<presence to='${tea}/gus'><show>away</show></presence>`)
  const seen = s.got('ann/desk').map((stanza) => serialize(stanza))
  assert.match(seen.join(), /<hat title='Guest' uri='urn:onrecord:hats:guest'\/>/)
  assert.match(seen.join(), /affiliation='member'/)
  await letIn(setting, board)
  assert.deepEqual(await listed('gus/phone'), [board, tea])
})

test('who is let into other rooms is out of the first, and who is out of all is out of the house', async (t) => {
  const { s, people, gus, ann } = await setUp(t)
  const { directory, time } = people
  const until = time.now() + dayMs
  const rooms = [await roomId(s, board)]
  s.got('gus/phone')
  await directory.guests.set(gus.id, { sponsor: ann.id, rooms, until }, by)
  await s.settled()
  const told = s.got('gus/phone').map((stanza) => serialize(stanza))
  assert.match(told.join(), /type='unavailable'.*<status code='321'\/>/)
  const affiliations = async (): Promise<readonly (string | undefined)[]> => {
    await s.settled()
    const loaded = await s.rooms.load()
    return [tea, board].map((address) => {
      const room = loaded.rooms.find((one) => one.address === address)
      return room?.people.get(gus.id)?.affiliation
    })
  }
  assert.deepEqual(await affiliations(), [undefined, 'member'])
  time.pass(dayMs)
  await directory.guests.endDue()
  await s.settled()
  assert.equal(s.closedWith('gus/phone'), 'not-authorized')
  assert.deepEqual(await affiliations(), [undefined, undefined])
})

test('a guest whom the room has made more than a member is out all the same when he is let into others', async (t) => {
  const setting = await setUp(t)
  const { s, people, gus, ann } = setting
  const item = `<item affiliation='admin' jid='gus@localhost'/>`
  await s.set(
    'ann/desk',
    `<query xmlns='http://jabber.org/protocol/muc#admin'>${item}</query>`,
    tea,
  )
  const rooms = [await roomId(s, board)]
  const until = people.time.now() + dayMs
  await people.directory.guests.set(gus.id, { sponsor: ann.id, rooms, until }, by)
  await s.settled()
  s.got('gus/phone')
  const said = `<message type='groupchat' to='${tea}'><body>secret</body></message>`
  await s.send('ann/desk', said)
  await s.settled()
  assert.ok(!s.got('gus/phone').some((stanza) => serialize(stanza).includes('secret')))
})

test('a guest whom the room does not count as a member any more is out of it too, once it is none of his', async (t) => {
  const { s, people, gus, ann } = await setUp(t)
  const none = `<item affiliation='none' jid='gus@localhost'/>`
  await s.set(
    'ann/desk',
    `<query xmlns='http://jabber.org/protocol/muc#admin'>${none}</query>`,
    tea,
  )
  const until = people.time.now() + dayMs
  const rooms = [await roomId(s, board)]
  await people.directory.guests.set(gus.id, { sponsor: ann.id, rooms, until }, by)
  await s.settled()
  s.got('gus/phone')
  await s.send('ann/desk', `<message type='groupchat' to='${tea}' id='m'><body>x</body></message>`)
  await s.settled()
  assert.deepEqual(s.got('gus/phone').map(String), [])
})

test('who is made a guest is out of the rooms where he was, members’ rooms or not', async (t) => {
  const { s, people } = await setUp(t)
  for (const room of [tea, board])
    await s.send('ben/desk', `<presence to='${room}/ben'>${muc}</presence>`)
  await people.directory.setRole(s.person('ben').id, 'guest', by)
  await s.settled()
  s.got('ben/desk')
  for (const room of [tea, board])
    await s.send(
      'ann/desk',
      `<message type='groupchat' to='${room}' id='m'><body>x</body></message>`,
    )
  await s.settled()
  assert.deepEqual(s.got('ben/desk').map(String), [])
})

test('what was not done before a stop is done at the start', async (t) => {
  const { s, people, gus, ann } = await setUp(t)
  const rooms = [await roomId(s, board)]
  const until = people.time.now() + dayMs
  const act = { kind: 'guest.set', person: gus.id, sponsor: ann.id, rooms, until } as const
  // Said while nobody listens.
  const again = await people.reopen()
  await again.guests.set(act.person, act, by)
  const next = new Scene([], { ...people, directory: await people.reopen() })
  Object.assign(next, { rooms: s.rooms })
  await next.restart()
  await next.router.start()
  await next.settled()
  const loaded = await s.rooms.load()
  const affiliations = loaded.rooms.map((room) => room.people.get(gus.id)?.affiliation)
  assert.deepEqual(
    affiliations.filter((one) => one !== undefined),
    ['member'],
  )
})

test('a guest without a room reaches his own account, the server, and nothing else', () => {
  const id = personId('a'.repeat(32))
  const person = { id, address: 'gus@x', role: 'guest', enabled: true } as const
  const directory = { find: () => person, guests: { roomsOf: () => new Set<Person['id']>() } }
  const guard = createGuestGuard({ domain: 'x', directory, roomAt: () => id })
  const ask = new Element('iq', 'jabber:client', { type: 'get' }, [
    new Element('ping', 'urn:xmpp:ping', {}, []),
  ])
  const from = { id, jid: jid('gus', 'x') }
  guard(ask, null, from)
  guard(ask, jid(null, 'x'), from)
  guard(ask, jid(null, 'conference.x'), from)
  for (const to of [jid('tea', 'conference.x'), jid(null, 'upload.x'), jid(null, 'y')])
    assert.throws(() => guard(ask, to, from), { condition: guests })
})
