import { conform } from './conform.ts'
import { authenticate, features, NS_SASL, NS_SASL2, NS_STREAMS } from './sasl2.ts'

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
      w < <success xmlns='${NS_SASL2}'/>`,
  },
])
