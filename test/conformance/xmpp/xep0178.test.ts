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
  NS_TLS,
  proved,
  question,
  result,
  says,
  secured,
  verdict,
} from './server-words.ts'

const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const external = `<mechanisms xmlns='${NS_SASL}'><mechanism>EXTERNAL</mechanism></mechanisms>`
const document = 'XEP-0178 (1.2)'
const fromFar = message('zoe@{far}', '{ann}', 'hi')
const success = `<success xmlns='${NS_SASL}'/>`
const noMechanism = `<mechanisms xmlns='${NS_SASL}'>{none}</mechanisms>`

function auth(name: string): string {
  return `<auth xmlns='${NS_SASL}' mechanism='EXTERNAL'>${name}</auth>`
}

function failure(condition: string): string {
  return `<failure xmlns='${NS_SASL}'><${condition}/></failure>`
}

/** EXTERNAL has been taken on `w`, and the stream begun anew. */
function authenticated(name = '='): string {
  return `${secured('as far')}
      w > ${auth(name)}
      w < ${success}
      w opens as far
      w < ${header('{any}')}`
}

conform(document, 'another server shows its certificate', [
  {
    at: '3, step 3',
    says: 'Server2 advertises TLS stream feature, which might indicate that TLS is mandatory-to-negotiate.',
    script: `
      server: far
      wire w at the servers
      w opens as far
      w < ${header('{any}')}
      w < <features xmlns='${NS_STREAMS}'><starttls xmlns='${NS_TLS}'><required/></starttls>${noMechanism}</features>
      w > ${auth('=')}
      w < ${streamError('policy-violation')}
      w is ended`,
  },
  {
    at: '3, step 10',
    says: "If the 'from' attribute of the stream header sent by Server1 can be matched against one of the identifiers provided in the certificate following the matching rules from RFC 6125, Server2 SHOULD advertise the SASL EXTERNAL mechanism.",
    script: `
      server: far
      ${secured('as far')}
      ${features(external)}`,
  },
  ...['for all below', 'for an address of XMPP', 'for a service'].map((fault) => ({
    at: '3, step 10',
    says: 'can be matched against one of the identifiers provided in the certificate',
    that: fault,
    script: `
      server: far whose certificate is ${fault}
      ${secured('as far')}
      ${features(external)}
      w > ${auth('=')}
      w < ${success}`,
  })),
  ...['expired', 'self-signed', 'for another name', 'for servers alone'].map((fault) => ({
    at: '3, step 10',
    says: 'If no match is found, Server2 MAY either close Server1’s TCP connection or continue with a XEP-0220 negotiation.',
    that: `a certificate that is ${fault}`,
    script: `
      there: ann
      server: far whose certificate is ${fault}
      ${secured('as far')}
      ${features(dialbackFeature + noMechanism)}
      w > ${auth('=')}
      w < ${failure('invalid-mechanism')}
      w > ${fromFar}
      w < ${streamError('not-authorized')}
      w is ended
      ann !< <message/>`,
  })),
  {
    at: '3, step 10',
    says: 'continue with a XEP-0220 negotiation.',
    that: 'with a certificate that is for servers alone',
    script: `
      there: ann
      server: far whose certificate is for servers alone
      ${proved('as far')}
      w > ${fromFar}
      ann < ${fromFar}`,
  },
  {
    at: '3, step 10',
    says: "If the 'from' attribute of the stream header sent by Server1 can be matched",
    that: 'one domain with the certificate of another',
    script: `
      there: ann
      server: far
      server: other
      ${secured('as other')}
      ${features(noMechanism)}
      w > ${auth('=')}
      w < ${failure('invalid-mechanism')}
      w > ${fromFar}
      w < ${streamError('not-authorized')}
      ann !< <message/>`,
  },
  {
    at: '3, step 12',
    says: "If the 'from' attribute of stream header sent by Server1 can be matched against one of the identifiers provided in the certificate […], Server2 returns success.",
    that: 'and what it says is heard',
    script: `
      there: ann
      server: far
      ${authenticated()}
      ${features(dialbackFeature + noMechanism)}
      w > ${fromFar}
      ann < ${fromFar}`,
  },
  {
    at: '3, step 11',
    says: 'the <auth/> element MAY include an authorization identity',
    script: `
      server: far
      base64 of {far} is {name}
      ${authenticated('{name}')}`,
  },
  {
    at: '3, step 12',
    says: "If Server2 needs to assign an authorization identity during SASL negotiation, it SHOULD use the value of the 'from' attribute of the stream header sent by Server1.",
    that: 'and no other that is asked for',
    script: `
      there: ann
      server: far
      server: other
      base64 of {other} is {name}
      ${secured('as far')}
      w > ${auth('{name}')}
      w < ${failure('invalid-authzid')}
      ${authenticated()}
      w > ${message('zoe@{other}', '{ann}', 'hi')}
      w < ${streamError('invalid-from')}
      ann !< <message/>`,
  },
])

conform(document, 'our server shows its certificate', [
  {
    at: '3, step 11',
    says: 'the connecting server SHOULD include the authorization identity for backward compability.',
    script: `
      there: ann
      server: far
      base64 of {domain} is {name}
      ann > ${message('{ann/desk}', 'zoe@{far}', 'hello')}
      ${called(external)}
      b < ${auth('{name}')}
      b !< <message xmlns='${NS_SERVER}'/>`,
  },
  {
    at: '3, step 12',
    says: 'Else Server2 SHOULD return a <not-authorized/> error and either close Server1’s TCP connection or continue with a Server Dialback (XEP-0220) negotiation.',
    that: 'our server goes on so',
    script: `
      there: ann
      server: far
      ann > ${message('{ann/desk}', 'zoe@{far}', 'hello')}
      ${called(external + dialbackFeature)}
      b < ${auth('{any}')}
      b > ${failure('not-authorized')}
      b < <result xmlns='jabber:server:dialback' from='{domain}' to='{far}'/>
      b !< <message xmlns='${NS_SERVER}'/>`,
  },
  ...['expired', 'self-signed', 'for another name'].map((fault) => ({
    at: '3, step 7',
    says: 'If certificate is unacceptable for the reasons explained in RFC 6120 and RFC 6125, Server2 closes Server1’s TCP connection.',
    that: `and so does our server, with one that is ${fault}`,
    script: `
      there: ann
      server: far whose certificate is ${fault}
      ann > ${message('{ann/desk}', 'zoe@{far}', 'secret', ` id='m1'`)}
      ann < <message from='zoe@{far}' id='m1' type='error'/>
      far is called: b
      b is ended
      b !< <message xmlns='${NS_SERVER}'/>`,
  })),
  ...['expired', 'self-signed', 'for another name'].map((fault) => ({
    at: '3, step 7',
    says: 'If certificate is unacceptable for the reasons explained in RFC 6120 and RFC 6125',
    that: `nobody vouches for a key with one that is ${fault}`,
    script: `
      there: ann
      server: far whose certificate is ${fault}
      ${secured()}
      w > ${says('key')}
      w < ${result('error')}
      far is called: b
      b is ended
      w > ${fromFar}
      w < ${streamError('not-authorized')}
      ann !< <message/>`,
  })),
  {
    at: '3, step 7',
    says: 'Server2 validates certificate in accordance with the rules from RFC 6120 and RFC 6125.',
    that: 'a good one vouches',
    script: `
      server: far
      ${secured()}
      w > ${says('key')}
      ${called()}
      b < ${question('key')}
      b > ${verdict('valid')}
      w < ${result('valid')}`,
  },
])
