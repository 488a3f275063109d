import { conform } from './conform.ts'
import {
  agent,
  authenticate,
  bind,
  failure,
  features,
  NS_BIND,
  NS_FAST,
  NS_SASL,
  NS_SASL2,
  NS_STREAMS,
  opened,
} from './sasl2.ts'

const NS_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'

function streamError(condition: string): string {
  return `w < <error xmlns='${NS_STREAMS}'><${condition} xmlns='${NS_ERRORS}'/></error>
      w is ended`
}

conform('XEP-0388 (1.0.4)', 'signing in', [
  {
    at: '2.1',
    says: 'Servers capable of SASL2 offer a stream feature of <authentication/>, qualified by the "urn:xmpp:sasl:2" namespace. This in turn contains one or more <mechanism/> elements in the same namespace',
    script: `${opened()}
      ${features(`<authentication xmlns='${NS_SASL2}'><mechanism>PLAIN</mechanism></authentication>`)}`,
  },
  {
    at: '2.6.1',
    says: 'the <success/> element […] contains […] <authorization-identifier/>',
    that: 'the stream goes on with new features, and no new header',
    script: `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}')}
      w < <success xmlns='${NS_SASL2}'><authorization-identifier>{ann}</authorization-identifier></success>
      w next < <features xmlns='${NS_STREAMS}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><authentication xmlns='${NS_SASL2}'>{none}</authentication><mechanisms xmlns='${NS_SASL}'>{none}</mechanisms></features>`,
  },
  {
    at: '2.6.3',
    says: 'A <failure/> element is used by the server to terminate the authentication attempt. […] It MUST contain one of the SASL error codes from RFC 6120 Section 6.5.',
    that: 'another password, or nobody: the same',
    script: `
      account: ann
      ${opened()}
      ${authenticate(Buffer.from('\0nobody\0pw').toString('base64'))}
      ${failure('not-authorized')}`,
  },
  {
    at: '6.5.7 of RFC 6120',
    says: 'invalid-mechanism: The initiating entity did not specify a mechanism, or requested a mechanism that is not supported by the receiving entity',
    script: `${opened()}
      ${authenticate('AG5v', '', 'NONSENSE')}
      ${failure('invalid-mechanism')}
      w > <authenticate xmlns='${NS_SASL2}'/>
      ${failure('invalid-mechanism')}`,
  },
  {
    at: '6.5.5 of RFC 6120',
    says: 'incorrect-encoding: The data provided by the initiating entity could not be processed because the base 64 encoding is incorrect',
    script: `${opened()}
      ${authenticate('!!!')}
      ${failure('incorrect-encoding')}`,
  },
  {
    at: '6.5.8 of RFC 6120',
    says: 'malformed-request: The request is malformed',
    script: `${opened()}
      ${authenticate('bm9uc2Vuc2U=')}
      ${failure('malformed-request')}`,
  },
  {
    at: '2.3',
    says: 'or an <abort/> element to immediately cause the Server to terminate the authentication attempt',
    script: `${opened()}
      w > <authenticate xmlns='${NS_SASL2}' mechanism='SCRAM-SHA-256'><initial-response>${Buffer.from('n,,n=nobody,r=fyko').toString('base64')}</initial-response></authenticate>
      w < <challenge xmlns='${NS_SASL2}'/>
      w > <abort xmlns='${NS_SASL2}'/>
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
      ${opened()}
      ${authenticate(Buffer.from('\0nobody\0pw').toString('base64'), `${agent}${bind}<request-token xmlns='${NS_FAST}' mechanism='HT-SHA-256-NONE'/>`)}
      w < <failure xmlns='${NS_SASL2}'><not-authorized xmlns='${NS_SASL}'/><bound xmlns='${NS_BIND}'>{none}</bound><token xmlns='${NS_FAST}'>{none}</token></failure>`,
  },
  {
    at: '6.2',
    says: 'once <success/> or <continue/> has been sent by the server, any further <authenticate/> element MUST result in a stream error.',
    script: `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}')}
      w < <success xmlns='${NS_SASL2}'/>
      ${authenticate('{ann.plain}')}
      w < <error xmlns='${NS_STREAMS}'/>
      w is ended`,
  },
  {
    at: '2.3',
    says: 'At any time while authentication is in progress, neither Client nor Server sends any element (including stanzas) or other data except the top-level elements defined herein.',
    that: 'a stanza instead',
    script: `${opened()}
      w > <iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>
      ${streamError('not-authorized')}`,
  },
])
