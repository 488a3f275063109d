// A data folder with buckets that are older than the hot window, and a key agent that opens them for what is on record alone.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { systemTicks } from '../src/base/clock.ts'
import { silentLog } from '../src/base/log.ts'
import { systemTimer } from '../src/base/timer.ts'
import { readRecord, searchRecord } from '../src/discovery/acts.ts'
import { RecordRefused } from '../src/record/errors.ts'
import { guardedAnswers } from '../src/record/keys/guard.ts'
import { openAnswers } from '../src/record/keys/open-keys.ts'
import { journalStart } from '../src/record/keys/openings.ts'
import { type RecordPlace } from '../src/record/keys/ports.ts'
import { type ActUse, type Shown } from '../src/record/keys/uses.ts'
import { decodeEntry, type Entry } from '../src/record/ledger/entry.ts'
import { type Record } from '../src/record/ports.ts'
import { personId } from '../src/record/ids.ts'
import { type NewRecord, type PersonId } from '../src/record/types.ts'
import { everything } from '../src/record/search/query.ts'
import { showActs } from '../src/server/show-acts.ts'
import { vaultPartsAt } from '../src/storage/embedded/data-vault.ts'
import { startKeyAgent } from '../src/storage/embedded/key-agent.ts'
import { type CallName } from '../src/storage/embedded/key-line.ts'
import { fileBodyFiles } from '../src/storage/files/body-store.ts'
import { sqliteMailboxIndex } from '../src/storage/sqlite/mailbox-index.ts'
import { recordFolder, type RecordFolder } from './support/record-folder.ts'
import { talk } from './support/talk.ts'

const dayMs = 86_400_000
const hotMs = 30 * dayMs

type Scene = {
  readonly folder: RecordFolder
  readonly ann: PersonId
  /** Two messages of what is cold, of different conversations. */
  readonly one: number
  readonly other: number
  readonly shows: Shows
}

/** People have talked four months ago, and what a server shows of acts of today. Each test has a copy. */
let made: Promise<Scene> | null = null
after(async () => (await made)?.folder[Symbol.dispose]())

async function scene(t: TestContext): Promise<Scene> {
  made ??= makeScene()
  const { folder, ...its } = await made
  const copy = folder.copy()
  t.after(() => copy[Symbol.dispose]())
  return { ...its, folder: copy.with({ keyAgent: 'process', hotMs }) }
}

async function makeScene(): Promise<Scene> {
  const folder = recordFolder()
  const all: Omit<Scene, 'shows'>[] = []
  await folder.session(Date.now() - 120 * dayMs, async ({ record }) => {
    const people = ['a', 'b', 'c'].map((digit) => personId(digit.repeat(32)))
    await talk(record, people, { count: 40 })
    const found = { ann: people[0] ?? assert.fail(), one: record.size - 1, other: record.size - 2 }
    all.push({ folder, ...found })
  })
  const its = all[0] ?? assert.fail()
  return { ...its, shows: await showsOf(its) }
}

function reading(ann: PersonId, positions: readonly number[], purpose = 'a case'): NewRecord {
  return readRecord(
    {
      person: ann,
      through: 'command line',
      purpose,
      matter: null,
      permission: 'content.search',
      within: null,
    },
    positions,
    null,
  )
}

function searching(ann: PersonId, query: string): NewRecord {
  const access = {
    person: ann,
    through: 'command line',
    purpose: 'a case',
    matter: null,
    permission: 'content.search',
    within: null,
  } as const
  const head = { size: 9, root: '00' }
  return searchRecord(access, { query, order: 'newest', limit: 50, after: null, size: null }, head)
}

/** The clock has jumped since the last session, which is right. */
async function put(record: Record, act: NewRecord): Promise<number> {
  try {
    return (await record.append(act)).position
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    record.confirmClock()
    return (await record.append(act)).position
  }
}

/** What the agent has written down: what for, where, of whom and for which act. */
function openings({ folder }: Scene): readonly string[] {
  const dir = folder.path('data/openings')
  if (!existsSync(dir)) return []
  const text = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'latin1'))
  const lines = text.flatMap((its) => its.split('\n').slice(1, -1))
  return lines.map((line) => line.split(' ').slice(2, -1).join(' '))
}

test('an officer opens what is cold for an act that the agent has seen, and that is written down before', async (t) => {
  const s = await scene(t)
  await s.folder.session(Date.now(), async ({ record, search }) => {
    await search.reached(record.size)
    const before = openings(s).length
    const act = await put(record, reading(s.ann, [s.one, s.other]))
    const opened = await record.readSome([s.one, s.other], { for: 'read', act })
    assert.equal(opened.length, 2)
    const found = await put(record, searching(s.ann, 'word'))
    const question = { order: 'newest', limit: 5, after: null } as const
    const use = { for: 'search', act: found } as const
    const { total } = await search.find({ query: everything, size: act, use, ...question })
    assert.ok(total > 40)
    const written = openings(s).slice(before)
    assert.equal(written.filter((line) => line.endsWith(` ${act}`)).length, 2)
    assert.ok(written.every((line) => / [0-9a-f]{16} /.test(line) || line.includes(' index ')))
  })
  const verified = await s.folder.verify()
  assert.ok(verified.ok, JSON.stringify(verified))
})

test('what people and the server read of old buckets is written down, once while the agent lives; of others it is not', async (t) => {
  const s = await scene(t)
  await s.folder.session(Date.now(), async ({ record }) => {
    await put(record, reading(s.ann, [s.one]))
    for (let i = 0; i < 3; i++) await record.readSome([s.one, record.size - 1])
    const history = openings(s).filter((line) => line.startsWith('history '))
    assert.equal(new Set(history).size, history.length)
    assert.equal(history.filter((line) => line.startsWith('history 1 ')).length, history.length)
  })
  const always = s.folder.with({ hotMs: null })
  const before = openings(s).length
  await always.session(Date.now(), async ({ record }) => {
    assert.equal((await record.readSome([s.one, s.other])).length, 2)
  })
  assert.equal(openings(s).length, before)
})

type Shows = Readonly<{
  [Name in 'read' | 'plain' | 'regex' | 'message' | 'purpose' | 'backup']: Shown
}> & {
  readonly acts: { readonly [Name in 'read' | 'plain' | 'regex' | 'purpose' | 'backup']: number }
  /** Of a record that the act of reading does not name. */
  readonly unnamed: Shown
}

/** What a server shows that is in order, and what it has to twist. */
async function showsOf(s: Omit<Scene, 'shows'>): Promise<Shows> {
  const all: Shows[] = []
  await s.folder.session(Date.now(), async ({ record }) => {
    const acts = {
      read: await put(record, reading(s.ann, [s.one])),
      plain: await put(record, searching(s.ann, 'word')),
      regex: await put(record, searching(s.ann, '/w.rd/')),
      purpose: await put(record, reading(s.ann, [s.one], ' ')),
      backup: await put(record, { ...reading(s.ann, [s.one]), kind: 'backup' }),
    }
    await record.integrated(record.size)
    const index = sqliteMailboxIndex(s.folder.path('data/mailbox.db'))
    const files = fileBodyFiles(s.folder.path('data/bodies'))
    const show = showActs({ dir: s.folder.path('data/log'), record, index, files })
    all.push({
      acts,
      read: await show(acts.read, s.one),
      unnamed: await show(acts.read, s.other),
      plain: await show(acts.plain, null),
      regex: await show(acts.regex, null),
      purpose: await show(acts.purpose, s.one),
      backup: await show(acts.backup, s.one),
      message: await show(s.other, s.one),
    })
    index.close()
    files.close()
  })
  return all[0] ?? assert.fail()
}

function placeOf({ record }: Shown): RecordPlace {
  const { entry, position } = record ?? assert.fail()
  return { ...decoded(entry), position }
}

/** As a server that was taken over has it: the line to the agent, and nothing that keeps it from asking. */
async function agentOf(t: TestContext, { folder }: Scene): Promise<Ask> {
  const place = { dataDir: folder.config.data, holders: folder.config.keyHolders }
  const outside = { log: silentLog, fatal: assert.fail, ticks: systemTicks, timer: systemTimer }
  const agent = await startKeyAgent({ place, domain: null, hotMs }, outside)
  t.after(async () => await agent.close())
  return async (name, ...args) => {
    const reply = await agent.ask({ name, args, has: 0 })
    if (reply.ok) return reply.value === null ? 'nothing' : 'answered'
    return `${reply.failure.code}: ${reply.failure.message}`
  }
}

type Ask = (name: CallName, ...args: readonly unknown[]) => Promise<string>

test('a server that was taken over gets nothing of an old bucket for an act that is not on record, is another one, or names something else', async (t) => {
  const s = await scene(t)
  const its = s.shows
  const ask = await agentOf(t, s)
  const { acts } = its
  const [place, other] = [placeOf(its.read), placeOf(its.unnamed)]
  const { bucket, handle } = place
  const read: ActUse = { for: 'read', act: acts.read }
  const plain: ActUse = { for: 'search', act: acts.plain }
  const record = its.read.record ?? assert.fail()
  const flipped = { ...record, path: record.path.map((hash) => hash.toReversed()) }
  const refused: readonly (readonly [RegExp, CallName, ...unknown[]])[] = [
    [/key\.no-use/, 'record', place],
    [/key\.no-use/, 'index', bucket, 'curiosity'],
    [/key\.no-use/, 'conversation', bucket, handle, { for: 'read', act: -1 }],
    [/key\.act-not-shown/, 'record', place, read],
    [/key\.act-not-shown/, 'index', bucket, plain],
    [/record \d+ is no act\.$/, 'record', place, { for: 'read', act: s.other }, its.message],
    [/shown record \d+ in its place/, 'record', place, { for: 'read', act: 1 }, its.read],
    [/is no act that opens anything/, 'record', place, { ...read, act: acts.backup }, its.backup],
    [/names no person or no purpose/, 'record', place, { ...read, act: acts.purpose }, its.purpose],
    [/is no read/, 'record', place, { for: 'read', act: acts.plain }, its.plain],
    [/is no search/, 'index', bucket, { for: 'search', act: acts.read }, its.read],
    [/has no regular expression/, 'conversation', bucket, handle, plain, its.plain],
    [/names records, and opens nothing else/, 'conversation', bucket, handle, read, its.read],
    [/names records, and opens nothing else/, 'index', bucket, read, its.read],
    [/does not name record \d+/, 'record', other, read, its.unnamed],
    [/not shown where record \d+ stands/, 'record', other, read, its.read],
    [/is not the key of/, 'record', { ...other, position: s.one }, read, its.read],
    [/is not the key of/, 'record', { ...place, seq: place.seq + 1 }, read, its.read],
    [/is not the key of/, 'record', { ...place, handle: other.handle }, read, its.read],
    [/is not the key of/, 'record', { ...place, bucket: bucket + 1 }, read, its.read],
    [/is not the key of/, 'record', { ...place, salt: other.salt }, read, its.read],
    [/is not in the tree that was signed/, 'record', place, read, { ...its.read, record: flipped }],
    [
      /is not in the tree that was signed/,
      'record',
      { ...other, position: s.one },
      read,
      { ...its.read, record: { ...its.unnamed.record, position: s.one } },
    ],
  ]
  const sayings: string[] = []
  for (const [, name, ...args] of refused) sayings.push(await ask(name, ...args))
  for (const [i, [why]] of refused.entries()) assert.match(sayings[i] ?? '', why)
  assert.ok(
    sayings.every((said) => said.split('. ').length === 1),
    'one sentence each',
  )
  assert.deepEqual(
    openings(s).filter((line) => /^(?:read|search)/.test(line)),
    [],
  )

  // What is in order is answered, and the agent remembers nothing of what it has refused.
  assert.equal(await ask('record', place, read, its.read), 'answered')
  assert.equal(await ask('index', bucket, plain, its.plain), 'answered')
  assert.equal(
    await ask('conversation', bucket, handle, { ...plain, act: acts.regex }, its.regex),
    'answered',
  )
  assert.equal(openings(s).filter((line) => /^(?:read|search)/.test(line)).length, 3)
})

test('an act whose body, place or head was forged opens nothing', async (t) => {
  const s = await scene(t)
  const { read: shown, acts } = s.shows
  const ask = await agentOf(t, s)
  const read: ActUse = { for: 'read', act: acts.read }
  const { act, head } = shown
  const lines = head.split('\n')
  const forged: readonly (readonly [RegExp, Shown])[] = [
    [/does not open/, { ...shown, act: { ...act, body: flip(act.body, 40) } }],
    [/not in the tree that was signed/, { ...shown, act: { ...act, entry: flip(act.entry, 60) } }],
    [
      /not in the tree that was signed/,
      { ...shown, act: { ...act, path: act.path.map((hash) => flip(hash, 3)) } },
    ],
    [/is not signed with the keys/, { ...shown, head: head.replace(lines[1] ?? '', '9999') }],
    [
      /is not signed with the keys/,
      { ...shown, head: head.replace(lines[2] ?? '', 'A'.repeat(43) + '=') },
    ],
    [/is not signed with the keys/, { ...shown, head: lines.slice(0, -2).join('\n') + '\n' }],
    [/is not signed with the keys/, { ...shown, head: 'no head' }],
  ]
  for (const [why, its] of forged) assert.match(await ask('record', placeOf(shown), read, its), why)
  assert.equal(await ask('record', placeOf(shown), read, shown), 'answered')
})

test('an act opens something for an hour, and is no key for ever', async (t) => {
  const s = await scene(t)
  const { read: shown, acts } = s.shows
  const place = { dataDir: s.folder.config.data, holders: s.folder.config.keyHolders }
  const opened = await openAnswers(vaultPartsAt(place))
  let now = Date.now()
  const journal = { note: async () => undefined, end: async () => journalStart }
  const guarded = guardedAnswers(opened, { journal, hotMs, clock: { now: () => now } })
  const open = async (): Promise<unknown> =>
    await guarded.record(placeOf(shown), { for: 'read', act: acts.read }, shown)
  assert.notEqual(await open(), null)
  now += 3_700_000
  await assert.rejects(open, /is not of the last hour/)
  now -= 7_400_000
  await assert.rejects(open, /is not of the last hour/)
})

test('what a server asks for without an act it gets, and it stands in the journal before', async (t) => {
  const s = await scene(t)
  const place = placeOf(s.shows.read)
  const ask = await agentOf(t, s)
  const { bucket, handle } = place
  for (const use of ['write', 'history', 'index', 'disposal', 'check']) {
    assert.equal(await ask('conversation', bucket, handle, use), 'answered')
    const written = openings(s)
    assert.equal(written.at(-1), `${use} ${bucket} ${Buffer.from(handle).toString('hex')} -`)
    assert.equal(await ask('record', place, use), 'answered')
    assert.equal(openings(s).length, written.length)
  }
  assert.equal(await ask('handleFor', bucket, 'c0ffee00'.repeat(4), 0), 'answered')
  assert.match(openings(s).at(-1) ?? '', /^write 1 [0-9a-f]{16} -$/)
  assert.equal(await ask('issueKits', Date.now()), 'answered')
  assert.equal(openings(s).at(-1), 'paper vault - -')
})

test('an agent that cannot write its journal gives nothing of old buckets away, and what is new as ever', async (t) => {
  const s = await scene(t)
  const its = s.shows
  const ask = await agentOf(t, s)
  const { bucket, handle } = placeOf(its.read)
  const dir = s.folder.path('data/openings')
  rmSync(dir, { recursive: true, force: true })
  writeFileSync(dir, 'no folder')
  assert.match(await ask('conversation', bucket, handle, 'history'), /^key\.not-written: /)
  assert.match(
    await ask('record', placeOf(its.read), { for: 'read', act: its.acts.read }, its.read),
    /^key\.not-written: /,
  )
  const { bucket: hot, handle: fresh } = decoded(its.read.act.entry)
  assert.equal(await ask('conversation', hot, fresh, 'history'), 'answered')
  rmSync(dir)
  assert.equal(await ask('conversation', bucket, handle, 'history'), 'answered')
})

function decoded(bytes: Uint8Array): Entry {
  const entry = decodeEntry(bytes)
  return typeof entry === 'string' ? assert.fail(entry) : entry
}

test('a journal that was cut or changed is told by verify, by what the hourly statement says of it', async (t) => {
  const s = await scene(t)
  await s.folder.session(Date.now(), async ({ record, statements }) => {
    await put(record, reading(s.ann, [s.one]))
    await record.readSome([s.one, s.other])
    await statements.state()
  })
  const path = s.folder.path('data/openings/0000000000000001.log')
  const text = readFileSync(path, 'latin1')
  const finding = async (changed: string | null): Promise<string> => {
    if (changed === null) rmSync(path)
    else writeFileSync(path, changed, 'latin1')
    const verified = await s.folder.verify()
    return verified.ok ? 'sound' : `${verified.finding.where}: ${verified.finding.what}`
  }
  assert.equal(await finding(text), 'sound')
  const lines = text.split('\n')
  assert.match(
    await finding([...lines.slice(0, -2), ''].join('\n')),
    /^openings: it ends before line \d+, which record \d+ names$/,
  )
  assert.match(
    await finding(text.replace(' history ', ' index ')),
    /^openings\/0+1\.log: line \d+ is not what/,
  )
  assert.match(
    await finding(lines.toSpliced(1, 1).join('\n')),
    /^openings\/0+1\.log: line 2 is not what/,
  )
  assert.match(await finding(null), /^openings: it ends before line/)
  // What a stop has cut in the middle nobody has had a key for.
  assert.equal(await finding(`${text}99 2026-11`), 'sound')
})

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
}
