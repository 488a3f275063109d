import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fakeAudit } from '../../test/fakes/audit.ts'
import { type DirectoryScene, directoryScene } from '../../test/support/api-directory.ts'
import { actingThrough } from '../base/through.ts'
import { conversationId } from '../record/ids.ts'
import { serverRecord } from '../record/server-record.ts'
import { type NewRecord, type PersonId, type RecordKind } from '../record/types.ts'
import { recordOfAct } from '../record/disposal/events.ts'
import { type Audit } from './open.ts'
import { type AuditEntry, type AuditFilter } from './ports.ts'
import { sentenceOf } from './words.ts'

type Scene = DirectoryScene & {
  readonly audit: Audit
  readonly found: (filter?: AuditFilter, limit?: number) => Promise<readonly AuditEntry[]>
}

async function setUp(t: TestContext): Promise<Scene> {
  const people = await directoryScene(t)
  const audit = fakeAudit({ ...people, clock: people.time })
  return {
    ...people,
    audit,
    async found(filter = {}, limit = 50) {
      const page = await audit.trail.page({ ...filter, scope: 'all' }, { before: null, limit })
      return page.entries
    },
  }
}

const kindsOf = (entries: readonly AuditEntry[]): string[] => entries.map(({ kind }) => kind)

test('acts are found again by rows, newest first, whatever they are about', async (t) => {
  const { add, directory, record, found } = await setUp(t)
  const ann = await add('ann', 'legal')
  await directory.setRole(ann.id, 'records', { commandLine: true })
  const scope = { persons: [], conversations: [], query: null, from: null, until: null }
  const hold = { kind: 'hold.place', by: ann.id, name: 'M 1', reason: 'a lawsuit', scope } as const
  await record.append(recordOfAct(hold))
  assert.deepEqual(kindsOf(await found()), ['hold.place', 'person.role', 'person.add'])
})

test('an act says through what whoever did it came, and the server through nothing', async (t) => {
  const { add, directory, found } = await setUp(t)
  const ann = await add('ann')
  await actingThrough('token:7', async () => {
    await directory.setEnabled(ann.id, { enabled: false, by: { person: ann.id } })
  })
  const [disabled, added] = await found()
  assert.deepEqual(
    [disabled?.through, disabled?.actor, disabled?.by],
    ['token:7', 'person', ann.id],
  )
  assert.deepEqual([added?.through, added?.actor, added?.by], ['', 'machine', null])
})

test('filters name who, what, about whom and when, and all of them have to fit', async (t) => {
  const { add, directory, time, found } = await setUp(t)
  const [ann, ben] = [await add('ann'), await add('ben')]
  time.pass(10_000)
  await directory.setRole(ben.id, 'officer', { person: ann.id })
  assert.deepEqual(kindsOf(await found({ by: ann.id })), ['person.role'])
  assert.deepEqual(kindsOf(await found({ by: 'machine' })), ['person.add', 'person.add'])
  assert.deepEqual(kindsOf(await found({ about: ben.id })), ['person.role', 'person.add'])
  assert.deepEqual(kindsOf(await found({ kinds: ['person.add'] })), ['person.add', 'person.add'])
  assert.deepEqual(kindsOf(await found({ kinds: ['hold', 'person'] })).length, 3)
  assert.deepEqual(kindsOf(await found({ since: time.now() })), ['person.role'])
  assert.deepEqual(kindsOf(await found({ until: time.now() - 1 })).length, 2)
  assert.deepEqual(kindsOf(await found({ about: ben.id, by: 'machine' })), ['person.add'])
})

test('pages go on where the one before ended, and nothing is twice in them', async (t) => {
  const { add, audit } = await setUp(t)
  for (let i = 0; i < 7; i++) await add(`p${i}`)
  const positions: number[] = []
  let before: number | null = null
  do {
    const page = await audit.trail.page({ scope: 'all' }, { before, limit: 3 })
    positions.push(...page.entries.map(({ position }) => position))
    before = page.next
  } while (before !== null)
  assert.deepEqual(positions, [6, 5, 4, 3, 2, 1, 0])
})

test('what comes after a position comes oldest first', async (t) => {
  const { add, audit } = await setUp(t)
  for (let i = 0; i < 3; i++) await add(`p${i}`)
  const after: number[] = []
  for await (const { position } of audit.trail.after(0, { scope: 'all' })) after.push(position)
  assert.deepEqual(after, [1, 2])
})

test('administrators see acts of administration, and none about content', async (t) => {
  const { add, record, audit } = await setUp(t)
  const ann = await add('ann', 'officer')
  const scope = { persons: [], conversations: [], query: 'merger', from: null, until: null }
  await record.append(
    recordOfAct({ kind: 'hold.place', by: ann.id, name: 'M', reason: 'r', scope }),
  )
  const wanted = { scope: 'administration' } as const
  const { entries } = await audit.trail.page(wanted, { before: null, limit: 50 })
  assert.deepEqual(kindsOf(entries), ['person.add'])
})

function revokedBy(by: readonly PersonId[]): NewRecord {
  return serverRecord({
    kind: 'grant.revoke',
    conversation: conversationId('5'.repeat(32)),
    members: [],
    content: JSON.stringify({ v: 1, by, grant: '7', reason: 'it is over' }),
    sender: by[0] ?? null,
  })
}

test('an act with several has who did it, and those whose word it needed', async (t) => {
  const { add, record, found } = await setUp(t)
  const [ann, ben] = [await add('ann'), await add('ben')]
  await record.append(revokedBy([ann.id, ben.id]))
  await record.append(revokedBy([]))
  const [machine, both] = await found({ kinds: ['grant'] })
  assert.deepEqual([both?.by, both?.approvals, both?.actor], [ann.id, [ben.id], 'person'])
  assert.deepEqual([machine?.by, machine?.actor], [null, 'machine'])
})

test('no hash of a secret, and no name of a credential, is shown', async (t) => {
  const { add, directory, found } = await setUp(t)
  const ann = await add('ann', 'administrator')
  const wanted = { person: ann.id, name: 'bot', scopes: ['people.see'], days: 1 }
  await directory.tokens.make(wanted, { person: ann.id })
  await directory.invitations.make(
    { to: 'account', subscribes: false, name: null },
    { person: ann.id },
  )
  const shown = JSON.stringify(await found())
  assert.doesNotMatch(shown, /hash|credential/i)
})

test('each act is one sentence', async (t) => {
  const { add, directory, found } = await setUp(t)
  const [ann, ben] = [await add('ann'), await add('ben')]
  await directory.setGroups(ben.id, ['desk'], { person: ann.id })
  await directory.setEnabled(ben.id, { enabled: false, by: { sync: 'scim' } })
  await directory.setEnabled(ben.id, { enabled: true, by: { sync: 'ldap' } })
  await directory.remove(ben.id, { person: ann.id })
  const nameOf = (id: string): string => (id === ann.id ? 'ann@x' : id === ben.id ? 'ben@x' : id)
  const sentences = (await found()).map((entry) => sentenceOf(entry, nameOf))
  assert.deepEqual(sentences, [
    'ann@x removed ben@x.',
    'The directory server let ben@x sign in again.',
    'The provisioning service suspended ben@x.',
    'ann@x put ben@x into the groups desk.',
    "The machine's administrator added ben@example.org as member.",
    "The machine's administrator added ann@example.org as member.",
  ])
})

test('what has no reason, and what the server does of itself, is said in a whole sentence, too', async (t) => {
  const { record, found } = await setUp(t)
  const conversation = conversationId('5'.repeat(32))
  const act = async (kind: RecordKind, what: object): Promise<void> => {
    const content = JSON.stringify({ v: 1, ...what })
    await record.append(serverRecord({ kind, conversation, members: [], content, sender: null }))
  }
  const machine = { by: 'command line' }
  await act('approval.decide', { by: [], request: '5b', approves: true, reason: '' })
  await act('approval.run', { by: [], request: '5b', outcome: { state: 'begun' } })
  await act('approval.run', { by: [], request: '5b', outcome: { state: 'done' } })
  await act('approval.run', { by: [], request: '5b', outcome: { state: 'unknown' } })
  await act('grant.revoke', { by: [], grant: '7', reason: 'The envelope is over.' })
  await act('break-glass.open', { ...machine, opened: 'e', purpose: 'a test' })
  await act('alarm.news', { ...machine, event: 'record.refused', news: 'raised' })
  await act('follow.room', { ...machine, room: 'desk', groups: [] })
  const sentences = (await found()).map((entry) => sentenceOf(entry, (id) => id))
  assert.deepEqual(sentences.toReversed(), [
    "The machine's administrator said yes to the request 5b.",
    'The server began to carry out the request 5b.',
    'The server carried out the request 5b.',
    'The server noted the request 5b as unknown.',
    "The machine's administrator took back the grant 7: The envelope is over.",
    'The machine\'s administrator opened the sealed access of somebody for the purpose "a test".',
    'The server raised the alarm record.refused.',
    "The machine's administrator had the room desk follow no group.",
  ])
  assert.equal((await found({ by: 'machine' })).length, 4)
})
