import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminScene } from '../../../test/support/admin-scene.ts'
import { type Scene } from '../../../test/support/scene.ts'

/** Bodies of what the server has said to a device. */
function heard(s: Scene, name: string): string[] {
  return s
    .inbox(name)
    .filter((body) => body !== '')
    .toSorted()
}

test('an announcement reaches those who are signed in, on record before, and who gave it is, too', async (t) => {
  const { scene, run, add } = await adminScene(t, 'ann/phone', 'ben/web')
  await add('cy')
  const before = scene.record.entries.length
  const done = await run('boss/desk', 'announce', {
    announcement: ['Down in 2 minutes.', 'Sorry!'],
  })
  assert.deepEqual([done.status, done.notes], ['completed', ['Told 3 people.']])
  assert.deepEqual(heard(scene, 'ann/phone'), ['Down in 2 minutes.\nSorry!'])
  assert.deepEqual(heard(scene, 'ben/web'), ['Down in 2 minutes.\nSorry!'])
  const kinds = scene.record.entries.slice(before).map(({ kind }) => kind)
  assert.deepEqual(kinds.slice(0, 4), ['notice.announce', 'message', 'message', 'message'])
  assert.equal(scene.record.entries[before]?.sender, scene.person('boss').id)
  await scene.arrive('cy/phone')
  assert.deepEqual(heard(scene, 'cy/phone'), [])
  assert.equal((await run('boss/desk', 'announce', {})).status, 'bad-request/bad-payload')
})

test('nobody hears an announcement that cannot be put on record', async (t) => {
  const { scene, run } = await adminScene(t, 'ann/phone')
  scene.record.refuse({ reason: 'space', text: 'The disk is full.' })
  const refused = await run('boss/desk', 'announce', { announcement: 'Hello.' })
  assert.equal(refused.status, 'resource-constraint')
  assert.deepEqual(heard(scene, 'ann/phone'), [])
})

test('the message of the day reaches everybody once, also after a restart', async (t) => {
  const { scene, run, add } = await adminScene(t, 'ann/phone')
  await add('ben')
  await add('cy')
  await run('boss/desk', 'set-motd', { motd: ['Tonight:', 'the Globe.'] })
  assert.deepEqual(heard(scene, 'ann/phone'), ['Tonight:\nthe Globe.'])
  await scene.arrive('ben/web')
  assert.deepEqual(heard(scene, 'ben/web'), ['Tonight:\nthe Globe.'])
  await scene.arrive('ben/desk')
  assert.deepEqual(heard(scene, 'ben/desk'), [])
  await scene.router.close()
  await scene.restart()
  for (const name of ['ann/phone', 'ben/web', 'cy/phone']) await scene.arrive(name)
  assert.deepEqual(heard(scene, 'ann/phone'), [])
  assert.deepEqual(heard(scene, 'ben/web'), [])
  assert.deepEqual(heard(scene, 'cy/phone'), ['Tonight:\nthe Globe.'])
})

test('a corrected message of the day is for those who were not told, and a deleted one for nobody', async (t) => {
  const { scene, begin, run, add } = await adminScene(t, 'ann/phone')
  for (const name of ['ben', 'cy']) await add(name)
  await run('boss/desk', 'set-motd', { motd: 'The Globe Stuff' })
  const shown = await begin('boss/desk', 'edit-motd')
  assert.deepEqual(shown.values.get('motd'), ['The Globe Stuff'])
  assert.equal(
    (await run('boss/desk', 'edit-motd', { motd: 'The Globe Staff' })).status,
    'completed',
  )
  assert.deepEqual(heard(scene, 'ann/phone'), ['The Globe Stuff'])
  await scene.router.close()
  await scene.restart('boss/desk')
  await scene.arrive('ben/web')
  assert.deepEqual(heard(scene, 'ben/web'), ['The Globe Staff'])
  assert.equal((await begin('boss/desk', 'delete-motd')).status, 'completed')
  await scene.arrive('cy/web')
  assert.deepEqual(heard(scene, 'cy/web'), [])
  assert.deepEqual((await begin('boss/desk', 'edit-motd')).values.get('motd'), [])
})

test('who is added after the welcome was set is welcomed once, and nobody else', async (t) => {
  const { scene, begin, run, add } = await adminScene(t, 'ann/phone')
  await add('ben')
  await run('boss/desk', 'set-welcome', { welcome: 'Welcome to Shakespeare.lit' })
  await add('cy')
  assert.deepEqual((await begin('boss/desk', 'set-welcome')).values.get('welcome'), [
    'Welcome to Shakespeare.lit',
  ])
  await run('boss/desk', 'set-welcome', { welcome: 'Welcome!' })
  for (const name of ['ben/web', 'cy/web', 'cy/phone']) await scene.arrive(name)
  assert.deepEqual(heard(scene, 'ben/web'), [])
  assert.deepEqual(heard(scene, 'cy/web'), ['Welcome!'])
  assert.deepEqual(heard(scene, 'cy/phone'), [])
  await scene.router.close()
  await scene.restart('boss/desk')
  await scene.arrive('cy/web')
  assert.deepEqual(heard(scene, 'cy/web'), [])
  await begin('boss/desk', 'delete-welcome')
  await add('dan')
  await scene.arrive('dan/web')
  assert.deepEqual(heard(scene, 'dan/web'), [])
})

test('a message of the day that could not be put on record when somebody came is said the next time', async (t) => {
  const { scene, run, add } = await adminScene(t)
  await add('ben')
  await run('boss/desk', 'set-motd', { motd: 'Hello.' })
  scene.record.refuse({ reason: 'space', text: 'The disk is full.' })
  await scene.arrive('ben/web')
  assert.deepEqual(heard(scene, 'ben/web'), [])
  scene.record.refuse(null)
  await scene.arrive('ben/desk')
  assert.deepEqual(heard(scene, 'ben/desk'), ['Hello.'])
})
