import { conform } from './conform.ts'
import { error } from './error.ts'
import { isKept, oneLine } from './in-messages.ts'

const document = 'XEP-0066 (1.5)'
const x = `<x xmlns='jabber:x:oob'><url>https://www.jabber.org/images/psa-license.jpg</url><desc>A license to Jabber!</desc></x>`
const offer = `<query xmlns='jabber:iq:oob'><url>https://www.jabber.org/images/psa-license.jpg</url></query>`

conform(document, 'in messages', [
  {
    at: '3',
    says: "The 'jabber:x:oob' namespace is used to communicate a URI to another user or application.",
    script: isKept(`<body>Yeah, but do you have a license to Jabber?</body>${x}`),
  },
  {
    at: '3',
    says: "This is done by including an <x/> child element qualified by the 'jabber:x:oob' namespace in either a <message/> and <presence/> stanza […].",
    that: 'in a room',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat'><body>see</body>${x}</message>
      bo < <message from='{room}/Cy'><body>see</body>${x}</message>
    `,
  },
  {
    at: '5',
    says: 'All of these usages are allowed by the existing OOB namespaces, as long as the value of the <url/> element is a valid URI (as specified by RFC 3986).',
    script: isKept(
      `<body>call me</body><x xmlns='jabber:x:oob'><url>sip:ann@example.org</url></x>`,
    ),
  },
])

conform(document, 'from device to device', [
  {
    at: '2',
    says: "To initiate an out-of-band file transfer with an intended recipient using the 'jabber:iq:oob' namespace (whether or not negotiated via XEP-0096), the sending application sends an <iq/> of type 'set' to the recipient […].",
    that: 'is refused: files go through the server',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='set' id='o1' to='{bo/desk}'>${offer}</iq>
      ann < <iq type='error' id='o1' from='{bo/desk}'>${error('not-acceptable', 'modify')}</iq>
      bo !< <iq/>
    `,
  },
  {
    at: '2',
    says: "[…] the sending application sends an <iq/> of type 'set' to the recipient […].",
    that: 'nor through a room',
    script: `
      ${oneLine}
      ann > <iq type='set' id='o1' to='{room}/Bo'>${offer}</iq>
      ann < <iq type='error' id='o1' from='{room}/Bo'>${error('not-acceptable', 'modify')}</iq>
      bo !< <iq/>
    `,
  },
  {
    at: '4',
    says: 'If an entity supports the out of band data protocol, it MUST report that by including a service discovery feature of "jabber:iq:oob" and/or "jabber:x:oob" in response to a XEP-0030 information request:',
    that: 'the request is not announced',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:oob'>{none}</feature></query>
    `,
  },
])
