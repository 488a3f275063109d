import { conform } from './conform.ts'
import { features, NS_SASL, NS_SASL2, NS_STREAMS, opened } from './sasl2.ts'

const document = 'XEP-0440 (1.0.0)'
const NS = 'urn:xmpp:sasl-cb:0'
const overTls = `${opened()}
      ${features(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)}
      w > <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
      w < <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>
      w goes over to TLS
      w opens
      w < <stream xmlns='${NS_STREAMS}'/>`
const directTls = `
      wire w over direct TLS
      w opens
      w < <stream xmlns='${NS_STREAMS}'/>`
const type = (name: string): string =>
  `<sasl-channel-binding xmlns='${NS}'><channel-binding type='${name}'/></sasl-channel-binding>`

conform(document, 'what channels can be bound to', [
  ...[
    ['after STARTTLS', overTls],
    ['over direct TLS', directTls],
  ].flatMap(([that = '', connected = '']) => [
    {
      at: '3',
      says: 'Servers MUST implement tls-server-end-point and enable/advertise it.',
      that,
      script: `${connected}
      ${features(type('tls-server-end-point'))}`,
    },
    {
      at: '3',
      says: 'Clients and servers SHOULD implement stronger channel-binding types like tls-exporter, to detect and prevent such attacks',
      that,
      script: `${connected}
      ${features(type('tls-exporter'))}`,
    },
    {
      at: '3',
      says: 'If the client is using SASL2 to authenticate and it receives channel-binding announcements, from the server, but no SASL mechanisms supporting channel-binding are announced, it MUST abort authentication […]. It SHOULD do the same when using SASL1.',
      that: `${that}: both are announced`,
      script: `${connected}
      ${features(`<mechanisms xmlns='${NS_SASL}'><mechanism>SCRAM-SHA-256-PLUS</mechanism></mechanisms><authentication xmlns='${NS_SASL2}'><mechanism>SCRAM-SHA-256-PLUS</mechanism></authentication>${type('tls-exporter')}`)}`,
    },
  ]),
  {
    at: '2',
    says: "The <sasl-channel-binding/> element MUST contain one or more <channel-binding/> elements, of which each MUST have an attribute with the name 'type'.",
    that: 'where there is no channel to bind to, there is no such element',
    script: `${opened()}
      ${features(`<mechanisms xmlns='${NS_SASL}'><mechanism>SCRAM-SHA-256</mechanism><mechanism>{any}</mechanism></mechanisms><sasl-channel-binding xmlns='${NS}'>{none}</sasl-channel-binding>`)}`,
  },
])
