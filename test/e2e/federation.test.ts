// Other people's servers as real peers: Prosody and ejabberd from Debian.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Element } from '../../src/xml/element.ts'
import { type Client } from '../client/client.ts'
import { archiveWith, until } from '../support/federation.ts'
import { type Both as Servers, startBoth } from './both.ts'
import { ejabberd, prosody } from './peer.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'

const isPresence =
  (from: string, type?: string) =>
  ({ name, attrs }: Element): boolean =>
    name === 'presence' && attrs['from'] === from && attrs['type'] === type

const isSaid =
  (text: string) =>
  (element: Element): boolean =>
    element.name === 'message' && bodyOf(element) === text

type Both = Servers & { anna: Client; zoe: Client }

const annaAt = 'anna@chat.example'

for (const kind of [prosody, ejabberd]) {
  const skip = existsSync(kind.needs) ? false : `${kind.needs} is not installed`
  describe(`with ${kind.domain}`, { skip }, () => {
    const zoeAt = `zoe@${kind.domain}`
    let both: Both

    before(async () => {
      const servers = await startBoth(kind)
      addPeople(servers.ours, 'anna')
      const anna = await comeOnline(servers.ours, 'anna', 'phone')
      const zoe = await servers.theirs.comeOnline('desk')
      both = { ...servers, anna, zoe }
    })

    after(async () => {
      await both.remove()
    })

    test('people at both talk, and both archives have it', async () => {
      const { anna, zoe } = both
      say(anna, zoeAt, 'hello', '1')
      await until(zoe, isSaid('hello'))
      say(zoe, annaAt, 'welcome', '2')
      await until(anna, isSaid('welcome'))
      assert.deepEqual(await archiveWith(anna, zoeAt), ['hello', 'welcome'])
      assert.deepEqual(await archiveWith(zoe, annaAt), ['hello', 'welcome'])
    })

    test('contacts at both see each other come and go', async () => await subscribe(both, zoeAt))

    test('a room there is joined from here, talked in, and read again', async () =>
      await meet(both, `tea@conference.${kind.domain}`))

    test('a room here is joined from there, and talked in', async () =>
      await welcome(both, 'tea@conference.chat.example'))

    test('what is said while it is down arrives when it is up again', async () =>
      await theyFail(both, zoeAt))

    test('what is said while we are down arrives when we are up again', async () =>
      await weFail(both, zoeAt))

    test('who does not exist there is told of', async () => {
      say(both.anna, `nobody@${kind.domain}`, 'hello', '7')
      assert.equal((await nextMessage(both.anna)).attrs['type'], 'error')
    })
  })
}

async function subscribe({ ours, anna, zoe }: Both, zoeAt: string): Promise<void> {
  anna.send(`<presence xmlns='jabber:client' type='subscribe' to='${zoeAt}'/>`)
  await until(zoe, isPresence(annaAt, 'subscribe'))
  zoe.send(`<presence xmlns='jabber:client' type='subscribed' to='${annaAt}'/>`)
  await until(anna, isPresence(zoe.jid))
  zoe.send(`<presence xmlns='jabber:client' type='subscribe' to='${annaAt}'/>`)
  await until(anna, isPresence(zoeAt, 'subscribe'))
  anna.send(`<presence xmlns='jabber:client' type='subscribed' to='${zoeAt}'/>`)
  await until(zoe, isPresence(anna.jid))
  const second = await comeOnline(ours, 'anna', 'second')
  await until(zoe, isPresence(second.jid))
  second.send('</stream:stream>')
  await until(zoe, isPresence(second.jid, 'unavailable'))
}

function entry(room: string, nick: string): string {
  return `<presence xmlns='jabber:client' to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`
}

/** The room is ours, and Anna makes it. */
async function welcome({ anna, zoe }: Both, room: string): Promise<void> {
  anna.send(entry(room, 'anna'))
  await until(anna, isPresence(`${room}/anna`))
  anna.send(
    `<iq xmlns='jabber:client' type='set' id='o' to='${room}'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>`,
  )
  await until(anna, ({ attrs }) => attrs['id'] === 'o')
  zoe.send(entry(room, 'zoe'))
  await until(zoe, isPresence(`${room}/zoe`))
  zoe.send(groupchat(room, 'a guest'))
  await until(anna, isSaid('a guest'))
  anna.send(groupchat(room, 'be welcome'))
  await until(zoe, isSaid('be welcome'))
}

async function meet({ anna, zoe }: Both, room: string): Promise<void> {
  zoe.send(entry(room, 'zoe'))
  await until(zoe, isPresence(`${room}/zoe`))
  anna.send(entry(room, 'anna'))
  await until(anna, isPresence(`${room}/anna`))
  anna.send(groupchat(room, 'in the room'))
  await until(zoe, isSaid('in the room'))
  await until(anna, isSaid('in the room'))
  zoe.send(groupchat(room, 'so am I'))
  await until(anna, isSaid('so am I'))
  const kept = await archiveWith(anna, room, { room: true })
  assert.deepEqual(
    kept.filter((text) => text !== ''),
    ['in the room', 'so am I'],
  )
}

async function theyFail(both: Both, zoeAt: string): Promise<void> {
  const { theirs, anna } = both
  await theirs.kill()
  say(anna, zoeAt, 'are you there', '3')
  await theirs.start()
  both.zoe = await theirs.comeOnline('desk')
  // ejabberd may not show what came just before she did; it is in her archive.
  say(anna, zoeAt, 'and now', '3b')
  await until(both.zoe, isSaid('and now'))
  const archive = await archiveWith(both.zoe, annaAt)
  assert.deepEqual(archive.slice(-2), ['are you there', 'and now'])
  say(both.zoe, annaAt, 'again', '4')
  await until(anna, isSaid('again'))
}

async function weFail(both: Both, zoeAt: string): Promise<void> {
  const { ours, zoe } = both
  await ours.kill()
  await ours.start()
  both.anna = await comeOnline(ours, 'anna', 'phone')
  say(both.anna, zoeAt, 'back', '5')
  await until(zoe, isSaid('back'))
  say(zoe, annaAt, 'good', '6')
  await until(both.anna, isSaid('good'))
}

function groupchat(room: string, text: string): string {
  return `<message xmlns='jabber:client' type='groupchat' to='${room}'><body>${text}</body></message>`
}
