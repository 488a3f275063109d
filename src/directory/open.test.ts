import { memoryAccess } from '../../test/fakes/access-state.ts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { freshState } from '../../test/fakes/state.ts'
import { OperatorError } from '../base/errors.ts'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { openDirectory } from './open.ts'
import { type Directory, type PeopleState, type Person, type ScramHash } from './ports.ts'

const by = { commandLine: true } as const

test('a person who was added signs in, and nobody else does', async (t) => {
  const { directory } = await setUp(t)
  const ann = await add(directory, 'Ann@Example.org', 'pw')
  assert.equal(ann.address, 'ann@example.org')
  assert.deepEqual(directory.find('ann@example.org'), ann)
  assert.deepEqual(directory.get(ann.id), ann)
  assert.deepEqual(await signIn(directory, 'pw'), ann)
  assert.equal(await signIn(directory, 'other'), null)
  assert.equal(await signIn(directory, ''), null)
  assert.equal(await directory.checkPassword('bo@example.org', new Secret('pw')), null)
})

test('what people did is on record, by whom, and without a secret', async (t) => {
  const { directory, record } = await setUp(t)
  const ann = await add(directory, 'ann@example.org', 'a long password')
  await directory.setEnabled(ann.id, { enabled: false, by: { person: ann.id } })
  const [first, second] = record.entries
  const [adding, disabling] = [first, second].map((entry) => JSON.parse(entry?.content ?? ''))
  assert.equal(first?.kind, 'person.add')
  assert.equal(adding.address, 'ann@example.org')
  assert.equal(adding.by, 'command line')
  assert.equal(second?.sender, ann.id)
  assert.equal(disabling.by, ann.id)
  assert.doesNotMatch(JSON.stringify(record.entries), /long password/)
})

for (const [what, address, code] of [
  ['that is there', 'ann@example.org', 'directory.taken'],
  ['that is there, written otherwise', 'ANN@EXAMPLE.ORG', 'directory.taken'],
  ['at another domain', 'ann@example.com', 'directory.foreign-domain'],
  ['without a name', 'example.org', 'directory.bad-address'],
  ['with a resource', 'bo@example.org/phone', 'directory.bad-address'],
  ['that is none', 'b o@example.org', 'directory.bad-address'],
  ['that is empty', '', 'directory.bad-address'],
] as const) {
  test(`an address ${what} is refused in one sentence, and nothing is recorded`, async (t) => {
    const { directory, record } = await setUp(t)
    await add(directory, 'ann@example.org', 'pw')
    await assert.rejects(add(directory, address, 'pw'), operatorError(code))
    assert.equal(record.size, 1)
  })
}

test('two who add one address at the same time: one of them is refused', async (t) => {
  const { directory } = await setUp(t)
  const both = await Promise.allSettled([
    add(directory, 'ann@example.org', 'one'),
    add(directory, 'ann@example.org', 'two'),
  ])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal(directory.list().length, 1)
})

test('a password that cannot be one is refused', async (t) => {
  const { directory } = await setUp(t)
  await assert.rejects(
    add(directory, 'ann@example.org', ''),
    operatorError('directory.bad-password'),
  )
})

test('an address given anew is a new person', async (t) => {
  const { directory } = await setUp(t)
  const first = await add(directory, 'ann@example.org', 'one')
  await directory.remove(first.id, by)
  assert.equal(directory.find('ann@example.org'), null)
  const second = await add(directory, 'ann@example.org', 'two')
  assert.notEqual(second.id, first.id)
  assert.equal(directory.get(first.id), null)
  assert.equal(await signIn(directory, 'one'), null)
  assert.deepEqual(await signIn(directory, 'two'), second)
})

test('sessions end after disabling, removal and a new password, and not before it is on record', async (t) => {
  const { directory, record } = await setUp(t)
  const ann = await add(directory, 'ann@example.org', 'one')
  const ended: number[] = []
  directory.onRevoked((id) => {
    assert.equal(id, ann.id)
    ended.push(record.size)
  })
  await directory.setPassword(ann.id, new Secret('two'), by)
  await directory.setEnabled(ann.id, { enabled: false, by })
  await directory.setEnabled(ann.id, { enabled: false, by })
  await directory.setEnabled(ann.id, { enabled: true, by })
  await directory.remove(ann.id, by)
  assert.deepEqual(ended, [2, 3, 5])
})

test('who is disabled cannot sign in, and can again when enabled', async (t) => {
  const { directory } = await setUp(t)
  const ann = await add(directory, 'ann@example.org', 'pw')
  await directory.setEnabled(ann.id, { enabled: false, by })
  assert.equal(await signIn(directory, 'pw'), null)
  assert.equal(opensFor(directory, ann.address), 0)
  await directory.setEnabled(ann.id, { enabled: true, by })
  assert.deepEqual(await signIn(directory, 'pw'), ann)
})

for (const hash of ['sha-1', 'sha-256'] as const) {
  test(`keys of an unknown name look like those of a known one, and stay the same (${hash})`, async (t) => {
    const { directory, reopen } = await setUp(t)
    const ann = await add(directory, 'ann@example.org', 'pw')
    const real = await shape(directory, ann.address, hash)
    const decoy = await shape(directory, 'nobody@example.org', hash)
    assert.deepEqual(decoy.sizes, real.sizes)
    assert.notDeepEqual(decoy.salt, real.salt)
    assert.deepEqual(await shape(await reopen(), 'nobody@example.org', hash), decoy)
  })

  test(`disabling somebody changes neither his salt nor his count (${hash})`, async (t) => {
    const { directory } = await setUp(t)
    const ann = await add(directory, 'ann@example.org', 'pw')
    const before = await shape(directory, ann.address, hash)
    await directory.setEnabled(ann.id, { enabled: false, by })
    assert.deepEqual(await shape(directory, ann.address, hash), before)
  })
}

test('when the record takes nothing, nothing changes, and it is said why', async (t) => {
  const { directory, record, reopen } = await setUp(t)
  const ann = await add(directory, 'ann@example.org', 'pw')
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  await assert.rejects(add(directory, 'bo@example.org', 'pw'), /The disk is full\./)
  await assert.rejects(directory.setPassword(ann.id, new Secret('new'), by), OperatorError)
  await assert.rejects(directory.setEnabled(ann.id, { enabled: false, by }), OperatorError)
  await assert.rejects(directory.remove(ann.id, by), OperatorError)
  assert.deepEqual(await signIn(directory, 'pw'), ann)
  assert.deepEqual((await reopen()).list(), [ann])
})

test('when the state cannot be written, what is on record counts, and is written later', async (t) => {
  const { record, state, reopenOn } = await setUp(t)
  let full = false
  const directory = await openOn({
    record,
    state: {
      ...state,
      async apply(act, at) {
        if (full) throw new Error('database or disk is full')
        await state.apply(act, at)
      },
    },
  })
  const ann = await add(directory, 'ann@example.org', 'pw')
  full = true
  await directory.setEnabled(ann.id, { enabled: false, by })
  assert.equal(directory.get(ann.id)?.enabled, false)
  assert.equal((await state.load()).people[0]?.state, 'active')
  full = false
  const bo = await add(directory, 'bo@example.org', 'pw')
  assert.deepEqual((await reopenOn(record)).list(), [{ ...ann, enabled: false }, bo])
})

test('a start on a full disk drops no credential that an act on record names', async (t) => {
  const { directory, record, state, reopenOn } = await setUp(t)
  const ann = await add(directory, 'ann@example.org', 'old')
  const full: PeopleState = {
    ...state,
    async apply() {
      throw new Error('database or disk is full')
    },
  }
  await (await openOn({ record, state: full })).setPassword(ann.id, new Secret('new'), by)
  assert.deepEqual(await signIn(await openOn({ record, state: full }), 'new'), ann)
  assert.deepEqual(await signIn(await reopenOn(record), 'new'), ann)
})

test('a state that is ahead of its record is refused', async (t) => {
  const { directory, reopenOn } = await setUp(t)
  await add(directory, 'ann@example.org', 'pw')
  await assert.rejects(reopenOn(fakeRecord()), operatorError('directory.state-ahead'))
})

test('a lost state is made again from the record; passwords have to be set anew', async (t) => {
  const { directory, record } = await setUp(t)
  const ann = await add(directory, 'ann@example.org', 'pw')
  const bo = await add(directory, 'bo@example.org', 'pw')
  await directory.remove(bo.id, by)
  const { reopenOn } = await setUp(t)
  const again = await reopenOn(record)
  assert.deepEqual(again.list(), [ann])
  assert.equal(await signIn(again, 'pw'), null)
  await again.setPassword(ann.id, new Secret('new'), by)
  assert.deepEqual(await signIn(again, 'new'), ann)
})

async function setUp(t: TestContext): Promise<{
  readonly directory: Directory
  readonly record: FakeRecord
  readonly state: PeopleState
  readonly reopen: () => Promise<Directory>
  readonly reopenOn: (record: FakeRecord) => Promise<Directory>
}> {
  const state = await freshState(t)
  const record = fakeRecord()
  const reopenOn = async (on: FakeRecord): Promise<Directory> => await openOn({ record: on, state })
  const directory = await reopenOn(record)
  return { directory, record, state, reopen: async () => await reopenOn(record), reopenOn }
}

async function openOn(parts: { record: FakeRecord; state: PeopleState }): Promise<Directory> {
  return await openDirectory({
    access: memoryAccess(),
    ...parts,
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
}

async function add(directory: Directory, address: string, password: string): Promise<Person> {
  return await directory.add({ address, password: new Secret(password), role: 'member', by })
}

async function signIn(directory: Directory, password: string): Promise<Person | null> {
  const opened = await directory.checkPassword('ann@example.org', new Secret(password))
  return opened && opened.person
}

async function shape(
  directory: Directory,
  address: string,
  hash: ScramHash,
): Promise<{ salt: Buffer; sizes: readonly number[] }> {
  const { salt, iterations, candidates } = directory.scramKeys(address, hash)
  const sizes = candidates.flatMap((one) => [one.storedKey.length, one.serverKey.length])
  return { salt, sizes: [salt.length, iterations, ...sizes] }
}

/** How many keys are somebody's. */
function opensFor(directory: Directory, address: string): number {
  const { candidates } = directory.scramKeys(address, 'sha-256')
  return candidates.filter(({ opens }) => opens !== null).length
}

function operatorError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof OperatorError && error.code === code
}

test('an account of a program has no password, now or later, after a start too, and never another role', async (t) => {
  const { directory, reopen } = await setUp(t)
  const bot = await directory.addBot({ address: 'bot@example.org', by })
  assert.deepEqual([bot.role, bot.enabled], ['bot', true])
  await assert.rejects(directory.setPassword(bot.id, new Secret('pw'), by), {
    code: 'directory.bot',
  })
  await assert.rejects(directory.setRole(bot.id, 'administrator', by), { code: 'directory.bot' })
  const ann = await add(directory, 'ann@example.org', 'pw')
  await assert.rejects(directory.setRole(ann.id, 'bot', by), { code: 'directory.bot' })
  const role = 'bot'
  await assert.rejects(
    directory.add({ address: 'b@example.org', password: new Secret('pw'), role, by }),
    { code: 'directory.bot' },
  )
  for (const opened of [directory, await reopen()]) {
    assert.deepEqual(opened.find('bot@example.org'), bot)
    for (const password of ['', 'pw', 'bot'])
      assert.equal(await opened.checkPassword('bot@example.org', new Secret(password)), null)
    assert.equal(opensFor(opened, 'bot@example.org'), 0)
  }
})
