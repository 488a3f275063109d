import * as kinds from './setting-kinds.ts'

/** Those of holds and disposal. */
export const disposalSettings = {
  ONRECORD_HOLD_RELEASE_APPROVALS: {
    kind: kinds.count(1, 2),
    or: '1',
    meaning: 'Persons that it takes to release a hold.',
  },
} as const
