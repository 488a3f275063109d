// What is set about the trail of acts, and about what is kept of who connects.

import { resolve } from 'node:path'
import * as kinds from './setting-kinds.ts'

const siemUrl: kinds.Kind = {
  name: 'address',
  words: 'an address such as syslog+tls://siem.example.org:6514 or https://siem.example.org/events',
  accepts: (value) => siemPlaceOf(value) !== null,
}

export const auditSettings = {
  ONRECORD_CONNECTION_DAYS: {
    kind: kinds.count(1, 365),
    or: '30',
    meaning:
      'How many days it is kept from which addresses, with which clients and when somebody has signed in. It is no part of the record; the role `security` reads it.',
  },
  ONRECORD_LOOKS_SHOWN_AFTER: {
    kind: kinds.count(0, 24),
    or: '1',
    meaning:
      'After how many months a person sees how often officers have opened what he wrote or got. 1: all but the month that runs, so that nobody is warned of an inquiry. 0: at once.',
  },
  ONRECORD_SIEM_URL: {
    kind: siemUrl,
    or: null,
    meaning:
      'Where acts are sent to as OCSF events: `syslog+tls://HOST:PORT` (RFC 5425) or `https://…` (POST). Who did what to whom, without purposes, words that were searched for, and names of matters.',
  },
  ONRECORD_SIEM_CA: {
    kind: kinds.path,
    or: null,
    meaning:
      'File (PEM) with the certificates in which that of ONRECORD_SIEM_URL has to end. Default: the authorities that come with Node. Read at the start.',
  },
  ONRECORD_SIEM_AUTHORIZATION_FILE: {
    kind: kinds.path,
    or: null,
    meaning:
      'File with the value of the header `authorization` for ONRECORD_SIEM_URL, such as `Bearer …`. Read at the start.',
  },
  ONRECORD_SIEM_LAG_SECONDS: {
    kind: kinds.count(60, 2_592_000),
    or: '900',
    meaning: 'How long an act may wait for ONRECORD_SIEM_URL before a warning is logged.',
  },
} as const

export type SiemPlace =
  | { readonly kind: 'syslog'; readonly host: string; readonly port: number }
  | { readonly kind: 'https'; readonly url: string }

export type AuditConfig = {
  readonly connectionMs: number
  /** Months. */
  readonly looksShownAfter: number
  /** Null: acts are sent nowhere. */
  readonly siem: {
    readonly place: SiemPlace
    readonly caFile: string | null
    readonly authorizationFile: string | null
    readonly lagMsMax: number
  } | null
}

/** RFC 5425 section 4.1. */
const syslogTlsPort = 6_514

/** Null for what is no address that acts can be sent to. In clear they go nowhere. */
function siemPlaceOf(text: string): SiemPlace | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port, username, password } = new URL(text)
  if (hostname === '' || username !== '' || password !== '') return null
  if (protocol === 'https:') return { kind: 'https', url: text }
  if (protocol !== 'syslog+tls:') return null
  // An IPv6 address stands in brackets there.
  const host = hostname.replaceAll(/^\[|\]$/g, '')
  return { kind: 'syslog', host, port: port === '' ? syslogTlsPort : Number(port) }
}

export function auditConfigOf(
  value: (name: keyof typeof auditSettings) => string | null,
): AuditConfig {
  const pathIn = (name: keyof typeof auditSettings): string | null => {
    const path = value(name)
    return path === null ? null : resolve(path)
  }
  const place = siemPlaceOf(value('ONRECORD_SIEM_URL') ?? '')
  return {
    siem: place && {
      place,
      caFile: pathIn('ONRECORD_SIEM_CA'),
      authorizationFile: pathIn('ONRECORD_SIEM_AUTHORIZATION_FILE'),
      lagMsMax: Number(value('ONRECORD_SIEM_LAG_SECONDS')) * 1_000,
    },
    connectionMs: Number(value('ONRECORD_CONNECTION_DAYS')) * 86_400_000,
    looksShownAfter: Number(value('ONRECORD_LOOKS_SHOWN_AFTER')),
  }
}
