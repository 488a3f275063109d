import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryAccess } from '../../../test/fakes/access-state.ts'
import { accessStateConformance } from '../../../test/conformance/access-state.ts'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { type PersonId } from '../ports.ts'
import { noLimits } from './grants.ts'
import { may, opensNothing, rightOf } from './rights.ts'
import { type Grant } from './types.ts'

const dayMs = 86_400_000

accessStateConformance('in memory', async () => {
  const state = memoryAccess()
  return await Promise.resolve(async () => await Promise.resolve(state))
})

function wanted(
  { time }: Pick<DirectoryScene, 'time'>,
  person: PersonId,
  changes: Partial<Grant> = {},
): Omit<Grant, 'id'> {
  const from = time.now()
  const reason = 'holidays'
  return {
    person,
    role: 'officer',
    limits: noLimits,
    of: null,
    from,
    until: null,
    reason,
    ...changes,
  }
}

test('a grant is on record before it counts, and counts for its time', async (t) => {
  const scene = await directoryScene(t)
  const { directory, record, time, add, reopen } = scene
  const { grants } = directory.access
  const [ann, boss] = [await add('ann'), await add('boss', 'administrator')]
  const until = time.now() + 3 * dayMs
  const from = time.now() + dayMs
  const { id } = await grants.make(wanted(scene, ann.id, { from, until }), [boss.id])
  const act = record.entries.at(-1)
  assert.deepEqual([act?.kind, act?.sender], ['grant.make', boss.id])
  const isOfficer = (): boolean => may(directory.get(ann.id), 'content.search', directory)
  assert.equal(isOfficer(), false, 'it has not begun')
  assert.equal(
    opensNothing(ann, directory),
    false,
    'who will open something is no plain member now',
  )
  time.pass(dayMs)
  assert.equal(isOfficer(), true)
  const again = await reopen()
  assert.deepEqual(again.access.grants.list(), grants.list())
  await directory.setEnabled(ann.id, { enabled: false, by: { commandLine: true } })
  assert.equal(isOfficer(), false, 'nobody may who may not sign in')
  await directory.setEnabled(ann.id, { enabled: true, by: { commandLine: true } })
  time.pass(2 * dayMs)
  assert.equal(isOfficer(), false, 'it has ended')
  await grants.revoke(id, 'over', [])
  assert.equal(record.entries.at(-1)?.kind, 'grant.revoke')
  assert.equal(opensNothing(ann, directory), true)
  await assert.rejects(grants.revoke(id, 'over', []), { code: 'grants.unknown' })
})

test('one that the record does not take is none', async (t) => {
  const scene = await directoryScene(t)
  const ann = await scene.add('ann')
  scene.record.refuse({ reason: 'space', text: 'the disk is full' })
  const { grants } = scene.directory.access
  await assert.rejects(grants.make(wanted(scene, ann.id), []), { code: 'access.record-refused' })
  assert.deepEqual(grants.list(), [])
})

test('what is limited is no right to everything, and what is not is', async (t) => {
  const scene = await directoryScene(t)
  const { directory, add } = scene
  const ann = await add('ann')
  const { grants } = directory.access
  const limits = { groups: ['sales'], matters: [], rooms: [] }
  const { id } = await grants.make(wanted(scene, ann.id, { limits }), [])
  const right = rightOf(directory.get(ann.id), 'content.search', directory)
  assert.deepEqual(
    right?.limited?.map((one) => one.id),
    [id],
  )
  await grants.make(wanted(scene, ann.id), [])
  const wider = rightOf(directory.get(ann.id), 'content.search', directory)
  assert.deepEqual(wider, { limited: null })
})

test('nobody grants himself, nobody who is not there gets anything, and each has a reason and an order of dates', async (t) => {
  const scene = await directoryScene(t)
  const { directory, add, time } = scene
  const { grants } = directory.access
  const [ann, ben] = [await add('ann'), await add('ben')]
  await directory.setEnabled(ben.id, { enabled: false, by: { commandLine: true } })
  const refused: readonly [Omit<Grant, 'id'>, PersonId[], string][] = [
    [wanted(scene, ann.id), [ann.id], 'grants.own'],
    [wanted(scene, ann.id), [ben.id, ann.id], 'grants.own'],
    [wanted(scene, ben.id), [], 'grants.no-person'],
    [wanted(scene, ann.id, { reason: ' ' }), [], 'grants.reason'],
    [wanted(scene, ann.id, { until: time.now() }), [], 'grants.dates'],
    [wanted(scene, ann.id, { role: 'member' }), [], 'grants.role'],
    [wanted(scene, ann.id, { role: 'successor', until: time.now() + 1 }), [], 'grants.role'],
    [wanted(scene, ann.id, { role: 'examiner' }), [], 'grants.dates'],
    [wanted(scene, ann.id, { limits: { ...noLimits, groups: [''] } }), [], 'grants.limits'],
  ]
  for (const [grant, by, code] of refused) await assert.rejects(grants.make(grant, by), { code })
  assert.deepEqual(grants.list(), [])
  for (let i = 0; i < 50; i++) await grants.make(wanted(scene, ann.id), [])
  await assert.rejects(grants.make(wanted(scene, ann.id), []), { code: 'grants.too-many' })
})
