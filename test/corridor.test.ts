// The road of a message on the real record: directory, intake and history, with a restart in between.
import { memoryAccess } from './fakes/access-state.ts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../src/base/clock.ts'
import { silentLog } from '../src/base/log.ts'
import { systemRandom } from '../src/base/random.ts'
import { Secret } from '../src/base/secret.ts'
import { openDirectory } from '../src/directory/open.ts'
import { type Directory, type PeopleState, type Person } from '../src/directory/ports.ts'
import { createHistory } from '../src/history/history.ts'
import { type History, type HistoryQuery } from '../src/history/ports.ts'
import { directConversation } from '../src/intake/conversation.ts'
import { type Draft } from '../src/intake/draft.ts'
import { createIntake } from '../src/intake/intake.ts'
import { Recorded } from '../src/intake/outbound.ts'
import { type Accepted, type Intake } from '../src/intake/ports.ts'
import { rules } from '../src/policy/index.ts'
import { type Record } from '../src/record/ports.ts'
import { type NewRecord } from '../src/record/types.ts'
import { parseJid } from '../src/xmpp/wire/jid.ts'
import { newRecord, person } from './fakes/new-record.ts'
import { freshState } from './fakes/state.ts'
import { fakeTime } from './fakes/timer.ts'
import { simDisk, type SimDisk } from './sim/disk.ts'
import { realRecord, recordHome, type RecordHome } from './support/real-record.ts'

const startMs = 1_790_000_000_000
const by = { commandLine: true } as const

test('what was accepted is in both archives, and after a restart still, tombstones too', async (t) => {
  const home = await place(t)
  const state = await freshState(t)
  const first = await start(home, state)
  const [ann, bo] = [await add(first.directory, 'ann'), await add(first.directory, 'bo')]
  await say(first.intake, ann, bo, { messageId: 'm1', content: 'one' })
  await say(first.intake, bo, ann, { messageId: 'm2', content: 'two' })
  await say(first.intake, ann, bo, { kind: 'correction', refersTo: 'm1', content: 'uno' })
  const retraction = { kind: 'retraction', refersTo: 'm2', messageId: 'r1', content: '' } as const
  await say(first.intake, bo, ann, retraction)
  const before = await bothArchives(first.history, [ann, bo])

  const second = await start(home, state)
  assert.deepEqual(second.directory.list(), [ann, bo])
  assert.deepEqual(await bothArchives(second.history, [ann, bo]), before)
  assert.deepEqual(before[0], before[1])
  assert.deepEqual(before[0], ['one', 'taken back by r1', 'uno', ''])
})

test('after a restart a resend is known, and so is the target of a correction', async (t) => {
  const home = await place(t)
  const state = await freshState(t)
  const first = await start(home, state)
  const [ann, bo] = [await add(first.directory, 'ann'), await add(first.directory, 'bo')]
  const sent = { messageId: 'm1', originId: 'o1', content: 'one' }
  const accepted = await say(first.intake, ann, bo, sent)
  assert.ok(accepted.kind === 'recorded')
  const { position } = accepted.message

  const { intake, record } = await start(home, state)
  assert.deepEqual(await say(intake, ann, bo, sent), { kind: 'repeated', position })
  const foreign = await say(intake, bo, ann, { kind: 'correction', refersTo: 'm1' })
  assert.equal(foreign.kind === 'refused' && foreign.why.reason, 'foreign-target')
  const correction = await say(intake, ann, bo, { kind: 'correction', refersTo: 'm1' })
  assert.ok(correction.kind === 'recorded')
  const { refs } = (await record.read(correction.message.position)).envelope
  const { leafHash } = await record.read(position)
  assert.deepEqual(refs, { position, leafHash })
})

test('a lost state.db is made again from the real record', async (t) => {
  const home = await place(t)
  const first = await start(home, await freshState(t))
  const [ann, bo] = [await add(first.directory, 'ann'), await add(first.directory, 'bo')]
  await first.directory.setEnabled(ann.id, { enabled: false, by })
  await first.directory.remove(bo.id, by)
  const second = await start(home, await freshState(t))
  assert.deepEqual(second.directory.list(), [{ ...ann, enabled: false }])
})

test('pages of the real record are those of a plain list, whatever is asked', async (t) => {
  const record = await openRecordAt(await place(t))
  const entries = fc.sample(someRecord, { numRuns: 80, seed: 7 })
  const placed: { readonly entry: NewRecord; readonly position: number; readonly at: number }[] = []
  for (const entry of entries) placed.push({ entry, ...(await record.append(entry)) })
  const history = createHistory({ record, timer: fakeTime() })
  const times = placed.map(({ at }) => at)

  await fc.assert(
    fc.asyncProperty(someQuery(times), fc.boolean(), async (query, isForwards) => {
      const expected = placed
        .filter(
          ({ entry, at }) =>
            at >= (query.start ?? at) && at <= (query.end ?? at) && has(entry, query),
        )
        .map(({ position }) => position)
      assert.deepEqual(await (isForwards ? forwards : backwards)(history, query), expected)
      const counted = await history.page({ ...query, max: 0 })
      assert.equal(counted.kind === 'page' && counted.count, expected.length)
    }),
    { numRuns: 150 },
  )
})

const [one, two, three] = [person(1), person(2), person(3)]

const someRecord = fc
  .record({
    owner: fc.constantFrom(one, two),
    peer: fc.constantFrom(one, two, three, null),
    peerDevice: fc.constantFrom('', 'phone'),
    incoming: fc.boolean(),
  })
  .map((view) => newRecord({ views: [view] }))

function someQuery(times: readonly number[]): fc.Arbitrary<HistoryQuery> {
  const time = fc.constantFrom(...times)
  const filter = fc.record({ start: time, end: time }, { requiredKeys: [] })
  const peer = fc.oneof(
    fc.constant({}),
    fc.record({ peer: fc.constantFrom(two, three, null) }),
    fc.record({ peer: fc.constantFrom(two, three), peerDevice: fc.constantFrom('', 'phone') }),
  )
  return fc
    .tuple(filter, peer, fc.integer({ min: 1, max: 30 }))
    .map(([bounds, who, max]) => ({ owner: one, ...bounds, ...who, max }))
}

function has({ views }: NewRecord, query: HistoryQuery): boolean {
  return views.some(
    ({ owner, peer, peerDevice }) =>
      owner === query.owner &&
      (query.peer === undefined || peer === query.peer) &&
      (query.peerDevice === undefined || peerDevice === query.peerDevice),
  )
}

async function forwards(history: History, query: HistoryQuery): Promise<number[]> {
  const found: number[] = []
  for (let pageAfter: string | null = null; ;) {
    const page = await history.page({ ...query, ...(pageAfter !== null && { pageAfter }) })
    assert.ok(page.kind === 'page' && page.items.length <= query.max)
    found.push(...page.items.map(({ position }) => position))
    if (page.complete) return found
    pageAfter = page.items.at(-1)?.id ?? null
  }
}

async function backwards(history: History, query: HistoryQuery): Promise<number[]> {
  const found: number[] = []
  for (let pageBefore = ''; ;) {
    const page = await history.page({ ...query, pageBefore })
    assert.ok(page.kind === 'page' && page.items.length <= query.max)
    found.unshift(...page.items.map(({ position }) => position))
    if (page.complete) return found
    pageBefore = page.items[0]?.id ?? ''
  }
}

type Place = { readonly home: RecordHome; readonly disk: SimDisk; running: Record | null }
type Started = {
  readonly record: Record
  readonly directory: Directory
  readonly intake: Intake
  readonly history: History
}

async function place(t: TestContext): Promise<Place> {
  const home = await recordHome()
  const here: Place = { home, disk: simDisk(256 * 1024), running: null }
  t.after(async () => {
    await here.running?.close()
    home.remove()
  })
  return here
}

/** As a new process opens it; the one before has closed it. */
async function openRecordAt(at: Place): Promise<Record> {
  await at.running?.close()
  let now = startMs
  const { record } = await realRecord(at.home, at.disk.open(), { clock: { now: () => (now += 1) } })
  at.running = record
  return record
}

async function start(at: Place, state: PeopleState): Promise<Started> {
  const record = await openRecordAt(at)
  const directory = await openDirectory({
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
  const time = fakeTime(startMs)
  const intake = createIntake({
    record,
    files: { named: () => null },
    rules,
    clock: time,
    ticks: time,
    timer: time,
    settings: { correctMs: 3_600_000, retractMs: 3_600_000 },
    log: silentLog,
    failed: assert.ifError,
  })
  return { record, directory, intake, history: createHistory({ record, timer: time }) }
}

async function add(directory: Directory, name: string): Promise<Person> {
  const [address, password] = [`${name}@example.org`, new Secret('pw')]
  return await directory.add({ address, password, role: 'member', by })
}

async function say(
  intake: Intake,
  from: Person,
  to: Person,
  what: Partial<Draft>,
): Promise<Accepted> {
  const view = { peerDevice: '', owner: from.id, peer: to.id, incoming: false }
  const { verdicts: _verdicts, ...plain } = newRecord()
  return await intake.accept({
    ...plain,
    conversation: directConversation(from.id, to.id),
    members: [from.id, to.id],
    sender: from.id,
    to: to.address,
    views: [view, { ...view, owner: to.id, peer: from.id, incoming: true }],
    refersTo: null,
    wire: `<message xmlns='jabber:client'/>`,
    ...what,
  })
}

async function bothArchives(history: History, owners: readonly Person[]): Promise<string[][]> {
  return await Promise.all(
    owners.map(async ({ id }) => {
      const page = await history.page({ owner: id, max: 50 })
      assert.ok(page.kind === 'page')
      return page.items.map(({ content }) => {
        if (content.kind === 'retracted') return `taken back by ${content.retractedBy ?? '?'}`
        assert.equal(Recorded.again(content.opened).position, content.opened.position)
        return content.opened.content
      })
    }),
  )
}
