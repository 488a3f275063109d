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
  let tell: (alarm: Alarm, news: AlarmNews) => void = () => {}
  recordNews({ alarms: { onNews: (listener) => (tell = listener) }, record, log: silentLog })
  tell(alarm, 'raised')
  tell(alarm, 'changed')
  tell(alarm, 'escalated')
  record.refuse({ reason: 'space', text: 'The disk is full.' })
  tell(alarm, 'raised')
  await new Promise(setImmediate)
  assert.deepEqual(
    record.entries.map(({ kind, content }) => [kind, JSON.parse(content).news]),
    [
      ['alarm.news', 'raised'],
      ['alarm.news', 'escalated'],
    ],
  )
})
