import { type Case, conform } from './conform.ts'
import { streamError, streamNs } from './error.ts'

const bound = `
  account: ann
  wire W
  W binds ann/desk
`
const ping = (id: string, to = '{domain}'): string =>
  `<iq type='get' id='${id}' to='${to}'><ping xmlns='urn:xmpp:ping'/></iq>`

/** What ends a stream, as somebody who has signed in and as a stranger. */
const refused: readonly (readonly [
  at: string,
  says: string,
  that: string,
  condition: string,
  xml: string,
])[] = [
  [
    '11.1',
    'a comment (as defined in Section 2.5 of [XML])',
    'a comment',
    'restricted-xml',
    `<!-- hi -->`,
  ],
  [
    '11.1',
    'a comment (as defined in Section 2.5 of [XML])',
    'a comment inside',
    'restricted-xml',
    `<message><!-- hi --><body>a</body></message>`,
  ],
  [
    '11.1',
    'a processing instruction (as defined in Section 2.6 therein)',
    'a processing instruction',
    'restricted-xml',
    `<?php echo ?>`,
  ],
  [
    '11.1',
    'an internal or external DTD subset (as defined in Section 2.8 therein)',
    'a document type',
    'restricted-xml',
    `<!DOCTYPE message [<!ENTITY a 'b'>]>`,
  ],
  [
    '11.1',
    'an internal or external entity reference (as defined in Section 4.2 therein) with the exception of predefined entities (Section 4.6 therein)',
    'an entity',
    'restricted-xml',
    `<message><body>&nbsp;</body></message>`,
  ],
  [
    '11.3',
    'An XMPP entity MUST NOT accept data that is not XML-well-formed; instead it MUST return a <not-well-formed/> stream error […] and close the stream over which the data was received.',
    'an attribute twice',
    'not-well-formed',
    `<message a='1' a='2'/>`,
  ],
  [
    '11.3',
    'An XMPP entity MUST NOT accept data that is not XML-well-formed; […]',
    'no quotes',
    'not-well-formed',
    `<message to=x/>`,
  ],
  [
    '11.3',
    'An XMPP entity MUST NOT accept data that is not XML-well-formed; […]',
    'an unescaped sign',
    'not-well-formed',
    `<message><body>a < b</body></message>`,
  ],
  [
    '11.3',
    'An XMPP entity MUST NOT accept data that is not XML-well-formed; […]',
    'a character that XML does not have',
    'not-well-formed',
    `<message><body>&#1;</body></message>`,
  ],
  [
    '11.3',
    'An XMPP entity MUST NOT accept data that is not namespace-well-formed; instead it MUST return a <not-well-formed/> stream error […] and close the stream over which the data was received.',
    'an undeclared prefix of an attribute',
    'not-well-formed',
    `<message foo:bar='x'/>`,
  ],
  [
    '11.3',
    'An XMPP entity MUST NOT accept data that is not namespace-well-formed; […]',
    'two colons',
    'not-well-formed',
    `<a:b:c xmlns:a='x'/>`,
  ],
]

conform('RFC 6120', 'XML restrictions and well-formedness', [
  ...refused.map(([at, says, that, condition, xml]): Case => ({
    at,
    says,
    that,
    script: `
      ${bound}
      W > ${xml}
      W < ${streamError(condition)}
      W is ended
    `,
  })),
  ...['&lt;', '&gt;', '&amp;', '&apos;', '&quot;', '&#65;', '&#x1F600;'].map((entity): Case => ({
    at: '11.1',
    says: `[…] with the exception of predefined entities (Section 4.6 therein)`,
    that: entity,
    script: `
      ${bound}
      W > <message id='m1'><body>${entity}</body></message>
      W > <presence/>
      W < <message id='m1'><body>${entity}</body></message>
    `,
  })),
  {
    at: '11.1',
    says: `[…] character data or attribute values containing unescaped characters that map to the predefined entities […] MUST be escaped.`,
    that: 'CDATA is text like other text',
    script: `
      ${bound}
      W > <presence/><message id='m1'><body><![CDATA[a < b]]></body></message>
      W < <message id='m1'><body>a &lt; b</body></message>
    `,
  },
])

conform('RFC 6120', 'XML namespaces, declaration, encoding, white space', [
  {
    at: '11.2',
    says: `XML Namespaces […] are used within XMPP streams to create strict boundaries of data ownership.`,
    that: 'an element of another namespace is not a stanza by its name',
    script: `
      ${bound}
      W > <iq xmlns='urn:example:other' type='get' id='q1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      W < ${streamError('unsupported-stanza-type')}
      W is ended
    `,
  },
  {
    at: '11.2',
    says: `[…] create strict boundaries of data ownership.`,
    that: 'a body of another namespace is none',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1'><body xmlns='urn:example:other'>x</body></message>
      bo < <message id='m1'><body>{none}</body><body xmlns='urn:example:other'>x</body></message>
    `,
  },
  {
    at: '11.2',
    says: `[…] namespaces […]`,
    that: 'declared on a stanza or inside it, with any prefix, they arrive as they were meant',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' xmlns:p='urn:example:p'><p:a p:b='1'><c xmlns='urn:example:c'/></p:a></message>
      bo < <message id='m1'><a xmlns='urn:example:p' xmlns:p='urn:example:p' p:b='1'><c xmlns='urn:example:c'/></a></message>
    `,
  },
  {
    at: '11.4',
    says: `A server is not responsible for ensuring that XML data delivered to a connected client or routed to a peer server is valid […] it MAY […]`,
    that: 'attributes that nobody knows are kept',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' sparkle='yes'><body b='c'>x</body></message>
      bo < <message id='m1' sparkle='yes'><body b='c'>x</body></message>
    `,
  },
  {
    at: '11.5',
    says: `Before sending a stream header, an implementation SHOULD send an XML declaration […]`,
    that: 'or not',
    script: `
      wire W
      W > <stream:stream to='{domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
      W < <features ${streamNs}/>
      wire V
      V > <?xml version="1.0" encoding="UTF-8"?><stream:stream to='{domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
      V < <features ${streamNs}/>
    `,
  },
  {
    at: '11.6',
    says: `Implementations MUST support the UTF-8 transformation of Universal Character Set […] characters […] and MUST NOT attempt to use any other encoding.`,
    script: `
      wire W
      W > <?xml version='1.0' encoding='UTF-16'?><stream:stream to='{domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
      W < ${streamError('unsupported-encoding')}
      W is ended
    `,
  },
  {
    at: '11.7',
    says: `[…] either entity MAY send at most one whitespace character […] between stanzas […] for the purpose of maintaining [the connection] […]`,
    that: 'also more',
    script: `
      ${bound}
      W > ${ping('q1')}   ${ping('q2')}
      W < <iq id='q1'/>
      W < <iq id='q2'/>
    `,
  },
  {
    at: '4.6.1',
    says: `[…] whitespace keepalive […] SHOULD NOT […]`,
    that: 'between the header and what comes then',
    script: `
      wire W
      W > <stream:stream to='{domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>     <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
      W < <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
    `,
  },
  {
    at: '13.12',
    says: `[…] a server […] limit […] the size of stanzas […]. The maximum stanza size […] MUST NOT be smaller than 10000 bytes […]`,
    script: `
      ${bound}
      W > <presence/><message id='m1'><body>${'y'.repeat(9_900)}</body></message>
      W < <message id='m1'><body>${'y'.repeat(9_900)}</body></message>
    `,
  },
])
