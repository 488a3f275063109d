import { conform } from './conform.ts'
import { error } from './error.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0199 (2.0.1)'
const ping = `<ping xmlns='urn:xmpp:ping'/>`

conform(document, 'pings', [
  {
    at: '4.2',
    says: `If the server supports the ping namespace, it MUST return an IQ-result:`,
    script: `
      there: ann
      ann gets {domain}: ${ping}
      ann is given nothing
    `,
  },
  {
    at: '4.2',
    says: `The client MAY include a 'to' address of the client's bare JID […] or MAY include no 'to' address (this signifies that the stanza shall be handled by the server on behalf of the connected user's bare JID […]).`,
    script: `
      there: ann
      ann gets {ann}: ${ping}
      ann is given nothing
      ann gets: ${ping}
      ann is given nothing
    `,
  },
  {
    at: '4.2',
    says: `If the server supports the ping namespace, it MUST return an IQ-result:`,
    that: 'before a client has said that it is there, but not before it has a resource',
    script: `
      there: ann connected
      ann gets {domain}: ${ping}
      ann is given nothing
      account: bo
      wire w
      w signs in as bo
      w < <features xmlns='http://etherx.jabber.org/streams'/>
      w > <iq type='get' id='c2s1' to='{domain}'>${ping}</iq>
      w < <error xmlns='http://etherx.jabber.org/streams'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>
    `,
  },
  {
    at: '4.3',
    says: `If the other party to the stream supports the ping namespace, it MUST return an IQ-result:`,
    that: 'to somebody at another domain',
    script: `
      outsider: zed
      zed > <iq type='get' id='s2s1' to='{domain}'>${ping}</iq>
      zed < <iq type='result' id='s2s1' from='{domain}'/>
    `,
  },
  {
    at: '4.4',
    says: `Pings can also be used for client-to-client (i.e., end-to-end) pings.`,
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='e1' to='{bo/desk}'>${ping}</iq>
      bo < <iq type='get' id='e1' from='{ann/desk}'>${ping}</iq>
      bo > <iq type='result' id='e1' to='{ann/desk}'/>
      ann < <iq type='result' id='e1' from='{bo/desk}'/>
    `,
  },
  {
    at: '4.4',
    says: `If the pinged entity does not support the ping namespace, it MUST return a <service-unavailable/> error:`,
    that: 'which is passed on',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='e1' to='{bo/desk}'>${ping}</iq>
      bo > <iq type='error' id='e1' to='{ann/desk}'>${error('service-unavailable', 'cancel')}</iq>
      ann < <iq type='error' id='e1' from='{bo/desk}'>${error('service-unavailable', 'cancel')}</iq>
    `,
  },
  {
    at: '4.5',
    says: `Pings can also be used for component-to-client pings, for example from a XEP-0045 component to a client.`,
    that: 'between occupants, through the room',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann > <iq type='get' id='m1' to='{room}/Bo'>${ping}</iq>
      bo < <iq type='get' from='{room}/Ann' id='{=id}'>${ping}</iq>
      bo > <iq type='result' id='{id}' to='{room}/Ann'/>
      ann < <iq type='result' id='m1' from='{room}/Bo'/>
    `,
  },
  {
    at: '5',
    says: `If an entity supports the XMPP Ping protocol, it MUST report that fact by including a service discovery feature of "urn:xmpp:ping" in response to a XEP-0030 information request:`,
    that: 'server and account',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='urn:xmpp:ping'/></query>
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='urn:xmpp:ping'/></query>
    `,
  },
  {
    at: '7',
    says: `This consistency between the server response and the client response helps to prevent presence leaks.`,
    that: 'a stranger, of a device that is there and of one that is not',
    script: `
      there: ann, bo
      ann > <iq type='get' id='e1' to='{bo/desk}'>${ping}</iq>
      ann < <iq type='error' id='e1' from='{bo/desk}'>${error('service-unavailable', 'cancel')}</iq>
      ann > <iq type='get' id='e2' to='{bo}/other'>${ping}</iq>
      ann < <iq type='error' id='e2' from='{bo}/other'>${error('service-unavailable', 'cancel')}</iq>
      bo !< <iq/>
    `,
  },
  {
    at: '7',
    says: `If a server receives a ping request directed to a full JID […] associated with a registered account but there is no connected resource matching the 'to' address, RFC 6120 requires it to reply with a <service-unavailable/> error and set the 'from' address of the IQ-error to the full JID provided in the 'to' address of the ping request.`,
    that: 'also for a contact',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='e2' to='{bo}/other'>${ping}</iq>
      ann < <iq type='error' id='e2' from='{bo}/other'>${error('service-unavailable', 'cancel')}</iq>
    `,
  },
])
