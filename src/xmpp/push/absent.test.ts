import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elsewhere } from '../../../test/support/elsewhere.ts'
import { admin, configure, join, room, say, twoInRoom } from '../../../test/support/in-room.ts'
import { type Scene } from '../../../test/support/scene.ts'

const pauseMs = 10_000

type Absence = {
  readonly s: Scene
  /** Says it in the room. @returns nodes that were notified */
  readonly woken: (text: string) => Promise<readonly string[]>
}

/** Bo and Cy are members of Ann's room, where Cy is called Cyn; Dee is not. Of these, who is to be away is. */
async function absence(away: 'gone' | 'there' = 'gone'): Promise<Absence> {
  const s = await twoInRoom('ann/phone', 'bo/desk', 'cy/web', 'dee/pad')
  const service = elsewhere(s, 'push.example')
  const members = `<item affiliation='member' jid='bo@localhost'/><item affiliation='member' jid='cy@localhost' nick='Cyn'/>`
  assert.equal(await s.set('ann/phone', admin(members), room), null)
  for (const name of ['ann/phone', 'bo/desk', 'cy/web', 'dee/pad']) {
    const enable = `<enable xmlns='urn:xmpp:push:0' jid='push.example' node='${name}'/>`
    assert.equal(await s.set(name, enable), null)
  }
  if (away === 'gone') for (const name of ['bo/desk', 'cy/web', 'dee/pad']) await s.drop(name)
  return {
    s,
    async woken(text) {
      s.time.pass(pauseMs)
      service.got()
      await say(s, 'ann/phone', text)
      const sent = service.got()
      for (const xml of sent) assert.ok(!xml.includes('tea') && !xml.includes('Cyn'), xml)
      return sent.map((xml) => /<publish node='([^']*)'/.exec(xml)?.[1] ?? '').toSorted()
    },
  }
}

async function bookmark(s: Scene, name: string, inside: string): Promise<void> {
  const conference = `<conference xmlns='urn:xmpp:bookmarks:1'>${inside}</conference>`
  const publish = `<publish node='urn:xmpp:bookmarks:1'><item id='${room}'>${conference}</item></publish>`
  const pubsub = `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${publish}</pubsub>`
  s.connect(name)
  assert.notEqual(typeof (await s.set(name, pubsub)), 'string')
  await s.drop(name)
}

const notify = (setting: string): string =>
  `<extensions><notify xmlns='urn:xmpp:notification-settings:1'><${setting}/></notify></extensions>`

test('of a room where anybody may come in, members who are away are woken by mentions alone', async () => {
  const { s, woken } = await absence()
  assert.deepEqual(await woken('tea is ready'), [])
  assert.deepEqual(await woken('cyn, tea is ready'), ['cy/web'])
  await bookmark(s, 'bo/desk', '<nick>Bobby</nick>')
  assert.deepEqual(await woken('Bobby? Cyn?'), ['bo/desk', 'cy/web'])
})

test('where members only may come in they are woken by all that is said, and nobody else is', async () => {
  const { s, woken } = await absence()
  await configure(s, 'ann/phone', { 'muc#roomconfig_membersonly': '1' })
  assert.deepEqual(await woken('tea is ready'), ['bo/desk', 'cy/web'])
  assert.deepEqual(await woken(''), [], 'nothing was said')
})

test('what a bookmark says holds from then on, also where it was another before (XEP-0492)', async () => {
  const { s, woken } = await absence()
  await bookmark(s, 'bo/desk', notify('always'))
  await bookmark(s, 'cy/web', notify('never'))
  assert.deepEqual(await woken('Cyn, tea is ready'), ['bo/desk'])
  await bookmark(s, 'bo/desk', notify('never'))
  assert.deepEqual(await woken('tea'), [])
})

test('who is in the room with one device is not told elsewhere', async () => {
  const { s, woken } = await absence('there')
  await configure(s, 'ann/phone', { 'muc#roomconfig_membersonly': '1' })
  await join(s, 'bo/desk', 'Bo')
  await s.drop('cy/web')
  assert.deepEqual(await woken('tea is ready'), ['cy/web'])
  await s.lose('bo/desk')
  assert.deepEqual(await woken('tea is ready'), ['bo/desk', 'cy/web'])
})
