import { conform } from './conform.ts'
import { error } from './error.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0012 (2.0)'
const last = `<query xmlns='jabber:iq:last'/>`
const seconds = (value: string): string => `<query xmlns='jabber:iq:last' seconds='${value}'/>`

conform(document, 'people', [
  {
    at: '3',
    says: `If the requesting entity is not authorized to view the user's presence information (normally via a presence subscription as defined in XMPP-IM), the user's server MUST NOT return last activity information but instead MUST return a <forbidden/> error in response to the last activity request.`,
    that: 'a stranger, of who is there, who is not, and nobody',
    script: `
      there: ann, bo
      account: cy
      ann gets {bo}: ${last}
      ann is refused auth forbidden
      ann gets {cy}: ${last}
      ann is refused auth forbidden
      ann gets nobody@{domain}: ${last}
      ann is refused auth forbidden
    `,
  },
  {
    at: '3',
    says: `If the user has at least one connected or available resource when the server receives the request, the response MUST (subject to local security policies) contain an empty <query/> element whose 'seconds' attribute is set to a value of '0'.`,
    script: `
      there: ann, bo, ann=bo
      ann gets {bo}: ${last}
      ann is given ${seconds('0')}
      bo !< <iq/>
    `,
  },
  {
    at: '3',
    says: `If the requesting entity is authorized to view the user's presence information, the server shall return information about the last presence activity recorded by the server for that user.`,
    that: 'none is recorded',
    script: `
      there: ann, bo, ann=bo
      bo leaves
      ann gets {bo}: ${last}
      ann is refused cancel service-unavailable
    `,
  },
  {
    at: '4',
    says: `In this case, the user's server shall either deliver the IQ to an available resource or respond on behalf of the user.`,
    that: 'it is delivered to a device of a contact, and so is the answer',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='l1' to='{bo/desk}'>${last}</iq>
      bo < <iq type='get' id='l1' from='{ann/desk}'>${last}</iq>
      bo > <iq type='result' id='l1' to='{ann/desk}'>${seconds('123')}</iq>
      ann < <iq type='result' id='l1' from='{bo/desk}'>${seconds('123')}</iq>
    `,
  },
  {
    at: '4',
    says: `In particular, as with the offline user query use case above, if the requesting entity is not authorized to view the user's presence information (normally via a presence subscription as defined in XMPP IM), the user's server MUST NOT deliver the IQ-get to an available resource […].`,
    that: 'a stranger is told that there is none, as of a device that is not there',
    script: `
      there: ann, bo
      ann > <iq type='get' id='l1' to='{bo/desk}'>${last}</iq>
      ann < <iq type='error' id='l1' from='{bo/desk}'>${error('service-unavailable', 'cancel')}</iq>
      bo !< <iq/>
    `,
  },
  {
    at: '8',
    says: `That is, Last Activity information MAY be divulged only to those entities that have permission to view the user's presence via a presence subscription (potentially as restricted by XEP-0016 or XEP-0191).`,
    that: 'not to who is blocked',
    script: `
      there: ann, bo, ann=bo
      bo does: <block xmlns='urn:xmpp:blocking'><item jid='{ann}'/></block>
      ann gets {bo}: ${last}
      ann is refused auth forbidden
    `,
  },
])

conform(document, 'the server', [
  {
    at: '5',
    says: `The seconds attribute specifies how long the host has been running since it was last (re-)started. The <query/> element SHOULD NOT contain XML character data.`,
    script: `
      there: ann
      ann gets {domain}: ${last}
      ann is given ${seconds('{any}')}
    `,
  },
  {
    at: '6',
    says: `If an entity supports the Last Activity protocol, it MUST advertise that fact in its responses to XEP-0030 information ("disco#info") requests by returning a feature of "jabber:iq:last".`,
    that: 'server and account',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='jabber:iq:last'/></query>
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='jabber:iq:last'/></query>
    `,
  },
])
