import assert from 'node:assert/strict'
import { memoryAccess } from '../../../test/fakes/access-state.ts'
import { test } from 'node:test'
import { directoryScene } from '../../../test/support/api-directory.ts'
import { fakeRecord } from '../../../test/fakes/record.ts'
import { freshState } from '../../../test/fakes/state.ts'
import { systemClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type Record } from '../../record/ports.ts'
import { parseJid } from '../../xmpp/wire/jid.ts'
import { actOf } from '../acts.ts'
import { openDirectory } from '../open.ts'
import { type Directory, type PeopleState } from '../ports.ts'
import { auditFactors } from './audit-factors.ts'
import { type FactorRow, type FactorSecret } from './ports.ts'

const app: FactorSecret = { kind: 'totp', name: 'phone', usedAt: null, key: 'c0ffee', step: -1 }
const paper: FactorSecret = { kind: 'recovery', name: 'codes', usedAt: null, hashes: ['ab', 'cd'] }

test('that there is a factor is on record, and what it is checked with is not', async (t) => {
  const { add, directory, record } = await directoryScene(t)
  const ann = await add('ann')
  const { id } = await directory.factors.add(ann.id, app, { person: ann.id })
  await directory.factors.add(ann.id, paper, { person: ann.id })
  await directory.factors.remove(ann.id, id, { person: ann.id })
  const acts = record.entries.filter(({ kind }) => kind.startsWith('factor.'))
  assert.deepEqual(
    acts.map(({ kind, content, sender }) => {
      const { v: _v, factor: _id, ...said } = JSON.parse(content)
      return [kind, sender, said]
    }),
    [
      [
        'factor.add',
        ann.id,
        { by: ann.id, person: ann.id, type: 'totp', name: 'phone', madeAt: 1_000_000 },
      ],
      [
        'factor.add',
        ann.id,
        { by: ann.id, person: ann.id, type: 'recovery', name: 'codes', madeAt: 1_000_000 },
      ],
      ['factor.remove', ann.id, { by: ann.id, person: ann.id }],
    ],
  )
  const all = acts.map(({ content }) => content).join()
  for (const secret of ['c0ffee', 'ab', 'cd']) assert.doesNotMatch(all, new RegExp(`"${secret}"`))
})

test('factors are there at the next start, and with the last one the recovery codes go', async (t) => {
  const { add, directory, reopen, time } = await directoryScene(t)
  const { id: ann } = await add('ann')
  const by = { person: ann }
  assert.equal(directory.factors.guards(ann), false)
  const first = await directory.factors.add(ann, app, by)
  time.pass(1)
  const second = await directory.factors.add(ann, { ...app, name: 'tablet' }, by)
  time.pass(1)
  await directory.factors.add(ann, paper, by)
  await directory.factors.add(ann, { ...paper, hashes: ['ef'] }, by)
  const again = await reopen()
  assert.deepEqual(
    (await again.factors.held(ann)).map(({ secret }) => secret),
    [app, { ...app, name: 'tablet' }, { ...paper, hashes: ['ef'] }],
  )
  assert.equal(again.factors.guards(ann), true)
  await again.factors.remove(ann, first.id, by)
  assert.equal(again.factors.of(ann).length, 2)
  await again.factors.remove(ann, second.id, by)
  assert.deepEqual([again.factors.of(ann), again.factors.guards(ann)], [[], false])
})

test('nobody removes somebody else’s factor, nor has codes on paper alone, nor more than ten', async (t) => {
  const { add, directory } = await directoryScene(t)
  const [{ id: ann }, { id: ben }] = [await add('ann'), await add('ben')]
  const { factors } = directory
  await assert.rejects(factors.add(ann, paper, { person: ann }), { code: 'factors.first' })
  const { id } = await factors.add(ann, app, { person: ann })
  await assert.rejects(factors.remove(ben, id, { person: ben }), { code: 'factors.unknown' })
  for (let i = 1; i < 10; i++) await factors.add(ann, app, { person: ann })
  await assert.rejects(factors.add(ann, app, { person: ann }), { code: 'factors.too-many' })
  await directory.setEnabled(ben, { enabled: false, by: { commandLine: true } })
  await assert.rejects(factors.add(ben, app, { person: ben }), { code: 'factors.no-person' })
})

test('a reset takes all of them, and those of who is removed are gone', async (t) => {
  const { add, directory, state } = await directoryScene(t)
  const by = { commandLine: true } as const
  const [{ id: ann }, { id: ben }] = [await add('ann'), await add('ben')]
  const made = [
    await directory.factors.add(ann, app, by),
    await directory.factors.add(ann, paper, by),
    await directory.factors.add(ben, app, by),
  ].map(({ id }) => id)
  await directory.factors.reset(ann, by)
  await directory.remove(ben, by)
  assert.deepEqual([directory.factors.of(ann), directory.factors.of(ben)], [[], []])
  assert.equal((await state.factors.find(made)).size, 0)
})

test('taking all factors and letting go of a link are on record where there is none, too', async (t) => {
  const { add, directory, record } = await directoryScene(t)
  const by = { commandLine: true } as const
  const { id: ann } = await add('ann')
  await directory.factors.reset(ann, by)
  await directory.identities.unlink(ann, by)
  const kinds = record.entries.map(({ kind }) => kind)
  assert.deepEqual(kinds.slice(-2), ['factor.remove', 'identity.unlink'])
})

for (const when of ['before', 'after'] as const)
  test(`whatever write we stop ${when}, a factor is whole at the next start or not there`, async (t) => {
    for (let call = 1; call <= 3; call++) {
      const [state, record] = [await freshState(t), fakeRecord()]
      const { id: ann } = await (await openOn(state, record)).add(annAdded)
      const { stopped, ...stopping } = stopAt(call, when, { state, record })
      const running = await openOn(stopping.state, stopping.record)
      const outcome: Promise<string> = running.factors
        .add(ann, app, { person: ann })
        .then(() => 'done')
      assert.equal(await Promise.race([outcome, stopped]), 'stopped', `${call}`)
      const isOnRecord = call > 2 || (call === 2 && when === 'after')
      const { factors } = await openOn(state, record)
      assert.equal(factors.guards(ann), isOnRecord, `${call}`)
      assert.deepEqual(
        (await factors.held(ann)).map(({ secret }) => secret),
        isOnRecord ? [app] : [],
      )
    }
  })

test('a factor in the state that no act has made, and one that is missing, are found by verification', async (t) => {
  const { add, directory, record } = await directoryScene(t)
  const { id: ann } = await add('ann')
  const { id } = await directory.factors.add(ann, app, { person: ann })
  const saw = async (factors: readonly FactorRow[]): Promise<string> => {
    const audit = auditFactors()
    for (let at = 0; at < record.size; at++) audit.apply(actOf(await record.read(at)))
    return audit.difference(factors) ?? 'the same'
  }
  const row = { id, person: ann, kind: 'totp' }
  assert.equal(await saw([row]), 'the same')
  assert.match(await saw([]), /is missing/)
  for (const forged of [
    { ...row, id: 'f2' },
    { ...row, person: 'x' },
    { ...row, kind: 'passkey' },
  ])
    assert.match(await saw([row, forged]), /is none that the record has/)
})

const annAdded = {
  address: 'ann@example.org',
  password: new Secret('x'),
  role: 'member',
  by: { commandLine: true },
} as const

async function openOn(state: PeopleState, record: Record): Promise<Directory> {
  return await openDirectory({
    state,
    access: memoryAccess(),
    record,
    domain: 'example.org',
    parseAddress: parseJid,
    elsewhere: null,
    invitations: { mode: 'administrators', days: 7 },
    clock: systemClock,
    scramIterations: 10, // so that the tests are quick
    webCost: { memory: 8, passes: 1 },
    opening: { ownPassword: 'unless-factor', secondFactor: 'optional' },
    random: systemRandom(),
    log: silentLog,
  })
}

/** The process ends before or after the nth write: nothing of it is heard any more. */
function stopAt(
  nth: number,
  when: 'before' | 'after',
  { state, record }: { readonly state: PeopleState; readonly record: Record },
): { stopped: Promise<'stopped'>; state: PeopleState; record: Record } {
  let calls = 0
  const { promise: stopped, resolve: stop } = Promise.withResolvers<'stopped'>()
  async function step<T>(write: () => Promise<T>): Promise<T> {
    calls += 1
    if (calls < nth) return await write()
    if (calls === nth && when === 'after') await write()
    stop('stopped')
    return await new Promise<never>(() => {})
  }
  return {
    stopped,
    state: {
      ...state,
      factors: {
        ...state.factors,
        put: async (id, secret) => await step(async () => await state.factors.put(id, secret)),
      },
      apply: async (act, at) => await step(async () => await state.apply(act, at)),
    },
    record: Object.create(record, {
      append: { value: async (entry: never) => await step(async () => await record.append(entry)) },
    }),
  }
}
