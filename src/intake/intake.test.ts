import { isNobodys } from '../record/ids.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { conversation, newRecord, person } from '../../test/fakes/new-record.ts'
import { fakeRecord, type FakeRecord } from '../../test/fakes/record.ts'
import { fakeTime, type FakeTime } from '../../test/fakes/timer.ts'
import { FatalError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { rules } from '../policy/index.ts'
import { type Rule } from '../policy/rule.ts'
import { type Draft } from './draft.ts'
import { createIntake } from './intake.ts'
import { wireOf } from './outbound.ts'
import { type Accepted, type Intake } from './ports.ts'

const [ann, bo] = [person(1), person(2)]
const hourMs = 3_600_000

test('a message is given out once it is on record, with the bytes of the record', async () => {
  const { intake, record } = setUp()
  record.hold()
  let answer: Accepted | null = null
  const accepting = intake.accept(draftOf()).then((accepted) => (answer = accepted))
  await turn()
  assert.equal(answer, null, 'nothing before the flush')
  record.release()
  const accepted = await accepting
  assert.ok(accepted.kind === 'recorded')
  assert.equal(wireOf(accepted.message), record.entries[0]?.wire)
})

test('it failed and was not kept: the sender hears why, and nobody gets it', async () => {
  const { intake, record } = setUp()
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  assert.deepEqual(await intake.accept(draftOf()), {
    kind: 'refused',
    why: { reason: 'space', text: 'The disk is full.' },
  })
  assert.equal(record.size, 0)
  record.refuse(null)
  assert.equal((await intake.accept(draftOf())).kind, 'recorded')
})

for (const when of ['before', 'after'] as const) {
  test(`it is not known whether it was kept (broken ${when}): fatal, and nobody gets it`, async () => {
    const { intake, record } = setUp()
    record.breakWith(new FatalError('the flush failed'), when)
    await assert.rejects(intake.accept(draftOf()), FatalError)
  })
}

test('a withheld message is on record with the verdict, and in nobody’s archive', async () => {
  const finding = { kind: 'withhold', rule: 'barrier', notice: 'Not these two.' } as const
  const { intake, record } = setUp({ rules: [() => finding] })
  assert.deepEqual(await intake.accept(draftOf()), {
    kind: 'withheld',
    notice: 'Not these two.',
    condition: 'policy-violation',
  })
  const [entry] = record.entries
  assert.deepEqual(
    entry?.views.filter(({ owner }) => !isNobodys(owner)),
    [],
  )
  assert.deepEqual(JSON.parse(entry?.verdicts ?? ''), [finding])
})

test('an end-to-end encrypted message is refused, and that it was tried is on record without what was in it', async () => {
  const { intake, record } = setUp()
  const wire = `<message xmlns='jabber:client'><encrypted xmlns='urn:xmpp:omemo:2'/></message>`
  const accepted = await intake.accept(draftOf({ wire }))
  assert.ok(accepted.kind === 'refused')
  assert.equal(accepted.why.reason, 'end-to-end-encrypted')
  const [entry] = record.entries
  assert.deepEqual([entry?.kind, entry?.wire], ['refusal', ''])
  assert.deepEqual(
    entry?.views.filter(({ owner }) => !isNobodys(owner)),
    [],
  )
  assert.deepEqual(JSON.parse(entry?.content ?? ''), {
    v: 1,
    kind: 'message',
    bytes: Buffer.byteLength(wire),
  })
})

test('what was refused does not stand in the way of the same without encryption', async () => {
  const { intake } = setUp()
  const wire = `<message xmlns='jabber:client'><encrypted xmlns='urn:xmpp:omemo:2'/></message>`
  await intake.accept(draftOf({ wire, originId: 'o1' }))
  const later = await intake.accept(draftOf({ originId: 'o1' }))
  assert.equal(later.kind, 'recorded')
})

for (const where of ['remembered', 'in the archive'] as const) {
  test(`a correction names the record that it corrects (${where})`, async () => {
    const s = setUp()
    await s.intake.accept(draftOf({ messageId: 'm1' }))
    const accepted = await (where === 'remembered' ? s.intake : again(s)).accept(correctionOf('m1'))
    assert.equal(accepted.kind, 'recorded')
    const target = await s.record.read(0)
    assert.deepEqual(s.record.entries[1]?.refs, { position: 0, leafHash: target.leafHash })
  })

  test(`only the author corrects or retracts (${where})`, async () => {
    const s = setUp()
    await s.intake.accept(draftOf({ messageId: 'm1' }))
    const intake = where === 'remembered' ? s.intake : again(s)
    for (const kind of ['correction', 'retraction'] as const) {
      const accepted = await intake.accept(draftOf({ kind, refersTo: 'm1', sender: bo }))
      assert.ok(accepted.kind === 'refused')
      assert.equal(accepted.why.reason, 'foreign-target')
    }
    assert.equal(s.record.size, 1)
  })

  test(`a correction or retraction comes too late after its window (${where})`, async () => {
    const s = setUp()
    await s.intake.accept(draftOf({ messageId: 'm1' }))
    const intake = where === 'remembered' ? s.intake : again(s)
    s.time.pass(hourMs)
    assert.equal((await intake.accept(correctionOf('m1'))).kind, 'recorded')
    s.time.pass(1)
    const accepted = await intake.accept(correctionOf('m1'))
    assert.deepEqual(accepted, {
      kind: 'refused',
      why: {
        reason: 'too-late',
        text: 'A message can be corrected for an hour after it was sent.',
      },
    })
    const retraction = draftOf({ kind: 'retraction', refersTo: 'm1' })
    assert.equal((await intake.accept(retraction)).kind, 'recorded', 'no window')
  })

  test(`a reaction names anybody’s message, however old (${where})`, async () => {
    const s = setUp()
    await s.intake.accept(draftOf({ messageId: 'm1' }))
    const intake = where === 'remembered' ? s.intake : again(s)
    s.time.pass(hourMs * 100)
    await intake.accept(draftOf({ kind: 'reaction', refersTo: 'm1', sender: bo }))
    assert.equal(s.record.entries[1]?.refs?.position, 0)
  })

  test(`a resend after a cut is not recorded twice (${where})`, async () => {
    const s = setUp()
    await s.intake.accept(draftOf({ originId: 'o1' }))
    const intake = where === 'remembered' ? s.intake : again(s)
    const accepted = await intake.accept(draftOf({ originId: 'o1' }))
    assert.deepEqual(accepted, { kind: 'repeated', position: 0 })
    assert.equal(s.record.size, 1)
  })

  test(`another device, content or conversation makes it no resend (${where})`, async () => {
    const s = setUp()
    await s.intake.accept(draftOf({ originId: 'o1' }))
    const intake = where === 'remembered' ? s.intake : again(s)
    for (const other of [
      { device: 'desk' },
      { content: '{"body":"other"}' },
      { conversation: conversation(2) },
      { sender: bo },
    ])
      assert.equal((await intake.accept(draftOf({ originId: 'o1', ...other }))).kind, 'recorded')
  })
}

test('a target is found by its stanza id, in its own conversation only', async () => {
  const { intake, record } = setUp()
  await intake.accept(draftOf())
  await intake.accept(correctionOf(record.stanzaId(0)))
  assert.equal(record.entries[1]?.refs?.position, 0)
  await intake.accept({ ...correctionOf(record.stanzaId(0)), conversation: conversation(2) })
  assert.equal(record.entries[2]?.refs, null)
})

test('an id may be as long as a stanza', async () => {
  const { intake, record } = setUp()
  const messageId = 'm'.repeat(200_000)
  await intake.accept(draftOf({ messageId }))
  await intake.accept(correctionOf(messageId))
  assert.equal(record.entries[1]?.refs?.position, 0)
})

test('a correction of what we never had is a message without a target', async () => {
  const { intake, record } = setUp()
  assert.equal((await intake.accept(correctionOf('unheard of'))).kind, 'recorded')
  assert.equal(record.entries[0]?.refs, null)
})

test('a resend while the first is being written waits for it', async () => {
  const { intake, record } = setUp()
  record.hold()
  const first = intake.accept(draftOf({ originId: 'o1' }))
  const second = intake.accept(draftOf({ originId: 'o1' }))
  record.release()
  assert.equal((await first).kind, 'recorded')
  assert.deepEqual(await second, { kind: 'repeated', position: 0 })
})

test('a resend of what was refused is a new message', async () => {
  const { intake, record } = setUp()
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  await intake.accept(draftOf({ originId: 'o1' }))
  record.refuse(null)
  assert.equal((await intake.accept(draftOf({ originId: 'o1' }))).kind, 'recorded')
})

test('a message behind a correction that waits for its target keeps its place', async () => {
  const { intake, record } = setUp()
  record.hold()
  const all = [
    intake.accept(draftOf({ messageId: 'm1' })),
    intake.accept(correctionOf('m1')),
    intake.accept(draftOf({ messageId: 'm3' })),
    intake.accept(draftOf({ messageId: 'of another', device: 'desk' })),
  ]
  await turn()
  record.release()
  await Promise.all(all)
  assert.deepEqual(
    record.entries.map(({ kind, messageId }) => messageId ?? kind),
    ['m1', 'of another', 'correction', 'm3'],
  )
  assert.equal(record.entries[2]?.refs?.position, 0)
})

test('answers come in the order of the log, whatever had to be waited for', async () => {
  const draft = fc.record({
    sender: fc.constantFrom(ann, bo),
    kind: fc.constantFrom('message' as const, 'reaction' as const, 'correction' as const),
    refersTo: fc.constantFrom(null, 'm0', 'm1', 'unheard of'),
    messageId: fc.constantFrom('m0', 'm1', null),
    originId: fc.constantFrom(null, 'o1', 'o2'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(draft, { maxLength: 12 }), async (changes) => {
      const { intake } = setUp()
      const positions: number[] = []
      const accepting = changes.map(async (change) => {
        const accepted = await intake.accept(draftOf(change))
        if (accepted.kind === 'recorded') positions.push(accepted.message.position)
      })
      await Promise.all(accepting)
      assert.deepEqual(
        positions,
        positions.toSorted((a, b) => a - b),
      )
    }),
    { numRuns: 50 },
  )
})

type SetUp = { readonly intake: Intake; readonly record: FakeRecord; readonly time: FakeTime }

function setUp(changes: { readonly rules?: readonly Rule[] } = {}): SetUp {
  const time = fakeTime()
  const record = fakeRecord(() => time.now())
  return { intake: intakeOn(record, time, changes.rules ?? rules), record, time }
}

/** The same record after a restart: nothing is remembered. */
function again({ record, time }: SetUp): Intake {
  return intakeOn(record, time, rules)
}

function intakeOn(record: FakeRecord, time: FakeTime, list: readonly Rule[]): Intake {
  return createIntake({
    record,
    files: { named: () => null },
    rules: list,
    clock: time,
    ticks: time,
    timer: time,
    settings: { correctMs: hourMs, retractMs: null },
    log: silentLog,
    failed(error) {
      throw error
    },
  })
}

function draftOf(changes: Partial<Draft> = {}): Draft {
  const { verdicts: _verdicts, ...plain } = newRecord()
  return { ...plain, refersTo: null, ...changes }
}

function correctionOf(refersTo: string): Draft {
  return draftOf({ kind: 'correction', refersTo })
}

/** Until all that could go on has done so. */
async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}
