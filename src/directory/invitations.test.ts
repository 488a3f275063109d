import { memoryAccess } from '../../test/fakes/access-state.ts'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { freshState } from '../../test/fakes/state.ts'
import { type FakeTime, fakeTime } from '../../test/fakes/timer.ts'
import { OperatorError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { Secret } from '../base/secret.ts'
import { parseJid } from '../xmpp/wire/jid.ts'
import { openDirectory } from './open.ts'
import { type Directory, type Invitation, type InvitationMode, type Person } from './ports.ts'

const by = { commandLine: true } as const
const dayMs = 86_400_000
const password = new Secret('pw')
const account = { to: 'account', name: null, subscribes: false } as const

test('who has the token of an invitation gets an account, once, and the record says by whom he was invited', async (t) => {
  const { directory, record } = await setUp(t)
  const ann = await addPerson(directory, 'ann')
  const made = await directory.invitations.make(account, { person: ann.id })
  const token = made.token.reveal()
  assert.match(token, /^[0-9a-f]{36}$/)
  assert.equal(made.uri.reveal(), `xmpp:example.org?register;preauth=${token}`)
  const invitation = found(directory, token)
  const ben = await directory.invitations.register({ invitation, name: 'Ben', password })
  assert.equal(ben.address, 'ben@example.org')
  assert.equal(ben.role, 'member')
  assert.equal((await directory.checkPassword(ben.address, password))?.person.id, ben.id)
  const act = record.entries.at(-1)
  const said = JSON.parse(act?.content ?? '')
  assert.deepEqual([act?.kind, act?.sender], ['person.add', null])
  assert.deepEqual([said.by, said.inviter, said.invitation], ['invitation', ann.id, invitation.id])
  assert.equal(directory.invitations.find(token), null)
  await refused(directory.invitations.register({ invitation, name: 'cy', password }), 'unknown')
  assert.doesNotMatch(JSON.stringify(record.entries), new RegExp(token))
})

test('of two who use one token at the same time one gets an account', async (t) => {
  const { directory } = await setUp(t)
  const { token } = await directory.invitations.make(account, by)
  const invitation = found(directory, token.reveal())
  const both = await Promise.allSettled(
    ['ben', 'cy'].map(
      async (name) => await directory.invitations.register({ invitation, name, password }),
    ),
  )
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal(directory.list().length, 1)
})

test('a name that was invited is kept for who comes with the token, until it is too old or taken back', async (t) => {
  const { directory, time } = await setUp(t)
  const wanted = { ...account, name: 'Juliet' }
  const made = await directory.invitations.make(wanted, by)
  assert.match(made.uri.reveal(), /^xmpp:juliet@example\.org\?register;preauth=/)
  await refused(addPerson(directory, 'juliet'), 'taken')
  await refused(directory.invitations.make(wanted, by), 'taken')
  const invitation = found(directory, made.token.reveal())
  await refused(directory.invitations.register({ invitation, name: 'romeo', password }), 'other')
  time.pass(7 * dayMs)
  assert.equal(directory.invitations.find(made.token.reveal()), null)
  const again = await directory.invitations.make(wanted, by)
  await directory.invitations.revoke(again.invitation.id, by)
  assert.equal(directory.invitations.find(again.token.reveal()), null)
  await refused(directory.invitations.revoke(again.invitation.id, by), 'unknown')
  await addPerson(directory, 'juliet')
})

test('who has shown a token in time may finish when it is too old', async (t) => {
  const { directory, time } = await setUp(t)
  const { token } = await directory.invitations.make(account, by)
  const invitation = found(directory, token.reveal())
  time.pass(7 * dayMs + 60_000)
  await directory.invitations.make(account, by)
  await directory.invitations.register({ invitation, name: 'ben', password })
})

test('an invitation is worth nothing once who invited is disabled or removed', async (t) => {
  const { directory } = await setUp(t)
  const ann = await addPerson(directory, 'ann')
  const { token } = await directory.invitations.make(account, { person: ann.id })
  const invitation = found(directory, token.reveal())
  await directory.setEnabled(ann.id, { enabled: false, by })
  assert.equal(directory.invitations.find(token.reveal()), null)
  await refused(directory.invitations.register({ invitation, name: 'ben', password }), 'unknown')
  await directory.setEnabled(ann.id, { enabled: true, by })
  found(directory, token.reveal())
  await directory.remove(ann.id, by)
  assert.equal(directory.invitations.find(token.reveal()), null)
})

test('invitations outlive a restart, also when the state was lost, and used ones stay used', async (t) => {
  const { directory, reopen, record } = await setUp(t)
  const ann = await addPerson(directory, 'ann')
  const kept = await directory.invitations.make({ ...account, name: 'juliet' }, by)
  const used = await directory.invitations.make(account, { person: ann.id })
  const taken = await directory.invitations.make(
    { to: 'contact', name: null, subscribes: true },
    { person: ann.id },
  )
  const invitation = found(directory, used.token.reveal())
  await directory.invitations.register({ invitation, name: 'ben', password })
  assert.equal(await directory.invitations.take(taken.invitation.id, 'cy@elsewhere.org'), true)
  assert.equal(await directory.invitations.take(taken.invitation.id, 'cy@elsewhere.org'), false)
  for (const again of [await reopen(), (await setUp(t, 'accounts', record)).directory]) {
    assert.deepEqual(found(again, kept.token.reveal()), kept.invitation)
    assert.equal(again.invitations.find(used.token.reveal()), null)
    assert.equal(again.invitations.find(taken.token.reveal()), null)
    await refused(addPerson(again, 'juliet'), 'taken')
  }
})

test('there is a bound to the invitations of a person, and what ends gives room', async (t) => {
  const { directory, time } = await setUp(t)
  const ann = await addPerson(directory, 'ann')
  const make = async (): Promise<unknown> =>
    await directory.invitations.make(account, { person: ann.id })
  for (let count = 0; count < 100; count += 1) await make()
  await refused(make(), 'too-many')
  time.pass(7 * dayMs)
  await make()
  assert.equal(directory.invitations.list().length, 1)
})

test('a contact gets an account only where the settings say so, and nobody is invited where they are off', async (t) => {
  for (const [mode, registers, end] of [
    ['contacts', false, ''],
    ['accounts', true, ';ibr=y'],
  ] as const) {
    const { directory } = await setUp(t, mode)
    const ann = await addPerson(directory, 'ann+é')
    const wanted = { to: 'contact', name: null, subscribes: true } as const
    const { token, uri } = await directory.invitations.make(wanted, { person: ann.id })
    assert.equal(
      uri.reveal(),
      `xmpp:ann%2B%C3%A9@example.org?roster;preauth=${token.reveal()}${end}`,
    )
    assert.equal(found(directory, token.reveal()).registers, registers)
  }
  const { directory } = await setUp(t, 'off')
  await refused(directory.invitations.make(account, by), 'off')
})

test('nobody is invited when the record takes nothing', async (t) => {
  const { directory, record } = await setUp(t)
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  await refused(directory.invitations.make(account, by), 'record-refused')
  assert.deepEqual(directory.invitations.list(), [])
})

async function setUp(
  t: TestContext,
  mode: InvitationMode = 'accounts',
  record: FakeRecord = fakeRecord(),
): Promise<{
  readonly directory: Directory
  readonly record: FakeRecord
  readonly time: FakeTime
  readonly reopen: () => Promise<Directory>
}> {
  const state = await freshState(t)
  const time = fakeTime()
  const reopen = async (): Promise<Directory> =>
    await openDirectory({
      access: memoryAccess(),
      state,
      record,
      domain: 'example.org',
      parseAddress: parseJid,
      invitations: { mode, days: 7 },
      clock: time,
      elsewhere: null,
      scramIterations: 10, // so that the tests are quick
      webCost: { memory: 8, passes: 1 },
      opening: { ownPassword: 'unless-factor', secondFactor: 'optional' },
      random: systemRandom(),
      log: silentLog,
    })
  return { directory: await reopen(), record, time, reopen }
}

async function addPerson(directory: Directory, name: string): Promise<Person> {
  return await directory.add({ address: `${name}@example.org`, password, role: 'member', by })
}

function found(directory: Directory, token: string): Invitation {
  return directory.invitations.find(token) ?? assert.fail('the token is not known')
}

async function refused(step: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(step, (error) => {
    assert.ok(error instanceof OperatorError)
    assert.match(error.code, new RegExp(`\\.${code}`))
    return true
  })
}
