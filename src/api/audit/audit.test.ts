// The trail through the API: what doors refuse, who may look, and that looking is on record.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { fakeAudit } from '../../../test/fakes/audit.ts'
import { type DirectoryScene, directoryScene } from '../../../test/support/api-directory.ts'
import { httpScene, type HttpAnswer, type HttpScene } from '../../../test/support/api-http.ts'
import { createStreamSlots } from '../../audit/slots.ts'
import { conversationId } from '../../record/ids.ts'
import { serverRecord } from '../../record/server-record.ts'
import { type NewRecord, type PersonId } from '../../record/types.ts'
import { adminApi, routes } from '../door/admin.ts'
import { asHeader } from '../door/caller.ts'
import { auditAnswer, type AuditEntryAnswer } from '../contract/audit.ts'

type Scene = DirectoryScene & HttpScene & { readonly counted: () => Promise<void> }

async function setUp(t: TestContext): Promise<Scene> {
  const people = await directoryScene(t)
  const { directory, record, time } = people
  const audit = fakeAudit({ ...people, clock: time, timer: time })
  const changes = { directory, record, audit, now: () => time.now(), domain: 'example.org' }
  const http = await httpScene(t, changes)
  return { ...people, ...http, counted: async () => await audit.attempts.close() }
}

function entriesIn({ body }: HttpAnswer): readonly AuditEntryAnswer[] {
  return auditAnswer.parse(body).entries
}

async function asked(scene: Scene, name: string, query = ''): Promise<HttpAnswer> {
  const person = scene.directory.find(`${name}@example.org`)
  assert.ok(person)
  const headers = await scene.signIn(person.id)
  return await scene.ask({ method: 'GET', path: `/v1/audit${query}`, headers })
}

test('who may not is refused, and that is in the trail with who, where and through what', async (t) => {
  const scene = await setUp(t)
  const mia = await scene.add('mia')
  await scene.add('audrey', 'auditor')
  const headers = await scene.signIn(mia.id)
  assert.equal((await scene.ask({ method: 'GET', path: '/v1/people', headers })).status, 403)
  const [attempt] = entriesIn(await asked(scene, 'audrey', '?kind=attempt'))
  assert.equal(attempt?.by, 'mia@example.org')
  assert.equal(attempt.sentence, 'mia@example.org was refused GET /v1/people (caller.not-allowed).')
})

test('a search by somebody who is no officer is in the trail', async (t) => {
  const scene = await setUp(t)
  const mia = await scene.add('mia', 'administrator')
  await scene.add('audrey', 'auditor')
  const headers = await scene.signIn(mia.id)
  const body = { purpose: 'curiosity', query: 'merger' }
  const answer = await scene.ask({ method: 'POST', path: '/v1/searches', headers, body })
  assert.equal(answer.status, 403)
  const [attempt] = entriesIn(await asked(scene, 'audrey', '?by=mia@example.org'))
  assert.equal(attempt?.details['route'], 'POST /v1/searches')
  assert.doesNotMatch(JSON.stringify(scene.record.entries), /merger/)
})

test('a wrong password is in the trail, and the password is nowhere', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  await scene.add('audrey', 'auditor')
  for (const address of ['ann@example.org', 'nobody@example.org']) {
    const body = { address, password: 'Tr0ub4dor' }
    assert.equal((await scene.ask({ method: 'POST', path: '/v1/session', body })).status, 401)
  }
  const entries = entriesIn(await asked(scene, 'audrey', '?kind=attempt'))
  assert.deepEqual(
    entries.map(({ sentence }) => sentence),
    [
      'Somebody who is not known here was not signed in at web (session.refused).',
      'ann@example.org was not signed in at web (session.refused).',
    ],
  )
  const all = JSON.stringify(scene.record.entries)
  assert.doesNotMatch(all, /Tr0ub4dor|nobody@/)
})

test('a refusal at the machine socket is in the trail as well', async (t) => {
  const scene = await setUp(t)
  await scene.add('mia')
  await scene.add('audrey', 'auditor')
  const api = adminApi(scene.host)
  const headers = { [asHeader]: 'mia@example.org' }
  assert.equal((await api.inject({ method: 'GET', url: '/v1/holds', headers })).statusCode, 403)
  const [attempt] = entriesIn(await asked(scene, 'audrey', '?kind=attempt'))
  assert.deepEqual(attempt?.about, ['mia@example.org'])
})

test('an act through the API says which browser, token or socket it came through', async (t) => {
  const scene = await setUp(t)
  const ada = await scene.add('ada', 'administrator')
  await scene.add('audrey', 'auditor')
  const headers = await scene.signIn(ada.id)
  const path = '/v1/people/audrey@example.org/groups'
  assert.equal(
    (await scene.ask({ method: 'PUT', path, headers, body: { groups: ['g'] } })).status,
    200,
  )
  await adminApi(scene.host).inject({
    method: 'PUT',
    url: '/v1/people/ada@example.org/groups',
    payload: { groups: ['g'] },
  })
  const [socket, session] = entriesIn(await asked(scene, 'audrey', '?kind=person.groups'))
  const [own] = scene.host.sessions.list(ada.id)
  assert.deepEqual([session?.through, session?.by], [`session:${own?.id}`, 'ada@example.org'])
  assert.deepEqual([socket?.through, socket?.by, socket?.actor], ['socket', null, 'machine'])
})

test('looking is an act, once an hour and person', async (t) => {
  const scene = await setUp(t)
  await scene.add('audrey', 'auditor')
  for (let i = 0; i < 3; i++) await asked(scene, 'audrey')
  const looks = (): number =>
    scene.record.entries.filter(({ kind }) => kind === 'audit.read').length
  assert.equal(looks(), 1)
  scene.time.pass(3_600_000)
  await asked(scene, 'audrey')
  assert.equal(looks(), 2)
})

test('nothing is shown when the look cannot be put on record', async (t) => {
  const scene = await setUp(t)
  await scene.add('audrey', 'auditor')
  scene.record.refuse({ reason: 'space', text: 'The disk is full.' })
  const answer = await asked(scene, 'audrey')
  assert.deepEqual([answer.status, answer.code], [409, 'record.refused'])
})

test('an administrator sees no act about content, whatever he asks for', async (t) => {
  const scene = await setUp(t)
  await scene.add('ada', 'administrator')
  const polly = await scene.add('polly', 'privacy')
  await scene.directory.setRole(polly.id, 'auditor', { commandLine: true })
  const kinds = new Set(entriesIn(await asked(scene, 'ada')).map(({ kind }) => kind))
  assert.deepEqual([...kinds], ['person.role', 'person.add'])
  await asked(scene, 'polly')
  const seen = entriesIn(await asked(scene, 'ada', '?kind=audit,person.role'))
  assert.deepEqual(
    seen.map(({ kind }) => kind),
    ['person.role'],
  )
})

test('the stream has acts with their positions, and goes on behind the one that is named', async (t) => {
  const scene = await setUp(t)
  await scene.add('ann')
  await scene.add('audrey', 'auditor')
  const audrey = scene.directory.find('audrey@example.org')
  assert.ok(audrey)
  const headers = await scene.signIn(audrey.id)
  const all = await scene.text({ path: '/v1/audit/stream?after=0', headers })
  assert.match(all, /^: here\n\n/)
  assert.deepEqual(
    [...all.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)),
    [1, 2],
  )
  const [, data = ''] = /^data: (.*)$/m.exec(all) ?? []
  const { kind } = z.object({ kind: z.string() }).parse(JSON.parse(data))
  assert.equal(kind, 'person.add')
})

test('a stream ends for somebody who was suspended, before what comes after', async (t) => {
  const people = await directoryScene(t)
  const { directory, record, time } = people
  const audrey = await people.add('audrey', 'auditor')
  let pauses = 0
  const audit = {
    ...fakeAudit({ ...people, clock: time, timer: time }),
    async pause() {
      pauses++
      if (pauses === 1)
        await directory.setEnabled(audrey.id, { enabled: false, by: { commandLine: true } })
      return pauses < 5
    },
  }
  const scene = await httpScene(t, { directory, record, audit, now: () => time.now() })
  const headers = await scene.signIn(audrey.id)
  const all = await scene.text({ path: '/v1/audit/stream?after=0', headers })
  assert.doesNotMatch(all, /person\.disable/)
  assert.ok(pauses < 5)
})

test('nobody holds more than four streams open', () => {
  const slots = createStreamSlots()
  const [first] = [1, 2, 3, 4].map(() => slots.take('ann'))
  assert.throws(() => slots.take('ann'), /too many streams/)
  slots.take('ben')
  first?.()
  slots.take('ann')
})

test('a token sees acts about content only where it is for that', async (t) => {
  const scene = await setUp(t)
  const audrey = await scene.add('audrey', 'auditor')
  await scene.record.append(searchBy(audrey.id))
  const kindsSeen = async (...scopes: string[]): Promise<Set<string>> => {
    const wanted = { person: audrey.id, name: scopes.join(), scopes, days: 1 }
    const { secret } = await scene.directory.tokens.make(wanted, { person: audrey.id })
    const headers = { authorization: `Bearer ${secret.reveal()}` }
    const answer = await scene.ask({ method: 'GET', path: '/v1/audit', headers })
    return new Set(entriesIn(answer).map(({ kind }) => kind))
  }
  assert.equal((await kindsSeen('audit.see')).has('search'), false)
  assert.equal((await kindsSeen('audit.see', 'audit.all')).has('search'), true)
})

function searchBy(sender: PersonId): NewRecord {
  const content = JSON.stringify({ v: 1, by: sender, purpose: 'p', query: 'q' })
  const conversation = conversationId('5'.repeat(32))
  return serverRecord({ kind: 'search', conversation, members: [], content, sender })
}

/** What shows no content, or shows it by a purpose that is on record before: a saved search has its own, and a fetch is named by its act. */
const withoutPurpose = [
  'GET /v1/saved-searches',
  'DELETE /v1/saved-searches/:id',
  'POST /v1/saved-searches/:id/run',
  'GET /v1/exports',
  'GET /v1/exports/:id',
  'POST /v1/exports/:id/cancel',
  'GET /v1/exports/:id/fetches/:fetch',
]

test('each way to content has a purpose that cannot be left out', () => {
  const ways = routes.filter(({ permission }) => permission.startsWith('content.'))
  const others: string[] = []
  for (const { method, path, shapes } of ways) {
    const { required = [] } = z
      .looseObject({ required: z.array(z.string()).optional() })
      .parse(z.toJSONSchema(shapes.body, { io: 'input' }))
    if (!required.includes('purpose')) others.push(`${method} ${path}`)
    else assert.equal(shapes.body.safeParse({ query: '', purpose: '' }).success, false, path)
  }
  assert.deepEqual(others.toSorted(), withoutPurpose.toSorted())
})
