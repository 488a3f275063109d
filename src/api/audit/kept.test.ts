// What is kept about oneself, and from where people connect: who sees which of it.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fakeAudit } from '../../../test/fakes/audit.ts'
import { type DirectoryScene, directoryScene } from '../../../test/support/api-directory.ts'
import { httpScene, type HttpScene } from '../../../test/support/api-http.ts'
import { connectionsAnswer, keptAnswer } from '../contract/audit.ts'

type Scene = DirectoryScene & HttpScene

async function setUp(t: TestContext): Promise<Scene> {
  const people = await directoryScene(t)
  const { directory, record, time } = people
  const audit = fakeAudit({ ...people, clock: time, timer: time })
  const changes = { directory, record, audit, now: () => time.now(), domain: 'example.org' }
  return { ...people, ...(await httpScene(t, changes)) }
}

test('a person sees what is kept about himself, and nobody else with his role does', async (t) => {
  const scene = await setUp(t)
  const [ann, ben] = [await scene.add('ann'), await scene.add('ben')]
  await scene.directory.setGroups(ann.id, ['desk'], { commandLine: true })
  const headers = await scene.signIn(ann.id)
  const { body } = await scene.ask({ method: 'GET', path: '/v1/self/kept', headers })
  const kept = keptAnswer.parse(body)
  assert.deepEqual([kept.person, kept.groups], ['ann@example.org', ['desk']])
  assert.deepEqual(
    kept.classes.map(({ name, keep }) => [name, keep]),
    [
      ['default', 'permanent'],
      ['acts', 'permanent'],
    ],
  )
  assert.deepEqual([kept.connectionDays, kept.looksShownAfter, kept.sessions.length], [30, 1, 1])
  const path = '/v1/people/ann@example.org/kept'
  const others = await scene.signIn(ben.id)
  assert.equal((await scene.ask({ method: 'GET', path, headers: others })).status, 403)
  const polly = await scene.add('polly', 'privacy')
  const privacy = await scene.signIn(polly.id)
  assert.equal((await scene.ask({ method: 'GET', path, headers: privacy })).status, 200)
})

test('from where somebody connects is for the role security, by a purpose, and each look is on record', async (t) => {
  const scene = await setUp(t)
  const ann = await scene.add('ann')
  const sven = await scene.add('sven', 'security')
  const body = { address: 'ann@example.org', password: 'ann' }
  assert.equal((await scene.ask({ method: 'POST', path: '/v1/session', body })).status, 201)
  const asked = { person: 'ann@example.org', purpose: 'a stolen phone' }
  const path = '/v1/connections/read'
  for (const role of ['administrator', 'auditor', 'officer', 'privacy'] as const) {
    const who = await scene.add(role, role)
    const headers = await scene.signIn(who.id)
    assert.equal((await scene.ask({ method: 'POST', path, headers, body: asked })).status, 403)
  }
  const headers = await scene.signIn(sven.id)
  const without = { person: 'ann@example.org' }
  assert.equal((await scene.ask({ method: 'POST', path, headers, body: without })).status, 400)
  const answer = await scene.ask({ method: 'POST', path, headers, body: asked })
  const { connections } = connectionsAnswer.parse(answer.body)
  assert.deepEqual(
    connections.map(({ what, how, address, person }) => [what, how, address, person]),
    [['sign-in', 'web', '192.0.2.1', 'ann@example.org']],
  )
  const looks = scene.record.entries.filter(({ kind }) => kind === 'connections.read')
  assert.equal(looks.length, 1)
  assert.match(looks[0]?.content ?? '', new RegExp(`"person":"${ann.id}".*a stolen phone`))
  // No address of anybody's machine is in the trail.
  assert.doesNotMatch(JSON.stringify(scene.record.entries), /192\.0\.2\.1/)
})
