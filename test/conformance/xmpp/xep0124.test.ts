import { conform } from './conform.ts'

const document = 'XEP-0124 (1.11.2)'
const NS = 'http://jabber.org/protocol/httpbind'
const NS_XBOSH = 'urn:xmpp:xbosh'
const NS_STREAMS = 'http://etherx.jabber.org/streams'
const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'

/** A request, with its `<body/>`. */
function post(attrs: string, inside = ''): string {
  return `POST /http-bind content-type=text/xml: ${body(attrs, inside)}`
}

function body(attrs: string, inside = ''): string {
  return `<body xmlns='${NS}' xmlns:xmpp='${NS_XBOSH}' ${attrs}>${inside}</body>`
}

function gives(attrs: string, inside = ''): string {
  return `it gives <body xmlns='${NS}' xmlns:xmpp='${NS_XBOSH}' ${attrs}>${inside}</body>`
}

const first = `rid='1000' to='{domain}' wait='60' hold='1' ver='1.6' xml:lang='en' xmpp:version='1.0'`

/** A session whose id is `{sid}`; the next request is 1001. */
const session = `
      ${post(first)}
      status 200
      ${gives(`sid='{=sid}'`)}`

/** The same for a client that polls. */
const polling = session.replace(`hold='1'`, `hold='0'`)

function ended(condition: string): string {
  return gives(`type='terminate' condition='${condition}'`)
}

conform(document, 'a session begins', [
  {
    at: '7.2',
    says: "The <body/> element of the connection manager's response to the client's session creation request MUST possess the following attributes […]: 'sid' […] 'wait' […] The time MUST be less than or equal to the value specified in the session request.",
    script: `
      ${post(first.replace(`wait='60'`, `wait='20'`))}
      status 200
      header content-type text/xml; charset=utf-8
      ${gives(`sid='{any}' wait='20'`)}`,
  },
  {
    at: '7.2',
    says: "The <body/> element SHOULD also include the following attributes […]: 'ver', 'polling', 'inactivity', 'requests', 'hold' […] This value MUST NOT be greater than the value specified by the client in the session request. […] 'from'",
    script: `
      ${post(first)}
      ${gives(`ver='1.{any}' polling='{any}' inactivity='{any}' requests='2' hold='1' from='{domain}'`)}
      ${post(first.replace(`hold='1'`, `hold='0'`))}
      ${gives(`hold='0' requests='1'`)}
      ${post(first.replace(`hold='1'`, `hold='9'`))}
      ${gives(`hold='1' requests='2'`)}`,
  },
  {
    at: '7.2',
    says: "If the connection manager supports session pausing […] then it SHOULD advertise that to the client by including a 'maxpause' attribute in the session creation response element.",
    script: `
      ${post(first)}
      ${gives(`maxpause='{any}'`)}`,
  },
  {
    at: '9.1',
    says: "If the connection manager will be including 'ack' attributes on responses during a session, then it MUST include an 'ack' attribute in its session creation response",
    script: `
      ${post(first)}
      ${gives(`ack='1000'`)}`,
  },
  {
    at: '6',
    says: 'The client and connection manager SHOULD ignore all HTTP Content-Type headers they receive.',
    script: `
      POST /http-bind content-type=application/x-www-form-urlencoded: ${body(first)}
      status 200
      ${gives(`sid='{any}'`)}
      POST /http-bind content-type=;nonsense: ${body(first)}
      status 200
      ${gives(`sid='{any}'`)}`,
  },
])

conform(document, 'a session goes on', [
  {
    at: '8',
    says: 'The connection manager MUST also return an HTTP 200 OK response with a <body/> element to the client.',
    that: 'signing in, binding and asking',
    script: `
      account: ann
      ${session}
      ${post(`rid='1001' sid='{sid}'`, `<auth xmlns='${NS_SASL}' mechanism='PLAIN'>{ann.plain}</auth>`)}
      ${gives('', `<success xmlns='${NS_SASL}'/>`)}
      ${post(`rid='1002' sid='{sid}' to='{domain}' xmpp:restart='true'`)}
      ${gives('', `<features xmlns='${NS_STREAMS}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></features>`)}
      ${post(`rid='1003' sid='{sid}'`, `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>web</resource></bind></iq>`)}
      ${gives('', `<iq xmlns='jabber:client' type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{ann}/web</jid></bind></iq>`)}
      ${post(`rid='1004' sid='{sid}'`, `<iq xmlns='jabber:client' type='get' id='p' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>`)}
      ${gives('', `<iq xmlns='jabber:client' type='result' id='p'/>`)}
      ${post(`rid='1005' sid='{sid}' type='terminate'`, `<presence xmlns='jabber:client' type='unavailable'/>`)}
      ${gives(`type='terminate' condition='{none}'`)}`,
  },
  {
    at: '14.3',
    says: "Whenever the connection manager receives a request with a 'rid' that it has already received, it SHOULD return an HTTP 200 (OK) response that includes the buffered copy of the original XML response to the client",
    script: `
      ${session}
      ${post(`rid='1001' sid='{sid}'`, `<auth xmlns='${NS_SASL}' mechanism='NONSENSE'/>`)}
      ${gives('', `<failure xmlns='${NS_SASL}'/>`)}
      ${post(`rid='1001' sid='{sid}'`, `<auth xmlns='${NS_SASL}' mechanism='NONSENSE'/>`)}
      ${gives('', `<failure xmlns='${NS_SASL}'/>`)}`,
  },
  {
    at: '10',
    says: 'Upon reception of a session pause request, if the requested period is not greater than the maximum permitted time, then the connection manager SHOULD respond immediately to all pending requests (including the pause request)',
    script: `
      ${session}
      ${post(`rid='1001' sid='{sid}' pause='60'`)}
      status 200
      ${gives(`type='{none}'`)}`,
  },
  {
    at: '13',
    says: "The connection manager SHOULD respond to this request with an HTTP 200 OK containing an empty <body/> element […] of the type 'terminate'.",
    that: 'and the session is gone',
    script: `
      ${session}
      ${post(`rid='1001' sid='{sid}' type='terminate'`)}
      ${gives(`type='terminate' condition='{none}'`)}
      ${post(`rid='1002' sid='{sid}'`)}
      ${ended('item-not-found')}`,
  },
])

conform(document, 'conditions that end it', [
  ...[
    ['not XML', 'nonsense'],
    ['not well-formed', `<body xmlns='${NS}' rid='1000' to='{domain}'>`],
    ['of another namespace', `<body xmlns='urn:example:x' rid='1000' to='{domain}'/>`],
    ['another element', `<nobody xmlns='${NS}' rid='1000' to='{domain}'/>`],
    ['without a rid', `<body xmlns='${NS}' to='{domain}'/>`],
    ['with a rid that is none', `<body xmlns='${NS}' rid='many' to='{domain}'/>`],
    ['with a rid beyond 2^53 - 1', `<body xmlns='${NS}' rid='9007199254740993' to='{domain}'/>`],
    ['no more than a dot', '.'],
  ].map(([that = '', sent = '']) => ({
    at: '17.2',
    says: 'bad-request: The format of an HTTP header or binding element received from the client is unacceptable (e.g., syntax error).',
    that,
    script: `
      POST /http-bind content-type=text/xml: ${sent}
      status 200
      ${ended('bad-request')}`,
  })),
  {
    at: '17.2',
    says: "host-unknown: The target domain specified in the 'to' attribute […] is unknown to the connection manager.",
    script: `
      ${post(first.replace('{domain}', 'nowhere.example'))}
      ${ended('host-unknown')}`,
  },
  ...['', `to=''`].map((to) => ({
    at: '17.2',
    says: "improper-addressing: The initialization element lacks a 'to' or 'route' attribute (or the attribute has no value) but the connection manager requires one.",
    that: to,
    script: `
      ${post(first.replace(`to='{domain}'`, to))}
      ${ended('improper-addressing')}`,
  })),
  {
    at: '17.2',
    says: "item-not-found: (1) 'sid' is not valid […]",
    script: `
      ${post(`rid='1001' sid='nonsense'`)}
      ${ended('item-not-found')}`,
  },
  {
    at: '17.2',
    says: "item-not-found: […] (3) 'rid' is larger than the upper limit of the expected window",
    script: `
      ${session}
      ${post(`rid='2000' sid='{sid}'`)}
      ${ended('item-not-found')}
      ${post(`rid='1001' sid='{sid}'`)}
      ${ended('item-not-found')}`,
  },
  {
    at: '17.2',
    says: 'item-not-found: […] (4) connection manager is unable to resend response',
    script: `
      ${session}
      ${post(`rid='900' sid='{sid}'`)}
      ${ended('item-not-found')}`,
  },
  {
    at: '12',
    says: "If the client sends two consecutive empty new requests […] within a period shorter than the number of seconds specified by the 'polling' attribute […] then the connection manager SHOULD terminate the session […] 'policy-violation'",
    script: `
      ${polling}
      ${post(`rid='1001' sid='{sid}'`)}
      ${gives(`type='{none}'`)}
      ${post(`rid='1002' sid='{sid}'`)}
      ${ended('policy-violation')}`,
  },
  {
    at: '17.2',
    says: 'remote-stream-error: Encapsulates an error in the protocol being transported.',
    that: 'with the error in it',
    script: `
      ${session}
      ${post(`rid='1001' sid='{sid}'`, `<iq xmlns='jabber:client' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>`)}
      ${gives(`type='terminate' condition='remote-stream-error'`, `<error xmlns='${NS_STREAMS}'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>`)}`,
  },
])

conform('XEP-0156 (1.4.0)', 'other ways to connect', [
  {
    at: '3',
    says: 'host-meta […] <Link rel="urn:xmpp:alt-connections:websocket"',
    script: `
      GET /.well-known/host-meta
      status 200
      header content-type application/xrd+xml{any}
      it gives <XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='urn:xmpp:alt-connections:websocket' href='ws{any}/xmpp'/><Link rel='urn:xmpp:alt-connections:xbosh' href='http{any}/http-bind'/></XRD>`,
  },
  {
    at: '3',
    says: 'it is possible to use a JSON-based format for host-meta information',
    script: `
      GET /.well-known/host-meta.json
      status 200
      header content-type application/json{any}
      body {any}"rel":"urn:xmpp:alt-connections:websocket","href":"ws{any}`,
  },
  {
    at: '3',
    says: 'To make connection discovery work in web clients […] the host-meta service SHOULD set appropriate CORS headers […] Access-Control-Allow-Origin: *',
    script: `
      GET /.well-known/host-meta origin=https://web.example
      header access-control-allow-origin *
      GET /.well-known/host-meta.json origin=https://web.example
      header access-control-allow-origin *`,
  },
])
