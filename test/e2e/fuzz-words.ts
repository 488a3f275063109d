// What goes wrong is made of this: what clients, strangers, other servers and components say.
import { streamHeader } from './raw.ts'

/** What people's clients send, before it is mutated. Nothing in it is for anybody but fuzzers. */
export const sentences: readonly string[] = [
  `<message to='fuzz@chat.example' type='chat' id='m'><body>one &amp; two</body><request xmlns='urn:xmpp:receipts'/></message>`,
  `<message to='fuzz@chat.example/x' type='chat'><body xml:lang='de'>wort</body><replace id='m' xmlns='urn:xmpp:message-correct:0'/></message>`,
  `<message to='fuzz@chat.example' type='chat' id='r'><retract id='m' xmlns='urn:xmpp:message-retract:1'/><fallback xmlns='urn:xmpp:fallback:0'/></message>`,
  `<message to='fuzz@chat.example' type='chat'><reactions id='m' xmlns='urn:xmpp:reactions:0'><reaction>\u{1f600}</reaction></reactions><store xmlns='urn:xmpp:hints'/></message>`,
  `<message to='fuzz@chat.example' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
  `<message to='fuzz@chat.example' type='chat'><displayed xmlns='urn:xmpp:chat-markers:0' id='m'/></message>`,
  `<message to='nobody@chat.example' type='error' id='e'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
  `<message to='a@elsewhere.example' type='headline'><subject>s</subject><thread parent='p'>t</thread></message>`,
  `<presence><show>away</show><status>out</status><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='v'/></presence>`,
  `<presence type='unavailable'/>`,
  `<presence to='fuzz@chat.example' type='subscribe'/>`,
  `<presence to='fuzz@chat.example' type='unsubscribed'/>`,
  `<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver='0'/></iq>`,
  `<iq type='set' id='2'><query xmlns='jabber:iq:roster'><item jid='c@chat.example' name='C' subscription='both'><group>g</group></item></query></iq>`,
  `<iq type='set' id='3'><query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field><field var='start'><value>2026-01-01T00:00:00Z</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>10</max><before/></set></query></iq>`,
  `<iq type='get' id='4'><metadata xmlns='urn:xmpp:mam:2'/></iq>`,
  `<iq type='set' id='5'><block xmlns='urn:xmpp:blocking'><item jid='d@chat.example'/></block></iq>`,
  `<iq type='set' id='6'><unblock xmlns='urn:xmpp:blocking'/></iq>`,
  `<iq type='get' id='7' to='chat.example'><query xmlns='http://jabber.org/protocol/disco#info' node='n#v'/></iq>`,
  `<iq type='get' id='8' to='fuzz@chat.example'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>`,
  `<iq type='set' id='9'><enable xmlns='urn:xmpp:carbons:2'/></iq>`,
  `<iq type='get' id='10' to='chat.example'><time xmlns='urn:xmpp:time'/></iq>`,
  `<iq type='result' id='11' to='fuzz@chat.example/x'/>`,
  `<iq type='get' id='12' to='fuzz@chat.example/x'><query xmlns='jabber:iq:version'/></iq>`,
  `<iq type='get' id='13'><list xmlns='urn:xmpp:cam:0'/></iq>`,
  `<iq type='set' id='14'><revoke xmlns='urn:xmpp:cam:0' id='c'/></iq>`,
  `<presence to='noise@conference.chat.example/n'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='5'/><password>p</password></x></presence>`,
  `<presence to='noise@conference.chat.example/n' type='unavailable'/>`,
  `<message to='noise@conference.chat.example' type='groupchat' id='g'><body>to all</body></message>`,
  `<message to='noise@conference.chat.example' type='groupchat'><subject>s</subject></message>`,
  `<message to='noise@conference.chat.example/n' type='chat'><body>aside</body><x xmlns='http://jabber.org/protocol/muc#user'/></message>`,
  `<message to='noise@conference.chat.example'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='fuzz@chat.example'><reason>r</reason></invite></x></message>`,
  `<iq type='set' id='m1' to='noise@conference.chat.example'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_maxusers'><value>10</value></field></x></query></iq>`,
  `<iq type='set' id='m2' to='noise@conference.chat.example'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='n' role='visitor'/><item jid='e@chat.example' affiliation='member'/></query></iq>`,
  `<iq type='set' id='m3' to='noise@conference.chat.example'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><before/></set></query></iq>`,
  `<iq type='get' id='m4' to='conference.chat.example'><query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><max>3</max></set></query></iq>`,
  `<iq type='set' id='p1'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='n'><item id='i'><a xmlns='urn:a'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'><field var='pubsub#access_model'><value>open</value></field></x></publish-options></pubsub></iq>`,
  `<iq type='get' id='p2' to='fuzz@chat.example'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n' max_items='2'/></pubsub></iq>`,
  `<iq type='set' id='p3'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='n'><x xmlns='jabber:x:data' type='submit'/></configure></pubsub></iq>`,
  `<iq type='set' id='v'><vCard xmlns='vcard-temp'><FN>f</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>aaaa</BINVAL></PHOTO></vCard></iq>`,
  `<iq type='get' id='u' to='upload.chat.example'><request xmlns='urn:xmpp:http:upload:0' filename='a.txt' size='3' content-type='text/plain'/></iq>`,
  `<iq type='get' id='c1'><query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query></iq>`,
  `<enable xmlns='urn:xmpp:sm:3' resume='true'/>`,
  `<r xmlns='urn:xmpp:sm:3'/>`,
  `<a xmlns='urn:xmpp:sm:3' h='1'/>`,
  `<inactive xmlns='urn:xmpp:csi:0'/>`,
  `<active xmlns='urn:xmpp:csi:0'/>`,
]

export const strangers: readonly string[] = [
  `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`,
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>biwsbj1hLHI9Yg==</auth>`,
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1-PLUS'>cD10bHMtZXhwb3J0ZXIsLG49YSxyPWI=</auth>`,
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>`,
  `<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1iaXdzLHI9YixwPWE=</response>`,
  `<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`,
  `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEAYg==</initial-response><user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>s</software></user-agent><resume xmlns='urn:xmpp:sm:3' h='0' previd='p'/><bind xmlns='urn:xmpp:bind:0'><tag>t</tag><enable xmlns='urn:xmpp:sm:3'/></bind><request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/></authenticate>`,
  `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'><initial-response>YQBhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh</initial-response><user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/><fast xmlns='urn:xmpp:fast:0' count='1'/></authenticate>`,
  `<response xmlns='urn:xmpp:sasl:2'>Yz1iaXdzLHI9YixwPWE=</response>`,
  `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.example' version='1.0'/>`,
  `<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`,
  `</stream:stream>`,
  streamHeader,
]

/** A request of XEP-0124. */
function bosh(attrs: string): string {
  const body = `<body xmlns='http://jabber.org/protocol/httpbind' ${attrs}><message to='a@b'><body>c</body></message></body>`
  return `POST /http-bind HTTP/1.1\r\nHost: chat.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

export const requests: readonly string[] = [
  `GET /health/ready HTTP/1.1\r\nHost: chat.example\r\n\r\n`,
  `GET /.well-known/host-meta HTTP/1.1\r\nHost: chat.example\r\nAccept: */*\r\n\r\n`,
  `POST /xmpp HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `GET /xmpp HTTP/1.1\r\nHost: chat.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n`,
  bosh(
    `rid='1' to='chat.example' wait='60' hold='1' xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0'`,
  ),
  bosh(`rid='2' sid='s' type='terminate'`),
  bosh(`rid='2' sid='s' pause='60' ack='1'`),
  `PUT /upload/aaaaaaaaaaaaaaaaaaaaaaaa/a.txt HTTP/1.1\r\nHost: chat.example\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc`,
  `GET /files/aaaaaaaaaaaaaaaaaaaaaaaa/a.txt HTTP/1.1\r\nHost: chat.example\r\nRange: bytes=0-1\r\n\r\n`,
  `HEAD /../../etc/passwd HTTP/1.0\r\n\r\n`,
]

export const pieces: readonly string[] = [
  '<',
  '>',
  '/>',
  '</',
  "'",
  '"',
  '&',
  '&#0;',
  '&lt;',
  ']]>',
  '<![CDATA[',
  '<!--',
  '<!DOCTYPE a [',
  '<?x?>',
  '\0',
  '\ufffe',
  '\u{1f600}',
  '\u0301',
  " xmlns=''",
  " xml:lang='x'",
  " a='1' a='2'",
  '@',
  '/',
  '@@',
  '..',
  'chat.example',
  'fuzz@chat.example',
  '-1',
  '99999999999999999999',
  'NaN',
  '__proto__',
  '\r\n',
  '\r\n\r\n',
]

/** Of the peer that speaks first in a stream between servers. */
export const serverHeader: string =
  `<?xml version='1.0'?><stream:stream from='elsewhere.example' to='chat.example' version='1.0' xmlns='jabber:server' ` +
  `xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'>`

/** What other servers say that have proved nothing. */
export const servers: readonly string[] = [
  serverHeader,
  `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`,
  `<db:result from='elsewhere.example' to='chat.example'>key</db:result>`,
  `<db:verify from='elsewhere.example' to='chat.example' id='i'>key</db:verify>`,
  `<db:result from='chat.example' to='elsewhere.example' type='valid'/>`,
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>ZWxzZXdoZXJlLmV4YW1wbGU=</auth>`,
  `<message from='zoe@elsewhere.example/x' to='fuzz@chat.example'><body>not proved</body></message>`,
  `<bidi xmlns='urn:xmpp:bidi'/>`,
]

export const componentHeader: string =
  `<?xml version='1.0'?><stream:stream to='gateway.example' xmlns='jabber:component:accept' ` +
  `xmlns:stream='http://etherx.jabber.org/streams'>`

/** What a component says that does not know the secret. */
export const components: readonly string[] = [
  componentHeader,
  `<handshake>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</handshake>`,
  `<handshake/>`,
  `<message from='a@gateway.example' to='fuzz@chat.example'><body>not let in</body></message>`,
]
