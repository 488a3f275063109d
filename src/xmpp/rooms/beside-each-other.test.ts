// What several people ask of a room at the same moment, while each waits for the record.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  admin,
  asXml,
  configure,
  info,
  inRoom,
  inShort,
  join,
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
    await configure(s, 'ann/phone', { 'muc#roomconfig_persistentroom': '0' })
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

/** What one says, and another so many moments after that, for each number of moments in which the first may be on its way. */
async function atEachMoment(
  begin: () => Promise<Scene>,
  one: (s: Scene) => Promise<void>,
  other: (s: Scene) => Promise<void>,
): Promise<Scene[]> {
  const scenes: Scene[] = []
  for (let moments = 0; moments < 24; moments += 1) {
    const s = await begin()
    const first = one(s)
    for (let moment = 0; moment < moments; moment += 1) await Promise.resolve()
    await Promise.all([first, other(s)])
    scenes.push(s)
  }
  return scenes
}

test('nobody is taken for somebody else who came under the same nickname at the same moment', async () => {
  const encrypted = `<encrypted xmlns='eu.siacs.conversations.axolotl'/>`
  const refused = `<presence to='${room}/Tea'>${muc}<status>hello</status>${encrypted}</presence>`
  const taken = `<presence to='${room}/Tea'>${muc}<status>hello</status></presence>`
  const scenes = await atEachMoment(
    async () => await inRoom('ann/phone', 'cy/web', 'cy/pad', 'dee/desk'),
    async (s) => {
      const first = s.send('cy/web', refused)
      for (let moment = 0; moment < 8; moment += 1) await Promise.resolve()
      await Promise.all([first, s.send('cy/pad', taken)])
    },
    async (s) => await s.send('dee/desk', come('Tea')),
  )
  for (const s of scenes) {
    for (const name of ['cy/pad', 'dee/desk']) {
      const [person = ''] = name.split('/')
      const own = s
        .got(name)
        .map(inShort)
        .filter((said) => said.includes(' 110'))
      for (const said of own) assert.match(said, new RegExp(` ${person}@localhost/`))
      assert.equal(own.length, name === 'cy/pad' ? 1 : 0, 'it is his who came first')
    }
  }
})

test('who is banned while his status goes on record is not shown again', async () => {
  const status = `<presence to='${room}/Bo'><status>back soon</status></presence>`
  const again = `<presence to='${room}/Bo'>${muc}<status>back soon</status></presence>`
  for (const said of [status, again]) {
    const scenes = await atEachMoment(
      async () => await inRoom(),
      async (s) => await s.send('bo/desk', said),
      async (s) => await s.send('ann/phone', give('bo', 'outcast')),
    )
    for (const s of scenes) {
      const ofBo = s.got('ann/phone').filter(({ attrs }) => attrs['from'] === `${room}/Bo`)
      assert.match(inShort(ofBo.at(-1) ?? assert.fail()), /^presence unavailable .* outcast none /)
      const shown = s.got('bo/desk').map(inShort)
      const out = shown.findIndex((line) => line.includes(' 301'))
      assert.deepEqual(
        shown.slice(out + 1).filter((line) => !line.startsWith('error')),
        [],
      )
    }
  }
})

test('a room ends whose maker could not come in, or whose last guest could not', async () => {
  const s = await scene('ann/phone', 'bo/desk')
  const encrypted = `<encrypted xmlns='eu.siacs.conversations.axolotl'/>`
  await s.send('ann/phone', `<presence to='${room}/Ann'>${muc}${encrypted}</presence>`)
  assert.deepEqual(s.got('ann/phone').map(inShort), ['error not-acceptable'])
  assert.equal(kinds(s).at(-1), 'room.destroy')
  assert.match((await join(s, 'bo/desk', 'Bo'))[0] ?? '', / 201$/)
})

test('who is banned while he is invited, or let in as a member, stays banned', async () => {
  const invite = `<message to='${room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='cy@localhost'/></x></message>`
  const list = admin(`<item affiliation='outcast'/>`)
  const scenes = await atEachMoment(
    async () => {
      const s = await inRoom('ann/phone', 'bo/desk', 'cy/web')
      await s.send('ann/phone', give('bo', 'member'))
      await configure(s, 'ann/phone', {
        'muc#roomconfig_membersonly': '1',
        'muc#roomconfig_allowinvites': '1',
      })
      return s
    },
    async (s) => await s.send('ann/phone', give('cy', 'outcast')),
    async (s) => await s.send('bo/desk', invite),
  )
  for (const s of scenes)
    assert.match(asXml(await s.get('ann/phone', list, room)), /jid='cy@localhost'/)
})
