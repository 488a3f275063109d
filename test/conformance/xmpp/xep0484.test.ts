// XEP-0484: tokens are given and shown on connections of loopback without TLS, where the settings of the tables let them.
import { conform } from './conform.ts'
import {
  agent,
  authenticate,
  failure,
  features,
  NS_FAST,
  NS_SASL2,
  opened,
  succeeds,
} from './sasl2.ts'

const document = 'XEP-0484 (0.2.0)'
const mechanism = 'HT-SHA-256-NONE'
const request = `<request-token xmlns='${NS_FAST}' mechanism='${mechanism}'/>`
const token = (value = '{=token}'): string =>
  `<token xmlns='${NS_FAST}' expiry='{any}Z' token='${value}'/>`
const noToken = `<token xmlns='${NS_FAST}'>{none}</token>`
const fast = (attrs = ''): string => `<fast xmlns='${NS_FAST}'${attrs}/>`

/** Ann's client has `{token}`. */
const hasToken = `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}', agent + request)}
      ${succeeds(token())}
      {proof} proves {token} of ann`
const comesBack = (wire: string, inside = agent + fast()): string => `
      ${opened(wire)}
      ${authenticate('{proof}', inside, mechanism, wire)}`

conform(document, 'getting a token', [
  {
    at: '3.1',
    says: 'Servers that support FAST MUST advertise this as a SASL2 inline feature. […] The <fast/> element MUST contain one or more compatible authentication mechanisms. […] and there SHOULD be at least one mechanism without channel binding.',
    script: `${opened()}
      ${features(`<authentication xmlns='${NS_SASL2}'><inline><fast xmlns='${NS_FAST}'><mechanism>${mechanism}</mechanism></fast></inline></authentication>`)}`,
  },
  {
    at: '3.1',
    says: 'There SHOULD be at least one mechanism capable of channel binding […].',
    that: 'over TLS',
    script: `
      wire w over direct TLS
      w opens
      ${features(`<authentication xmlns='${NS_SASL2}'><inline><fast xmlns='${NS_FAST}'><mechanism>HT-SHA-256-EXPR</mechanism><mechanism>HT-SHA-256-ENDP</mechanism><mechanism>${mechanism}</mechanism></fast></inline></authentication>`)}`,
  },
  {
    at: '3.1',
    says: "If the server allows the client to include authentication data in a TLS 0-RTT extension payload, it MUST indicate this with a 'tls-0rtt' attribute on the element set to '1' or 'true'.",
    that: 'it does not',
    script: `${opened()}
      ${features(`<authentication xmlns='${NS_SASL2}'><inline><fast xmlns='${NS_FAST}' tls-0rtt='{none}'/></inline></authentication>`)}`,
  },
  {
    at: '3.3',
    says: 'Upon receiving a token request and successfully authenticating the client, the server generates a new unique token, valid for the requested mechanism, and includes it in the SASL2 <success/> response in a <token/> element […].',
    script: hasToken,
  },
  {
    at: '3.3',
    says: 'The <token/> element MUST possess the following attributes: […] The secret token to be used for authentication. […] The timestamp at which the token will expire, in the DateTime profile defined by XEP-0082.',
    script: `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}', agent + request)}
      ${succeeds(`<token xmlns='${NS_FAST}' expiry='20{any}-{any}-{any}T{any}:{any}:{any}Z' token='{any}'/>`)}`,
  },
  {
    at: '3.3',
    says: 'The server MUST NOT provide a token unless the client has been successfully and fully authenticated […].',
    script: `
      account: ann
      ${opened()}
      ${authenticate(Buffer.from('\0nobody\0pw').toString('base64'), agent + request)}
      w < <failure xmlns='${NS_SASL2}'>${noToken}</failure>`,
  },
  {
    at: '3.2',
    says: "The element MUST contain a 'mechanism' attribute, the value of which MUST be one of the FAST mechanisms advertised by the server.",
    that: 'for another there is no token, and the sign-in is none the worse',
    script: `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}', `${agent}<request-token xmlns='${NS_FAST}' mechanism='NONSENSE'/>`)}
      ${succeeds(noToken)}`,
  },
  {
    at: '4.1',
    says: "They MUST also provide the a SASL2 <user-agent> element with an 'id' attribute […].",
    that: 'who has none gets no token',
    script: `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}', request)}
      ${succeeds(noToken)}`,
  },
])

conform(document, 'coming back with it', [
  {
    at: '3.4',
    says: "To indicate that it is providing a token, the client MUST include a <fast/> element qualified by the 'urn:xmpp:fast:0' namespace, within its SASL2 authentication request.",
    script: `${hasToken}
      ${comesBack('v')}
      ${succeeds('<authorization-identifier>{ann}</authorization-identifier>', 'v')}`,
  },
  {
    at: '3.4',
    says: "[…] the client MUST include a <fast/> element qualified by the 'urn:xmpp:fast:0' namespace, within its SASL2 authentication request.",
    that: 'and a token that nobody was given is refused',
    script: `
      account: ann
      ${opened()}
      ${authenticate(Buffer.from(`nobody\0${'0'.repeat(32)}`).toString('base64'), agent + fast(), mechanism)}
      ${failure('not-authorized')}`,
  },
  {
    at: '4.1',
    says: 'Tokens are issued on a per-client basis.',
    that: 'another client’s is refused, and a client that does not say which it is',
    script: `${hasToken}
      ${comesBack('v', `<user-agent id='00000000-4d72-4749-b3d3-740edbf87770'/>${fast()}`)}
      ${failure('not-authorized', 'v')}
      ${comesBack('u', fast())}
      u < <failure xmlns='${NS_SASL2}'/>`,
  },
  {
    at: '3.4',
    says: 'Servers MUST bind tokens to the mechanism selected by the client in its original request, and reject attempts to use them with other mechanisms.',
    that: 'one for a bound channel, without',
    script: `
      account: ann
      wire w over direct TLS
      w opens
      ${authenticate('{ann.plain}', `${agent}<request-token xmlns='${NS_FAST}' mechanism='HT-SHA-256-EXPR'/>`)}
      ${succeeds(token())}
      {proof} proves {token} of ann
      ${comesBack('v')}
      ${failure('not-authorized', 'v')}`,
  },
  {
    at: '3.5',
    says: 'Upon successful use of any token, the server MUST invalidate all tokens issued to the same client with an earlier expiry than the current token (even if those tokens have not yet reached their expiry time).',
    script: `${hasToken}
      ${comesBack('v', agent + fast() + request)}
      ${succeeds(token('{=second}'), 'v')}
      {other} proves {second} of ann
      ${opened('u')}
      ${authenticate('{other}', agent + fast(), mechanism, 'u')}
      ${succeeds('', 'u')}
      ${comesBack('t')}
      t < <failure xmlns='${NS_SASL2}'/>`,
  },
  {
    at: '3.5',
    says: 'When the server provides a new token to the client in this way, it MUST NOT invalidate the existing token until the new token is actually used by the client.',
    script: `${hasToken}
      ${comesBack('v', agent + fast() + request)}
      ${succeeds(token('{any}'), 'v')}
      ${comesBack('u')}
      ${succeeds('', 'u')}`,
  },
  {
    at: '3.6',
    says: "Upon successful authentication with the 'invalidate' attribute set, the server MUST immediately invalidate the token and prevent its use for future authentication attempts. The server MUST NOT include a new token in the response […].",
    script: `${hasToken}
      ${comesBack('v', agent + fast(` invalidate='true'`))}
      ${succeeds(noToken, 'v')}
      ${comesBack('u')}
      u < <failure xmlns='${NS_SASL2}'/>`,
  },
  {
    at: '3.6',
    says: '[…] unless the client also included a FAST <request-token/> element in its authentication request.',
    script: `${hasToken}
      ${comesBack('v', agent + fast(` invalidate='1'`) + request)}
      ${succeeds(token(), 'v')}
      {proof} proves {token} of ann
      ${comesBack('u')}
      ${succeeds('', 'u')}`,
  },
  {
    at: '4.2',
    says: 'If the server no longer trusts a token, it MUST instead fail the authentication (returning the SASL ‘credentials-expired’ error condition), and then allow the client to authenticate using other mechanisms (e.g. password based).',
    that: 'on the same stream, after a new password',
    script: `${hasToken}
      there: ann
      ann does {domain}: <query xmlns='jabber:iq:register'><username>{ann.local}</username><password>groundlings</password></query>
      ${comesBack('v')}
      v < <failure xmlns='${NS_SASL2}'/>
      ${authenticate('{ann.plain}', agent, 'PLAIN', 'v')}
      ${failure('not-authorized', 'v')}`,
  },
])
