// Alarms as they are raised and told further up, on record: who follows the feed of events misses none.
import { type Log } from '../base/log.ts'
import { doneRecord } from '../directory/acts.ts'
import { RecordRefused } from '../record/errors.ts'
import { alarmsArchive } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import { type Alarms } from './alarms.ts'

/** Where the record takes nothing, which may be what the alarm is about, the list of alarms and the mail have it all the same. */
export function recordNews({
  alarms,
  record,
  log,
}: {
  readonly alarms: Pick<Alarms, 'onNews'>
  readonly record: Pick<Record, 'append'>
  readonly log: Log
}): void {
  alarms.onNews(({ id, event, severity }, news) => {
    // That somebody has looked is an act of his.
    if (news === 'changed') return
    const what = { alarm: id, event, severity, news }
    const by = { commandLine: true } as const
    const entry = doneRecord('alarm.news', what, { by, archive: alarmsArchive, isOwn: true })
    record.append(entry).catch((error: unknown) => {
      if (!(error instanceof RecordRefused)) throw error
      log.info('alarms.not-on-record', { alarm: id })
    })
  })
}
