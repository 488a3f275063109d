import { type Feature } from './host.ts'

type Spoken = Pick<Feature, 'xep' | 'title' | 'version' | 'notes'>

/** What is spoken below the features: by the streams, and in the words that stanzas are made of. */
const elsewhere: readonly Spoken[] = [
  { xep: 4, title: 'Data Forms', version: '2.13.2' },
  { xep: 59, title: 'Result Set Management', version: '1.0', notes: ['Without pages by index.'] },
  { xep: 68, title: 'Field Standardization for Data Forms', version: '1.3.0' },
  { xep: 82, title: 'XMPP Date and Time Profiles', version: '1.1.1' },
  {
    xep: 114,
    title: 'Jabber Component Protocol',
    version: '1.6',
    notes: [
      'A second connection of a component is refused with `conflict`, and the first is asked whether it is still there.',
      'While one is not connected, what is sent to it is refused with `remote-server-timeout`.',
    ],
  },
  {
    xep: 124,
    title: 'Bidirectional-streams Over Synchronous HTTP (BOSH)',
    version: '1.11.2',
    notes: ['One stream a session, always `text/xml`, without key sequences: HTTPS protects it.'],
  },
  { xep: 156, title: 'Discovering Alternative XMPP Connection Methods', version: '1.4.0' },
  {
    xep: 178,
    title: 'Best Practices for Use of SASL EXTERNAL with Certificates',
    version: '1.2',
    notes: ['Between servers.'],
  },
  { xep: 185, title: 'Dialback Key Generation and Validation', version: '1.0' },
  {
    xep: 198,
    title: 'Stream Management',
    version: '1.6.3',
    notes: ['Between servers without resumption: what is not confirmed is sent again.'],
  },
  { xep: 206, title: 'XMPP Over BOSH', version: '1.4' },
  {
    xep: 220,
    title: 'Server Dialback',
    version: '1.1.1',
    notes: [
      'The certificate of the server that vouches is checked, unless the settings say otherwise.',
    ],
  },
  { xep: 288, title: 'Bidirectional Server-to-Server Connections', version: '1.0.1' },
  { xep: 352, title: 'Client State Indication', version: '1.0.0' },
  {
    xep: 356,
    title: 'Privileged Entity',
    version: '0.4.1',
    notes: [
      'By grant in the settings alone. Nobody speaks in the name of the server itself (section 5.1), and requests in the names of people go to their own accounts and to services of this server (section 6).',
      'A roster set says the subscription, too, for contacts of the component itself (section 4.3).',
      'Presence is that of people here; the grant `roster` of section 7.4 is not there.',
    ],
  },
  { xep: 368, title: 'SRV records for XMPP over TLS', version: '1.1.0' },
  { xep: 386, title: 'Bind 2', version: '1.1.0' },
  { xep: 388, title: 'Extensible SASL Profile', version: '1.0.4' },
  { xep: 440, title: 'SASL Channel-Binding Type Capability', version: '1.0.0' },
  {
    xep: 484,
    title: 'Fast Authentication Streamlining Tokens',
    version: '0.2.0',
    notes: ['Without TLS early data, so `count` is not looked at.'],
  },
]

/** docs/reference/xeps.md, from the features themselves. */
export function xepsPage(features: readonly Feature[]): string {
  const rows = [...features, ...elsewhere]
    .toSorted((a, b) => a.xep - b.xep)
    .map(({ xep, title, version, notes = [] }) => {
      const number = String(xep).padStart(4, '0')
      const link = `[XEP-${number}](https://xmpp.org/extensions/xep-${number}.html)`
      return `| ${link} | ${title} | ${version} | ${notes.join(' ')} |`
    })
  return `<!-- Generated from src/xmpp/features/ by scripts/reference.mjs. -->

# What the server speaks

The core: RFC 6120 (streams), RFC 6121 (instant messaging and presence), RFC 7590 (TLS), RFC 7395 (WebSocket), RFC 7622 (addresses),
RFC 5802 and RFC 7677 (SCRAM), RFC 9266 (channel binding). Where the server does otherwise than RFC 6121 says:

- A subscription request to an address that nobody has is not answered, as section 8.5.1 has it; section 3.1.3 would have it refused. So the one who
  asks cannot tell nobody from somebody who says nothing.
- Offers to send files or open connections from device to device (XEP-0047, 0065, 0066, 0096, 0166) are refused, and so are
  messages that are encrypted end to end.

And these extensions:

| XEP | Title | Version | Note |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
