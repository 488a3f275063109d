import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { seenLog } from '../../../test/support/witnessed.ts'
import { RecordRefused } from '../errors.ts'
import { type NewStatement } from '../types.ts'
import { type Finding } from '../verify/ports.ts'
import { type ScrubKept, type ScrubPlace } from './ports.ts'
import { firstPlace } from './step.ts'
import { openScrubbing } from './scrubbing.ts'

const start = 1_795_000_000_000
const everyMs = 7 * 86_400_000
const stepBytes = 1_048_576

/** A pass of ten steps, and what the test says is wrong at some of them. */
function scene() {
  const time = fakeTime(start)
  const log = seenLog()
  const findings = new Map<number, Finding>()
  const seen: { at: number; time: number }[] = []
  const stated: NewStatement[] = []
  const made = {
    time,
    log,
    findings,
    seen,
    stated,
    kept: { place: null, last: null, findings: [] } as ScrubKept,
    busy: false,
    refuses: false,
    rests: 0,
    async open() {
      return await openScrubbing({
        scrubber: {
          begin: async (startedAt) =>
            await Promise.resolve(firstPlace({ size: 70, epoch: 1, startedAt })),
          step: async (place) => await Promise.resolve(stepAt(place)),
          rest: async () => await Promise.resolve(void made.rests++),
        },
        state: {
          read: async () => await Promise.resolve(made.kept),
          write: async (kept) => await Promise.resolve(void (made.kept = kept)),
        },
        record: {
          async state(statement) {
            if (made.refuses) throw new RecordRefused({ reason: 'space', text: 'no room' })
            stated.push(statement)
            return await Promise.resolve({ position: 70, leafHash: '', at: 0, stanzaId: '' })
          },
        },
        isBusy: () => made.busy,
        clock: time,
        timer: time,
        log,
        failed: (error) => assert.fail(String(error)),
        everyMs,
        bytesPerSecond: stepBytes,
      })
    },
    /** Lets time pass in steps of a second, and what is due be done. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        time.pass(Math.min(1_000, ms - passed))
        await new Promise(setImmediate)
      }
    },
  }
  function stepAt(place: ScrubPlace) {
    seen.push({ at: place.at, time: time.now() })
    const finding = findings.get(place.at) ?? null
    const more = { findings: place.counted.findings + (finding === null ? 0 : 1) }
    const counted = { ...place.counted, ...more, bytes: place.counted.bytes + stepBytes }
    const next = place.at === 9 ? null : { ...place, at: place.at + 1, counted }
    return { finding, next, counted, bytes: stepBytes }
  }
  return made
}

test('a pass goes at the rate that is set, ends with a statement, and the next begins when it is due', async () => {
  const s = scene()
  const scrubbing = await s.open()
  await s.pass(80_000)
  assert.deepEqual(
    s.seen.map(({ at }) => at),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  // Ten steps of as many bytes as a second has.
  assert.ok((s.seen.at(-1)?.time ?? 0) - (s.seen[0]?.time ?? 0) >= 9_000)
  assert.equal(s.stated.length, 1)
  assert.equal(s.stated[0]?.kind, 'scrub')
  const says: unknown = JSON.parse(s.stated[0]?.says ?? '')
  const zeros = { records: 0, rows: 0, messageIds: 0, files: 0, findings: 0 }
  const startedAt = start + 60_000
  assert.deepEqual(says, { startedAt, size: 70, ...zeros, bytes: 10 * stepBytes })
  assert.ok((scrubbing.standing().endedAt ?? 0) > startedAt)
  await s.pass(3_600_000)
  assert.equal(s.seen.length, 10)
  await scrubbing.close()
  // Over a restart, too.
  s.time.pass(everyMs)
  const again = await s.open()
  await s.pass(62_000)
  assert.ok(s.seen.length > 10)
  await again.close()
})

test('what is found is read again before it is told, and is told until a whole pass does not find it', async () => {
  const s = scene()
  s.findings.set(3, { where: 'bodies/1, record 3', what: 'it does not open' })
  s.findings.set(5, { where: 'search/1-0', what: 'it does not open' })
  const scrubbing = await s.open()
  await s.pass(66_000)
  assert.deepEqual(s.seen.slice(-1)[0]?.at, 3)
  assert.deepEqual(scrubbing.standing().findings, [])
  await s.pass(12_000)
  assert.deepEqual(s.log.events, ['error scrub.finding'])
  assert.equal(s.log.fields[0]?.['where'], 'bodies/1, record 3')
  // It was replaced while it was read.
  s.findings.delete(5)
  await s.pass(60_000)
  const found = (): readonly string[] => scrubbing.standing().findings.map(({ where }) => where)
  assert.deepEqual([found(), s.stated.length], [['bodies/1, record 3'], 1])
  s.findings.clear()
  await s.pass(everyMs + 120_000)
  assert.deepEqual([found(), s.stated.length], [[], 2])
  await scrubbing.close()
})

test('it goes on after a restart from where it was, and waits while there is traffic', async () => {
  const s = scene()
  const scrubbing = await s.open()
  await s.pass(65_000)
  await scrubbing.close()
  const last = s.seen.at(-1)?.at ?? 0
  assert.ok(last >= 3 && last < 9, `${last}`)
  assert.equal(s.kept.place?.at, last + 1)
  const again = await s.open()
  s.busy = true
  await s.pass(300_000)
  assert.equal(s.seen.at(-1)?.at, last)
  s.busy = false
  await s.pass(2_000)
  assert.equal(s.seen.find(({ time }) => time > start + 100_000)?.at, last + 1)
  await again.close()
})

test('a pass is not over before that is on record, and what cannot be read at all is tried again later', async () => {
  const s = scene()
  s.refuses = true
  const scrubbing = await s.open()
  await s.pass(180_000)
  assert.equal(scrubbing.standing().endedAt, null)
  assert.ok(s.log.events.includes('warn scrub.refused'))
  s.refuses = false
  await s.pass(60_000)
  assert.equal(s.stated.length, 1)
  assert.ok(s.rests > 0)
  await scrubbing.close()
})
