import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryScene } from '../../test/support/api-directory.ts'
import { OperatorError } from '../base/errors.ts'
import { auditPeople } from './audit.ts'

const by = { commandLine: true } as const
const wanted = { name: 'a program', scopes: ['self.see'], days: 2 }
const dayMs = 86_400_000

test('a token is made on record without what it is, and is found by what it is', async (t) => {
  const { directory, record, add, reopen } = await directoryScene(t)
  const ann = await add('ann')
  const { token, secret } = await directory.tokens.make({ ...wanted, person: ann.id }, by)
  assert.match(secret.reveal(), /^onr_[\w-]{43}$/)
  assert.deepEqual(directory.tokens.find(secret.reveal()), token)
  const act = record.entries.at(-1)
  assert.equal(act?.kind, 'token.make')
  assert.doesNotMatch(JSON.stringify(record.entries), new RegExp(secret.reveal()))
  const next = await reopen()
  assert.deepEqual(next.tokens.find(secret.reveal())?.id, token.id)
  assert.equal(next.tokens.find(`${secret.reveal()}x`), null)
})

test('a token is good until it is too old, taken back, or its person may not sign in', async (t) => {
  const { directory, time, add, reopen } = await directoryScene(t)
  const ann = await add('ann')
  const make = async (): Promise<{ readonly id: string; readonly secret: string }> => {
    const { token, secret } = await directory.tokens.make({ ...wanted, person: ann.id }, by)
    return { id: token.id, secret: secret.reveal() }
  }
  const [old, taken, cut] = [await make(), await make(), await make()]
  await directory.tokens.revoke(taken.id, ann.id, by)
  assert.equal(directory.tokens.find(taken.secret), null)
  assert.notEqual(directory.tokens.find(cut.secret), null)
  await directory.setEnabled(ann.id, { enabled: false, by })
  assert.equal(directory.tokens.find(cut.secret), null)
  await directory.setEnabled(ann.id, { enabled: true, by })
  assert.equal(directory.tokens.find(cut.secret), null, 'it does not come back')
  const late = await make()
  time.pass(2 * dayMs)
  for (const { secret } of [old, late]) assert.equal(directory.tokens.find(secret), null)
  assert.deepEqual((await reopen()).tokens.list(ann.id), [])
})

test('what is no token is refused in one sentence, and nothing is recorded', async (t) => {
  const { directory, record, add } = await directoryScene(t)
  const ann = await add('ann')
  const size = record.size
  for (const [change, code] of [
    [{ scopes: ['all'] }, 'tokens.scope'],
    [{ scopes: [] }, 'tokens.scope'],
    [{ days: 366 }, 'tokens.days'],
    [{ days: 0.5 }, 'tokens.days'],
    [{ name: ' ' }, 'tokens.name'],
  ] as const)
    await assert.rejects(
      directory.tokens.make({ ...wanted, person: ann.id, ...change }, by),
      (error) => error instanceof OperatorError && error.code === code,
    )
  await assert.rejects(directory.tokens.revoke('x', null, by), /no such token/)
  assert.equal(record.size, size)
})

test('nobody takes back what is another’s', async (t) => {
  const { directory, add } = await directoryScene(t)
  const [ann, ben] = [await add('ann'), await add('ben')]
  const { token, secret } = await directory.tokens.make({ ...wanted, person: ann.id }, by)
  await assert.rejects(directory.tokens.revoke(token.id, ben.id, { person: ben.id }), /no such/)
  assert.notEqual(directory.tokens.find(secret.reveal()), null)
})

test('fifty tokens of one person are enough, and those that are too old make room', async (t) => {
  const { directory, time, add } = await directoryScene(t)
  const ann = await add('ann')
  const make = async (): Promise<unknown> =>
    await directory.tokens.make({ ...wanted, person: ann.id }, by)
  for (let i = 0; i < 50; i++) await make()
  await assert.rejects(make(), /50 tokens at most/)
  time.pass(2 * dayMs)
  await make()
  assert.equal(directory.tokens.list(ann.id).length, 1)
})

test('when a token was used is noted to the hour', async (t) => {
  const { directory, time, add, reopen } = await directoryScene(t)
  const ann = await add('ann')
  const { secret } = await directory.tokens.make({ ...wanted, person: ann.id }, by)
  const usedAt = async (): Promise<number | null | undefined> =>
    (await reopen()).tokens.list(ann.id)[0]?.usedAt
  assert.equal(await usedAt(), null)
  const first = time.now()
  directory.tokens.find(secret.reveal())
  time.pass(60_000)
  directory.tokens.find(secret.reveal())
  assert.equal(await usedAt(), first)
  time.pass(3_600_000)
  directory.tokens.find(secret.reveal())
  assert.equal(await usedAt(), time.now())
})

const keyOf = (group: string): string => group

test('a token in the state that no act has made is found by verification', () => {
  const stored = {
    applied: -1,
    people: [],
    addresses: [],
    invitations: [],
    factors: [],
    identities: [],
    appPasswords: [],
    guests: [],
    following: [],
    credentials: new Set<string>(),
    groupsApplied: -1,
    groups: [],
    memberships: [],
  }
  const forged = auditPeople({ ...stored, tokens: [{ id: 'x', tokenHash: 'y' }] }, keyOf)
  assert.match(forged.difference() ?? '', /token x is none/)
  assert.equal(auditPeople({ ...stored, tokens: [] }, keyOf).difference(), null)
})
