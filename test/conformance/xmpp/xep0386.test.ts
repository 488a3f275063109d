import { conform } from './conform.ts'
import {
  agent,
  authenticate,
  bind,
  features,
  installation,
  NS_BIND,
  NS_SASL2,
  NS_STREAMS,
  opened,
  succeeds,
} from './sasl2.ts'

const document = 'XEP-0386 (1.1.0)'
const ping = (id: string): string =>
  `w > <iq xmlns='jabber:client' type='get' id='${id}' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
   w < <iq type='result' id='${id}'/>`
const start = `
      account: ann
      ${opened()}`
const asks = (inside: string): string =>
  authenticate('{ann.plain}', `${agent}<bind xmlns='${NS_BIND}'>${inside}</bind>`)
const bound = (inside = ''): string => succeeds(`<bound xmlns='${NS_BIND}'>${inside}</bound>`)

conform(document, 'offering it', [
  {
    at: '3.1',
    says: "If a server supports Bind 2, it MUST advertise this within the SASL2 <inline/> element in the stream features, with a feature named 'bind' in the namespace 'urn:xmpp:bind:0'. […] The features supported by the server for such inline negotiation MUST be included in an <inline/> child element within the bind feature element.",
    script: `${opened()}
      ${features(`<authentication xmlns='${NS_SASL2}'><inline><bind xmlns='${NS_BIND}'><inline><feature var='urn:xmpp:carbons:2'/><feature var='urn:xmpp:sm:3'/><feature var='urn:xmpp:csi:0'/></inline></bind></inline></authentication>`)}`,
  },
  {
    at: '3.1',
    says: 'Servers supporting SASL2 and Bind 2 may continue to offer legacy resource binding to clients.',
    script: `${start}
      ${authenticate('{ann.plain}')}
      ${succeeds()}
      w > <iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>
      w < <iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{ann}/r</jid></bind></iq>`,
  },
])

conform(document, 'binding', [
  {
    at: '3.2',
    says: "After processing the bind request as described above, the server MUST respond with the SASL2 <success/> element, including the client's full JID in the <authorization-identifier/> element (specified in XEP-0388), and a <bound/> element qualified by the 'urn:xmpp:bind:0' namespace […]:",
    script: `${start}
      ${authenticate('{ann.plain}', agent + bind)}
      ${succeeds(`<authorization-identifier>{ann}/{any}</authorization-identifier><bound xmlns='${NS_BIND}'/>`)}
      ${ping('p')}`,
  },
  {
    at: '3.2.1',
    says: 'If the client provided a <tag/> element in its bind request, the text content of that element SHOULD be included as-is in the final resource identifier, subject to the necessary validation for resource identifiers.',
    script: `${start}
      ${authenticate('{ann.plain}', agent + bind)}
      ${succeeds(`<authorization-identifier>{ann}/Awesome{any}</authorization-identifier>`)}`,
  },
  {
    at: '3.2.1',
    says: 'If a server or deployment provides resource identifier stability, the generated identifier SHOULD remain stable for every bind request with the same <tag/> and SASL2 <user-agent> id.',
    script: `${start}
      ${authenticate('{ann.plain}', agent + bind)}
      ${succeeds(`<authorization-identifier>{=first}</authorization-identifier>`)}
      ${opened('v')}
      ${authenticate('{ann.plain}', agent + bind, 'PLAIN', 'v')}
      ${succeeds(`<authorization-identifier>{first}</authorization-identifier>`, 'v')}`,
  },
  {
    at: '3.2.1',
    says: 'The SASL2 <user-agent> id itself MUST NOT be exposed by the server in the generated resource identifier.',
    script: `
      there: bo
      ${start}
      ${authenticate('{ann.plain}', agent + bind)}
      ${bound()}
      w > <message xmlns='jabber:client' to='{bo}' type='chat' id='m1'><body>hi</body></message>
      bo !< <message from='{ann}/{any}${installation}'/>
      bo !< <message from='{ann}/${installation}{any}'/>
      bo < <message from='{ann}/Awesome{any}' id='m1'/>`,
  },
  {
    at: '3.2',
    says: "Upon successful binding of a resource, the server SHOULD terminate any earlier sessions from the same client (identified by the <user-agent> 'id' attribute in its SASL2 authentication request).",
    script: `${start}
      ${authenticate('{ann.plain}', agent + bind)}
      ${bound()}
      ${opened('v')}
      ${authenticate('{ann.plain}', agent + bind, 'PLAIN', 'v')}
      ${succeeds(`<bound xmlns='${NS_BIND}'/>`, 'v')}
      w < <error xmlns='${NS_STREAMS}'/>
      w is ended`,
  },
  {
    at: '3.2',
    says: 'Clear the offline messages for this user, if any, without sending them (as they will be provided by MAM).',
    script: `
      there: bo
      account: ann
      bo > <message to='{ann}' type='chat' id='m1'><body>hi</body></message>
      all is read
      ${opened()}
      ${asks('')}
      ${bound()}
      w > <presence xmlns='jabber:client'/>
      w < <presence/>
      ${ping('p')}
      there: ann/pad
      w > <iq xmlns='jabber:client' type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>
      w < <message><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' id='m1'/></forwarded></result></message>
      ann/pad !< <message id='m1'/>`,
  },
  {
    at: '3.2',
    says: 'Following the usual rules of SASL2, the bind request MUST NOT be processed (i.e. it should be ignored) if the authentication is not successful.',
    script: `
      there: ann
      ${opened()}
      ${authenticate(Buffer.from('\0nobody\0pw').toString('base64'), agent + bind)}
      w < <failure xmlns='${NS_SASL2}'><bound xmlns='${NS_BIND}'>{none}</bound></failure>
      ann gets {domain}: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing`,
  },
  {
    at: '3.2',
    says: 'If resumption of the previous stream fails, the server MUST include the XEP-0198 failure in the response, and then MUST proceed to process the bind request to establish a new session for the client.',
    script: `${start}
      ${authenticate('{ann.plain}', `${agent}<resume xmlns='urn:xmpp:sm:3' previd='never' h='0'/>${bind}`)}
      ${succeeds(`<authorization-identifier>{ann}/Awesome{any}</authorization-identifier><failed xmlns='urn:xmpp:sm:3'/><bound xmlns='${NS_BIND}'/>`)}`,
  },
  {
    at: '3.2',
    says: 'If that resumption is successful, the server MUST skip resource binding (a resumed session already has a resource bound) and MUST entirely ignore the <bind/> request.',
    script: `${start}
      ${asks(`<enable xmlns='urn:xmpp:sm:3' resume='true'/>`)}
      ${succeeds(`<authorization-identifier>{=address}</authorization-identifier><bound xmlns='${NS_BIND}'><enabled xmlns='urn:xmpp:sm:3' id='{=session}'/></bound>`)}
      w is cut off
      ${opened('v')}
      ${authenticate('{ann.plain}', `${agent}<resume xmlns='urn:xmpp:sm:3' previd='{session}' h='0'/>${bind}`, 'PLAIN', 'v')}
      ${succeeds(`<authorization-identifier>{address}</authorization-identifier><resumed xmlns='urn:xmpp:sm:3' previd='{session}'/><bound xmlns='${NS_BIND}'>{none}</bound>`, 'v')}`,
  },
])

conform(document, 'what is turned on with it', [
  {
    at: '3.2.1',
    says: "The server SHOULD include a <metadata/> element as defined by XEP-0313, describing the state of the user's message archive at the precise time of resource binding.",
    script: `
      there: bo
      ${start}
      bo > <message to='{ann}' type='chat' id='m1'><body>hi</body></message>
      all is read
      ${asks('')}
      ${bound(`<metadata xmlns='urn:xmpp:mam:2'><start id='{any}' timestamp='{any}Z'/><end id='{any}' timestamp='{any}Z'/></metadata>`)}`,
  },
  {
    at: '3.2.1',
    says: 'If the client included a XEP-0198 <enable/> element in the requested features, Stream Management should be enabled at this point. The <bound/> response MUST contain the resulting XEP-0198 <enabled/> (or <failed/>) element.',
    script: `${start}
      ${asks(`<tag>A</tag><enable xmlns='urn:xmpp:sm:3' resume='true'/>`)}
      ${bound(`<enabled xmlns='urn:xmpp:sm:3' id='{any}' resume='true'/>`)}
      ${ping('p')}
      w > <r xmlns='urn:xmpp:sm:3'/>
      w < <a xmlns='urn:xmpp:sm:3' h='1'/>`,
  },
  {
    at: '3.2.1',
    says: 'If the client included a XEP-0280 <enable/> element in the requested features, Message Carbons MUST be enabled at this point. As this operation MUST succeed, no response is necessary.',
    script: `
      there: ann/desk, bo
      ${opened()}
      ${asks(`<enable xmlns='urn:xmpp:carbons:2'/>`)}
      ${bound()}
      w > <presence xmlns='jabber:client'/>
      w < <presence/>
      ann/desk > <message to='{bo}' type='chat'><body>hi</body></message>
      w < <message><sent xmlns='urn:xmpp:carbons:2'/></message>`,
  },
  {
    at: '3.2.1',
    says: 'If the client included a XEP-0352 <active/> or <inactive/> element, the session must begin in that state.',
    script: `
      there: ann, bo, ann=bo
      ${opened()}
      ${asks(`<inactive xmlns='urn:xmpp:csi:0'/>`)}
      ${bound()}
      w > <presence xmlns='jabber:client'/>
      ${ping('p')}
      bo > <presence><show>away</show></presence>
      bo > <presence><show>dnd</show></presence>
      bo > <iq type='get' id='b1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      bo < <iq id='b1'/>
      w > <active xmlns='urn:xmpp:csi:0'/>
      w < <presence from='{bo/desk}'><show>dnd</show></presence>`,
  },
])
