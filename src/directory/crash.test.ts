import { memoryAccess } from '../../test/fakes/access-state.ts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { person } from '../../test/fakes/new-record.ts'
import { fakeRecord } from '../../test/fakes/record.ts'
import { freshState } from '../../test/fakes/state.ts'
import { stopAt } from '../../test/support/stop-at.ts'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import { type Record } from '../record/ports.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { openDirectory } from './open.ts'
import { type Directory, type PeopleState, type Person } from './ports.ts'

const by = { commandLine: true } as const
const address = 'ann@example.org'

/** What is done, and what may be found at the next start: before or after, and nothing in between. */
const changes = {
  'adding a person': {
    isPrepared: false,
    run: async (directory: Directory) => await add(directory),
    before: { there: false, signsInWith: null },
    after: { there: true, signsInWith: 'old' },
  },
  'setting a password': {
    isPrepared: true,
    run: async (directory: Directory, ann: Person) =>
      await directory.setPassword(ann.id, new Secret('new'), by),
    before: { there: true, signsInWith: 'old' },
    after: { there: true, signsInWith: 'new' },
  },
  'disabling a person': {
    isPrepared: true,
    run: async (directory: Directory, ann: Person) =>
      await directory.setEnabled(ann.id, { enabled: false, by }),
    before: { there: true, signsInWith: 'old' },
    after: { there: true, signsInWith: null },
  },
  'a person who leaves': {
    isPrepared: true,
    run: async (directory: Directory, ann: Person) => await directory.leave(ann.id, by),
    before: { there: true, signsInWith: 'old' },
    after: { there: true, signsInWith: null },
  },
  'removing a person': {
    isPrepared: true,
    run: async (directory: Directory, ann: Person) => await directory.remove(ann.id, by),
    before: { there: true, signsInWith: 'old' },
    after: { there: false, signsInWith: null },
  },
}

for (const [what, { isPrepared, run, before, after }] of Object.entries(changes)) {
  test(`${what}: whatever call we stop before or after, nothing is lost and nothing is half`, async (t) => {
    for (let call = 1; ; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const { state, record } = await stored(t)
        const ann = isPrepared ? await add(await openOn(state, record)) : unused
        const sizeBefore = record.size

        const stop = stopAt(call, when)
        const running = await openOn(stop.state(state), stop.record(record))
        const outcome = await Promise.race([run(running, ann).then(() => 'done'), stop.stopped])

        const again = await openOn(state, record)
        const isOnRecord = record.size > sizeBefore
        assert.deepEqual(await seen(again), isOnRecord ? after : before, `${when} call ${call}`)
        if (outcome === 'done') {
          assert.ok(isOnRecord && call > 2, 'each call was tried')
          return
        }
      }
    }
  })
}

test('groups and what is said of people: when we stop between act and state, the next start applies it', async (t) => {
  const { state, record } = await stored(t)
  const ann = await add(await openOn(state, record))
  const photo = { type: 'image/png', bytes: Buffer.from('89504e470d0a1a0a', 'hex') } as const
  const none = { persons: [], groups: [] }
  const steps: readonly ((directory: Directory) => Promise<void>)[] = [
    async ({ groups }) => await groups.put({ id: 'desk', name: 'Desk' }, by),
    async (directory) => await directory.setGroups(ann.id, ['traders'], by),
    async ({ groups }) =>
      await groups.change(
        'desk',
        { added: { persons: [], groups: ['traders'] }, removed: none },
        by,
      ),
    async (directory) => await directory.setProfile(ann.id, { set: { name: 'Ann' }, photo }, by),
    async ({ groups }) => await groups.remove('desk', by),
  ]
  const after: readonly (readonly [readonly string[], string | null])[] = [
    [[], null],
    [['traders'], null],
    [['desk', 'traders'], null],
    [['desk', 'traders'], 'Ann'],
    [['traders'], 'Ann'],
  ]
  for (const [i, step] of steps.entries()) {
    // It is on record, and the state has nothing of it.
    const stop = stopAt(1, 'after')
    const running = await openOn(stop.state(state), stop.record(record))
    await Promise.race([step(running), stop.stopped])
    const again = await openOn(state, record)
    const [groups, name] = after[i] ?? []
    assert.deepEqual(again.groupsOf(ann.id), groups)
    assert.deepEqual(await again.groups.groupsAt(ann.id, { position: record.size }), groups)
    assert.equal(again.detailsOf(ann.id)?.profile.name, name)
  }
  assert.deepEqual(await (await openOn(state, record)).photoOf(ann.id), photo)
})

const unused: Person = {
  id: person(0),
  address,
  role: 'member',
  enabled: true,
}

async function stored(t: TestContext): Promise<{ state: PeopleState; record: Record }> {
  return { state: await freshState(t), record: fakeRecord() }
}

async function add(directory: Directory): Promise<Person> {
  return await directory.add({ address, password: new Secret('old'), role: 'member', by })
}

async function seen(directory: Directory): Promise<{ there: boolean; signsInWith: string | null }> {
  const there = directory.find(address) !== null
  for (const password of ['old', 'new']) {
    if (await directory.checkPassword(address, new Secret(password)))
      return { there, signsInWith: password }
  }
  return { there, signsInWith: null }
}

async function openOn(state: PeopleState, record: Record): Promise<Directory> {
  return await openDirectory({
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
}
