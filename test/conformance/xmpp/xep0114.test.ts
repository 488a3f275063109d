import { conform } from './conform.ts'
import { componentDomains, outsideSecret } from './server.ts'

const NS = 'jabber:component:accept'
const NS_STREAMS = 'http://etherx.jabber.org/streams'
const NS_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'

let used = 0

/** A domain that no other case has. */
function nextDomain(): string {
  return componentDomains[used++] ?? ''
}

function opens(domain: string, namespace = NS): string {
  return `
      wire c at the components
      c > <stream:stream xmlns='${namespace}' xmlns:stream='${NS_STREAMS}' to='${domain}'>
      c < <stream xmlns='${NS_STREAMS}'/>`
}

/** The header of the answer, whose id is `{id}`. */
function opensAs(domain: string): string {
  return opens(domain).replace(
    `<stream xmlns='${NS_STREAMS}'/>`,
    `<stream xmlns='${NS_STREAMS}' from='${domain}' id='{=id}'/>`,
  )
}

function connected(domain: string): string {
  return `${opensAs(domain)}
      c shakes hands with ${outsideSecret}
      c < <handshake xmlns='${NS}'/>`
}

function streamError(condition: string): string {
  return `c < <error xmlns='${NS_STREAMS}'><${condition} xmlns='${NS_ERRORS}'/></error>
      c is ended`
}

const [one, two, three, four, five, six] = [
  nextDomain(),
  nextDomain(),
  nextDomain(),
  nextDomain(),
  nextDomain(),
  nextDomain(),
]

conform('XEP-0114 (1.6)', 'the handshake', [
  {
    at: '3',
    says: 'If so, the server MUST reply with a stream header.',
    that: 'with an id',
    script: opensAs(one ?? ''),
  },
  {
    at: '3',
    says: 'If the credentials are acceptable, the receiving application (in this case the server) MUST return an empty <handshake/> element.',
    script: `${opensAs(one ?? '')}
      c shakes hands with ${outsideSecret}
      c < <handshake xmlns='${NS}'/>`,
  },
  {
    at: '3',
    says: 'If the credentials supplied by the initiator are not valid, the receiver MUST close the stream and the underlying TCP connection, and SHOULD return a <not-authorized/> stream error.',
    that: 'another secret, and what is no hash',
    script: `${opensAs(two ?? '')}
      c shakes hands with nonsense
      ${streamError('not-authorized')}
      ${opensAs(two ?? '')}
      c > <handshake/>
      ${streamError('not-authorized')}`,
  },
  {
    at: '3',
    says: "If the server will not service the component name specified in the 'to' attribute of the stream header, it MUST return a stream error (e.g., <conflict/> or <host-unknown/>).",
    script: `${opens('nowhere.example')}
      ${streamError('host-unknown')}`,
  },
  {
    at: '3',
    says: 'it MUST return an <invalid-namespace/> stream error.',
    script: `${opens(two ?? '', 'jabber:client')}
      ${streamError('invalid-namespace')}`,
  },
  {
    at: '3',
    says: 'After receiving the stream header reply from the server, the component MUST send a <handshake/> element',
    that: 'and nothing before it',
    script: `${opens(two ?? '')}
      c > <message from='a@${two}' to='b@{domain}'><body>hi</body></message>
      ${streamError('not-authorized')}`,
  },
])

conform('XEP-0114 (1.6)', 'what a component says', [
  {
    at: '3',
    says: 'Once authenticated, the component can send stanzas through the server and receive stanzas from the server.',
    script: `
      there: ann
      ${connected(three ?? '')}
      c > <message from='bot@${three}/x' to='{ann}' type='chat' id='m1'><body>hi</body></message>
      ann < <message from='bot@${three}/x' type='chat' id='m1'><body>hi</body></message>
      ann > <message to='bot@${three}' type='chat' id='m2'><body>hello</body></message>
      c < <message xmlns='${NS}' from='{ann/desk}' to='bot@${three}' id='m2'><body>hello</body></message>`,
  },
  {
    at: '3',
    says: "The domain identifier portion of the JID contained in the 'from' attribute MUST match the hostname of the component.",
    script: `
      there: ann
      ${connected(four ?? '')}
      c > <message from='bot@other.example' to='{ann}'><body>hi</body></message>
      ${streamError('invalid-from')}
      ann !< <message/>`,
  },
  {
    at: '3',
    says: "All stanzas sent to the server MUST possess a 'from' attribute and a 'to' attribute",
    script: `
      there: ann
      ${connected(five ?? '')}
      c > <message from='bot@${five}'><body>hi</body></message>
      ${streamError('improper-addressing')}`,
  },
  {
    at: '3',
    says: "All stanzas sent to the server MUST possess a 'from' attribute",
    script: `
      ${connected(six ?? '')}
      c > <message to='somebody@{domain}'><body>hi</body></message>
      ${streamError('improper-addressing')}`,
  },
])
