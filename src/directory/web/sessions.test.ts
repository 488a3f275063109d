import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { memorySessions } from '../../../test/fakes/session-state.ts'
import { type DirectoryScene, directoryScene } from '../../../test/support/api-directory.ts'
import { silentLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type Directory, type PersonId } from '../ports.ts'
import { openSessions, type Sessions } from './sessions.ts'

const by = { commandLine: true } as const
const dayMs = 86_400_000

async function setUp(
  t: TestContext,
): Promise<
  DirectoryScene & { readonly sessions: Sessions; readonly next: () => Promise<Sessions> }
> {
  const scene = await directoryScene(t)
  const state = memorySessions()
  const next = async (): Promise<Sessions> =>
    await openSessions({
      state,
      directory: scene.directory,
      clock: scene.time,
      random: systemRandom(),
      log: silentLog,
      idleMs: 14 * dayMs,
    })
  return { ...scene, sessions: await next(), next }
}

test('a session is found by its secret, here and after a start, and by nothing else', async (t) => {
  const { sessions, add, next } = await setUp(t)
  const ann = await add('ann')
  const { session, secret } = await sessions.start(ann.id, 'a browser')
  for (const one of [sessions, await next()]) {
    assert.deepEqual(one.find(secret.reveal()), session)
    assert.equal(one.find(session.id), null)
    assert.equal(one.find(''), null)
  }
})

const ends: readonly (readonly [string, (directory: Directory, id: PersonId) => Promise<void>])[] =
  [
    [
      'is disabled',
      async (directory, id) => await directory.setEnabled(id, { enabled: false, by }),
    ],
    ['is removed', async (directory, id) => await directory.remove(id, by)],
    [
      'gets a new password',
      async (directory, id) => await directory.setPassword(id, new Secret('new'), by),
    ],
  ]

for (const [what, end] of ends)
  test(`who ${what} is signed in no more, here and after a start`, async (t) => {
    const scene = await setUp(t)
    const ann = await scene.add('ann')
    const { secret } = await scene.sessions.start(ann.id, '')
    await end(scene.directory, ann.id)
    assert.equal(scene.sessions.find(secret.reveal()), null)
    assert.equal((await scene.next()).find(secret.reveal()), null)
    assert.deepEqual(scene.sessions.list(ann.id), [])
  })

test('it ends when it is not used for so long, and after 90 days however much it is used', async (t) => {
  const { sessions, time, add } = await setUp(t)
  const ann = await add('ann')
  const [idle, used] = [await sessions.start(ann.id, ''), await sessions.start(ann.id, '')]
  for (let day = 1; day < 90; day++) {
    time.pass(dayMs)
    assert.notEqual(sessions.find(used.secret.reveal()), null, `day ${day}`)
    if (day === 14) assert.equal(sessions.find(idle.secret.reveal()), null)
  }
  time.pass(dayMs)
  assert.equal(sessions.find(used.secret.reveal()), null)
})

test('one ends another of his, and nobody ends somebody else’s', async (t) => {
  const { sessions, add } = await setUp(t)
  const [ann, ben] = [await add('ann'), await add('ben')]
  const { session, secret } = await sessions.start(ann.id, '')
  const ended: string[] = []
  sessions.onEnded((id) => ended.push(id))
  assert.equal(await sessions.end(ben.id, session.id), false)
  assert.notEqual(sessions.find(secret.reveal()), null)
  assert.equal(await sessions.end(ann.id, session.id), true)
  assert.equal(sessions.find(secret.reveal()), null)
  assert.deepEqual(ended, [session.id])
})

test('of more than 50 of one person the one that was not seen for longest goes', async (t) => {
  const { sessions, time, add } = await setUp(t)
  const ann = await add('ann')
  const first = await sessions.start(ann.id, '')
  for (let i = 0; i < 49; i++) {
    time.pass(1)
    await sessions.start(ann.id, '')
  }
  assert.notEqual(sessions.find(first.secret.reveal()), null)
  time.pass(1)
  await sessions.start(ann.id, '')
  assert.equal(sessions.find(first.secret.reveal()), null)
  assert.equal(sessions.list(ann.id).length, 50)
})
