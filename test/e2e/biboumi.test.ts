// IRC through a gateway that somebody else has written: Debian's biboumi, on an ngircd.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { child, type Element, textOf } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { type Client } from '../client/client.ts'
import { join } from 'node:path'
import { offlineRecord } from '../support/offline-record.ts'
import { el } from '../../src/xml/element.ts'
import {
  enter,
  find,
  gateway,
  hasStatus,
  type Irc,
  IrcClient,
  ircNetwork,
  logged,
  noIrc,
  until,
} from './irc.ts'

const skip = noIrc
const nothing = el('none', '')

let irc: Irc

before(async () => {
  if (!noIrc) irc = await ircNetwork()
})

after(async () => {
  if (!noIrc) await irc.remove()
})

test(
  'two people join a channel, see each other, and each hears the other once',
  { skip },
  async () => {
    const ann = await irc.joined('ann', '#two')
    const bo = await irc.joined('bo', '#two')
    await until(ann, (stanza) => isPresence(stanza, `${irc.room('#two')}/bo`))
    speak(ann, irc.room('#two'), 'hello bo', 'a1')
    const heard = await until(bo, (stanza) => bodyOf(stanza) === 'hello bo')
    assert.equal(heard.at(-1)?.attrs['from'], `${irc.room('#two')}/ann`)
    const own = await until(ann, (stanza) => bodyOf(stanza) === 'hello bo')
    assert.equal(own.at(-1)?.attrs['id'], 'a1')
  },
)

test('a wrong secret is refused, and nobody is let through', { skip }, async () => {
  const wrong = await ircNetwork('a wrong secret')
  try {
    const ann = await wrong.person('ann')
    speak(ann, wrong.room('#c'), 'hi', 'a1')
    const told = await until(ann, (stanza) => stanza.attrs['type'] === 'error')
    assert.match(serialize(told.at(-1) ?? nothing), /remote-server-timeout/)
  } finally {
    await wrong.remove()
  }
})

test('the topic goes both ways', { skip }, async () => {
  const tom = await irc.joined('tom', '#topic')
  const zed = await IrcClient.connect(irc.host, 'zedt')
  await zed.join('#topic')
  await until(tom, (stanza) => isPresence(stanza, `${irc.room('#topic')}/zedt`))
  tom.send(
    `<message xmlns='jabber:client' type='groupchat' to='${irc.room('#topic')}'><subject>from tom</subject></message>`,
  )
  await zed.until(/TOPIC #topic :from tom/)
  tom.send(moderate(irc.room('#topic'), `nick='zedt' affiliation='admin'`))
  await zed.until(/MODE #topic/)
  zed.send('TOPIC #topic :from zed')
  await until(tom, (stanza) => textOf(child(stanza, 'subject', 'jabber:client')) === 'from zed')
  zed.close()
})

test('kick and ban, by one of ours and of one of ours', { skip }, async () => {
  const kim = await irc.joined('kim', '#kick')
  const ken = await irc.joined('ken', '#kick')
  const zed = await IrcClient.connect(irc.host, 'zedk')
  await zed.join('#kick')
  await until(kim, (stanza) => isPresence(stanza, `${irc.room('#kick')}/zedk`))
  kim.send(moderate(irc.room('#kick'), `nick='zedk' role='none'`))
  await zed.until(/KICK #kick zedk/)
  await zed.join('#kick')
  await until(kim, (stanza) => isPresence(stanza, `${irc.room('#kick')}/zedk`))
  kim.send(moderate(irc.room('#kick'), `nick='zedk' affiliation='admin'`))
  await zed.until(/MODE #kick/)
  zed.send('KICK #kick ken :enough')
  await until(ken, (stanza) => hasStatus(stanza, '307'))
  zed.send('MODE #kick +b ken!*@*')
  await zed.until(/MODE #kick \+b/)
  ken.send(joinOf(`${irc.room('#kick')}/ken`))
  // The gateway says so in words of the network's server.
  await until(ken, (stanza) => /You are banned/.test(bodyOf(stanza)))
  zed.close()
})

test('private words go both ways, and are kept for who hears them', { skip }, async () => {
  const pat = await irc.joined('pat', '#private')
  const zed = await IrcClient.connect(irc.host, 'zedp')
  await zed.join('#private')
  await until(pat, (stanza) => isPresence(stanza, `${irc.room('#private')}/zedp`))
  pat.send(
    `<message xmlns='jabber:client' type='chat' to='${irc.room('#private')}/zedp'><body>psst</body></message>`,
  )
  await zed.until(/PRIVMSG zedp :psst/)
  zed.send('PRIVMSG pat :what')
  const heard = await until(pat, (stanza) => bodyOf(stanza) === 'what')
  assert.match(serialize(heard.at(-1) ?? nothing), /<stanza-id xmlns='urn:xmpp:sid:0' by='pat@/)
  zed.close()
})

test('a nick that is taken is refused to who wants it', { skip }, async () => {
  const dot = await irc.person('dot')
  const zed = await IrcClient.connect(irc.host, 'zedn')
  await zed.join('#nick')
  dot.send(joinOf(`${irc.room('#nick')}/zedn`))
  const told = await until(
    dot,
    ({ name, attrs }) => name === 'presence' && attrs['type'] === 'error',
  )
  assert.ok(find(told.at(-1) ?? nothing, ({ name }) => name === 'conflict'))
  zed.close()
})

test('a client whose connection breaks leaves the channel', { skip }, async () => {
  const cy = await irc.joined('cy', '#cut')
  const zed = await IrcClient.connect(irc.host, 'zedc')
  await zed.join('#cut')
  cy.link.cut()
  await zed.until(/^:cy!\S+ (PART|QUIT)/)
  zed.close()
})

test('the archive of a room is the gateway’s own, and is read through it', { skip }, async () => {
  const olga = await irc.joined('olga', '#old')
  speak(olga, irc.room('#old'), 'for the archive', 'o1')
  await until(olga, (stanza) => bodyOf(stanza) === 'for the archive')
  olga.send(
    `<iq xmlns='jabber:client' type='set' id='mam' to='${irc.room('#old')}'><query xmlns='urn:xmpp:mam:2'/></iq>`,
  )
  const page = await until(olga, ({ attrs }) => attrs['id'] === 'mam')
  assert.ok(page.some((stanza) => find(stanza, (one) => bodyOf(one) === 'for the archive')))
})

test(
  'the gateway or the network ends: people are told, and join again when it is back',
  { skip },
  async () => {
    const own = await ircNetwork()
    try {
      const ann = await own.joined('ann', '#end')
      await own.gateway.end('SIGKILL')
      await until(ann, (stanza) => hasStatus(stanza, '332'))
      speak(ann, own.room('#end'), 'anybody?', 'e1')
      await until(ann, ({ attrs }) => attrs['id'] === 'e1' && attrs['type'] === 'error')
      await own.gateway.start()
      await logged(own.server, 'component.connected', 2)
      await enter(ann, `${own.room('#end')}/ann`)
      await own.ircd.end('SIGKILL')
      await until(ann, ({ name, attrs }) => name === 'presence' && attrs['type'] === 'unavailable')
    } finally {
      await own.remove()
    }
  },
)

test(
  'a line is on record once, with who of ours is which nick, and a replay is none',
  { skip },
  async () => {
    const own = await ircNetwork()
    try {
      const room = own.room('#once')
      const ann = await own.joined('ann', '#once')
      const bo = await own.joined('bo', '#once')
      const zed = await IrcClient.connect(own.host, 'zed')
      await zed.join('#once')
      speak(ann, room, 'from ann', 'a1')
      await zed.until(/PRIVMSG #once :from ann/)
      zed.send('PRIVMSG #once :from zed')
      zed.send('PRIVMSG #once :from zed')
      for (const client of [ann, bo]) {
        await until(client, (stanza) => bodyOf(stanza) === 'from ann')
        await until(client, (stanza) => bodyOf(stanza) === 'from zed')
        await until(client, (stanza) => bodyOf(stanza) === 'from zed')
      }
      ann.send(`<presence xmlns='jabber:client' type='unavailable' to='${room}/ann'/>`)
      await until(ann, (stanza) => isPresence(stanza, `${room}/ann`, 'unavailable'))
      const replay = await enter(ann, `${room}/ann`)
      const more = await until(
        ann,
        (stanza) => child(stanza, 'subject', 'jabber:client') !== undefined,
      )
      assert.ok([...replay, ...more].some((stanza) => bodyOf(stanza) === 'from zed'))
      assert.equal(await own.server.stop(), 0)

      const data = { data: own.server.data, keyFile: join(own.server.dir, 'keys/vault.key') }
      const record = await offlineRecord(data)
      const lines = record.filter(
        ({ envelope, wire }) => envelope.kind === 'message' && /type='groupchat'/.test(wire),
      )
      const said = lines.map(({ content }) => JSON.parse(content)).filter(({ body }) => body)
      assert.deepEqual(
        said.map(({ body, nick }) => [body[''], nick]),
        [
          ['from ann', 'ann'],
          ['from zed', undefined],
          ['from zed', undefined],
        ],
      )
      assert.match(
        lines.find(({ content }) => /from ann/.test(content))?.wire ?? '',
        /from='ann@chat\.example\/desk'/,
      )
      const kinds = new Set(record.map(({ envelope }) => envelope.kind))
      assert.ok(kinds.has('copy') && kinds.has('history.import'))
      const origins = new Set(record.map(({ envelope }) => envelope.origin))
      assert.deepEqual(origins, new Set(['native', `component:${gateway}`]))
      assert.equal(own.server.run(['verify']).status, 0)
    } finally {
      await own.remove()
    }
  },
)

function isPresence(stanza: Element, from: string, type?: string): boolean {
  const { attrs, name } = stanza
  return name === 'presence' && attrs['from'] === from && attrs['type'] === type
}

function bodyOf(stanza: Element): string {
  return textOf(child(stanza, 'body', 'jabber:client'))
}

function speak(from: Client, room: string, body: string, id: string): void {
  from.send(
    `<message xmlns='jabber:client' type='groupchat' to='${room}' id='${id}'><body>${body}</body></message>`,
  )
}

function joinOf(occupant: string): string {
  return `<presence xmlns='jabber:client' to='${occupant}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`
}

/** XEP-0045 section 8 and 9. */
function moderate(room: string, item: string): string {
  return `<iq xmlns='jabber:client' type='set' id='m' to='${room}'><query xmlns='http://jabber.org/protocol/muc#admin'><item ${item}/></query></iq>`
}
