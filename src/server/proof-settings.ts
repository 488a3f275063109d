// What is set about proofs for outsiders.

import { resolve } from 'node:path'
import * as kinds from './setting-kinds.ts'

export const proofSettings = {
  ONRECORD_LOG_READERS: {
    kind: kinds.choice('off', 'auditors', 'everybody'),
    or: 'off',
    meaning:
      'Who may fetch checkpoints and hash tiles of the record at the HTTP port, below `/log/`. They tell how many records there are, and nothing else. Entry bundles are for auditors in any case.',
  },
  ONRECORD_LOG_AUDITORS_FILE: {
    kind: kinds.path,
    or: null,
    meaning:
      'File with the tokens of auditors: a name and a token of 32 characters or more in each line. Read at the start.',
  },
} as const

export type ProofConfig = {
  readonly logReaders: 'off' | 'auditors' | 'everybody'
  readonly logAuditorsFile: string | null
}

type Name = keyof typeof proofSettings

/** Each is one of its kind by its own rules. */
export function proofConfigOf(value: (name: Name) => string | null): ProofConfig {
  const pathIn = (name: Name): string | null => {
    const path = value(name)
    return path === null ? null : resolve(path)
  }
  const readers = value('ONRECORD_LOG_READERS')
  return {
    logReaders: readers === 'auditors' || readers === 'everybody' ? readers : 'off',
    logAuditorsFile: pathIn('ONRECORD_LOG_AUDITORS_FILE'),
  }
}

/** @returns a sentence when they contradict each other */
export function proofContradiction(config: ProofConfig): string | null {
  const { logReaders, logAuditorsFile } = config
  if (logReaders === 'auditors' && logAuditorsFile === null)
    return 'ONRECORD_LOG_READERS=auditors lets nobody in without ONRECORD_LOG_AUDITORS_FILE: set it, too.'
  if (logReaders === 'off' && logAuditorsFile !== null)
    return 'ONRECORD_LOG_AUDITORS_FILE is set while ONRECORD_LOG_READERS is off: set that to auditors or everybody.'
  return null
}
