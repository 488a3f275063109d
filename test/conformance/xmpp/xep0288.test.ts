import { conform } from './conform.ts'
import { streamError } from './error.ts'
import {
  called,
  dialbackFeature,
  features,
  header,
  message,
  NS_SERVER,
  NS_STREAMS,
  proved,
  question,
  result,
  says,
  secured,
  verdict,
} from './server-words.ts'

const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const NS_BIDI_FEATURE = 'urn:xmpp:features:bidi'
const document = 'XEP-0288 (1.0.1)'
const bidi = `<bidi xmlns='urn:xmpp:bidi'/>`
const offer = `<bidi xmlns='${NS_BIDI_FEATURE}'/>`
const toFar = message('{ann/desk}', 'zoe@{far}', 'hello')
const arrives = message('{ann/desk}', 'zoe@{far}', 'hello', ` xmlns='${NS_SERVER}'`)
const anything = `<message xmlns='${NS_SERVER}'/>`

conform(document, 'a server that calls us', [
  {
    at: '2.1',
    says: "If a server supports bidirectional server-to-server streams, it should inform the connecting entity when returning stream features during the stream negotiation process […]. This is done by including a <bidi/> element qualified by the 'urn:xmpp:features:bidi' namespace.",
    that: 'inside TLS',
    script: `
      server: far
      ${secured()}
      ${features(offer)}`,
  },
  {
    at: '2.1',
    says: 'If the initiating entity chooses to use TLS, STARTTLS negotiation MUST be completed before enabling bidirectionality.',
    script: `
      server: far
      wire w at the servers
      w opens as far
      w < ${header('{any}')}
      w > ${bidi}
      w < ${streamError('policy-violation')}
      w is ended`,
  },
  {
    at: '2.2',
    says: 'To enable bidirectional communication, the connecting server sends a <bidi/> element […]. This SHOULD be done before either SASL negotiation or Server Dialback.',
    that: 'before dialback; what we have to say comes on the same stream',
    script: `
      there: ann
      server: far
      ${proved('', `w > ${bidi}`)}
      ann > ${toFar}
      w < ${arrives}`,
  },
  {
    at: '2.2',
    says: 'This SHOULD be done before either SASL negotiation or Server Dialback.',
    that: 'before SASL',
    script: `
      there: ann
      server: far
      ${secured('as far')}
      w > ${bidi}
      w > <auth xmlns='${NS_SASL}' mechanism='EXTERNAL'>=</auth>
      w < <success xmlns='${NS_SASL}'/>
      w opens as far
      w < ${header('{any}')}
      ann > ${toFar}
      w < ${arrives}
      w > ${message('zoe@{far}', '{ann}', 'hi')}
      ann < ${message('zoe@{far}', '{ann}', 'hi')}`,
  },
  {
    at: '2.2',
    says: "The receiving server MUST NOT send stanzas to the peer before it has authenticated via SASL, or the peer's identity has been verified via Server Dialback.",
    script: `
      there: ann
      server: far
      ${secured()}
      w > ${bidi}
      w > ${says('forged')}
      ${called()}
      b < ${question('forged')}
      ann > ${toFar}
      ${called('', 'far', 'c')}
      w !< ${anything}
      b > ${verdict('invalid')}
      w < ${result('invalid')}
      w is ended
      w !< ${anything}`,
  },
  {
    at: '2.2',
    says: 'the receiving server MUST NOT attempt to verify a dialback key on the same connection where the corresponding request was issued.',
    script: `
      server: far
      ${secured()}
      w > ${bidi}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b > ${verdict('valid')}
      w < ${result('valid')}
      w !< <verify xmlns='jabber:server:dialback'/>`,
  },
  {
    at: '2.2',
    says: 'the receiving server MUST only send stanzas for which it has been authenticated […] in the case of Server Dialback this is the inverse of any domain pair that has been used in a dialback request.',
    that: 'what is for another domain goes another way',
    script: `
      there: ann
      server: far
      server: other
      ${proved('', `w > ${bidi}`)}
      ann > ${message('{ann/desk}', 'yan@{other}', 'hello')}
      other is called: c
      c < <stream xmlns='${NS_STREAMS}' from='{domain}' to='{other}'/>
      w !< ${anything}`,
  },
  {
    at: '5',
    says: 'dialback elements with a "type" attribute also need to be handled in incoming connections',
    that: 'and prove nothing that was not asked for',
    script: `
      there: ann
      server: far
      server: other
      ${proved('', `w > ${bidi}`)}
      w > <db:result from='{other}' to='{domain}' type='valid'/>
      w > <db:verify from='{other}' to='{domain}' id='{id}' type='valid'/>
      ann > ${message('{ann/desk}', 'yan@{other}', 'hello')}
      other is called: c
      w > ${message('yan@{other}', '{ann}', 'hi')}
      w < ${streamError('invalid-from')}
      w !< ${anything}
      ann !< <message/>`,
  },
])

/** Our server has called, and waits to be believed. */
function calls(offers: string): string {
  return `
      there: ann
      server: far
      ann > ${toFar}
      ${called(offers)}`
}

const key = `<result xmlns='jabber:server:dialback' from='{domain}' to='{far}'/>`
const valid = `<db:result from='{far}' to='{domain}' type='valid'/>`

conform(document, 'our server calls another', [
  {
    at: '2.2',
    says: "the connecting server sends a <bidi/> element qualified by the 'urn:xmpp:bidi' namespace. This SHOULD be done before either SASL negotiation or Server Dialback.",
    script: `${calls(dialbackFeature + offer)}
      b < ${bidi}
      b next < ${key}`,
  },
  {
    at: '2.1',
    says: 'it should inform the connecting entity when returning stream features',
    that: 'nothing of it where it is not offered',
    script: `${calls(dialbackFeature)}
      b < ${key}
      b !< ${bidi}`,
  },
  {
    at: '2.2',
    says: 'the receiving server MUST only send stanzas for which it has been authenticated',
    that: 'the answer is heard on the same stream, and nothing of another domain',
    script: `
      server: other
      ${calls(dialbackFeature + offer)}
      b < ${key}
      b > ${valid}
      b < ${arrives}
      b > ${message('zoe@{far}', '{ann}', 'hi')}
      ann < ${message('zoe@{far}', '{ann}', 'hi')}
      b > ${message('yan@{other}', '{ann}', 'hi')}
      b < ${streamError('invalid-from')}
      ann !< <message/>`,
  },
  {
    at: '2.2',
    says: 'the receiving server MAY initiate Server Dialback authentications for other domains it hosts to any domain authenticated to be hosted by the connecting server.',
    script: `
      server: other
      ${calls(dialbackFeature + offer)}
      b < ${key}
      b > ${valid}
      b < ${arrives}
      b > ${says('second', '{other}')}
      ${called('', 'other', 'c')}
      c < ${question('second', 'other', 'back')}
      c > ${verdict('valid', '', '{other}', 'back')}
      b < ${result('valid', '', '{domain}', '{other}')}
      b > ${message('yan@{other}', '{ann}', 'hi')}
      ann < ${message('yan@{other}', '{ann}', 'hi')}`,
  },
])
