// Groups as things of their own, nested and dated.
import { memoryAccess } from '../../test/fakes/access-state.ts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { freshState } from '../../test/fakes/state.ts'
import { newRecord } from '../../test/fakes/new-record.ts'
import { systemClock } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import { compileSchedule } from '../record/retention/schedule.ts'
import { afterAct, nothingMade } from '../record/retention/standing.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { openDirectory } from './open.ts'
import { type Directory, type PersonId } from './ports.ts'
import { type Members } from './types.ts'

const by = { commandLine: true } as const
const nobody: Members = { persons: [], groups: [] }

test('who is in a group that is nested in another is in both, and in order', async (t) => {
  const { directory, ann } = await company(t)
  assert.deepEqual(directory.groupsOf(ann), ['bank', 'desk', 'traders'])
  assert.deepEqual(directory.groups.directOf(ann), ['traders'])
  assert.deepEqual(directory.groups.membersOf('desk'), { persons: [], groups: ['traders'] })
})

test('a retention rule that names the outer group counts who is in the inner one', async (t) => {
  const { directory, ann } = await company(t)
  const kept = { name: 'six', keep: { count: 6, unit: 'years' }, after: 'creation' } as const
  let standing = afterAct(
    nothingMade,
    { kind: 'retention.class', class: { ...kept, locked: false, authority: '' } },
    1,
  )
  const rules = [{ name: 'of the bank', class: 'six', when: { groups: ['bank'] } }]
  standing = afterAct(standing, { kind: 'retention.rules', rules }, 2)
  const groups = {
    of: (id: PersonId) => directory.groupsOf(id),
    get version() {
      return directory.groupsVersion
    },
  }
  const schedule = compileSchedule(standing, groups)
  const record = newRecord({ sender: ann, members: [ann] })
  assert.equal(schedule.classOf(record, null).class, 'six')
  await directory.groups.change('bank', { added: nobody, removed: nested('desk') }, by)
  assert.equal(schedule.classOf(record, null).class, 'default')
})

test('which groups somebody was in on a day, and at a position, has an answer from the state', async (t) => {
  const { directory, ann, tick, record, reopen } = await company(t)
  const before = { at: tick(), position: record.size - 1 }
  tick()
  await directory.groups.change('desk', { added: nobody, removed: nested('traders') }, by)
  const between = { at: tick(), position: record.size - 1 }
  tick()
  await directory.setGroups(ann, ['sales'], by)
  const after = { at: tick(), position: record.size - 1 }
  for (const directoryNow of [directory, await reopen()]) {
    const { groups } = directoryNow
    for (const name of ['at', 'position'] as const) {
      const at = (moment: typeof before): { at: number } | { position: number } =>
        name === 'at' ? { at: moment.at } : { position: moment.position }
      assert.deepEqual(await groups.groupsAt(ann, at(before)), ['bank', 'desk', 'traders'])
      assert.deepEqual(await groups.groupsAt(ann, at(between)), ['traders'])
      assert.deepEqual(await groups.groupsAt(ann, at(after)), ['sales'])
      assert.deepEqual((await groups.membersAt('bank', at(before))).all, [ann])
      assert.deepEqual((await groups.membersAt('bank', at(after))).all, [])
    }
    assert.deepEqual(await groups.groupsAt(ann, { position: -1 }), [])
  }
})

test('what was in a group before it was removed, and who was removed himself, is known still', async (t) => {
  const { directory, ann, record } = await company(t)
  const then = { position: record.size - 1 }
  await directory.groups.remove('desk', by)
  assert.deepEqual(directory.groupsOf(ann), ['traders'])
  await directory.groups.put({ id: 'desk', name: 'Another desk' }, by)
  assert.deepEqual(directory.groups.membersOf('desk'), nobody)
  await directory.remove(ann, by)
  assert.deepEqual(await directory.groups.groupsAt(ann, then), ['bank', 'desk', 'traders'])
  assert.deepEqual((await directory.groups.membersAt('bank', then)).all, [ann])
  assert.deepEqual(directory.groups.membersOf('traders'), nobody)
})

test('a circle is refused, however long it is, and nothing is recorded', async (t) => {
  const { directory, record } = await company(t)
  const { size } = record
  for (const [group, inner] of [
    ['traders', 'bank'],
    ['traders', 'traders'],
    ['desk', 'bank'],
  ] as const)
    await assert.rejects(
      directory.groups.change(group, { added: nested(inner), removed: nobody }, by),
      code('group.circle'),
    )
  assert.equal(record.size, size)
})

test('two who nest two groups in each other at the same time: one of them is refused', async (t) => {
  const { directory } = await company(t)
  for (const id of ['left', 'right']) await directory.groups.put({ id, name: id }, by)
  const both = await Promise.allSettled([
    directory.groups.change('left', { added: nested('right'), removed: nobody }, by),
    directory.groups.change('right', { added: nested('left'), removed: nobody }, by),
  ])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
})

test('what changes nothing is no act, and what is not there is refused', async (t) => {
  const { directory, ann, record } = await company(t)
  const { size } = record
  const again = { added: { persons: [ann], groups: [] }, removed: nested('bank') }
  await directory.groups.change('traders', again, by)
  await directory.groups.put({ id: 'bank', name: 'The bank' }, by)
  await directory.setGroups(ann, ['traders'], by)
  assert.equal(record.size, size)
  const added = { persons: [], groups: ['nowhere'] }
  for (const refused of [
    async () => await directory.groups.change('bank', { added, removed: nobody }, by),
    async () => await directory.groups.change('nowhere', { added: nobody, removed: nobody }, by),
    async () => await directory.groups.remove('nowhere', by),
  ])
    await assert.rejects(refused(), code('group.unknown'))
  await assert.rejects(directory.groups.put({ id: 'No!', name: 'x' }, by))
  await assert.rejects(directory.groups.put({ id: 'x', name: 'line\nline' }, by))
  assert.equal(record.size, size)
})

test('a group that is kept elsewhere is changed from there alone', async (t) => {
  const { directory, ann } = await company(t)
  const { groups } = directory
  const sync = { sync: 'ldap' } as const
  await groups.put({ id: 'all', name: 'All', source: { kind: 'ldap', id: '1' } }, sync)
  const change = { added: { persons: [ann], groups: [] }, removed: nobody }
  await assert.rejects(groups.change('all', change, by), code('group.elsewhere'))
  await assert.rejects(groups.remove('all', by), code('group.elsewhere'))
  await assert.rejects(groups.put({ id: 'all', name: 'Mine' }, by), code('group.elsewhere'))
  await assert.rejects(directory.setGroups(ann, ['all'], by), code('group.elsewhere'))
  await assert.rejects(groups.change('bank', change, sync), code('group.elsewhere'))
  await groups.change('all', change, sync)
  await directory.setGroups(ann, ['sales'], by)
  assert.deepEqual(directory.groupsOf(ann), ['all', 'sales'])
})

test('groups that were kept without dates get them from the record at the next start', async (t) => {
  const { directory, ann, record, reopen, state } = await company(t)
  const groups = directory.groups.list()
  const then = { position: record.size - 1 }
  await directory.setGroups(ann, [], by)
  await state.forgetGroups()
  const again = await reopen()
  assert.deepEqual(again.groups.list(), groups)
  assert.deepEqual(again.groupsOf(ann), [])
  assert.deepEqual(await again.groups.groupsAt(ann, then), ['bank', 'desk', 'traders'])
  assert.equal(again.find('ann@example.org')?.id, ann)
})

function nested(...groups: string[]): Members {
  return { persons: [], groups }
}

function code(wanted: string): (error: unknown) => boolean {
  return (error) => error instanceof OperatorError && error.code === wanted
}

/** Ann is a trader; traders are of the desk, and that of the bank. */
async function company(t: TestContext): Promise<{
  readonly directory: Directory
  readonly ann: PersonId
  readonly record: FakeRecord
  readonly state: Awaited<ReturnType<typeof freshState>>
  readonly reopen: () => Promise<Directory>
  /** @returns the time then; what comes is later */
  readonly tick: () => number
}> {
  let now = 1_000
  const state = await freshState(t)
  const record = fakeRecord(() => now)
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
  const address = 'ann@example.org'
  const given = { address, password: new Secret('pw'), role: 'member', by } as const
  const { id: ann } = await directory.add(given)
  await directory.setGroups(ann, ['traders'], by)
  for (const id of ['desk', 'bank']) await directory.groups.put({ id, name: `The ${id}` }, by)
  await directory.groups.change('desk', { added: nested('traders'), removed: nobody }, by)
  await directory.groups.change('bank', { added: nested('desk'), removed: nobody }, by)
  return { directory, ann, record, state, reopen, tick: () => now++ }
}
