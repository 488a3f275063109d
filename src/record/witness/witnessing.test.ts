import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memorySizedStore } from '../../../test/fakes/sized-store.ts'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { testLog } from '../../../test/support/test-log.ts'
import {
  type AskedWitness,
  askedWitness,
  askOf,
  growingLog,
  policyOf,
  seenLog,
} from '../../../test/support/witnessed.ts'
import { fromUtf8, toBase64, utf8 } from '../../base/bytes.ts'
import { readCosigned } from './cosigned.ts'
import { openWitnessing } from './witnessing.ts'

const source = testLog()
const start = 1_795_000_000_000
const everyMs = 60_000

/** Three witnesses, of whom two are enough, and a log of so many records. */
function scene(size = 5) {
  const time = fakeTime(start)
  const witnesses = ['a.example', 'b.example', 'c.example'].map((name) =>
    askedWitness(name, source, () => time.now()),
  )
  const [a, b, c] = witnesses
  assert.ok(a && b && c)
  const own = growingLog(source, size)
  const store = memorySizedStore()
  const log = seenLog()
  const policy = policyOf(witnesses, 2)
  const parts = {
    own,
    signed: () => ({ size: own.size, at: time.now() }),
    policy,
    store,
    ask: askOf(witnesses),
    clock: time,
    timer: time,
    log,
    everyMs,
    lagMsMax: 600_000,
  }
  return { time, a, b, c, own, store, log, policy, parts, witnessing: openWitnessing(parts) }
}

function away(witness: AskedWitness): void {
  witness.answer = async () => await Promise.resolve('no answer')
}

test('a head that grew is shown to each witness, and kept with what they sign', async () => {
  const { witnessing, store, own, policy, a, time } = scene()
  await witnessing.round()
  own.size = 300
  time.pass(500)
  await witnessing.round()
  assert.deepEqual([...store.kept.keys()], [5, 300])
  const kept = readCosigned(store.kept.get(300) ?? utf8(''), own, policy)
  assert.ok(typeof kept !== 'string')
  assert.deepEqual([...kept.cosigned.keys()], ['a.example', 'b.example', 'c.example'])
  assert.ok(kept.isEnough)
  assert.deepEqual(a.asked, ['old 0', 'old 5'])
  assert.equal(witnessing.standing().witnessed, 300)
})

test('heads go out each minute, and only when the tree has grown', async () => {
  const { witnessing, own, a, time } = scene()
  time.pass(1_000)
  await witnessing.round()
  assert.equal(a.asked.length, 1)
  time.pass(everyMs * 3)
  await witnessing.round()
  assert.equal(a.asked.length, 1)
  own.size = 6
  time.pass(everyMs)
  await witnessing.round()
  assert.deepEqual(a.asked, ['old 0', 'old 5'])
  await witnessing.close()
  own.size = 7
  time.pass(everyMs * 3)
  assert.equal(a.asked.length, 2)
})

test('a witness that is away holds up nobody, and is asked less and less often', async () => {
  const { witnessing, own, a, b, time, store, policy } = scene()
  let tries = 0
  a.answer = async () => await Promise.resolve(`no answer ${++tries}`)
  for (let minute = 0; minute < 32; minute++) {
    own.size++
    await witnessing.round()
    time.pass(everyMs)
  }
  // After 1, 2, 4, 8 and 16 minutes.
  assert.equal(tries, 6)
  assert.ok(b.asked.length > 25)
  const newest = Math.max(...store.kept.keys())
  const kept = readCosigned(store.kept.get(newest) ?? utf8(''), own, policy)
  assert.ok(typeof kept !== 'string' && kept.isEnough)
  assert.deepEqual([kept.cosigned.size, newest > 30], [2, true])
})

test('too few cosignatures are kept, but are not enough; those of a later round come beside them', async () => {
  const { witnessing, own, a, b, c, time, store, policy } = scene()
  const [answerB, answerC] = [b.answer, c.answer]
  away(b)
  away(c)
  await witnessing.round()
  assert.equal(witnessing.standing().witnessed, null)
  b.answer = answerB
  c.answer = answerC
  time.pass(everyMs)
  await witnessing.round()
  assert.equal(a.asked.length, 1)
  const kept = readCosigned(store.kept.get(5) ?? utf8(''), own, policy)
  assert.ok(typeof kept !== 'string')
  assert.deepEqual([kept.cosigned.size, witnessing.standing().witnessed], [3, 5])
})

test('lag is told from the first head that waits, warned of once, and ends with enough cosignatures', async () => {
  const { witnessing, own, b, c, time, log } = scene()
  await witnessing.round()
  assert.equal(witnessing.standing().lagMs, 0)
  const [answerB, answerC] = [b.answer, c.answer]
  away(b)
  away(c)
  own.size = 9
  witnessing.standing()
  time.pass(700_000)
  assert.equal(witnessing.standing().lagMs, 700_000)
  assert.equal(log.events.filter((event) => event === 'warn witness.behind').length, 1)
  b.answer = answerB
  c.answer = answerC
  time.pass(3_600_000)
  await witnessing.round()
  assert.equal(witnessing.standing().lagMs, 0)
  time.pass(1_000)
  assert.ok(log.events.includes('info witness.caught-up'))
})

test('a witness that has forgotten, and one that has seen more than we know, say where they stand', async () => {
  const { witnessing, own, a, b, store, parts } = scene(20)
  await b.answer('/add-checkpoint', await source.request(0, 7))
  await witnessing.round()
  assert.deepEqual(b.asked, ['old 0', 'old 0', 'old 7'])
  a.state.kept.clear()
  own.size = 30
  await witnessing.round()
  assert.deepEqual(a.asked, ['old 0', 'old 20', 'old 0'])
  assert.deepEqual([...store.kept.keys()], [20, 30])
  // After a start what was kept says where they stand.
  own.size = 40
  await openWitnessing(parts).round()
  assert.equal(b.asked.at(-1), 'old 30')
})

test('a witness that has cosigned another history raises the alarm with both heads', async () => {
  const { witnessing, own, b, log } = scene(20)
  const fork = source.fork(3)
  await b.answer('/add-checkpoint', await fork.request(0, 10))
  await witnessing.round()
  const at = log.events.indexOf('error witness.split-view')
  assert.ok(at >= 0)
  assert.deepEqual(log.fields[at], {
    witness: 'b.example',
    theirSize: 10,
    theirRoot: toBase64(await fork.root(10)),
    ourSize: 20,
    ourRoot: toBase64(await own.source.root(20)),
  })
  assert.deepEqual([witnessing.standing().contradicting, witnessing.standing().witnessed], [1, 20])
})

test('a witness that has cosigned more than there is raises the alarm, too', async () => {
  const { witnessing, b, log } = scene(20)
  await b.answer('/add-checkpoint', await source.request(0, 25))
  await witnessing.round()
  assert.ok(log.events.includes('error witness.split-view'))
})

test('who only says that we contradict ourselves is not believed without our signature', async () => {
  const { witnessing, b, log } = scene()
  b.answer = async () => await Promise.resolve({ status: 422, body: utf8('no') })
  await witnessing.round()
  assert.ok(log.events.includes('warn witness.not-cosigned'))
  assert.ok(!log.events.includes('error witness.split-view'))
  assert.equal(witnessing.standing().contradicting, 0)
})

test('nothing is kept of a witness whose answer is no cosignature of this head', async () => {
  const { a, b, c, store, witnessing, time, own, policy } = scene()
  const [good, real] = [a.answer, b.answer]
  const answers = [
    utf8(''),
    utf8('nothing\n'),
    utf8('\u2014 b.example AAAAAAAA\n'),
    new Uint8Array([0xff, 0xfe, 0x0a]),
  ]
  for (const body of answers) {
    b.answer = async () => await Promise.resolve({ status: 200, body })
    // Another one's lines are not his.
    c.answer = good
    own.size++
    time.pass(3_600_000)
    await witnessing.round()
    const kept = readCosigned(store.kept.get(own.size) ?? utf8(''), own, policy)
    assert.ok(typeof kept !== 'string')
    assert.deepEqual([...kept.cosigned.keys()], ['a.example'])
  }
  b.answer = async (path, bytes) => {
    const answer = await real(path, bytes)
    if (typeof answer === 'string' || answer.status !== 200) return answer
    const [, name, rest] = /^(\u2014 \S+ \S{20})\S(\S+\n)$/.exec(fromUtf8(answer.body) ?? '') ?? []
    return { status: 200, body: utf8(`${name}x${rest}`) }
  }
  own.size++
  time.pass(3_600_000)
  await witnessing.round()
  const kept = fromUtf8(store.kept.get(own.size) ?? utf8('')) ?? ''
  assert.ok(!kept.includes('b.example'))
})

test('a failure of our own is logged, and the next round goes on', async () => {
  const { witnessing, own, log, store } = scene()
  const head = own.head
  Object.assign(own, { head: async () => await Promise.resolve('no checkpoint\n') })
  await witnessing.round()
  assert.ok(log.events.includes('error witness.round-failed'))
  Object.assign(own, { head })
  await witnessing.round()
  assert.deepEqual([...store.kept.keys()], [5])
})
