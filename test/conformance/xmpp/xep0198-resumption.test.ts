import { conform } from './conform.ts'
import { streamError, streamNs } from './error.ts'

const sm = `xmlns='urn:xmpp:sm:3'`
const stanzas = `xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'`
const ping = (id: string): string =>
  `<iq type='get' id='${id}' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>`

const bound = `
  account: ann
  wire W
  W binds ann/desk
`
const managed = `
  ${bound}
  W > <enable ${sm}/>
  W < <enabled ${sm}/>
`
const resumable = `
  ${bound}
  W > <enable ${sm} resume='true'/>
  W < <enabled ${sm} id='{=session}'/>
`
const back = `
  wire V
  V signs in as ann
  V < <features ${streamNs}/>
`

conform('XEP-0198 (1.6.3)', 'resumption', [
  {
    at: '5',
    says: `If the server can resume the former stream, it MUST return a <resumed/> element, which MUST include a 'previd' attribute set to the SM-ID of the former stream and MUST also include an 'h' attribute set to the sequence number of the last handled stanza sent over the former stream from the client to the server […].`,
    script: `
      ${resumable}
      W > <presence/>${ping('q1')}
      W < <iq id='q1'/>
      W is cut off
      ${back}
      V > <resume ${sm} previd='{session}' h='2'/>
      V next < <resumed ${sm} previd='{session}' h='2'/>
    `,
  },
  {
    at: '5',
    says: `[…] after processing it MUST re-send to the peer any stanzas that are still marked as unhandled.`,
    script: `
      ${resumable}
      there: bo
      W > <presence/>
      W < <presence/>
      bo > <message to='{ann}' id='m1'><body>one</body></message>
      bo > <message to='{ann}' id='m2'><body>two</body></message>
      W < <message id='m2'/>
      W is cut off
      ${back}
      V > <resume ${sm} previd='{session}' h='2'/>
      V next < <resumed ${sm}/>
      V next < <message id='m2'><body>two</body></message>
      V > ${ping('q1')}
      V < <iq id='q1'/>
      V !< <message/>
    `,
  },
  {
    at: '5',
    says: `[…] in the unlikely case that the client never received any stanzas, it would set 'h' to zero.`,
    that: 'all that was sent comes again, in order, and what came meanwhile',
    script: `
      ${resumable}
      there: bo
      W > <presence/>
      W < <presence/>
      bo > <message to='{ann}' id='m1'><body>one</body></message>
      W < <message id='m1'/>
      W is cut off
      bo > <message to='{ann}' id='m2'><body>two</body></message>
      all is read
      ${back}
      V > <resume ${sm} previd='{session}' h='0'/>
      V next < <resumed ${sm}/>
      V next < <presence from='{ann/desk}'/>
      V next < <message id='m1'/>
      V next < <message id='m2'/>
    `,
  },
  {
    at: '7',
    says: `If the stream is not cleanly closed then the server SHOULD consider the stream to be unfinished […] and SHOULD maintain the session on behalf of the client for a limited amount of time.`,
    that: 'contacts do not see it go, nor come',
    script: `
      there: ann/pad, bo, ann=bo
      wire W
      W binds ann/desk
      W > <enable ${sm} resume='true'/>
      W < <enabled ${sm} id='{=session}'/>
      W > <presence/>
      W < <presence from='{ann/desk}'/>
      all is read
      W is cut off
      bo !< <presence/>
      ${back}
      V > <resume ${sm} previd='{session}' h='0'/>
      V < <resumed ${sm}/>
      bo !< <presence/>
    `,
  },
  {
    at: '7',
    says: `If a client wishes to cleanly close its stream and end its session, it MUST send a </stream:stream> so that the server can send unavailable presence on the client's behalf.`,
    script: `
      there: ann/pad, bo, ann=bo
      wire W
      W binds ann/desk
      W > <enable ${sm} resume='true'/>
      W < <enabled ${sm} id='{=session}'/>
      W > <presence/>
      bo < <presence from='{ann/desk}'/>
      W leaves
      bo < <presence type='unavailable' from='{ann/desk}'/>
      ${back}
      V > <resume ${sm} previd='{session}' h='0'/>
      V < <failed ${sm}><item-not-found ${stanzas}/></failed>
    `,
  },
  {
    at: '5',
    says: `If the server does not recognize the 'previd' as an earlier session (e.g., because the former session has timed out), it MUST return a <failed/> element, which SHOULD include an error condition of <item-not-found/>.`,
    script: `
      account: ann
      ${back}
      V > <resume ${sm} previd='never-was' h='0'/>
      V < <failed ${sm}><item-not-found ${stanzas}/></failed>
    `,
  },
  {
    at: '5',
    says: `In both of these failure cases, the server SHOULD allow the client to bind a resource at this point rather than forcing the client to restart the stream negotiation process and re-authenticate.`,
    script: `
      account: ann
      ${back}
      V > <resume ${sm} previd='never-was' h='0'/>
      V < <failed ${sm}/>
      V > <iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
      V < <iq type='result' id='b1'/>
      V > <enable ${sm} resume='true'/>
      V < <enabled ${sm}/>
    `,
  },
  {
    at: '11',
    says: `As noted, a server MUST NOT allow a client to resume a stream management session until after the client has authenticated (for some value of "authentication"); this helps to prevent session hijacking.`,
    that: 'not before',
    script: `
      ${resumable}
      wire V
      V opens
      V < <features ${streamNs}/>
      V > <resume ${sm} previd='{session}' h='0'/>
      V < <failed ${sm}/>
    `,
  },
  {
    at: '11',
    says: `[…] this helps to prevent session hijacking.`,
    that: 'not as somebody else',
    script: `
      ${resumable}
      wire V
      V signs in as eve
      V < <features ${streamNs}/>
      V > <resume ${sm} previd='{session}' h='0'/>
      V < <failed ${sm}><item-not-found ${stanzas}/></failed>
    `,
  },
  {
    at: '5',
    says: `If the former stream is resumed and the server still has the stream for the previously-identified session open at this time, the server SHOULD send a 'conflict' stream error and close that stream.`,
    script: `
      ${resumable}
      ${back}
      V > <resume ${sm} previd='{session}' h='0'/>
      V < <resumed ${sm}/>
      W < ${streamError('conflict')}
      W is ended
    `,
  },
  {
    at: '5',
    says: `The sequence values are carried over from the previous session and are not reset for the new stream.`,
    script: `
      ${resumable}
      W > ${ping('q1')}
      W < <iq id='q1'/>
      W is cut off
      ${back}
      V > <resume ${sm} previd='{session}' h='1'/>
      V < <resumed ${sm} h='1'/>
      V > ${ping('q2')}<r ${sm}/>
      V < <a ${sm} h='2'/>
      V > <a ${sm} h='2'/>${ping('q3')}
      V < <iq id='q3'/>
    `,
  },
  {
    at: '5',
    says: `Both parties SHOULD NOT try to re-establish state information […]`,
    that: 'the roster is pushed to who had asked for it, carbons stay on',
    script: `
      there: bo
      ${resumable}
      W > <iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq><iq type='set' id='c1'><enable xmlns='urn:xmpp:carbons:2'/></iq>
      W < <iq id='c1' type='result'/>
      W is cut off
      ${back}
      V > <resume ${sm} previd='{session}' h='2'/>
      V < <resumed ${sm}/>
      there: ann/pad
      ann/pad > <iq type='set' id='r2'><query xmlns='jabber:iq:roster'><item jid='x@example.net'/></query></iq>
      ann/pad > <message to='{bo}' type='chat'><body>hi</body></message>
      V < <iq type='set'><query xmlns='jabber:iq:roster'><item jid='x@example.net'/></query></iq>
      V < <message><sent xmlns='urn:xmpp:carbons:2'/></message>
    `,
  },
  {
    at: '5',
    says: `The <resume/> element MUST include a 'previd' attribute […] and MUST include an 'h' attribute […]`,
    script: `
      ${resumable}
      W is cut off
      ${back}
      V > <resume ${sm} previd='{session}'/>
      V < <failed ${sm}><bad-request ${stanzas}/></failed>
      V > <resume ${sm} h='0'/>
      V < <failed ${sm}><item-not-found ${stanzas}/></failed>
      V > <resume ${sm} previd='{session}' h='0'/>
      V < <resumed ${sm}/>
    `,
  },
  {
    at: '5',
    says: `The SM-ID MUST NOT be reused for simultaneous or subsequent sessions […]`,
    script: `
      ${resumable}
      wire V
      V binds ann/pad
      V > <enable ${sm} resume='true'/>${ping('q1')}
      V < <iq id='q1'/>
      V !< <enabled ${sm} id='{session}'/>
      V < <enabled ${sm} id='{any}'/>
    `,
  },
  {
    at: '6',
    says: `[…] (by sending an 'h' value that is too high), the local entity SHOULD generate an undefined-condition stream error […]`,
    that: 'in <resume/>',
    script: `
      ${resumable}
      W is cut off
      ${back}
      V > <resume ${sm} previd='{session}' h='7'/>
      V < <error ${streamNs}><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><handled-count-too-high ${sm} h='7'/></error>
      V is ended
    `,
  },
  {
    at: '6',
    says: `If an error occurs with regard to an <enable/> or <resume/> element, the server MUST return a <failed/> element.`,
    that: '<resume/> where a resource is bound',
    script: `
      ${managed}
      W > <resume ${sm} previd='x' h='0'/>
      W < <failed ${sm}><unexpected-request ${stanzas}/></failed>
      W > ${ping('q1')}
      W < <iq id='q1'/>
    `,
  },
])
