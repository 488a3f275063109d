import { type Case, conform } from './conform.ts'
import { streamError, streamNs } from './error.ts'

const sasl = `xmlns='urn:ietf:params:xml:ns:xmpp-sasl'`
const opened = `
  account: ann
  wire W
  W opens
  W < <stream ${streamNs}/>
  W < <features ${streamNs}/>
`
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const failure = (condition: string): string =>
  `W < <failure ${sasl}><${condition} ${sasl}/></failure>`
const first = base64('n,,n={user},r=fyko+d2lbbFgONRv9qkxdawL')

/** What is sent, once or one after the other, and what is said of the last. */
const refused: readonly (readonly [
  condition: string,
  at: string,
  says: string,
  that: string,
  sent: readonly string[],
])[] = [
  [
    'aborted',
    '6.5.1',
    `The receiving entity acknowledges that the authentication handshake has been aborted by the initiating entity; sent in response to the <abort/> element.`,
    'after a challenge',
    [`<auth ${sasl} mechanism='PLAIN'/>`, `<abort ${sasl}/>`],
  ],
  [
    'incorrect-encoding',
    '6.5.5',
    `The data provided by the initiating entity could not be processed because the base 64 encoding is incorrect […]`,
    'of the initial response',
    [`<auth ${sasl} mechanism='PLAIN'>[[[</auth>`],
  ],
  [
    'incorrect-encoding',
    '6.5.5',
    `[…] sent in response to a <response/> element or an <auth/> element with initial response data.`,
    'of a response',
    [`<auth ${sasl} mechanism='PLAIN'/>`, `<response ${sasl}>a=b</response>`],
  ],
  [
    'invalid-authzid',
    '6.5.6',
    `The authzid provided by the initiating entity is invalid, either because it is incorrectly formatted or because the initiating entity does not have permissions to authorize that ID […]`,
    'of somebody else',
    [`<auth ${sasl} mechanism='PLAIN'>${base64('somebody@else.example\0ann\0pw')}</auth>`],
  ],
  [
    'invalid-mechanism',
    '6.5.7',
    `The initiating entity did not specify a mechanism, or requested a mechanism that is not supported by the receiving entity; sent in response to the <auth/> element.`,
    'that there is not',
    [`<auth ${sasl} mechanism='CRAM-MD5'/>`],
  ],
  [
    'invalid-mechanism',
    '6.5.7',
    `The initiating entity did not specify a mechanism […]`,
    'none',
    [`<auth ${sasl}/>`],
  ],
  [
    'malformed-request',
    '6.5.8',
    `The request is malformed (e.g., the <auth/> element includes initial response data but the mechanism does not allow that, or the data sent violates the syntax for the specified SASL mechanism) […]`,
    'PLAIN without a name',
    [`<auth ${sasl} mechanism='PLAIN'>${base64('nonsense')}</auth>`],
  ],
  [
    'malformed-request',
    '6.5.8',
    `[…] or the data sent violates the syntax for the specified SASL mechanism […]`,
    'SCRAM',
    [`<auth ${sasl} mechanism='SCRAM-SHA-1'>${base64('nonsense')}</auth>`],
  ],
  [
    'malformed-request',
    '6.5.8',
    `[…] sent in response to an <abort/>, <auth/>, <challenge/>, or <response/> element.`,
    'a response to nothing',
    [`<response ${sasl}>AAAA</response>`],
  ],
  [
    'malformed-request',
    '6.5.8',
    `The request is malformed […]`,
    'an empty initial response where there has to be one',
    [`<auth ${sasl} mechanism='PLAIN'>=</auth>`],
  ],
  [
    'not-authorized',
    '6.5.10',
    `The authentication failed because the initiating entity did not provide proper credentials, or because some generic authentication failure has occurred […]`,
    'a wrong password',
    [`<auth ${sasl} mechanism='PLAIN'>${base64('\0nobody-at-all\0wrong')}</auth>`],
  ],
]

conform('RFC 6120', 'SASL failures', [
  ...refused.map(([condition, at, says, that, sent]): Case => ({
    at,
    says,
    that,
    script: `
      ${opened}
      ${sent
        .slice(0, -1)
        .map((xml) => `W > ${xml}\nW < <challenge ${sasl}/>`)
        .join('\n')}
      W > ${sent.at(-1)}
      ${failure(condition)}
    `,
  })),
  {
    at: '6.5.10',
    says: `[…] in order to discourage directory harvest attacks, no differentiation is made between incorrect credentials and a nonexistent username.`,
    script: `
      ${opened}
      W > <auth ${sasl} mechanism='PLAIN'>${base64('\0nobody-at-all\0wrong')}</auth>
      W next < <failure ${sasl}><not-authorized ${sasl}/><account-disabled ${sasl}>{none}</account-disabled></failure>
    `,
  },
  {
    at: '6.4.5',
    says: `If the failure case occurs, the receiving entity SHOULD allow a configurable but reasonable number of retries (at least 2 and no more than 5), after which it MUST close the stream with a stream error […]`,
    that: 'the third attempt is good',
    script: `
      ${opened}
      W > <auth ${sasl} mechanism='PLAIN'>AAAA</auth>
      ${failure('malformed-request')}
      W > <auth ${sasl} mechanism='NONE'/>
      ${failure('invalid-mechanism')}
      W > <auth ${sasl} mechanism='PLAIN'>{ann.plain}</auth>
      W < <success ${sasl}/>
    `,
  },
  {
    at: '6.4.5',
    says: `[…] after which it MUST close the stream with a stream error, which SHOULD be the newly defined <policy-violation/> error.`,
    script: `
      ${opened}
      ${Array.from({ length: 5 }, () => `W > <auth ${sasl} mechanism='NONE'/>\n${failure('invalid-mechanism')}`).join('\n')}
      W < ${streamError('policy-violation')}
      W is ended
    `,
  },
])

conform('RFC 6120', 'SASL negotiation', [
  {
    at: '6.4.1',
    says: `[…] the receiving entity MUST advertise support for SASL negotiation in its stream features […] <mechanisms/> […] The <mechanisms/> element MUST contain one <mechanism/> child element for each authentication mechanism the receiving entity offers […]`,
    script: `
      wire W
      W opens
      W < <features ${streamNs}><mechanisms ${sasl}><mechanism>SCRAM-SHA-256</mechanism><mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></features>
    `,
  },
  {
    at: '6.3.3',
    says: `[…] SASL EXTERNAL […] SCRAM-SHA-1 and SCRAM-SHA-1-PLUS […] preference order […]`,
    that: 'the mechanisms bound to the channel are offered where there is one',
    script: `
      wire W
      W opens
      W < <features ${streamNs}/>
      W > <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
      W < <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
      W goes over to TLS
      W opens
      W < <features ${streamNs}><mechanisms ${sasl}><mechanism>SCRAM-SHA-1-PLUS</mechanism></mechanisms></features>
    `,
  },
  {
    at: '6.4.2',
    says: `If the initiating entity needs to send a zero-length initial response, it MUST transmit the response as a single equals sign character ("="), which indicates that the response is present but contains no data.`,
    that: 'without one the server asks with an empty challenge',
    script: `
      ${opened}
      W > <auth ${sasl} mechanism='PLAIN'/>
      W < <challenge ${sasl}/>
      W > <response ${sasl}>{ann.plain}</response>
      W < <success ${sasl}/>
    `,
  },
  {
    at: '6.4.3',
    says: `If necessary, the receiving entity challenges the initiating entity by sending a <challenge/> element qualified by the 'urn:ietf:params:xml:ns:xmpp-sasl' namespace; this element MAY contain XML character data (which MUST be generated in accordance with the definition of the SASL mechanism chosen by the initiating entity).`,
    script: `
      ${opened}
      W > <auth ${sasl} mechanism='SCRAM-SHA-1'>${first}</auth>
      W < <challenge ${sasl}>{any}</challenge>
    `,
  },
  {
    at: '6.4.4',
    says: `The initiating entity aborts the handshake for this authentication mechanism by sending an <abort/> element qualified by the 'urn:ietf:params:xml:ns:xmpp-sasl' namespace. Upon receiving an <abort/> element, the receiving entity MUST return a <failure/> element […] containing an <aborted/> child element.`,
    that: 'and another attempt may follow',
    script: `
      ${opened}
      W > <auth ${sasl} mechanism='SCRAM-SHA-1'>${first}</auth>
      W < <challenge ${sasl}/>
      W > <abort ${sasl}/>
      ${failure('aborted')}
      W > <auth ${sasl} mechanism='PLAIN'>{ann.plain}</auth>
      W < <success ${sasl}/>
    `,
  },
  {
    at: '6.4.6',
    says: `Upon receiving the new initial stream header from the initiating entity, the receiving entity MUST respond by sending a new response stream header […]. The receiving entity MUST also send stream features, containing any further available features or containing no features […]`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W next < <features ${streamNs}><mechanisms ${sasl}>{none}</mechanisms><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></features>
    `,
  },
  {
    at: '6.3.7',
    says: `A username […] simple user name […]`,
    that: 'in any letters',
    script: `
      ${opened}
      W > <auth ${sasl} mechanism='PLAIN'>{ann.plain}</auth>
      W < <success ${sasl}/>
      W opens from='{ann}'
      W < <features ${streamNs}/>
    `,
  },
  {
    at: '6.4.6',
    says: `[…] the initiating entity MUST initiate a new stream over the existing TCP connection […]`,
    that: 'a second attempt after success is nothing that is expected',
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features ${streamNs}/>
      W > <auth ${sasl} mechanism='PLAIN'>{ann.plain}</auth>
      W < ${streamError('not-authorized')}
      W is ended
    `,
  },
])
