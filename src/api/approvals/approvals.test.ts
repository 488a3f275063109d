import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fakeApiHost } from '../../../test/fakes/api-host.ts'
import { directoryScene, type DirectoryScene } from '../../../test/support/api-directory.ts'
import { type HttpAnswer, httpScene, type HttpScene } from '../../../test/support/api-http.ts'
import { type Directory, type Person } from '../../directory/ports.ts'
import { resumeApproved } from './carry-out.ts'

const by = { commandLine: true } as const
const dayMs = 86_400_000

type Company = DirectoryScene &
  HttpScene & {
    readonly boss: Person
    readonly ann: Person
    readonly olga: Person
    readonly post: (who: Person, path: string, body: object) => Promise<HttpAnswer>
    readonly get: (who: Person, path: string) => Promise<HttpAnswer>
    /** Asks that ann becomes an officer. @returns the request's id */
    readonly askFor: (role?: string) => Promise<string>
    readonly decide: (who: Person, id: string, approves?: boolean) => Promise<string>
  }

async function company(t: TestContext): Promise<Company> {
  const scene = await directoryScene(t)
  const { directory, time, add } = scene
  const http = await httpScene(t, { directory, now: () => time.now() })
  const [boss, ann, olga] = [
    await add('boss', 'administrator'),
    await add('ann'),
    await add('olga', 'officer'),
  ]
  const send = async (
    who: Person,
    method: 'GET' | 'POST' | 'PUT',
    asked: { readonly path: string; readonly body?: object },
  ): Promise<HttpAnswer> => await http.ask({ ...asked, method, headers: await http.signIn(who.id) })
  return {
    ...scene,
    ...http,
    boss,
    ann,
    olga,
    post: async (who, path, body) => await send(who, 'POST', { path, body }),
    get: async (who, path) => await send(who, 'GET', { path }),
    async askFor(role = 'officer') {
      const path = `/v1/people/${ann.address}/role`
      const answer = await send(boss, 'PUT', { path, body: { role } })
      assert.equal(answer.status, 202, JSON.stringify(answer.body))
      return idOf(answer)
    },
    async decide(who, id, approves = true) {
      const path = `/v1/approvals/${id}/decision`
      const { status, code, body } = await send(who, 'POST', { path, body: { approves } })
      return status === 200 ? String(body['state']) : code
    },
  }
}

function idOf({ body }: HttpAnswer): string {
  const waits: { readonly id?: string } = Object.assign({}, body['waits'])
  return waits.id ?? assert.fail('it does not wait')
}

const roleOf = (directory: Directory, { id }: Person): string | undefined => directory.get(id)?.role

test('a role that opens content waits for a second person, who is neither who asks, nor whom it is about, nor made by administrators alone', async (t) => {
  const { boss, ann, olga, add, askFor, decide, directory, record, get } = await company(t)
  const puppet = await add('puppet', 'administrator')
  const member = await add('member')
  const id = await askFor()
  assert.equal(record.entries.at(-1)?.kind, 'approval.ask')
  assert.equal(roleOf(directory, ann), 'member')
  for (const who of [boss, puppet, ann, member]) {
    assert.match(await decide(who, id), /^(?:caller\.not-allowed|approvals\.unknown)$/, who.address)
    const listed = await get(who, '/v1/approvals')
    assert.equal(JSON.stringify(listed.body).includes(id), who === boss, who.address)
  }
  assert.equal((await get(member, `/v1/approvals/${id}`)).status, 404)
  const inbox = JSON.stringify((await get(olga, '/v1/approvals')).body)
  assert.match(inbox, /Give ann@example\.org, who is member, the role officer/)
  assert.match(inbox, /"mayApprove":true/)
  assert.equal(await decide(olga, id), 'done')
  assert.equal(roleOf(directory, ann), 'officer')
  const kinds = record.entries.slice(-4).map(({ kind, sender }) => [kind, sender])
  assert.deepEqual(kinds, [
    ['approval.decide', olga.id],
    ['approval.run', null],
    ['person.role', boss.id],
    ['approval.run', null],
  ])
  assert.match(JSON.stringify((await get(boss, `/v1/approvals/${id}`)).body), /"answer":\{"id"/)
  assert.doesNotMatch(JSON.stringify((await get(olga, `/v1/approvals/${id}`)).body), /"answer"/)
  assert.equal(await decide(olga, id), 'approvals.over')
})

test('one that was refused, was taken back, or has expired is not done', async (t) => {
  const { boss, ann, olga, askFor, decide, directory, time } = await company(t)
  const refused = await askFor()
  assert.equal(await decide(olga, refused, false), 'refused')
  const back = await askFor()
  assert.equal(await decide(boss, back, false), 'refused')
  const late = await askFor()
  time.pass(7 * dayMs)
  assert.equal(await decide(olga, refused), 'approvals.over')
  assert.equal(await decide(olga, back), 'approvals.unknown')
  assert.equal(await decide(olga, late), 'approvals.unknown', 'it is in no inbox any more')
  assert.equal(roleOf(directory, ann), 'member')
})

const changes: readonly (readonly [string, (s: Company) => Promise<void>])[] = [
  [
    'whom it is about has another role',
    async ({ directory, ann }) => await directory.setRole(ann.id, 'guest', by),
  ],
  [
    'whom it is about is disabled',
    async ({ directory, ann }) => await directory.setEnabled(ann.id, { enabled: false, by }),
  ],
  ['whom it is about is gone', async ({ directory, ann }) => await directory.remove(ann.id, by)],
  [
    'who asked is disabled',
    async ({ directory, boss }) => await directory.setEnabled(boss.id, { enabled: false, by }),
  ],
  [
    'who asked has another role',
    async ({ directory, boss }) => await directory.setRole(boss.id, 'member', by),
  ],
]

for (const [what, change] of changes)
  test(`an approval is worth nothing when ${what} since`, async (t) => {
    const scene = await company(t)
    const id = await scene.askFor()
    await change(scene)
    assert.equal(await scene.decide(scene.olga, id), 'failed')
    assert.notEqual(roleOf(scene.directory, scene.ann), 'officer')
    assert.equal(await scene.decide(scene.olga, id), 'approvals.over')
  })

test('what was approved when the server was killed is done at the next start, and once', async (t) => {
  const { olga, ann, askFor, directory, reopen, time, record } = await company(t)
  const id = await askFor()
  await directory.access.requests.decide({ id, by: olga.id, approves: true, reason: '' })
  for (let start = 0; start < 2; start++) {
    const again = await reopen()
    await resumeApproved(await fakeApiHost({ directory: again, now: () => time.now() }))
    assert.equal(roleOf(again, ann), 'officer')
  }
  assert.equal(record.entries.filter(({ kind }) => kind === 'person.role').length, 1)
})

test('of what had begun when the server was killed is told that nobody knows, and it is not done again', async (t) => {
  const { boss, olga, ann, askFor, directory, reopen, time } = await company(t)
  const id = await askFor()
  const { requests } = directory.access
  await requests.decide({ id, by: olga.id, approves: true, reason: '' })
  await requests.begin(id)
  await assert.rejects(requests.begin(id), { code: 'approvals.over' })
  const again = await reopen()
  const told: unknown[] = []
  const log = { info() {}, warn() {}, error: (event: string) => void told.push(event) }
  const host = await fakeApiHost({ directory: again, now: () => time.now(), log })
  await resumeApproved(host)
  await resumeApproved(host)
  assert.deepEqual(told, ['approvals.unknown-outcome'])
  const request = again.access.requests.get(id) ?? assert.fail()
  assert.equal(again.access.requests.stateOf(request), 'unknown')
  assert.equal(request.person, boss.id)
  assert.equal(roleOf(again, ann), 'member')
})

test('two who approve at once have it done once', async (t) => {
  const { olga, askFor, decide, add, record } = await company(t)
  const lea = await add('lea', 'legal')
  const id = await askFor()
  const states = await Promise.all([decide(olga, id), decide(lea, id)])
  assert.equal(states.filter((state) => state === 'done').length, 1, states.join())
  assert.equal(record.entries.filter(({ kind }) => kind === 'person.role').length, 1)
})

test('one person has 50 requests that wait, and no more', async (t) => {
  const { askFor, post, boss, ann } = await company(t)
  for (let i = 0; i < 50; i++) await askFor()
  const body = { person: ann.address, role: 'legal', reason: 'more' }
  assert.equal((await post(boss, '/v1/grants', body)).code, 'approvals.too-many')
})
