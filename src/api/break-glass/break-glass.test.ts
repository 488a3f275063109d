// Sealed access: it takes two to seal, its words to open, and nobody opens it unseen. 17 CFR 240.17a-4(f)(3)(v).
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { memoryAccess } from '../../../test/fakes/access-state.ts'
import { memoryBreakGlass } from '../../../test/fakes/break-glass.ts'
import { memoryMatters } from '../../../test/fakes/matters.ts'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { httpScene, type HttpAnswer, type HttpScene } from '../../../test/support/api-http.ts'
import { type Log } from '../../base/log.ts'
import { type BreakGlass } from '../../directory/break-glass/break-glass.ts'
import { type Person } from '../../directory/ports.ts'
import { createThrottle, defaultThrottle } from '../../directory/throttle.ts'

type Scene = DirectoryScene &
  HttpScene & {
    readonly glass: BreakGlass
    /** What the log rang, and at which size of the record. */
    readonly rung: {
      readonly event: string
      readonly size: number
      readonly about: unknown
    }[]
    readonly people: Readonly<Record<'boss' | 'lea' | 'ada', Person>>
    readonly as: (who: Person, path: string, body?: object) => Promise<HttpAnswer>
    readonly open: (id: string, code: string) => Promise<HttpAnswer>
    readonly again: () => Promise<BreakGlass>
  }

async function office(t: TestContext): Promise<Scene> {
  const scene = await directoryScene(t)
  const { directory, record, time } = scene
  const rung: Scene['rung'] = []
  const ring: Log['warn'] = (event, fields) =>
    void rung.push({ event, size: record.size, about: fields?.['envelope'] })
  const log: Log = { info: () => {}, warn: ring, error: ring }
  const [state, now] = [memoryAccess(), (): number => time.now()]
  const opened = { record, directory, now, state, log }
  const glass = await memoryBreakGlass(opened)
  const http = await httpScene(t, {
    directory,
    record,
    now,
    breakGlass: glass,
    matters: await memoryMatters(record),
    throttle: createThrottle({ ...defaultThrottle, accountFree: 3, waitMsMax: 0 }, time),
  })
  const [boss, lea] = [await scene.add('boss', 'administrator'), await scene.add('lea', 'legal')]
  const people = { boss, lea, ada: await scene.add('ada') }
  return {
    ...scene,
    ...http,
    glass,
    rung,
    people,
    async as({ id }, path, body = {}) {
      return await http.ask({ method: 'POST', path, body, headers: await http.signIn(id) })
    },
    open: async (id, code) =>
      await http.ask({
        method: 'POST',
        path: `/v1/break-glass/${id}/open`,
        body: { code, purpose: 'the company does not answer' },
      }),
    again: async () => await memoryBreakGlass(opened),
  }
}

const what = { person: 'ada@example.org', reason: 'the undertaking', hours: 2 }
const idIn = (found: unknown, name = 'id'): string =>
  new RegExp(`"${name}":"([^"]+)"`).exec(JSON.stringify(found))?.[1] ?? ''

/** @returns its id and its papers */
async function sealed(
  { as, glass, people: { boss, lea } }: Scene,
  more: object = {},
): Promise<{ readonly id: string; readonly papers: readonly string[] }> {
  const asked = await as(boss, '/v1/break-glass', { ...what, ...more })
  const approval = `/v1/approvals/${idIn(asked.body)}/decision`
  const decided = await as(lea, approval, { approves: true, reason: 'as agreed' })
  assert.equal(decided.body['state'], 'done')
  const id = glass.list().at(-1)?.id ?? ''
  const printed = await as(boss, `/v1/break-glass/${id}/print`)
  const papers: string[] = JSON.parse(JSON.stringify(printed.body['papers'] ?? []))
  return { id, papers }
}

test('an envelope takes another person, has its words once, and no word of them is kept', async (t) => {
  const scene = await office(t)
  const { as, people, glass, record } = scene
  const asked = await as(people.boss, '/v1/break-glass', what)
  assert.ok('waits' in asked.body)
  assert.deepEqual(glass.list(), [])
  const approval = `/v1/approvals/${idIn(asked.body)}/decision`
  const decision = { approves: true, reason: 'r' }
  assert.equal((await as(people.boss, approval, decision)).status, 403, 'not by himself')
  const { id, papers } = await sealed(scene)
  assert.equal((await as(people.boss, `/v1/break-glass/${id}/print`)).code, 'break-glass.printed')
  const words = papers[0]?.split('\n').slice(4).join(' ').trim().split(/\s+/) ?? []
  assert.equal(words.length, 24)
  for await (const { content } of record.each({ from: 0, to: record.size }))
    assert.ok(!content.includes(words.slice(0, 6).join('  ')), 'no word is on record')
  assert.equal((await as(people.ada, '/v1/break-glass', what)).status, 403)
})

test('whom an envelope names gets no password by an administrator from afar, until it is over', async (t) => {
  const scene = await office(t)
  const { as, ask, people, signIn, glass } = scene
  const change = async (): Promise<HttpAnswer> =>
    await ask({
      method: 'PUT',
      path: '/v1/people/ada@example.org/password',
      body: { password: 'gulls over the mill' },
      headers: await signIn(people.boss.id),
    })
  const { id } = await sealed(scene)
  assert.equal((await change()).code, 'powers.at-machine')
  await as(people.lea, `/v1/break-glass/${id}/end`, { reason: 'not needed' })
  assert.notEqual(glass.get(id)?.ended, null)
  assert.equal((await change()).status, 200)
})

test('an opening is on record first, then rings, and then gives what was sealed, for so long', async (t) => {
  const scene = await office(t)
  const { open, glass, rung, record, people, directory, time, ask } = scene
  const { id, papers } = await sealed(scene)
  const { size } = record
  const [paper = ''] = papers
  const opened = await open(id, paper)
  assert.equal(opened.status, 201, opened.code)
  const { envelope, content } = await record.read(size)
  assert.equal(envelope.kind, 'break-glass.open')
  assert.equal(JSON.parse(content).purpose, 'the company does not answer')
  assert.deepEqual(rung, [{ event: 'break-glass.opened', size: size + 1, about: id }])
  const next = (await record.read(size + 1)).envelope.kind
  assert.equal(next, 'grant.make', 'what it gives comes after')
  const roles = directory.access.grants.inForce(people.ada.id).map(({ role }) => role)
  assert.deepEqual(roles.toSorted(), ['auditor', 'examiner'])

  const headers = { authorization: `Bearer ${String(opened.body['token'])}` }
  const path = '/v1/audit?limit=1'
  assert.equal((await ask({ method: 'GET', path, headers })).status, 200)
  time.pass(2 * 3_600_000)
  assert.equal((await ask({ method: 'GET', path, headers })).status, 403, 'it ends by itself')
  assert.equal((await open(id, paper)).code, 'break-glass.refused', 'and is used up')
  await glass.sweep()
  assert.equal((await ask({ method: 'GET', path, headers })).status, 401, 'with its token')
  assert.deepEqual(
    rung.map(({ event }) => event),
    ['break-glass.opened', 'break-glass.refused', 'break-glass.ended'],
  )
  assert.equal(glass.get(id)?.ended?.by, null)
})

test('wrong words open nothing, ring, are slowed down, and say the same whatever is wrong', async (t) => {
  const scene = await office(t)
  const { open, rung, record } = scene
  const { id, papers } = await sealed(scene)
  const other = await sealed(scene)
  const { size } = record
  const said = new Set<string>()
  for (const [which, code] of [
    [id, 'abandon '.repeat(24)],
    [id, other.papers[0] ?? ''],
    ['f'.repeat(32), papers[0] ?? ''],
  ] as const)
    said.add(JSON.stringify((await open(which, code)).body))
  assert.equal(said.size, 1)
  assert.ok([...said][0]?.includes('break-glass.refused'))
  assert.equal(rung.length, 3)
  assert.equal((await open(id, papers[0] ?? '')).code, 'session.throttled')
  for (let at = size; at < record.size; at++)
    assert.equal((await record.read(at)).envelope.kind, 'attempt')
})

test('shares open it, and one less does not', async (t) => {
  const scene = await office(t)
  const { id, papers } = await sealed(scene, { of: 3, threshold: 2 })
  assert.equal(papers.length, 3)
  assert.ok(papers.every((paper) => !paper.includes('RECOVERY')))
  assert.equal((await scene.open(id, papers[0] ?? '')).code, 'break-glass.refused')
  assert.equal((await scene.open(id, [papers[2], papers[0]].join('\n'))).status, 201)
})

async function killed(): Promise<never> {
  return await Promise.reject(new Error('killed'))
}

test('a kill between the act and what it gives is made good by the same words, and rings again', async (t) => {
  const scene = await office(t)
  const { id, papers } = await sealed(scene)
  const { directory, people, glass, again, rung } = scene
  const make = directory.access.grants.make.bind(directory.access.grants)
  directory.access.grants.make = killed
  await assert.rejects(glass.open(id, { code: papers[0] ?? '', purpose: 'p' }), /killed/)
  directory.access.grants.make = make
  const after = await again()
  after.tellAgain()
  assert.deepEqual(
    rung.map(({ event }) => event),
    ['break-glass.opened', 'break-glass.opened'],
  )
  const until = after.get(id)?.until
  scene.time.pass(60_000)
  await after.open(id, { code: papers[0] ?? '', purpose: 'p' })
  assert.equal(after.get(id)?.until, until, 'no longer than from the first time')
  assert.equal(directory.access.grants.inForce(people.ada.id).length, 2)
})

test('it is ended by hand, also before it is opened, and not by administrators', async (t) => {
  const scene = await office(t)
  const { as, open, people, directory, glass } = scene
  const [one, other] = [await sealed(scene), await sealed(scene)]
  const reason = 'over'
  const end = `/v1/break-glass/${one.id}/end`
  await open(one.id, one.papers[0] ?? '')
  assert.equal((await as(people.boss, end, { reason })).status, 403)
  assert.equal((await as(people.lea, end, { reason })).status, 200)
  assert.deepEqual(directory.access.grants.inForce(people.ada.id), [])
  assert.equal((await as(people.lea, end, { reason })).code, 'break-glass.over')
  assert.equal((await as(people.lea, `/v1/break-glass/${other.id}/end`, { reason })).status, 200)
  assert.equal((await open(other.id, other.papers[0] ?? '')).code, 'break-glass.refused')
  assert.deepEqual(
    glass.list().map((each) => glass.stateOf(each)),
    ['ended', 'ended'],
  )
})

test('who was suspended has nothing of what was opened for him', async (t) => {
  const scene = await office(t)
  const { open, people, directory, ask } = scene
  const { id, papers } = await sealed(scene)
  const opened = await open(id, papers[0] ?? '')
  await directory.setEnabled(people.ada.id, { enabled: false, by: { commandLine: true } })
  const headers = { authorization: `Bearer ${String(opened.body['token'])}` }
  assert.equal((await ask({ method: 'GET', path: '/v1/audit', headers })).status, 401)
})

test('envelopes that somebody made up ring one alarm, so that they push none out', async (t) => {
  const { open, rung } = await office(t)
  for (const digit of '12')
    assert.equal((await open(digit.repeat(32), 'x')).code, 'break-glass.refused')
  assert.deepEqual(
    rung.map(({ about }) => about),
    [null, null],
  )
})
