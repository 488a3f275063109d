import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeRecord } from '../../test/fakes/record.ts'
import { silentLog } from '../base/log.ts'
import { type Alarm } from './ports.ts'
import { type AlarmNews } from './alarms.ts'
import { recordNews } from './news.ts'

const alarm: Alarm = {
  id: 'a'.repeat(32),
  event: 'capacity.disk',
  cause: {},
  severity: 'warning',
  state: 'new',
  owner: null,
  since: 1,
  lastAt: 1,
  count: 1,
  escalatedAt: null,
}

test('an alarm is on record when it is raised and told further up, and where nothing can be it is an alarm all the same', async () => {
  const record = fakeRecord()
  let told: ((alarm: Alarm, news: AlarmNews) => void) | null = null
  recordNews({ alarms: { onNews: (listener) => (told = listener) }, record, log: silentLog })
  const tell = (news: AlarmNews): void => told?.(alarm, news)
  tell('raised')
  tell('changed')
  tell('escalated')
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  tell('raised')
  await new Promise(setImmediate)
  assert.deepEqual(
    record.entries.map(({ kind, content }) => [kind, JSON.parse(content).news]),
    [
      ['alarm.news', 'raised'],
      ['alarm.news', 'escalated'],
    ],
  )
})
