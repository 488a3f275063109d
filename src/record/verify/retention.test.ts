import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversation, person } from '../../../test/fakes/new-record.ts'
import { type KnownBucket } from '../keys/ports.ts'
import { type Entry } from '../ledger/entry.ts'
import { actOf, recordOf } from '../retention/acts.ts'
import { type RetentionAct, type RetentionClass } from '../retention/types.ts'
import { type Envelope } from '../types.ts'
import { Broken } from './ports.ts'
import { checkRetention, type Kept } from './retention.ts'

const month = { from: 0, to: 1_000, state: 'whole' } as const
const buckets: readonly KnownBucket[] = [
  { number: 1, class: 'default', ...month },
  { number: 2, class: 'acts', ...month },
  { number: 3, class: 'desk', ...month },
]

const desk: RetentionClass = {
  name: 'desk',
  keep: { count: 5, unit: 'years' },
  after: 'creation',
  locked: true,
  authority: '',
}
const made: RetentionAct = { kind: 'retention.class', class: desk }
const ruled: RetentionAct = {
  kind: 'retention.rules',
  rules: [{ name: 'traders', class: 'desk', when: { groups: ['traders'] } }],
}

/** A record of somebody's, in a bucket, with what the test changes. */
function record(bucket: number, changes: Partial<Envelope> = {}, content = ''): Kept {
  const name = buckets.find(({ number }) => number === bucket)?.class ?? 'default'
  const envelope: Envelope = {
    v: 1,
    kind: 'message',
    conv: conversation(1),
    conv_seq: 0,
    conv_prev: null,
    sender: person(1),
    sender_seq: 0,
    device: '',
    to: '',
    views: [],
    t_server: 500,
    t_claimed: null,
    members: { hash: '', count: 2 },
    class: name,
    policy: `builtin:${name}`,
    refs: null,
    origin: 'native',
    message_id: null,
    origin_id: null,
    stanza_id: '',
    ...changes,
  }
  const bytes = new Uint8Array(0)
  const entry: Entry = {
    type: envelope.kind === 'tick' ? 3 : bucket === 2 ? 2 : 1,
    bucket,
    handle: bytes,
    seq: 0,
    epoch: 1,
    salt: bytes,
    bodyLength: 0,
    bodyHash: bytes,
    partsRoot: bytes,
  }
  return { entry, envelope, content }
}

function act(what: RetentionAct): Kept {
  return record(2, { kind: what.kind }, recordOf(what, [person(3)]).content)
}

/** What is found in these records. */
function found(records: readonly Kept[], known = buckets): string {
  const check = checkRetention(known)
  try {
    for (const [i, one] of records.entries()) check.next(i, one)
    return 'sound'
  } catch (error) {
    if (error instanceof Broken) return `${error.finding.where}: ${error.finding.what}`
    throw error
  }
}

test('records with owner, class, period and policy are sound', () => {
  const traders = record(3, { policy: '1:traders' })
  const reference = record(3, { policy: 'builtin:reference+default' })
  const upload = record(1, { kind: 'file.upload' })
  assert.equal(found([act(made), act(ruled), traders, reference, upload]), 'sound')
  const { content } = act(made)
  assert.deepEqual(actOf({ position: 0, envelope: { kind: made.kind }, content }), made)
})

test('records from before there were rules have none of a policy, and those after one do', () => {
  const before = record(1, { policy: '' })
  assert.equal(found([before, record(1, { kind: 'person.add', policy: '' }), record(1)]), 'sound')
  assert.match(found([record(1), before]), /^record 1: it has no policy/)
})

test('a record without owner, class or bucket, or of another one, is found', () => {
  const nobodys = { sender: null, members: { hash: '', count: 0 } }
  assert.match(found([record(1, nobodys)]), /no owner/)
  assert.equal(found([record(2, { ...nobodys, kind: 'clock' })]), 'sound', 'acts are the company’s')
  assert.match(found([record(1, { class: '' })]), /no class/)
  assert.match(found([record(4)]), /no bucket that the vault knows/)
  assert.match(
    found([record(1, { class: 'acts' })]),
    /of the class acts, and lies in a bucket of def/,
  )
  assert.match(found([record(1, { t_server: 1_000 })]), /not in the period of bucket 1/)
})

test('a class or policy that no act before it made is found', () => {
  const traders = record(3, { policy: '1:traders' })
  assert.match(found([traders]), /no act before it made the class desk/)
  assert.match(found([act(made), traders]), /no act before it made the policy 1:traders for desk/)
  for (const policy of [
    '1:others',
    '0:traders',
    'builtin:desk',
    'builtin:default',
    'x',
    '1:traders:',
  ])
    assert.match(found([act(made), act(ruled), record(3, { policy })]), /the policy/, policy)
  const also = record(3, { policy: '1:traders+gone' })
  assert.match(found([act(made), act(ruled), also]), /made the class gone/)
  assert.match(found([record(2)]), /a record of kind message in the class acts/)
  assert.match(found([record(1, { kind: 'person.add' })]), /kind person\.add in the class default/)
})

test('where earlier acts are gone with their keys, what they made is believed', () => {
  const traders = record(3, { policy: '1:traders' })
  const without = buckets.map((one) =>
    one.number === 2 ? { ...one, state: 'destroyed' as const } : one,
  )
  assert.equal(found([traders], without), 'sound')
  assert.match(found([record(1, { class: 'acts' })], without), /lies in a bucket of default/)
})

function tick(review: number): Kept {
  const exemptions = { recording: 0, review, retention: 0 }
  return record(0, { kind: 'tick', class: '', policy: '' }, JSON.stringify({ exemptions }))
}

test('an exemption without two others, and a statement that counts another number, are found', () => {
  const exempting = (...approvals: readonly number[]): Kept =>
    act({
      kind: 'retention.exempt',
      exemption: {
        id: 'a',
        person: person(1),
        from: 'review',
        reason: 'r',
        approvals: approvals.map(person),
      },
    })
  assert.match(found([exempting(2)]), /an exemption where this needs 2 persons/)
  assert.match(found([exempting(2, 1)]), /about himself/)
  assert.equal(found([tick(0), exempting(2, 3), tick(1)]), 'sound')
  assert.match(found([exempting(2, 3), tick(0)]), /^record 1: it says that .*"review":0/)
  const ended = act({ kind: 'retention.exempt-end', id: 'a' })
  assert.equal(found([exempting(2, 3), ended, tick(0)]), 'sound')
})
