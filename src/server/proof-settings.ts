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
  ONRECORD_TIMESTAMP_URL: {
    kind: kinds.webUrl,
    or: null,
    meaning:
      'Address of a time-stamping service (RFC 3161, over HTTP). Heads are stamped there; it sees their hashes. Needs ONRECORD_TIMESTAMP_CA.',
  },
  ONRECORD_TIMESTAMP_CA: {
    kind: kinds.path,
    or: null,
    meaning:
      'File (PEM) with the certificates in which those of the time-stamping service have to end. Read at the start.',
  },
  ONRECORD_TIMESTAMP_SECONDS: {
    kind: kinds.count(60, 86_400),
    or: '3600',
    meaning: 'How often a head is stamped, if the record grew.',
  },
  ONRECORD_TIMESTAMP_LAG_SECONDS: {
    kind: kinds.count(60, 2_592_000),
    or: '10800',
    meaning: 'How long the newest head may go without a time stamp before a warning is logged.',
  },
  ONRECORD_SCRUB_DAYS: {
    kind: kinds.count(1, 365),
    or: '7',
    meaning:
      'How often everything on record is read again and compared, in days from the beginning of one pass to the next.',
  },
  ONRECORD_SCRUB_BYTES_PER_SECOND: {
    kind: kinds.count(65_536, 1_073_741_824),
    or: '4194304',
    meaning: 'How fast that is done at most.',
  },
} as const

export type ScrubConfig = { readonly everyMs: number; readonly bytesPerSecond: number }

export type ProofConfig = {
  readonly logReaders: 'off' | 'auditors' | 'everybody'
  readonly logAuditorsFile: string | null
  /** Null: no witnesses. */
  readonly witnessPolicyFile: string | null
  readonly witnessEveryMs: number
  readonly witnessLagMsMax: number
  /** Null: no time stamps. */
  readonly timestamps: {
    readonly url: string
    readonly caFile: string
    readonly everyMs: number
    readonly lagMsMax: number
  } | null
}

type Name = keyof typeof proofSettings

/** Each is one of its kind by its own rules. */
export function proofConfigOf(value: (name: Name) => string | null): ProofConfig {
  const pathIn = (name: Name): string | null => {
    const path = value(name)
    return path === null ? null : resolve(path)
  }
  const [url, caFile] = [value('ONRECORD_TIMESTAMP_URL'), pathIn('ONRECORD_TIMESTAMP_CA')]
  const readers = value('ONRECORD_LOG_READERS')
  return {
    logReaders: readers === 'auditors' || readers === 'everybody' ? readers : 'off',
    logAuditorsFile: pathIn('ONRECORD_LOG_AUDITORS_FILE'),
    witnessPolicyFile: pathIn('ONRECORD_WITNESS_POLICY'),
    witnessEveryMs: Number(value('ONRECORD_WITNESS_SECONDS')) * 1_000,
    witnessLagMsMax: Number(value('ONRECORD_WITNESS_LAG_SECONDS')) * 1_000,
    timestamps:
      url === null || caFile === null
        ? null
        : {
            url,
            caFile,
            everyMs: Number(value('ONRECORD_TIMESTAMP_SECONDS')) * 1_000,
            lagMsMax: Number(value('ONRECORD_TIMESTAMP_LAG_SECONDS')) * 1_000,
          },
  }
}

export function scrubConfigOf(value: (name: Name) => string | null): ScrubConfig {
  return {
    everyMs: Number(value('ONRECORD_SCRUB_DAYS')) * 86_400_000,
    bytesPerSecond: Number(value('ONRECORD_SCRUB_BYTES_PER_SECOND')),
  }
}

/** @returns a sentence when they contradict each other */
export function proofContradiction(
  config: ProofConfig,
  isSet: (name: Name) => boolean,
): string | null {
  const { logReaders, logAuditorsFile } = config
  if (isSet('ONRECORD_TIMESTAMP_URL') !== isSet('ONRECORD_TIMESTAMP_CA'))
    return 'ONRECORD_TIMESTAMP_URL and ONRECORD_TIMESTAMP_CA belong together: set both or neither.'
  if (logReaders === 'auditors' && logAuditorsFile === null)
    return 'ONRECORD_LOG_READERS=auditors lets nobody in without ONRECORD_LOG_AUDITORS_FILE: set it, too.'
  if (logReaders === 'off' && logAuditorsFile !== null)
    return 'ONRECORD_LOG_AUDITORS_FILE is set while ONRECORD_LOG_READERS is off: set that to auditors or everybody.'
  return null
}
