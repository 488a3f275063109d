import { conform } from './conform.ts'

const document = 'XEP-0206 (1.4)'
const NS = 'http://jabber.org/protocol/httpbind'
const NS_XBOSH = 'urn:xmpp:xbosh'
const NS_STREAMS = 'http://etherx.jabber.org/streams'
const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'

function post(attrs: string, inside = ''): string {
  return `POST /http-bind content-type=text/xml: <body xmlns='${NS}' xmlns:xmpp='${NS_XBOSH}' ${attrs}>${inside}</body>`
}

function gives(attrs: string, inside = ''): string {
  return `it gives <body xmlns='${NS}' xmlns:xmpp='${NS_XBOSH}' ${attrs}>${inside}</body>`
}

const first = `rid='1000' to='{domain}' wait='60' hold='1' ver='1.6' xml:lang='en' xmpp:version='1.0'`
const features = (inside: string): string => `<features xmlns='${NS_STREAMS}'>${inside}</features>`
const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>`

/** The session `{sid}` has signed in as Ann. */
const signedIn = `
      account: ann
      ${post(first)}
      ${gives(`sid='{=sid}'`)}
      ${post(`rid='1001' sid='{sid}'`, `<auth xmlns='${NS_SASL}' mechanism='PLAIN'>{ann.plain}</auth>`)}
      ${gives('', `<success xmlns='${NS_SASL}'/>`)}`

conform(document, 'beginning a session', [
  {
    at: '4',
    says: "The connection manager SHOULD include a 'version' attribute (qualified by the 'urn:xmpp:xbosh' namespace) and a <stream:features/> element (qualified by the 'http://etherx.jabber.org/streams' namespace) in a response as soon as they are available […].",
    script: `
      ${post(first)}
      ${gives(`xmpp:version='1.0'`, features(`<mechanisms xmlns='${NS_SASL}'/>`))}`,
  },
  {
    at: '4',
    says: `If the connection manager supports stream restarts, it MUST advertise that fact by including a 'restartlogic' attribute (qualified by the 'urn:xmpp:xbosh' namespace) whose value is set to "true" […].`,
    script: `
      ${post(first)}
      ${gives(`xmpp:restartlogic='true'`)}`,
  },
  {
    at: '2',
    says: 'Instead, channel encryption SHOULD be completed at the HTTP (transport) layer, not the XMPP (application) layer.',
    that: 'STARTTLS is not offered',
    script: `
      ${post(first)}
      ${gives('', features(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>{none}</starttls>`))}`,
  },
  {
    at: '2',
    says: "A complete <stream:features/> element (in which case the BOSH <body/> element MUST include the namespace xmlns:stream='http://etherx.jabber.org/streams').",
    script: `
      ${post(first)}
      body {any} xmlns:stream='http://etherx.jabber.org/streams'{any}<stream:features{any}`,
  },
])

conform(document, 'signing in and binding', [
  {
    at: '5',
    says: 'Upon receiving the <success/> element, the client MUST then ask the connection manager to restart the stream by sending a "restart request" […] If the connection manager receives a <stream:features/> element from the XMPP server, it MUST forward that element to the client:',
    script: `${signedIn}
      ${post(`rid='1002' sid='{sid}' to='{domain}' xmpp:restart='true'`)}
      ${gives('', features(bind))}`,
  },
  {
    at: '5',
    says: `The BOSH <body/> element SHOULD be empty (i.e., not contain an XML stanza). However, if the client includes an XML stanza in the body, the connection manager SHOULD ignore it.`,
    script: `${signedIn}
      ${post(`rid='1002' sid='{sid}' xmpp:restart='true'`, `<iq xmlns='jabber:client' type='get' id='p' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>`)}
      ${gives('', `${features(bind)}<iq xmlns='jabber:client'>{none}</iq>`)}`,
  },
  {
    at: '5',
    says: 'The client can then complete any mandatory or discretionary stream feature negotiations.',
    script: `${signedIn}
      ${post(`rid='1002' sid='{sid}' xmpp:restart='true'`)}
      ${gives('', features(bind))}
      ${post(`rid='1003' sid='{sid}'`, `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>httpclient</resource></bind></iq>`)}
      ${gives('', `<iq xmlns='jabber:client' type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{ann}/httpclient</jid></bind></iq>`)}`,
  },
  {
    at: '5',
    says: 'For detailed specification of these protocols (including error cases), refer to RFC 6120.',
    that: 'a password that is none',
    script: `
      account: ann
      ${post(first)}
      ${gives(`sid='{=sid}'`)}
      ${post(`rid='1001' sid='{sid}'`, `<auth xmlns='${NS_SASL}' mechanism='PLAIN'>${Buffer.from('\0nobody\0pw').toString('base64')}</auth>`)}
      ${gives('', `<failure xmlns='${NS_SASL}'><not-authorized/></failure>`)}`,
  },
])

conform(document, 'errors', [
  {
    at: '6',
    says: `The content of the <body/> element is zero or more stanzas followed by a copy of the <stream:error/> element […] (qualified by the 'http://etherx.jabber.org/streams' namespace) received from the XMPP server:`,
    script: `
      ${post(first)}
      ${gives(`sid='{=sid}'`)}
      ${post(`rid='1001' sid='{sid}'`, `<message xmlns='jabber:client' to='{domain}'/>`)}
      ${gives(`type='terminate' condition='remote-stream-error'`, `<error xmlns='${NS_STREAMS}'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>`)}`,
  },
])
