// Every byte that a person, a component or another server is sent is searched for what is none of their business: addresses and
// devices of people they have nothing to do with, this machine's names and addresses, folders, and what the server is made of.
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from '../client/client.ts'
import { TcpLink } from '../client/link.ts'
import { createAuthority } from '../support/authority.ts'
import { componentNs, handshake, secret } from '../support/component.ts'
import { freePorts } from '../support/free-ports.ts'
import { httpAsks, leaksIn } from './leaks.ts'
import { Raw } from './raw.ts'
import { type RawPeer, rawPeer } from './raw-peer.ts'
import { testServer, type TestServer } from './server.ts'

const domain = 'chat.example'
const room = `table@conference.${domain}`
const muc = 'http://jabber.org/protocol/muc'
const pubsub = 'http://jabber.org/protocol/pubsub'
const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`

const people = ['ann', 'bo', 'cy', 'dee', 'mod'] as const
type Person = (typeof people)[number]

/** Names and devices that are in nothing else. */
const devices = {
  ann: 'annsphone-7c1e',
  bo: 'bosdesk-93d2',
  cy: 'cyspad-51fa',
  dee: 'deestv-0b77',
  mod: 'modsdesk-e4c8',
} satisfies Record<Person, string>

let server: TestServer
let peer: RawPeer
let component: TcpLink
const clients = new Map<Person, Client>()
let web = ''

before(async () => {
  const authority = createAuthority()
  peer = await rawPeer('peer.example', authority.issue({ dns: ['peer.example'] }))
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-others-'))
  writeFileSync(join(dir, 'ca.pem'), authority.cert)
  const own = authority.issue({ dns: [domain, `conference.${domain}`] })
  writeFileSync(join(dir, 'cert.pem'), own.cert)
  writeFileSync(join(dir, 'key.pem'), own.key)
  const [componentPort = 0, s2sPort = 0] = await freePorts(2)
  server = await testServer({
    ONRECORD_ALLOW_PLAINTEXT: 'loopback',
    ONRECORD_TLS_CERT: join(dir, 'cert.pem'),
    ONRECORD_TLS_KEY: join(dir, 'key.pem'),
    ONRECORD_COMPONENT_PORT: String(componentPort),
    ONRECORD_COMPONENTS: `gw.example=${secret}`,
    ONRECORD_S2S_PORT: String(s2sPort),
    ONRECORD_S2S_ALLOW: '*',
    ONRECORD_S2S_HOSTS: `peer.example=127.0.0.1:${peer.port}`,
    ONRECORD_S2S_CA: join(dir, 'ca.pem'),
    ONRECORD_WEBSOCKET_URL: `wss://${domain}/xmpp`,
    ONRECORD_BOSH_URL: `https://${domain}/http-bind`,
    ONRECORD_UPLOAD_URL: `https://${domain}`,
  })
  await server.start()
  for (const person of people) server.addUser(person, 'pw')
  for (const person of people) clients.set(person, await signIn(person))
  component = await TcpLink.connect(componentPort)
  component.send(
    `<stream:stream xmlns='${componentNs}' xmlns:stream='http://etherx.jabber.org/streams' to='gw.example'>`,
  )
  const { attrs } = await component.incoming.next()
  component.send(handshake(attrs['id'] ?? '', secret))
  await component.incoming.next()
  await play()
})

after(async () => {
  await server.remove()
  await peer.close()
})

async function signIn(person: Person): Promise<Client> {
  const resource = devices[person]
  const where = { domain, port: server.ports.xmpp, over: 'plain' } as const
  const signedIn = await Client.signIn({ user: person, password: 'pw', resource, ...where })
  signedIn.send(`<presence xmlns='jabber:client'/>`)
  return signedIn
}

function says(person: Person, xml: string): void {
  client(person).send(xml.replace(/^<(\w+)/, `<$1 xmlns='jabber:client'`))
}

function client(person: Person): Client {
  const found = clients.get(person)
  assert.ok(found)
  return found
}

/** Everything that was said has had its effect. */
async function settle(): Promise<void> {
  for (const _ of [1, 2]) {
    for (const person of people) {
      await client(person).ask('get', `<ping xmlns='urn:xmpp:ping'/>`, domain)
    }
  }
}

async function play(): Promise<void> {
  await befriend()
  await publish()
  await strangers()
  await inRoom()
  await elsewhere()
  await overHttp()
  await settle()
}

/** Ann and Bo are contacts; nobody else is. */
async function befriend(): Promise<void> {
  for (const [one, other] of [['ann', 'bo'] as const, ['bo', 'ann'] as const]) {
    says(one, `<presence type='subscribe' to='${other}@${domain}'/>`)
    await settle()
    says(other, `<presence type='subscribed' to='${one}@${domain}'/>`)
    await settle()
  }
  await client('ann').ask('set', `<enable xmlns='urn:xmpp:carbons:2'/>`)
  says('ann', `<message to='bo@${domain}' type='chat' id='m1'><body>hello</body></message>`)
  says('bo', `<message to='ann@${domain}' type='chat' id='m2'><body>hello</body></message>`)
  says('ann', `<message to='bo@${domain}/nothing' type='chat' id='m3'><body>hi</body></message>`)
  await settle()
}

async function publish(): Promise<void> {
  const ann = client('ann')
  for (const [node, model] of [
    ['urn:x:open', 'open'],
    ['urn:x:some', 'presence'],
    ['urn:x:mine', 'whitelist'],
  ]) {
    const form = `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>${pubsub}#publish-options</value></field><field var='pubsub#access_model'><value>${model}</value></field></x>`
    await ann.ask(
      'set',
      `<pubsub xmlns='${pubsub}'><publish node='${node}'><item id='i'><x xmlns='urn:x'>1</x></item></publish><publish-options>${form}</publish-options></pubsub>`,
    )
  }
  const bo = client('bo')
  await bo.ask(
    'set',
    `<pubsub xmlns='${pubsub}'><subscribe node='urn:x:open' jid='bo@${domain}/${devices.bo}'/></pubsub>`,
    `ann@${domain}`,
  )
  await ann.ask('set', `<vCard xmlns='vcard-temp'><FN>Ann</FN></vCard>`)
}

/** Dee knows the address of somebody, and tries all that there is. */
async function strangers(): Promise<void> {
  const dee = client('dee')
  const card = `<vCard xmlns='vcard-temp'/>`
  for (const to of [
    `ann@${domain}`,
    `ann@${domain}/nothing`,
    `nobody@${domain}`,
    `bo@${domain}`,
    domain,
    `upload.${domain}`,
  ]) {
    for (const payload of [
      info,
      items,
      card,
      `<ping xmlns='urn:xmpp:ping'/>`,
      `<query xmlns='jabber:iq:version'/>`,
      `<query xmlns='jabber:iq:last'/>`,
      `<query xmlns='jabber:iq:roster'/>`,
      `<time xmlns='urn:xmpp:time'/>`,
      `<services xmlns='urn:xmpp:extdisco:2'/>`,
      `<nonsense xmlns='urn:example:x'/>`,
      `<query xmlns='http://jabber.org/protocol/disco#items' node='urn:x:open'/>`,
      `<query xmlns='http://jabber.org/protocol/disco#info' node='urn:x:open'/>`,
      ...['items', 'subscriptions', 'affiliations'].map(
        (name) => `<pubsub xmlns='${pubsub}'><${name} node='urn:x:open'/></pubsub>`,
      ),
      ...['configure', 'subscriptions', 'affiliations'].map(
        (name) => `<pubsub xmlns='${pubsub}#owner'><${name} node='urn:x:open'/></pubsub>`,
      ),
    ]) {
      await dee.ask('get', payload, to)
      await dee.ask('set', payload, to)
    }
    says('dee', `<presence to='${to}'/>`)
    says('dee', `<presence type='probe' to='${to}'/>`)
    says('dee', `<presence type='subscribe' to='${to}'/>`)
  }
  await settle()
  await client('ann').ask(
    'set',
    `<block xmlns='urn:xmpp:blocking'><item jid='dee@${domain}'/></block>`,
  )
  says('dee', `<message to='ann@${domain}' type='chat' id='b1'><body>hi</body></message>`)
  await dee.ask('get', info, `ann@${domain}`)
  await settle()
}

/** All of them are in a room that does not say who they are; the owner alone knows. */
async function inRoom(): Promise<void> {
  const enter = (person: Person, nick: string): void =>
    says(person, `<presence to='${room}/${nick}'><x xmlns='${muc}'/></presence>`)
  enter('mod', 'Mod')
  await settle()
  await client('mod').ask(
    'set',
    `<query xmlns='${muc}#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>${muc}#roomconfig</value></field></x></query>`,
    room,
  )
  enter('ann', 'Anna')
  enter('cy', 'Cyril')
  component.send(
    `<presence from='bot@gw.example/gw' to='${room}/Bot'><x xmlns='${muc}'/></presence>`,
  )
  await settle()
  says('ann', `<message to='${room}' type='groupchat' id='g1'><body>all</body></message>`)
  says('cy', `<message to='${room}' type='groupchat' id='g2'><body>all</body></message>`)
  says(
    'ann',
    `<message to='${room}/Cyril' type='chat' id='p1'><body>you</body><x xmlns='${muc}#user'/></message>`,
  )
  says('cy', `<message to='${room}/Nobody' type='chat' id='p2'><body>you</body></message>`)
  says('cy', `<message to='${room}' type='groupchat' id='g3'><subject>mine</subject></message>`)
  await settle()
  await asksInRoom()
}

/** Cyril asks for all that there is to know. Anna is moved about, and put out. */
async function asksInRoom(): Promise<void> {
  const cy = client('cy')
  for (const payload of [
    info,
    items,
    `<vCard xmlns='vcard-temp'/>`,
    `<ping xmlns='urn:xmpp:ping'/>`,
    `<query xmlns='jabber:iq:version'/>`,
  ]) {
    says('cy', `<iq type='get' id='r1' to='${room}/Anna'>${payload}</iq>`)
    await cy.ask('get', payload, room)
  }
  for (const affiliation of ['owner', 'admin', 'member', 'outcast', 'none']) {
    await cy.ask(
      'get',
      `<query xmlns='${muc}#admin'><item affiliation='${affiliation}'/></query>`,
      room,
    )
  }
  await cy.ask('get', `<query xmlns='${muc}#owner'/>`, room)
  await cy.ask('get', `<query xmlns='jabber:iq:register'/>`, room)
  await cy.ask('set', `<query xmlns='urn:xmpp:mam:2'/>`, room)
  await cy.ask('set', `<query xmlns='${muc}#admin'><item nick='Anna' role='none'/></query>`, room)
  says('ann', `<presence to='${room}/Annabel'/>`)
  says('ann', `<presence to='${room}/Annabel'><status>words</status><show>away</show></presence>`)
  await settle()
  await client('mod').ask(
    'set',
    `<query xmlns='${muc}#admin'><item nick='Annabel' role='visitor'><reason>why</reason></item></query>`,
    room,
  )
  await client('mod').ask(
    'set',
    `<query xmlns='${muc}#admin'><item jid='ann@${domain}' affiliation='admin'/></query>`,
    room,
  )
  await client('mod').ask(
    'set',
    `<query xmlns='${muc}#admin'><item jid='ann@${domain}' affiliation='outcast'><reason>why</reason></item></query>`,
    room,
  )
  await settle()
  await cy.ask('set', `<query xmlns='urn:xmpp:mam:2'/>`, room)
  component.send(`<iq from='bot@gw.example/gw' to='${room}' type='get' id='c1'>${items}</iq>`)
  component.send(
    `<message from='bot@gw.example/gw' to='dee@${domain}' id='c2'><body>hi</body></message>`,
  )
  component.send(`<iq from='bot@gw.example/gw' to='dee@${domain}' type='get' id='c3'>${info}</iq>`)
  component.send(`<presence from='bot@gw.example' to='dee@${domain}' type='subscribe'/>`)
  await settle()
}

/** Zoe at another server talks with Bo, and is in the room. */
async function elsewhere(): Promise<void> {
  says('bo', `<message to='zoe@peer.example' type='chat' id='z1'><body>hello</body></message>`)
  await peer.until('hello')
  peer.send(
    `<message from='zoe@peer.example/far' to='bo@${domain}' type='chat' id='z2'><body>hi</body></message>`,
  )
  for (const to of [`ann@${domain}`, `nobody@${domain}`, domain, `cy@${domain}/nothing`]) {
    for (const payload of [
      info,
      items,
      `<vCard xmlns='vcard-temp'/>`,
      `<ping xmlns='urn:xmpp:ping'/>`,
    ]) {
      peer.send(`<iq from='zoe@peer.example/far' to='${to}' type='get' id='z3'>${payload}</iq>`)
    }
  }
  peer.send(
    `<iq from='zoe@peer.example/far' to='${domain}' type='get' id='zlast'><ping xmlns='urn:xmpp:ping'/></iq>`,
  )
  await peer.until('zlast')
  await settle()
}

/** What is there for everybody. `/metrics` is for who watches the server (docs/operate/metrics.md). */
async function overHttp(): Promise<void> {
  const ann = client('ann')
  const slot = await ann.ask(
    'get',
    `<request xmlns='urn:xmpp:http:upload:0' filename='a.txt' size='5'/>`,
    `upload.${domain}`,
  )
  const urls = [...JSON.stringify(slot).matchAll(/https:\/\/chat\.example(\/[^"]+)/g)].map(
    ([, path = '']) => path,
  )
  const [put = '', get = ''] = urls
  const asks = httpAsks(domain, put, get)
  for (const ask of asks) web += await answerTo(server.ports.http, ask)
  for (const words of [
    'nonsense',
    `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='nowhere.example' version='1.0'>`,
    `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}' version='1.0'><message/>`,
    `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}' version='1.0'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFubgB4</auth></stream:stream>`,
  ]) {
    web += await answerTo(server.ports.xmpp, words)
  }
}

/** What comes, until there is nothing more. */
async function answerTo(port: number, words: string): Promise<string> {
  const raw = await Raw.connect(port)
  raw.send(words)
  raw.socket.end()
  return await raw.ended()
}

function check(who: string, bytes: string, words: readonly string[]): void {
  assert.ok(bytes.length > 500, `${who} was sent something`)
  assert.deepEqual(leaksIn(bytes, words), [], who)
}

/** Addresses and devices of these. */
function of(...those: readonly Person[]): readonly string[] {
  return those.flatMap((person) => [`${person}@${domain}`, devices[person]])
}

function devicesOf(...those: readonly Person[]): readonly string[] {
  return those.map((person) => devices[person])
}

function sentTo(person: Person): string {
  const { link } = client(person)
  assert.ok(link instanceof TcpLink)
  return link.received
}

test('who is in a room with others learns none of their addresses', () => {
  check('cy', sentTo('cy'), of('ann', 'bo', 'dee', 'mod'))
})

test('somebody who knows an address learns of no device, and of nobody else', () => {
  check('dee', sentTo('dee'), [...devicesOf('ann', 'bo', 'cy', 'mod'), ...of('cy', 'mod')])
})

test('contacts learn of each other, and of nobody in a room', () => {
  // Dee has shown himself to both.
  check('ann', sentTo('ann'), of('cy', 'mod'))
  check('bo', sentTo('bo'), of('cy', 'mod'))
})

test('the owner of a room learns of who is in it, and of nobody else', () => {
  check('mod', sentTo('mod'), of('bo', 'dee'))
})

test('a component learns of whom it has to do with, and of nobody in a room', () => {
  check('gw.example', component.received, [...of('ann', 'bo', 'cy', 'mod'), devices.dee])
})

test('another server learns of whom it has to do with', () => {
  check('peer.example', peer.received(), [
    ...devicesOf('ann', 'cy', 'dee', 'mod'),
    ...of('dee', 'mod'),
  ])
})

test('who has not signed in learns of nobody', () => {
  check('web', web, of(...people))
})
