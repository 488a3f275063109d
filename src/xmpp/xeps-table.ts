import { type Feature } from './host.ts'

/** What is said of a XEP. */
export type Spoken = Pick<Feature, 'xep' | 'title' | 'version' | 'isPartial' | 'notes'>

/** What is spoken below the features: by the streams, and in the words that stanzas are made of. */
export const elsewhere: readonly Spoken[] = [
  { xep: 4, title: 'Data Forms', version: '2.13.2' },
  {
    xep: 59,
    title: 'Result Set Management',
    version: '1.0',
    isPartial: true,
    notes: ['Without pages by index.'],
  },
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
    isPartial: true,
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
    isPartial: true,
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
  {
    xep: 493,
    title: 'OAuth Client Login',
    version: '0.1.1',
    isPartial: true,
    notes: [
      'Signing in with a token that was made here (OAUTHBEARER, RFC 7628). Where clients get one is not announced: those of the identity provider are not taken.',
    ],
  },
]

/** What is not there on purpose, and why. */
export const leftOut: readonly Spoken[] = [
  ...(
    [
      [27, 'Current Jabber OpenPGP Usage', '1.4'],
      [364, 'Current Off-the-Record Messaging Usage', '0.3.2'],
      [373, 'OpenPGP for XMPP', '0.7.0'],
      [384, 'OMEMO Encryption', '0.9.1'],
    ] as const
  ).map(([xep, title, version]) => ({
    xep,
    title,
    version,
    notes: [
      'Messages, and keys in nodes, are refused with `not-acceptable`: the company has to be able to read its record. Clients are told beforehand (XEP-0504), and that it was tried is on record.',
    ],
  })),
  ...(
    [
      [47, 'In-Band Bytestreams', '2.0.1'],
      [65, 'SOCKS5 Bytestreams', '1.8.2'],
      [96, 'SI File Transfer', '1.3.1'],
      [234, 'Jingle File Transfer', '0.19.1'],
    ] as const
  ).map(([xep, title, version]) => ({
    xep,
    title,
    version,
    notes: [
      'Refused (`direct-transfer.ts`): files go through the server (XEP-0363), and are on record.',
    ],
  })),
  {
    xep: 480,
    title: 'SASL Upgrade Tasks',
    version: '0.2.0',
    notes: [
      'There is nothing to upgrade: keys for SCRAM-SHA-1 and SCRAM-SHA-256 are both made whenever a password is set.',
    ],
  },
]
