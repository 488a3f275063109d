import { type z } from 'zod'
import { type ScrubKept } from '../../record/scrub/ports.ts'
import { recordStandingAnswer } from '../contract/record.ts'
import { nothing, route } from '../door/route.ts'

export const showRecord = route({
  method: 'GET',
  path: '/v1/record',
  permission: 'record.see',
  summary:
    'How the record stands: its newest signed head, and when it was last read again as a whole.',
  answer: recordStandingAnswer,
  params: nothing,
  query: nothing,
  body: nothing,
  async handle(_input, { record, provedLog }) {
    const { integrated, waiting } = record.standing()
    const body = {
      origin: provedLog.origin,
      verifierKeys: [...provedLog.verifierKeys()],
      size: record.size,
      integrated,
      waiting,
      notWritable: record.notWritable(),
      checkpoint: await provedLog.head(),
      scrub: scrubShown(await provedLog.scrubbed()),
    }
    return { status: 200, body }
  },
})

function scrubShown({
  last,
  place,
  findings,
}: ScrubKept): z.infer<typeof recordStandingAnswer>['scrub'] {
  return {
    last: last && {
      began: timeText(last.startedAt),
      ended: timeText(last.endedAt),
      records: last.counted.records,
      bytes: last.counted.bytes,
    },
    now: place && { began: timeText(place.startedAt), station: place.station, at: place.at },
    findings: findings.map(({ where, what, passAt }) => ({ where, what, pass: timeText(passAt) })),
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
