import * as kinds from './setting-kinds.ts'

/** Those of holds and disposal. */
export const disposalSettings = {
  ONRECORD_HOLD_RELEASE_APPROVALS: {
    kind: kinds.count(1, 2),
    or: '1',
    meaning: 'Persons that it takes to release a hold.',
  },
  ONRECORD_DISPOSAL_APPROVALS: {
    kind: kinds.count(1, 5),
    or: '2',
    meaning: 'Persons that it takes to dispose or erase; who proposes it is one of them.',
  },
  ONRECORD_DISPOSAL_TIMETABLE: {
    kind: kinds.choice('by-hand', 'daily', 'monthly'),
    or: 'by-hand',
    meaning:
      'When the server itself proposes what is due. It is carried out when it is approved, whoever proposed it.',
  },
  ONRECORD_DISPOSAL_OVERDUE_DAYS: {
    kind: kinds.count(1, 3_650),
    or: '31',
    meaning:
      'What is due for so many days, and is still there, is told in the log and in `onrecord_disposal_overdue_buckets`.',
  },
} as const
