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
  ONRECORD_WITNESS_POLICY: {
    kind: kinds.path,
    or: null,
    meaning:
      'File that names the witnesses and how many of them it takes (C2SP tlog-policy), each with its key and address. Heads are shown to them. Read at the start.',
  },
  ONRECORD_WITNESS_SECONDS: {
    kind: kinds.count(1, 86_400),
    or: '60',
    meaning:
      'How often a head is shown to witnesses, if the record grew. Less often tells them less of when people write.',
  },
  ONRECORD_WITNESS_LAG_SECONDS: {
    kind: kinds.count(10, 2_592_000),
    or: '600',
    meaning:
      'How long the newest head may go without enough cosignatures before a warning is logged.',
  },
} as const

export type ProofConfig = {
  readonly logReaders: 'off' | 'auditors' | 'everybody'
  readonly logAuditorsFile: string | null
  /** Null: no witnesses. */
  readonly witnessPolicyFile: string | null
  readonly witnessEveryMs: number
  readonly witnessLagMsMax: number
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
    witnessPolicyFile: pathIn('ONRECORD_WITNESS_POLICY'),
    witnessEveryMs: Number(value('ONRECORD_WITNESS_SECONDS')) * 1_000,
    witnessLagMsMax: Number(value('ONRECORD_WITNESS_LAG_SECONDS')) * 1_000,
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
