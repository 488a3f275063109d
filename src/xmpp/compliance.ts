// XEP-0479: XMPP Compliance Suites 2023, version 0.1.0
// Source: https://xmpp.org/extensions/xep-0479.html
import { linkTo } from './xep-names.ts'

type Row = {
  readonly suite: 'Core' | 'Web' | 'IM' | 'Mobile' | 'A/V Calling'
  readonly feature: string
  /** Of every server, or of an advanced one alone. */
  readonly level: 'server' | 'advanced'
  readonly rfcs?: readonly number[]
  readonly xeps?: readonly number[]
}

/** RFCs that the core follows. */
const core: ReadonlySet<number> = new Set([6120, 6121, 7395, 7590])

/** Section 2, the rows that ask something of servers. */
export const rows: readonly Row[] = [
  { suite: 'Core', feature: 'Core features', level: 'server', rfcs: [6120] },
  { suite: 'Core', feature: 'TLS', level: 'server', rfcs: [7590] },
  { suite: 'Core', feature: 'Direct TLS', level: 'advanced', xeps: [368] },
  { suite: 'Core', feature: 'Feature discovery', level: 'server', xeps: [30] },
  { suite: 'Core', feature: 'Feature broadcasts', level: 'advanced', xeps: [115] },
  { suite: 'Core', feature: 'Server Extensibility', level: 'server', xeps: [114] },
  { suite: 'Core', feature: 'Event publishing', level: 'advanced', xeps: [163] },
  {
    suite: 'Web',
    feature: 'Web Connection Mechanisms',
    level: 'server',
    rfcs: [7395],
    xeps: [206, 124],
  },
  { suite: 'IM', feature: 'Core features', level: 'server', rfcs: [6121] },
  { suite: 'IM', feature: 'User Avatar Compatibility', level: 'advanced', xeps: [398, 153] },
  { suite: 'IM', feature: 'vcard-temp', level: 'server', xeps: [54] },
  { suite: 'IM', feature: 'Outbound Message Synchronization', level: 'server', xeps: [280] },
  { suite: 'IM', feature: 'User Blocking', level: 'advanced', xeps: [191] },
  { suite: 'IM', feature: 'Group Chat', level: 'server', xeps: [45, 249] },
  { suite: 'IM', feature: 'Advanced Group Chat', level: 'advanced', xeps: [48, 313, 402, 410] },
  {
    suite: 'IM',
    feature: 'Persistent Storage of Private Data via PubSub',
    level: 'advanced',
    xeps: [223],
  },
  { suite: 'IM', feature: 'Private XML Storage', level: 'advanced', xeps: [49] },
  { suite: 'IM', feature: 'Stream Management', level: 'advanced', xeps: [198] },
  { suite: 'IM', feature: 'History Storage / Retrieval', level: 'advanced', xeps: [313] },
  { suite: 'IM', feature: 'File Upload', level: 'server', xeps: [363] },
  { suite: 'Mobile', feature: 'Stream Management', level: 'server', xeps: [198] },
  { suite: 'Mobile', feature: 'Client State Indication', level: 'server', xeps: [352] },
  { suite: 'Mobile', feature: 'Third Party Push Notifications', level: 'advanced', xeps: [357] },
  { suite: 'A/V Calling', feature: 'STUN/TURN server discovery', level: 'server', xeps: [215] },
]

/** Lines of a table in Markdown. @param spoken numbers of the XEPs that the server speaks */
export function complianceRows(spoken: ReadonlySet<number>): string[] {
  return rows.map((row) => {
    const { suite, feature, level, rfcs = [], xeps = [] } = row
    const named = [...rfcs.map((rfc) => `RFC ${rfc}`), ...xeps.map(linkTo)].join(', ')
    const asked = level === 'server' ? 'a server' : 'an advanced server'
    return `| ${suite} | ${feature} | ${asked} | ${named} | ${isMet(row, spoken) ? 'yes' : 'no'} |`
  })
}

export function isMet({ rfcs = [], xeps = [] }: Row, spoken: ReadonlySet<number>): boolean {
  return rfcs.every((rfc) => core.has(rfc)) && xeps.every((xep) => spoken.has(xep))
}
