// Rooms that follow groups of the directory.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { type AdminScene, adminScene } from '../../../test/support/admin-scene.ts'
import {
  admin,
  asXml,
  configure,
  inShort,
  instant,
  join,
  kinds,
  room,
  say,
} from '../../../test/support/in-room.ts'
import { fakePeople } from '../../../test/support/scene-people.ts'
import { Scene } from '../../../test/support/scene.ts'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { type RoomGroup } from '../../directory/following/ports.ts'
import { type Act, type Directory, type PersonId } from '../../directory/ports.ts'
import { type Members } from '../../directory/types.ts'
import { personId } from '../../record/ids.ts'

const by = { commandLine: true } as const
const NS_BOOKMARKS = 'urn:xmpp:bookmarks:1'

type Followed = AdminScene & {
  readonly s: Scene
  readonly follow: (...groups: readonly RoomGroup[]) => Promise<void>
  /** Puts people into a group, and takes others out. */
  readonly change: (
    group: string,
    added: readonly string[],
    removed?: readonly string[],
  ) => Promise<void>
  readonly given: (affiliation: string) => Promise<string>
}

const member = (group: string): RoomGroup => ({ group, affiliation: 'member' })
const admins = (group: string): RoomGroup => ({ group, affiliation: 'admin' })

/** The boss's room, where members only may come, with the groups `sales` and `leads` in the directory. */
async function followed(t: TestContext, ...names: readonly string[]): Promise<Followed> {
  const all = await adminScene(t, ...names)
  const { scene: s, directory } = all
  for (const id of ['sales', 'leads', 'north']) await directory.groups.put({ id, name: id }, by)
  await join(s, 'boss/desk', 'Boss')
  await instant(s, 'boss/desk')
  await configure(s, 'boss/desk', { 'muc#roomconfig_membersonly': '1' })
  for (const name of ['boss/desk', ...names]) s.got(name)
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 12; i += 1) await s.settled()
  }
  return {
    ...all,
    s,
    async follow(...groups) {
      const id = roomId(s)
      await directory.following.setRoom(id, { groups, isThere: () => true, by })
      await settled()
    },
    async change(group, added, removed = []) {
      await directory.groups.change(
        group,
        { added: members(s, added), removed: members(s, removed) },
        by,
      )
      await settled()
    },
    async given(affiliation) {
      const answer = asXml(
        await s.get('boss/desk', admin(`<item affiliation='${affiliation}'/>`), room),
      )
      const found = [...answer.matchAll(/jid='([^@']*)@/g)].map(([, name]) => name)
      return found.join(' ')
    },
  }
}

function members(s: Scene, names: readonly string[]): Members {
  return {
    persons: names.filter((name) => !name.startsWith('@')).map((name) => s.person(name).id),
    groups: names.filter((name) => name.startsWith('@')).map((name) => name.slice(1)),
  }
}

function roomId(s: Scene): ReturnType<typeof personId> {
  const made = s.record.entries.find(({ kind }) => kind === 'room.create')
  return personId(made?.conversation ?? '')
}

test('who is in a group that a room follows is a member, by nested groups too, and who leaves it is none', async (t) => {
  const { s, follow, change, given } = await followed(t, 'ann/phone', 'bo/desk', 'cy/web')
  await change('sales', ['ann', '@north'])
  await change('north', ['bo'])
  await follow(member('sales'))
  assert.equal(await given('member'), 'ann bo')
  await change('north', ['cy'])
  assert.equal(await given('member'), 'ann bo cy')
  await change('sales', [], ['@north'])
  assert.equal(await given('member'), 'ann')
  await follow()
  assert.equal(await given('member'), '')
  const last = s.record.entries.at(-1)
  assert.equal(last?.sender, null)
  assert.match(last?.content ?? '', /"left":"sales"/)
})

test('nobody is shown a change before it is on record, and it names the group', async (t) => {
  const { s, follow, change, directory } = await followed(t, 'ann/phone')
  await follow(member('sales'), admins('leads'))
  await change('sales', ['ann'])
  await join(s, 'ann/phone', 'Ann')
  s.got('ann/phone')
  s.got('boss/desk')
  const ann = s.person('ann').id
  const added = { persons: [ann], groups: [] }
  s.record.hold()
  const changing = directory.groups.change(
    'leads',
    { added, removed: { persons: [], groups: [] } },
    by,
  )
  await s.settled()
  assert.deepEqual(s.got('ann/phone'), [])
  s.record.release()
  await changing
  for (let i = 0; i < 5; i += 1) await s.settled()
  assert.deepEqual(s.got('boss/desk').map(inShort), [
    `presence ${room}/Ann admin moderator ann@localhost/phone`,
  ])
  const act = s.record.entries.findLast(({ kind }) => kind === 'room.affiliation')
  assert.match(act?.content ?? '', /"through":\{"group":"leads","own":"none"\}/)
})

test('who leaves the group is taken out of a room for members only, and stays in one for everybody', async (t) => {
  const { s, follow, change } = await followed(t, 'ann/phone')
  await follow(member('sales'))
  for (const [isMembersOnly, seen] of [
    ['1', `presence unavailable ${room}/Ann none none ann@localhost/phone 110 321`],
    ['0', `presence ${room}/Ann none participant ann@localhost/phone 110`],
  ] as const) {
    await configure(s, 'boss/desk', { 'muc#roomconfig_membersonly': isMembersOnly })
    await change('sales', ['ann'])
    await join(s, 'ann/phone', 'Ann')
    s.got('ann/phone')
    await change('sales', [], ['ann'])
    const shown = s.got('ann/phone').filter(({ name }) => name === 'presence')
    assert.deepEqual(shown.map(inShort), [seen])
  }
})

test('who is suspended, leaves or is removed loses it at once, and comes back with his groups', async (t) => {
  const { s, follow, change, given, directory } = await followed(
    t,
    'ann/phone',
    'bo/desk',
    'cy/web',
  )
  await change('sales', ['ann', 'bo', 'cy'])
  await follow(member('sales'))
  const [ann, bo, cy] = [s.person('ann'), s.person('bo'), s.person('cy')]
  await directory.setEnabled(ann.id, { enabled: false, by })
  await directory.leave(bo.id, by)
  await directory.remove(cy.id, by)
  for (let i = 0; i < 5; i += 1) await s.settled()
  assert.equal(await given('member'), '')
  await directory.setEnabled(ann.id, { enabled: true, by })
  for (let i = 0; i < 5; i += 1) await s.settled()
  assert.equal(await given('member'), 'ann')
})

test('who was made a member by hand stays one, and who was more stays that', async (t) => {
  const { s, follow, change, given } = await followed(t, 'ann/phone', 'bo/desk')
  const items = `<item affiliation='member' jid='ann@localhost'/><item affiliation='admin' jid='bo@localhost'/>`
  await s.set('boss/desk', admin(items), room)
  await change('sales', ['ann', 'bo', 'boss'])
  await change('leads', ['ann'])
  await follow(member('sales'), admins('leads'))
  assert.deepEqual([await given('admin'), await given('owner')], ['ann bo', 'boss'])
  await change('leads', [], ['ann'])
  await change('sales', [], ['ann', 'bo', 'boss'])
  assert.deepEqual(
    [await given('member'), await given('admin'), await given('owner')],
    ['ann', 'bo', 'boss'],
  )
})

test('what a group gives is not taken by hand, but by a ban, which counts before all', async (t) => {
  const { s, follow, change, given } = await followed(t, 'ann/phone')
  const give = async (affiliation: string): Promise<unknown> =>
    await s.set(
      'boss/desk',
      admin(`<item affiliation='${affiliation}' jid='ann@localhost'/>`),
      room,
    )
  await follow(member('sales'))
  await change('sales', ['ann'])
  assert.equal(await give('none'), 'not-allowed')
  assert.equal(await given('member'), 'ann')
  assert.equal(await give('outcast'), null)
  await change('sales', [], ['ann'])
  await change('sales', ['ann'])
  assert.deepEqual([await given('member'), await given('outcast')], ['', 'ann'])
  assert.equal(await give('none'), null)
  assert.equal(await given('member'), 'ann')
  // By hand from here on, and no more.
  assert.equal(await give('member'), null)
  await change('sales', [], ['ann'])
  assert.equal(await given('member'), 'ann')
  assert.equal(await give('none'), null)
  assert.equal(await given('member'), '')
})

test('what is by hand below a group may change, and comes to light when the group goes', async (t) => {
  const { s, follow, change, given } = await followed(t, 'ann/phone')
  await s.set('boss/desk', admin(`<item affiliation='member' jid='ann@localhost'/>`), room)
  await follow(member('sales'))
  await change('sales', ['ann'])
  assert.equal(
    await s.set('boss/desk', admin(`<item affiliation='none' jid='ann@localhost'/>`), room),
    null,
  )
  assert.equal(await given('member'), 'ann')
  await change('sales', [], ['ann'])
  assert.equal(await given('member'), '')
})

test('who is in two groups keeps what the other one gives', async (t) => {
  const { s, follow, change, given } = await followed(t, 'ann/phone')
  await follow(member('sales'), member('north'))
  await change('sales', ['ann'])
  await change('north', ['ann'])
  const acts = kinds(s).filter((kind) => kind === 'room.affiliation').length
  assert.equal(acts, 1)
  await change('sales', [], ['ann'])
  assert.equal(await given('member'), 'ann')
  assert.match(s.record.entries.at(-1)?.content ?? '', /"through":\{"group":"north"/)
})

test('what a group act has begun and the room was not told is done at the next start, and once', async (t) => {
  const { s, follow, change, given, directory } = await followed(t, 'ann/phone', 'bo/desk')
  await change('sales', ['ann'])
  await follow(member('sales'))
  // The group's act goes through, and nothing after it.
  directory.onAct(() => s.record.refuse({ reason: 'space', text: 'The disk is full.' }))
  await change('sales', ['bo'], ['ann'])
  assert.equal(await given('member'), 'ann')
  s.record.refuse(null)
  await s.restart('boss/desk')
  assert.equal(await given('member'), 'bo')
  const count = kinds(s).length
  await s.restart('boss/desk')
  assert.equal(kinds(s).length, count)
})

test('what could not be put on record is done as soon as it can be', async (t) => {
  const { s, follow, change, given, directory } = await followed(t, 'ann/phone')
  await follow(member('sales'))
  directory.onAct(() => s.record.refuse({ reason: 'space', text: 'The disk is full.' }))
  await change('sales', ['ann'])
  assert.equal(await given('member'), '')
  s.record.refuse(null)
  s.time.pass(5_000)
  for (let i = 0; i < 5; i += 1) await s.settled()
  assert.equal(await given('member'), 'ann')
})

test('who becomes a member by a group has the room among his bookmarks, and no more when he leaves', async (t) => {
  const { s, follow, change } = await followed(t, 'ann/phone')
  const bookmarks = async (): Promise<string> =>
    asXml(
      await s.get(
        'ann/phone',
        `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='${NS_BOOKMARKS}'/></pubsub>`,
      ),
    )
  await follow(member('sales'))
  await change('sales', ['ann'])
  assert.match(
    await bookmarks(),
    /<item id='tea@conference.localhost'><conference [^>]*autojoin='true'/,
  )
  // No invitation beside it.
  assert.deepEqual(
    s.got('ann/phone').filter(({ name }) => name === 'message'),
    [],
  )
  await change('sales', [], ['ann'])
  assert.doesNotMatch(await bookmarks(), /<conference/)
})

test('a bookmark that somebody has made himself stays as it is, in a room where he may still come in', async (t) => {
  const { s, follow, change } = await followed(t, 'ann/phone')
  const pubsub = `http://jabber.org/protocol/pubsub`
  const own = `<conference xmlns='${NS_BOOKMARKS}' autojoin='false'><nick>Anna</nick></conference>`
  const publish = `<publish node='${NS_BOOKMARKS}'><item id='${room}'>${own}</item></publish>`
  await s.set('ann/phone', `<pubsub xmlns='${pubsub}'>${publish}</pubsub>`)
  await configure(s, 'boss/desk', { 'muc#roomconfig_membersonly': '0' })
  await follow(member('sales'))
  await change('sales', ['ann'])
  await change('sales', [], ['ann'])
  const items = `<pubsub xmlns='${pubsub}'><items node='${NS_BOOKMARKS}'/></pubsub>`
  assert.match(asXml(await s.get('ann/phone', items)), /<nick>Anna<\/nick>/)
})

test('a guest is given nothing by a group', async (t) => {
  const { s, follow, change, given, directory, add } = await followed(t)
  await add('gil', 'guest')
  await change('sales', ['gil'])
  await follow(member('sales'))
  assert.equal(await given('member'), '')
  await directory.setRole(s.person('gil').id, 'member', by)
  for (let i = 0; i < 5; i += 1) await s.settled()
  assert.equal(await given('member'), 'gil')
})

test('what was said before somebody became a member is not his to read, nor what is said after', async (t) => {
  const { s, follow, change } = await followed(t, 'ann/phone')
  await follow(member('sales'))
  await say(s, 'boss/desk', 'before')
  await change('sales', ['ann'])
  await say(s, 'boss/desk', 'while')
  await s.get('ann/phone', `<query xmlns='urn:xmpp:mam:2'/>`, room)
  await s.set('ann/phone', `<query xmlns='urn:xmpp:mam:2'/>`, room)
  const read = s.got('ann/phone').map(asXml).join('')
  assert.match(read, /while/)
  assert.doesNotMatch(read, /before/)
  await change('sales', [], ['ann'])
  assert.equal(await s.set('ann/phone', `<query xmlns='urn:xmpp:mam:2'/>`, room), 'forbidden')
})

test('a group of 5,000 is taken in steps, between which others have their turn', async () => {
  const names = Array.from({ length: 5_000 }, (_one, i) => `u${i}`)
  const { directory } = fakePeople(['ann', ...names])
  const everybody = new Set(names.map((name) => personId(hash('md5', `${name}@localhost`))))
  const rooms = new Map<PersonId, readonly RoomGroup[]>()
  const acted: ((act: Act) => void)[] = []
  const time = fakeTime()
  const given: Directory = {
    ...directory,
    groupsOf: (person) => (everybody.has(person) ? ['all'] : []),
    groups: { ...directory.groups, everybodyIn: () => everybody },
    following: { ...directory.following, rooms },
    onAct: (listener) => acted.push(listener),
  }
  const s = new Scene([], { directory: given, record: fakeRecord(() => time.now()), time })
  s.connect('ann/phone')
  await s.online('ann/phone')
  await join(s, 'ann/phone', 'Ann')
  await instant(s, 'ann/phone')
  const id = roomId(s)
  rooms.set(id, [member('all')])
  for (const listener of acted) listener({ kind: 'follow.room', room: id, groups: [] })
  await say(s, 'ann/phone', 'meanwhile')
  for (let i = 0; i < 20; i += 1) await s.settled()
  const after = kinds(s).slice(kinds(s).indexOf('room.affiliation'))
  assert.equal(after.filter((kind) => kind === 'room.affiliation').length, 20)
  assert.ok(after.indexOf('message') < 10, `${after.indexOf('message')}`)
})
