import { complianceRows } from './compliance.ts'
import { type Feature } from './host.ts'
import { linkTo } from './xep-names.ts'
import { elsewhere, leftOut } from './xeps-table.ts'

/** docs/reference/xeps.md, from the features themselves. */
export function xepsPage(features: readonly Feature[]): string {
  const spoken = [...features, ...elsewhere].toSorted((a, b) => a.xep - b.xep)
  const rows = spoken.map(
    ({ xep, title, version, isPartial, notes = [] }) =>
      `| ${linkTo(xep)} | ${title} | ${version} | ${isPartial ? 'partial' : 'complete'} | ${notes.join(' ')} |`,
  )
  const refused = leftOut
    .toSorted((a, b) => a.xep - b.xep)
    .map(({ xep, title, notes = [] }) => `| ${linkTo(xep)} | ${title} | ${notes.join(' ')} |`)
  return `<!-- Generated from src/xmpp/features/ by scripts/reference.mjs. -->

# What the server speaks

The core: RFC 6120 (streams), RFC 6121 (instant messaging and presence), RFC 7590 (TLS), RFC 7395 (WebSocket), RFC 7622 (addresses),
RFC 5802 and RFC 7677 (SCRAM), RFC 9266 (channel binding). Where the server does otherwise than RFC 6121 says:

- A subscription request to an address that nobody has is not answered, as section 8.5.1 has it; section 3.1.3 would have it refused. So the one who
  asks cannot tell nobody from somebody who says nothing.
- Offers to send files or open connections from device to device (XEP-0047, 0065, 0066, 0096, 0166) are refused, and so are
  messages that are encrypted end to end.

And these extensions:

| XEP | Title | Version | Status | What is otherwise |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

\`partial\` is what lacks something that the specification asks for, or offers. The same list for programs is [onrecord.doap](../onrecord.doap) (XEP-0453).

## What is left out, and why

| XEP | Title | Why |
| --- | --- | --- |
${refused.join('\n')}

## The compliance suites of 2023

What [XEP-0479](https://xmpp.org/extensions/xep-0479.html), version 0.1.0, asks of a server, and of an advanced one. A row is met where all that it names is in the
list above, or in the core.

| Suite | What | Asked of | Named | Met |
| --- | --- | --- | --- | --- |
${complianceRows(new Set(spoken.map(({ xep }) => xep))).join('\n')}
`
}
