import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { settled, type WithComponents, withComponents } from '../../../test/support/component.ts'
import { type TcpLink } from '../../../test/client/link.ts'
import { el, type Element } from '../../xml/element.ts'
import { serialize } from '../../xml/serialize.ts'
import { type Grants, grant, noGrants } from './grants.ts'

const ns = 'urn:xmpp:privilege:2'
const pubsub = 'http://jabber.org/protocol/pubsub'
const nothing = el('none', '')
const all = ['roster=both', 'message=outgoing', 'presence=managed_entity', 'urn:xmpp:ping=get']

test('grants are read as the settings have them, and nothing else is one', () => {
  assert.deepEqual(grantsOf('roster=get', `${pubsub}=both`), {
    ...noGrants,
    roster: 'get',
    iq: new Map([[pubsub, 'both']]),
  })
  for (const text of ['roster=all', 'message=both', 'presence=roster', 'pubsub=get', 'roster', ''])
    assert.equal(grant(noGrants, text), null, text)
})

test('after the handshake it is told what it may do; without grants nothing is said', async (t) => {
  const { link } = await privileged(t, all)
  const said = (await settled(link)).map((element) => serialize(element))
  assert.match(
    said[0] ?? '',
    /access='roster' type='both' push='true'.*access='message' type='outgoing'.*access='presence' type='managed_entity'.*access='iq'.*ns='urn:xmpp:ping' type='get'/,
  )
  const none = await privileged(t, [])
  assert.deepEqual(await settled(none.link), [])
})

test('a message in somebody’s name is his: archived, copied to his devices, and marked with who carried it', async (t) => {
  const { s, link } = await privileged(t, all)
  await s.set('ann/phone', `<enable xmlns='urn:xmpp:carbons:2'/>`)
  link.send(inName('ann@localhost', `to='bo@localhost' type='chat' id='x'`))
  await settled(link)
  assert.deepEqual(s.inbox('bo/desk'), ['hi'])
  assert.deepEqual(s.inbox('ann/phone'), ['sent: hi'])
  const [entry] = s.record.entries
  assert.equal(entry?.sender, s.person('ann').id)
  assert.equal(entry?.origin, 'component:irc.example')
  assert.deepEqual(
    entry?.views.map(({ owner, incoming }) => [owner, incoming]),
    [
      [s.person('ann').id, false],
      [s.person('bo').id, true],
    ],
  )
})

test('what an employee said in the app of that network goes to the puppet there, and to his devices', async (t) => {
  const { s, link } = await privileged(t, all)
  await s.set('ann/phone', `<enable xmlns='urn:xmpp:carbons:2'/>`)
  await settled(link)
  // As libraries have it that take the namespace of the stream.
  const said = inName('ann@localhost', `to='z@irc.example' type='chat' id='x'`)
  link.send(said.replace('jabber:client', 'jabber:component:accept'))
  const [got] = await settled(link)
  assert.equal(got?.attrs['to'], 'z@irc.example')
  assert.deepEqual(s.inbox('ann/phone'), ['sent: hi'])
})

test('in the name of a device, of the server, of somebody elsewhere or of nobody it is forbidden, and so without a grant', async (t) => {
  const { s, link } = await privileged(t, all)
  await settled(link)
  for (const from of ['ann@localhost/phone', 'localhost', 'z@irc.example', 'no@localhost', ''])
    await refusedWith('forbidden', link, inName(from, `to='bo@localhost' type='chat'`))
  const none = await privileged(t, ['roster=both'])
  await settled(none.link)
  await refusedWith('forbidden', none.link, inName('ann@localhost', `to='bo@localhost'`))
  assert.equal(s.record.size + none.s.record.size, 0)
})

test('what the person could not do, the component cannot in his name', async (t) => {
  const { s, link } = await privileged(t, all)
  await settled(link)
  await s.set('bo/desk', `<block xmlns='urn:xmpp:blocking'><item jid='ann@localhost'/></block>`)
  await refusedWith(
    'service-unavailable',
    link,
    inName('ann@localhost', `to='bo@localhost' type='chat'`),
  )
})

test('a roster is read and changed, clients and component are told, and the link stays', async (t) => {
  const { s, link } = await privileged(t, all)
  await settled(link)
  await s.get('ann/phone', `<query xmlns='jabber:iq:roster'/>`)
  link.send(rosterOf('set', `<item jid='z@irc.example' name='Zed'/>`))
  const changed = (await settled(link)).map((element) => serialize(element))
  assert.match(
    changed[0] ?? '',
    /<iq .*type='set'.*from='ann@localhost' to='irc\.example'.*name='Zed'/,
  )
  assert.match(changed[1] ?? '', /type='result' id='r'.*from='ann@localhost'/)
  const [entry] = s.record.entries
  assert.deepEqual([entry?.kind, entry?.origin], ['iq', 'component:irc.example'])
  assert.match(entry?.wire ?? '', /name='Zed'/)
  assert.match(serialize(s.got('ann/phone').at(-1) ?? nothing), /jid='z@irc\.example'/)
  link.send(`<iq type='result' id='roster-1' from='irc.example' to='ann@localhost'/>`)
  link.send(rosterOf('get', ''))
  assert.match(serialize((await settled(link))[0] ?? nothing), /name='Zed'/)
})

test('for its own contacts a component says the subscription, for others it does not', async (t) => {
  const { s, link } = await privileged(t, ['roster=both'])
  await settled(link)
  link.send(rosterOf('set', `<item jid='z@irc.example' subscription='both'/>`))
  const told = (await settled(link)).map((element) => serialize(element))
  assert.match(told[1] ?? '', /subscription='both'/)
  assert.match(told[2] ?? '', /<presence .*to='z@irc\.example'.*from='ann@localhost\/phone'/)
  link.send(rosterOf('set', `<item jid='bo@localhost' subscription='both'/>`))
  await settled(link)
  const roster = await s.get('ann/phone', `<query xmlns='jabber:iq:roster'/>`)
  const items = typeof roster === 'object' && roster ? serialize(roster) : ''
  assert.match(items, /jid='bo@localhost' subscription='none'/)
})

test('a roster of others is for who has the grant, and in that direction alone', async (t) => {
  const { link } = await privileged(t, ['roster=get'])
  await settled(link)
  await refusedWith('forbidden', link, rosterOf('set', `<item jid='z@irc.example'/>`))
  const none = await privileged(t, ['message=outgoing'])
  await settled(none.link)
  await refusedWith('forbidden', none.link, rosterOf('get', ''))
  // A puppet is not the component.
  const puppet = rosterOf('get', '').replace(`from='irc.example'`, `from='z@irc.example'`)
  await refusedWith('service-unavailable', link, puppet)
})

test('a component reads the contacts of a guest, and makes him none', async (t) => {
  const { s, link } = await privileged(t, ['roster=both'])
  await settled(link)
  const { guests } = s.directory
  const before = { ...guests }
  t.after(() => Object.assign(guests, before))
  Object.assign(guests, { roomsOf: () => new Set() })
  const item = `<item jid='z@irc.example' subscription='both'/>`
  await refusedWith('policy-violation', link, rosterOf('set', item))
  link.send(rosterOf('get', ''))
  const [roster] = await settled(link)
  assert.match(serialize(roster ?? nothing), /type='result'/)
  assert.doesNotMatch(serialize(roster ?? nothing), /z@irc/)
})

test('a request in somebody’s name is answered inside, errors too', async (t) => {
  const { link } = await privileged(t, [...all, 'urn:q=set'])
  await settled(link)
  link.send(
    asked({ type: 'get', inner: `type='get' id='i'`, payload: `<ping xmlns='urn:xmpp:ping'/>` }),
  )
  const [pong] = (await settled(link)).map((element) => serialize(element))
  assert.match(
    pong ?? '',
    /<iq .*type='result' id='o' from='ann@localhost' to='irc\.example'><privilege xmlns='urn:xmpp:privilege:2'><forwarded .*<iq .*type='result' id='i' to='ann@localhost'/,
  )
  link.send(asked({ type: 'set', inner: `type='set' id='i'`, payload: `<q xmlns='urn:q'/>` }))
  const [error] = (await settled(link)).map((element) => serialize(element))
  assert.match(
    error ?? '',
    /type='result' id='o'.*<forwarded.*type='error' id='i'.*service-unavailable/,
  )
})

test('the six reasons to refuse a request in somebody’s name', async (t) => {
  const { link } = await privileged(t, all)
  await settled(link)
  const ping = `<ping xmlns='urn:xmpp:ping'/>`
  const cases: Readonly<Record<string, Parameters<typeof asked>[0]>> = {
    'to a device': { to: 'ann@localhost/phone', inner: `type='get'`, payload: ping },
    'to nobody here': { to: 'ann@elsewhere.example', inner: `type='get'`, payload: ping },
    'another namespace': { inner: `type='get'`, payload: `<q xmlns='urn:q'/>` },
    'another type': { type: 'set', inner: `type='set'`, payload: ping },
    'not of a client': { inner: `type='get'`, payload: ping, ns: 'jabber:server' },
    'of somebody else': { inner: `type='get' from='bo@localhost'`, payload: ping },
    'two types': { inner: `type='set'`, payload: ping },
  }
  for (const [why, one] of Object.entries(cases)) {
    link.send(asked(one))
    const [answer] = await settled(link)
    const condition = why === 'to nobody here' ? 'remote-server-not-found|forbidden' : 'forbidden'
    assert.match(serialize(answer ?? nothing), new RegExp(`type='error'.*<(${condition})`), why)
  }
})

test('with grants, ordinary requests and broken ones go their ordinary way', async (t) => {
  const { s, link } = await privileged(t, all)
  await settled(link)
  link.send(
    `<iq type='get' id='d' from='irc.example' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
  )
  assert.match(serialize((await settled(link))[0] ?? nothing), /type='result' id='d'/)
  link.send(
    `<message from='irc.example' to='ann@localhost' type='chat'><body>plain</body></message>`,
  )
  for (const broken of [
    `<iq type='set' id='b' from='irc.example' to='ann@localhost'><privileged_iq xmlns='${ns}'/></iq>`,
    `<message from='irc.example' to='localhost'><privilege xmlns='${ns}'/></message>`,
    `<message from='irc.example' to='localhost'><privilege xmlns='${ns}'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'/></forwarded></privilege></message>`,
  ])
    await refusedWith('forbidden', link, broken)
  assert.deepEqual(s.inbox('ann/phone'), ['plain'])
})

test('presence of people’s devices: who is there at the start, who comes and who goes', async (t) => {
  const { s, link } = await privileged(t, ['presence=managed_entity'])
  const [, ...first] = (await settled(link)).map(inShort)
  assert.deepEqual(first, ['available ann@localhost/phone', 'available bo@localhost/desk'])
  await s.send('ann/phone', `<presence><show>away</show></presence>`)
  await s.send('ann/phone', `<presence type='unavailable'/>`)
  await s.arrive('ann/web')
  await s.drop('bo/desk')
  assert.deepEqual((await settled(link)).map(inShort), [
    'unavailable ann@localhost/phone',
    'available ann@localhost/web',
    'unavailable bo@localhost/desk',
  ])
})

function grantsOf(...texts: readonly string[]): Grants {
  return texts.reduce((grants, text) => grant(grants, text) ?? grants, noGrants)
}

async function privileged(
  t: TestContext,
  texts: readonly string[],
): Promise<WithComponents & { readonly link: TcpLink }> {
  const given = await withComponents(t, ['ann/phone', 'bo/desk'], {}, grantsOf(...texts))
  return { ...given, link: await given.connect('irc.example') }
}

function inName(from: string, attrs: string): string {
  return `<message from='irc.example' to='localhost' id='o'><privilege xmlns='${ns}'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='${from}' ${attrs}><body>hi</body></message></forwarded></privilege></message>`
}

function rosterOf(type: string, items: string): string {
  return `<iq type='${type}' id='r' from='irc.example' to='ann@localhost'><query xmlns='jabber:iq:roster'>${items}</query></iq>`
}

function asked({
  type = 'get',
  to = 'ann@localhost',
  inner,
  payload,
  ns: innerNs = 'jabber:client',
}: {
  readonly type?: string
  readonly to?: string
  readonly inner: string
  readonly payload: string
  readonly ns?: string
}): string {
  return `<iq type='${type}' id='o' from='irc.example' to='${to}'><privileged_iq xmlns='${ns}'><iq xmlns='${innerNs}' ${inner}>${payload}</iq></privileged_iq></iq>`
}

async function refusedWith(condition: string, link: TcpLink, stanza: string): Promise<void> {
  link.send(stanza)
  const [answer] = await settled(link)
  assert.match(serialize(answer ?? nothing), new RegExp(`type='error'.*<${condition}`), stanza)
}

function inShort({ attrs }: Element): string {
  return `${attrs['type'] ?? 'available'} ${attrs['from'] ?? ''}`
}
