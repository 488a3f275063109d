import { conform } from './conform.ts'

const NS = 'urn:xmpp:sasl:2'
const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const NS_STREAMS = 'http://etherx.jabber.org/streams'
const NS_BIND = 'urn:xmpp:bind:0'
const NS_FAST = 'urn:xmpp:fast:0'
const NS_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'
const installation = 'd4565fa7-4d72-4749-b3d3-740edbf87770'

const opened = `
      wire w
      w opens
      w < <stream xmlns='${NS_STREAMS}'/>`

function features(inside: string): string {
  return `w < <features xmlns='${NS_STREAMS}'>${inside}</features>`
}

/** @param data base64, or '=' for nothing */
function authenticate(data: string, inside = '', mechanism = 'PLAIN'): string {
  return `w > <authenticate xmlns='${NS}' mechanism='${mechanism}'><initial-response>${data}</initial-response>${inside}</authenticate>`
}

function failure(condition: string): string {
  return `w < <failure xmlns='${NS}'><${condition} xmlns='${NS_SASL}'/></failure>`
}

function streamError(condition: string): string {
  return `w < <error xmlns='${NS_STREAMS}'><${condition} xmlns='${NS_ERRORS}'/></error>
      w is ended`
}

const agent = `<user-agent id='${installation}'><software>Awesome</software><device>Phone</device></user-agent>`
const bind = `<bind xmlns='${NS_BIND}'><tag>Awesome</tag></bind>`

conform('XEP-0388 (1.0.4)', 'signing in', [
  {
    at: '2.1',
    says: 'Servers capable of SASL2 offer a stream feature of <authentication/>, qualified by the "urn:xmpp:sasl:2" namespace. This in turn contains one or more <mechanism/> elements in the same namespace',
    script: `${opened}
      ${features(`<authentication xmlns='${NS}'><mechanism>PLAIN</mechanism></authentication>`)}`,
  },
  {
    at: '2.6.1',
    says: 'the <success/> element […] contains […] <authorization-identifier/>',
    that: 'the stream goes on with new features, and no new header',
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}')}
      w < <success xmlns='${NS}'><authorization-identifier>{ann}</authorization-identifier></success>
      w next < <features xmlns='${NS_STREAMS}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><authentication xmlns='${NS}'>{none}</authentication><mechanisms xmlns='${NS_SASL}'>{none}</mechanisms></features>`,
  },
  {
    at: '2.6.3',
    says: 'A <failure/> element is used by the server to terminate the authentication attempt. […] It MUST contain one of the SASL error codes from RFC 6120 Section 6.5.',
    that: 'another password, or nobody: the same',
    script: `
      account: ann
      ${opened}
      ${authenticate(Buffer.from('\0nobody\0pw').toString('base64'))}
      ${failure('not-authorized')}`,
  },
  {
    at: '6.5.7 of RFC 6120',
    says: 'invalid-mechanism: The initiating entity did not specify a mechanism, or requested a mechanism that is not supported by the receiving entity',
    script: `${opened}
      ${authenticate('AG5v', '', 'NONSENSE')}
      ${failure('invalid-mechanism')}
      w > <authenticate xmlns='${NS}'/>
      ${failure('invalid-mechanism')}`,
  },
  {
    at: '6.5.5 of RFC 6120',
    says: 'incorrect-encoding: The data provided by the initiating entity could not be processed because the base 64 encoding is incorrect',
    script: `${opened}
      ${authenticate('!!!')}
      ${failure('incorrect-encoding')}`,
  },
  {
    at: '6.5.8 of RFC 6120',
    says: 'malformed-request: The request is malformed',
    script: `${opened}
      ${authenticate('bm9uc2Vuc2U=')}
      ${failure('malformed-request')}`,
  },
  {
    at: '2.3',
    says: 'or an <abort/> element to immediately cause the Server to terminate the authentication attempt',
    script: `${opened}
      w > <authenticate xmlns='${NS}' mechanism='SCRAM-SHA-256'><initial-response>${Buffer.from('n,,n=nobody,r=fyko').toString('base64')}</initial-response></authenticate>
      w < <challenge xmlns='${NS}'/>
      w > <abort xmlns='${NS}'/>
      ${failure('aborted')}`,
  },
  {
    at: '2.2',
    says: "If the stream's from attribute (if present) does not match the non-empty authorization string, the server MUST fail the authentication",
    script: `
      account: ann
      wire w
      w opens from='somebody@{domain}'
      w < <stream xmlns='${NS_STREAMS}'/>
      ${authenticate('{ann.plain}')}
      ${failure('invalid-authzid')}`,
  },
  {
    at: '2.6.3',
    says: 'The server MUST NOT process any inline features requested by the client in a failed authentication request, if any.',
    script: `
      account: ann
      ${opened}
      ${authenticate(Buffer.from('\0nobody\0pw').toString('base64'), `${agent}${bind}<request-token xmlns='${NS_FAST}' mechanism='HT-SHA-256-NONE'/>`)}
      w < <failure xmlns='${NS}'><not-authorized xmlns='${NS_SASL}'/><bound xmlns='${NS_BIND}'>{none}</bound><token xmlns='${NS_FAST}'>{none}</token></failure>`,
  },
  {
    at: '6.2',
    says: 'once <success/> or <continue/> has been sent by the server, any further <authenticate/> element MUST result in a stream error.',
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}')}
      w < <success xmlns='${NS}'/>
      ${authenticate('{ann.plain}')}
      w < <error xmlns='${NS_STREAMS}'/>
      w is ended`,
  },
  {
    at: '2.3',
    says: 'At any time while authentication is in progress, neither Client nor Server sends any element (including stanzas) or other data except the top-level elements defined herein.',
    that: 'a stanza instead',
    script: `${opened}
      w > <iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>
      ${streamError('not-authorized')}`,
  },
])

conform('XEP-0386 (1.1.0)', 'binding with it', [
  {
    at: '2',
    says: "If a server supports Bind 2, it MUST advertise this within the SASL2 <inline/> element in the stream features, with a feature named 'bind' […]. The features supported by the server for such inline negotiation MUST be included in an <inline/> child element within the bind feature element.",
    script: `${opened}
      ${features(`<authentication xmlns='${NS}'><inline><bind xmlns='${NS_BIND}'><inline><feature var='urn:xmpp:carbons:2'/><feature var='urn:xmpp:sm:3'/><feature var='urn:xmpp:csi:0'/></inline></bind></inline></authentication>`)}`,
  },
  {
    at: '4',
    says: "the server MUST respond with the SASL2 <success/> element, including the client's full JID in the <authorization-identifier/> element […], and a <bound/> element",
    that: 'with the tag in the resource',
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}', agent + bind)}
      w < <success xmlns='${NS}'><authorization-identifier>{ann}/Awesome{any}</authorization-identifier><bound xmlns='${NS_BIND}'/></success>
      w > <iq xmlns='jabber:client' type='get' id='p' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      w < <iq type='result' id='p'/>`,
  },
  {
    at: '4',
    says: 'The server SHOULD include a <metadata/> element as defined by XEP-0313',
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}', agent + bind)}
      w < <success xmlns='${NS}'><bound xmlns='${NS_BIND}'><metadata xmlns='urn:xmpp:mam:2'/></bound></success>`,
  },
  {
    at: '4.1',
    says: 'If the client included a XEP-0198 <enable/> element in the requested features […] The <bound/> response MUST contain the resulting XEP-0198 <enabled/> (or <failed/>) element.',
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}', `${agent}<bind xmlns='${NS_BIND}'><tag>A</tag><enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>`)}
      w < <success xmlns='${NS}'><bound xmlns='${NS_BIND}'><enabled xmlns='urn:xmpp:sm:3' id='{any}' resume='true'/></bound></success>`,
  },
  {
    at: '4.1',
    says: 'If the client included a XEP-0280 <enable/> element in the requested features, Message Carbons MUST be enabled at this point. As this operation MUST succeed, no response is necessary.',
    script: `
      there: ann/desk, bo
      ${opened}
      ${authenticate('{ann.plain}', `${agent}<bind xmlns='${NS_BIND}'><enable xmlns='urn:xmpp:carbons:2'/></bind>`)}
      w < <success xmlns='${NS}'><bound xmlns='${NS_BIND}'/></success>
      w > <presence xmlns='jabber:client'/>
      w < <presence/>
      ann/desk > <message to='{bo}' type='chat'><body>hi</body></message>
      w < <message><sent xmlns='urn:xmpp:carbons:2'/></message>`,
  },
  {
    at: '3',
    says: "the server SHOULD terminate any earlier sessions from the same client (identified by the <user-agent> 'id' attribute in its SASL2 authentication request).",
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}', agent + bind)}
      w < <success xmlns='${NS}'><bound xmlns='${NS_BIND}'/></success>
      wire v
      v opens
      v < <stream xmlns='${NS_STREAMS}'/>
      ${authenticate('{ann.plain}', agent + bind).replace('w >', 'v >')}
      v < <success xmlns='${NS}'><bound xmlns='${NS_BIND}'/></success>
      w < <error xmlns='${NS_STREAMS}'/>
      w is ended`,
  },
  {
    at: '2',
    says: 'Servers supporting SASL2 and Bind 2 may continue to offer legacy resource binding to clients.',
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}')}
      w < <success xmlns='${NS}'/>
      w > <iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>
      w < <iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{ann}/r</jid></bind></iq>`,
  },
])

conform('XEP-0484 (0.2.0)', 'tokens', [
  {
    at: '3.1',
    says: 'Servers that support FAST MUST advertise this as a SASL2 inline feature. […] The <fast/> element MUST contain one or more compatible authentication mechanisms. […] there SHOULD be at least one mechanism without channel binding.',
    script: `${opened}
      ${features(`<authentication xmlns='${NS}'><inline><fast xmlns='${NS_FAST}' tls-0rtt='{none}'><mechanism>HT-SHA-256-NONE</mechanism></fast></inline></authentication>`)}`,
  },
  {
    at: '3.2',
    says: "The <token/> element MUST possess the following attributes: […] 'expiry' […] 'token'",
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}', `${agent}<request-token xmlns='${NS_FAST}' mechanism='HT-SHA-256-NONE'/>`)}
      w < <success xmlns='${NS}'><token xmlns='${NS_FAST}' expiry='{any}Z' token='{any}'/></success>`,
  },
  {
    at: '3.2',
    says: "The element MUST contain a 'mechanism' attribute, the value of which MUST be one of the FAST mechanisms advertised by the server.",
    that: 'for another there is no token, and the sign-in is none the worse',
    script: `
      account: ann
      ${opened}
      ${authenticate('{ann.plain}', `${agent}<request-token xmlns='${NS_FAST}' mechanism='NONSENSE'/>`)}
      w < <success xmlns='${NS}'><token xmlns='${NS_FAST}'>{none}</token></success>`,
  },
  {
    at: '3.3',
    says: 'the client MUST include a <fast/> element',
    that: 'a token that nobody was given is refused',
    script: `
      account: ann
      ${opened}
      ${authenticate(Buffer.from(`nobody\0${'0'.repeat(32)}`).toString('base64'), `${agent}<fast xmlns='${NS_FAST}'/>`, 'HT-SHA-256-NONE')}
      ${failure('not-authorized')}`,
  },
])

const NS_CB = 'urn:xmpp:sasl-cb:0'

conform('XEP-0440 (1.0.0)', 'what channels can be bound to', [
  {
    at: '2',
    says: 'Servers MUST implement tls-server-end-point and enable/advertise it.',
    script: `${opened}
      ${features(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)}
      w > <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
      w < <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
      w goes over to TLS
      w opens
      w < <stream xmlns='${NS_STREAMS}'/>
      ${features(`<sasl-channel-binding xmlns='${NS_CB}'><channel-binding type='tls-server-end-point'/><channel-binding type='tls-exporter'/></sasl-channel-binding><mechanisms xmlns='${NS_SASL}'><mechanism>SCRAM-SHA-256-PLUS</mechanism></mechanisms><authentication xmlns='${NS}'><mechanism>SCRAM-SHA-256-PLUS</mechanism></authentication>`)}`,
  },
  {
    at: '2',
    says: 'sasl-channel-binding',
    that: 'not where there is no channel to bind to',
    script: `${opened}
      ${features(`<sasl-channel-binding xmlns='${NS_CB}'>{none}</sasl-channel-binding>`)}`,
  },
])

conform('XEP-0368 (1.1.0)', 'TLS from the first byte', [
  {
    at: '3',
    says: 'STARTTLS MUST NOT be used over direct TLS connections.',
    that: 'and is not offered there',
    script: `
      wire w over direct TLS
      w opens
      w < <stream xmlns='${NS_STREAMS}'/>
      ${features(`<mechanisms xmlns='${NS_SASL}'/><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>{none}</starttls>`)}`,
  },
  {
    at: '3',
    says: "Where 'service' starts with 'xmpps-' the client or server MUST connect with direct TLS enabled.",
    that: 'and signs in as ever',
    script: `
      account: ann
      wire w over direct TLS
      w opens
      w < <stream xmlns='${NS_STREAMS}'/>
      ${authenticate('{ann.plain}')}
      w < <success xmlns='${NS}'/>`,
  },
])
