// What intake adds to a message beside the record: policy, recent ids, resends. `node bench/intake.ts`
import { silentLog } from '../src/base/log.ts'
import { systemClock, systemTicks } from '../src/base/clock.ts'
import { systemTimer } from '../src/base/timer.ts'
import { createIntake } from '../src/intake/intake.ts'
import { rules } from '../src/policy/index.ts'
import { type Appended } from '../src/record/types.ts'
import { newRecord } from '../test/fakes/new-record.ts'
import { fakeRecord } from '../test/fakes/record.ts'

const messages = 200_000
const inFlight = 200
const place: Appended = { position: 1, leafHash: '0'.repeat(64), at: 1, stanzaId: 's' }
const record = { ...fakeRecord(), append: async () => await Promise.resolve(place) }
const body =
  'Are we still on for lunch at the usual place? I can be there at a quarter past twelve.'
const wire = `<message xmlns='jabber:client' from='a@example.org/phone' to='b@example.org' type='chat'><body>${body}</body><active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/></message>`

const { verdicts: _verdicts, ...rest } = newRecord({ wire })
const draft = { ...rest, refersTo: null }

for (const withOriginId of [false, true]) {
  const intake = createIntake({
    record,
    files: { named: () => null },
    rules,
    clock: systemClock,
    ticks: systemTicks,
    timer: systemTimer,
    settings: { correctMs: null, retractMs: null },
    log: silentLog,
    failed() {},
  })
  const run = async (count: number, offset: number): Promise<number> => {
    const start = process.cpuUsage()
    for (let n = 0; n < count; n += inFlight) {
      const batch: Promise<unknown>[] = []
      for (let k = n; k < n + inFlight; k += 1) {
        const id = `id-${offset + k}`
        batch.push(intake.accept({ ...draft, messageId: id, originId: withOriginId ? id : null }))
      }
      await Promise.all(batch)
    }
    return process.cpuUsage(start).user / count
  }
  await run(messages / 4, 0)
  const micros = await run(messages, messages)
  process.stdout.write(
    `intake.accept ${withOriginId ? 'with' : 'without'} origin id: ${micros.toFixed(2)} µs of CPU a message\n`,
  )
}
