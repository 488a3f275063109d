import { conform } from './conform.ts'
import { streamNs } from './error.ts'

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

conform('XEP-0198 (1.6.3)', 'stream feature and enabling', [
  {
    at: '2',
    says: `The server returns a stream header to the client along with stream features, where the features include an <sm/> element qualified by the 'urn:xmpp:sm:3' namespace.`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features ${streamNs}><sm ${sm}/></features>
    `,
  },
  {
    at: '3',
    says: `Upon receiving the enable request, the server MUST reply with an <enabled/> element or a <failed/> element qualified by the 'urn:xmpp:sm:3' namespace.`,
    script: `
      ${bound}
      W > <enable ${sm}/>
      W next < <enabled ${sm}/>
    `,
  },
  {
    at: '3',
    says: `If the client wants to be allowed to resume the stream, it includes a boolean 'resume' attribute, which defaults to false.`,
    script: `
      ${bound}
      W > <enable ${sm}/>
      W < <enabled ${sm} resume='{none}'/>
    `,
  },
  ...['true', '1'].map((value) => ({
    at: '5',
    says: `If the server will allow the stream to be resumed, it MUST include a 'resume' attribute set to "true" or "1" on the <enabled/> element and MUST include an 'id' attribute that specifies an identifier for the stream.`,
    that: value,
    script: `
      ${bound}
      W > <enable ${sm} resume='${value}'/>
      W < <enabled ${sm} resume='true' id='{any}'/>
    `,
  })),
  {
    at: '3',
    says: `The <enabled/> element MAY include a 'max' attribute to specify the server's preferred maximum resumption time.`,
    script: `
      ${bound}
      W > <enable ${sm} resume='true' max='10'/>
      W < <enabled ${sm} max='{any}'/>
    `,
  },
  {
    at: '3',
    says: `[…] the client MUST NOT attempt to enable stream management until after it has completed Resource Binding […]. The server SHALL enforce this order and return a <failed/> element in response if the order is violated (see Error Handling).`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features ${streamNs}/>
      W > <enable ${sm}/>
      W < <failed ${sm}><unexpected-request ${stanzas}/></failed>
      W > <iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
      W < <iq type='result' id='b1'/>
    `,
  },
  {
    at: '3',
    says: `The client MUST NOT attempt to negotiate stream management until it is authenticated […]. The server SHALL enforce this order and return a <failed/> element in response if the order is violated (see Error Handling).`,
    script: `
      wire W
      W opens
      W < <features ${streamNs}/>
      W > <enable ${sm}/>
      W < <failed ${sm}><unexpected-request ${stanzas}/></failed>
    `,
  },
  {
    at: '3',
    says: `Note that a client SHALL only make at most one attempt to enable stream management. If a server receives a second <enable/> element it SHOULD respond with a stream error, thus terminating the client connection.`,
    script: `
      ${managed}
      W > <enable ${sm}/>
      W < <error ${streamNs}/>
      W is ended
    `,
  },
])

conform('XEP-0198 (1.6.3)', 'acks', [
  {
    at: '4',
    says: `When an <r/> element ("request") is received, the recipient MUST acknowledge it by sending an <a/> element to the sender containing a value of 'h' that is equal to the number of stanzas handled by the recipient of the <r/> element.`,
    script: `
      ${managed}
      W > <message><body>1</body></message><presence/>${ping('q1')}<r ${sm}/>
      W < <a ${sm} h='3'/>
    `,
  },
  {
    at: '4',
    says: `The value of 'h' starts at zero at the point stream management is enabled or requested to be enabled […].`,
    script: `
      ${bound}
      W > <presence/>${ping('q0')}
      W < <iq id='q0'/>
      W > <enable ${sm}/><r ${sm}/>
      W < <a ${sm} h='0'/>
    `,
  },
  {
    at: '4',
    says: `The value of 'h' is then incremented to one for the first stanza handled and incremented by one again with each subsequent stanza handled.`,
    script: `
      ${managed}
      W > ${ping('q1')}<r ${sm}/>
      W < <a ${sm} h='1'/>
      W > ${ping('q2')}<r ${sm}/>
      W < <a ${sm} h='2'/>
    `,
  },
  {
    at: '4',
    says: `Receipt of an <r/> element does not imply that new stanzas have been transmitted by the peer […].`,
    that: 'what is no stanza does not count',
    script: `
      ${managed}
      W > <r ${sm}/><a ${sm} h='0'/><active xmlns='urn:xmpp:csi:0'/><r ${sm}/>
      W next < <a ${sm} h='0'/>
      W next < <a ${sm} h='0'/>
    `,
  },
  {
    at: '4',
    says: `By "handled" we mean that the server has accepted responsibility for a stanza or stanzas […]`,
    that: 'also what is refused is handled',
    script: `
      ${managed}
      W > <message to='nobody@{domain}' id='m1'><body>hi</body></message><r ${sm}/>
      W < <message type='error' id='m1'/>
      W < <a ${sm} h='1'/>
    `,
  },
  {
    at: '4',
    says: `Either party MAY send an <a/> element at any time […], even if it has not received an <r/> element from the other party.`,
    script: `
      ${managed}
      W > ${ping('q1')}
      W < <iq id='q1'/>
      W > <a ${sm} h='1'/>${ping('q2')}
      W < <iq id='q2'/>
    `,
  },
  {
    at: '4',
    says: `The <r/> element is used to request acknowledgement of received stanzas.`,
    that: 'the server asks, too',
    script: `
      ${managed}
      W > ${Array.from({ length: 10 }, (_, n) => ping(`q${n}`)).join('')}
      W < <r ${sm}/>
    `,
  },
  {
    at: '4',
    says: `An <a/> element MUST possess an 'h' attribute.`,
    script: `
      ${managed}
      W > <a ${sm}/>
      W < <error ${streamNs}/>
      W is ended
    `,
  },
  {
    at: '6',
    says: `When a remote entity acknowledges that it has handled a number of stanzas that is higher than the amount of stanzas that it was sent (by sending an 'h' value that is too high), the local entity SHOULD generate an undefined-condition stream error that includes a <handled-count-too-high/> element, and close the stream.`,
    script: `
      ${managed}
      W > ${ping('q1')}
      W < <iq id='q1'/>
      W > <a ${sm} h='10'/>
      W < <error ${streamNs}><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><handled-count-too-high ${sm} h='10' send-count='1'/></error>
      W is ended
    `,
  },
  {
    at: '4',
    says: `A server SHOULD treat unacknowledged stanzas in the same way that it would treat a stanza sent to an unavailable resource, by […] committing the stanza to offline storage. (Note that servers SHOULD add a delay element with the original (failed) delivery timestamp, as per XEP-0203.)`,
    script: `
      ${managed}
      there: bo
      W > <presence/>
      W < <presence/>
      bo > <message to='{ann}' type='chat' id='m1'><body>hi</body></message>
      W < <message id='m1'/>
      W is cut off
      ann/pad arrives
      ann/pad < <message id='m1'><body>hi</body><delay xmlns='urn:xmpp:delay' stamp='{any}'/></message>
    `,
  },
  {
    at: '4',
    says: `[…] by either returning an error to the sender, delivery to an alternate resource, or committing the stanza to offline storage.`,
    that: 'what was acknowledged is not given again',
    script: `
      ${managed}
      there: bo
      W > <presence/>
      W < <presence/>
      bo > <message to='{ann}' type='chat' id='m1'><body>hi</body></message>
      W < <message id='m1'/>
      W > <a ${sm} h='2'/><r ${sm}/>
      W < <a ${sm}/>
      W leaves
      ann/pad arrives
      ann/pad !< <message/>
    `,
  },
])
