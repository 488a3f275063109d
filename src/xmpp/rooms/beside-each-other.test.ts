// What several people ask of a room at the same moment, while each waits for the record.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  admin,
  configure,
  info,
  inRoom,
  instant,
  kinds,
  muc,
  room,
} from '../../../test/support/in-room.ts'
import { type Scene, scene } from '../../../test/support/scene.ts'

const owner = (content: string): string =>
  `<iq type='set' id='o' to='${room}'><query xmlns='http://jabber.org/protocol/muc#owner'>${content}</query></iq>`
const config = owner(
  `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field>` +
    `<field var='muc#roomconfig_maxusers'><value>10</value></field></x>`,
)

/** All at once. */
async function beside(s: Scene, ...said: readonly (readonly [string, string])[]): Promise<void> {
  await Promise.all(said.map(async ([name, xml]) => await s.send(name, xml)))
}

function come(nick: string): string {
  return `<presence to='${room}/${nick}'>${muc}</presence>`
}

function give(who: string, affiliation: string): string {
  const item = `<item jid='${who}@localhost' affiliation='${affiliation}'/>`
  return `<iq type='set' id='a' to='${room}'>${admin(item)}</iq>`
}

function answerOf(s: Scene, name: string): string {
  const types = s
    .got(name)
    .flatMap(({ name: kind, attrs }) => (kind === 'iq' ? (attrs['type'] ?? '') : []))
  return types.join(' ')
}

test('a room that ends while it is configured has ended, at whatever moment, also after a restart', async () => {
  const ends = new Set<string>()
  for (let moments = 0; moments < 10; moments += 1) {
    const s = await scene('ann/phone', 'ann/desk')
    await s.send('ann/phone', come('Ann'))
    await instant(s, 'ann/phone')
    const gone = s.send('ann/phone', `<presence type='unavailable' to='${room}/Ann'/>`)
    for (let moment = 0; moment < moments; moment += 1) await Promise.resolve()
    await Promise.all([gone, s.send('ann/desk', config)])
    ends.add(`${kinds(s).slice(-2).join(', ')}: ${answerOf(s, 'ann/desk')}`)
    await s.restart('ann/phone')
    assert.equal(await s.get('ann/phone', info, room), 'item-not-found')
  }
  assert.ok(ends.has('room.destroy, room.config: error'), [...ends].join('\n'))
})

test('one room is made where two come at once, and who was second finds it locked', async () => {
  const s = await scene('ann/phone', 'bo/desk')
  await beside(s, ['ann/phone', come('Ann')], ['bo/desk', come('Bo')])
  assert.equal(kinds(s).filter((kind) => kind === 'room.create').length, 1)
  assert.match(JSON.stringify(s.got('bo/desk')), /item-not-found/)
})

test('who comes while the room is destroyed is not in, and the record says that he went', async () => {
  const s = await inRoom('ann/phone', 'cy/pad')
  await beside(s, ['ann/phone', owner('<destroy/>')], ['cy/pad', come('Cy')])
  assert.match(JSON.stringify(s.got('cy/pad')), /item-not-found/)
  assert.deepEqual(kinds(s).slice(-3).toSorted(), ['room.destroy', 'room.join', 'room.leave'])
})

test('two owners who depose each other at once leave one', async () => {
  const s = await inRoom()
  await s.send('ann/phone', give('bo', 'owner'))
  await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '1' })
  s.got('ann/phone')
  s.got('bo/desk')
  await beside(s, ['ann/phone', give('bo', 'none')], ['bo/desk', give('ann', 'none')])
  assert.deepEqual([answerOf(s, 'ann/phone'), answerOf(s, 'bo/desk')], ['result', 'error'])
})
