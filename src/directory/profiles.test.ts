import { memoryAccess } from '../../test/fakes/access-state.ts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { person } from '../../test/fakes/new-record.ts'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { freshState } from '../../test/fakes/state.ts'
import { systemClock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { openDirectory } from './open.ts'
import { type Directory, type PersonId } from './ports.ts'
import { type ProfileChange } from './types.ts'

const by = { commandLine: true } as const
const png = { type: 'image/png', bytes: Buffer.from('89504e470d0a1a0a00', 'hex') } as const

test('what is said of a person is kept, and only what differs is on record', async (t) => {
  const { directory, ann, record, reopen } = await setUp(t)
  await directory.setProfile(ann, { set: { name: 'Ann', job: 'Trader' }, photo: png }, by)
  const { size } = record
  await directory.setProfile(ann, { set: { name: 'Ann', job: 'Trader' }, photo: png }, by)
  assert.equal(record.size, size)
  await directory.setProfile(ann, { set: { name: 'Ann', job: 'Head', mail: 'a@b.example' } }, by)
  const said = JSON.parse(record.entries.at(-1)?.content ?? '')
  assert.deepEqual(said.set, { job: 'Head', mail: 'a@b.example' })
  for (const one of [directory, await reopen()]) {
    const details = one.detailsOf(ann)
    assert.equal(details?.profile.job, 'Head')
    assert.deepEqual(await one.photoOf(ann), png)
  }
  await directory.setProfile(ann, { set: { job: null }, photo: null }, by)
  assert.equal((await reopen()).detailsOf(ann)?.profile.job, null)
  assert.equal(await directory.photoOf(ann), null)
})

for (const [what, change] of [
  ['an empty name', { set: { name: '' } }],
  ['a name of blanks', { set: { given: '  ' } }],
  ['a long one', { set: { family: 'x'.repeat(201) } }],
  ['one with a line feed', { set: { unit: 'a\nb' } }],
  ['one that turns the direction of what follows', { set: { name: 'a\u202eb' } }],
  ['half a character', { set: { name: '\ud800' } }],
  ['a mail address that is none', { set: { mail: 'ann' } }],
  ['somebody else’s id as manager', { set: { manager: person(99) } }],
  ['a photo that is a script', { set: {}, photo: { ...png, bytes: Buffer.from('<svg/>') } }],
  ['a photo of another type than it says', { set: {}, photo: { ...png, type: 'image/jpeg' } }],
  [
    'a photo that is too large',
    { set: {}, photo: { ...png, bytes: Buffer.concat([png.bytes, Buffer.alloc(98_304)]) } },
  ],
] as const satisfies readonly (readonly [string, ProfileChange])[])
  test(`${what} is refused, and nothing is recorded`, async (t) => {
    const { directory, ann, record } = await setUp(t)
    const { size } = record
    await assert.rejects(directory.setProfile(ann, change, by), OperatorError)
    assert.equal(record.size, size)
  })

test('nobody is his own manager', async (t) => {
  const { directory, ann } = await setUp(t)
  await assert.rejects(directory.setProfile(ann, { set: { manager: ann } }, by), /own manager/)
})

test('who has left signs in no more, keeps what is known of him, and comes back when he is enabled', async (t) => {
  const { directory, ann, reopen } = await setUp(t)
  const revoked: PersonId[] = []
  directory.onRevoked((id) => revoked.push(id))
  await directory.setProfile(ann, { set: { name: 'Ann' } }, by)
  await directory.setGroups(ann, ['traders'], by)
  await directory.leave(ann, by)
  await directory.leave(ann, by)
  assert.deepEqual(revoked, [ann])
  const again = await reopen()
  assert.equal(again.get(ann)?.enabled, false)
  assert.equal(again.detailsOf(ann)?.state, 'left')
  assert.equal(again.detailsOf(ann)?.profile.name, 'Ann')
  assert.deepEqual(again.groupsOf(ann), ['traders'])
  assert.equal(await again.checkPassword('ann@example.org', new Secret('pw')), null)
  await again.setEnabled(ann, { enabled: true, by })
  assert.equal((await reopen()).detailsOf(ann)?.state, 'active')
  assert.notEqual(await again.checkPassword('ann@example.org', new Secret('pw')), null)
})

test('of who is removed the state keeps nothing that was said of him', async (t) => {
  const { directory, ann, reopen, state } = await setUp(t)
  await directory.setProfile(ann, { set: { name: 'Ann' }, photo: png }, by)
  await directory.remove(ann, by)
  assert.equal(directory.detailsOf(ann), null)
  assert.equal(await state.photo(ann), null)
  assert.equal((await reopen()).get(ann), null)
})

async function setUp(t: TestContext): Promise<{
  readonly directory: Directory
  readonly ann: PersonId
  readonly record: FakeRecord
  readonly state: Awaited<ReturnType<typeof freshState>>
  readonly reopen: () => Promise<Directory>
}> {
  const state = await freshState(t)
  const record = fakeRecord()
  const reopen = async (): Promise<Directory> =>
    await openDirectory({
      access: memoryAccess(),
      state,
      record,
      domain: 'example.org',
      parseAddress: parseJid,
      invitations: { mode: 'administrators', days: 7 },
      clock: systemClock,
      elsewhere: null,
      scramIterations: 10, // so that the tests are quick
      webCost: { memory: 8, passes: 1 },
      opening: { ownPassword: 'unless-factor', secondFactor: 'optional' },
      random: systemRandom(),
      log: silentLog,
    })
  const directory = await reopen()
  const password = new Secret('pw')
  const { id } = await directory.add({ address: 'ann@example.org', password, role: 'member', by })
  return { directory, ann: id, record, state, reopen }
}
