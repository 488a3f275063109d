import { conform } from './conform.ts'
import { hasFeature, info } from './in-messages.ts'
import {
  agent,
  authenticate,
  bind,
  NS_FAST,
  NS_SASL2,
  NS_STREAMS,
  opened,
  succeeds,
} from './sasl2.ts'

const document = 'XEP-0494 (0.1.0)'
const NS = 'urn:xmpp:cam:0'
const list = `<list xmlns='${NS}'/>`
const clients = (inside: string): string => `<clients xmlns='${NS}'>${inside}</clients>`
const times = '<first-seen>{any}Z</first-seen><last-seen>{any}Z</last-seen>'
const request = `<request-token xmlns='${NS_FAST}' mechanism='HT-SHA-256-NONE'/>`
const described = '<user-agent><software>Awesome</software><device>Phone</device></user-agent>'

/** Ann's phone has exchanged the password for a token, and has come back with that; she is at the desk besides. */
const withToken = `
      account: ann
      ${opened('v')}
      ${authenticate('{ann.plain}', agent + request, 'PLAIN', 'v')}
      ${succeeds(`<token xmlns='${NS_FAST}' token='{=token}'/>`, 'v')}
      {proof} proves {token} of ann
      ${opened()}
      ${authenticate('{proof}', `${agent}<fast xmlns='${NS_FAST}'/>${bind}`, 'HT-SHA-256-NONE')}
      ${succeeds()}
      there: ann`

conform(document, 'the list', [
  {
    at: '3.1',
    says: "To list clients that have access to the user’s account, send a <list/> payload element inside an <iq/> of type 'get': […] The server will respond with a list of clients:",
    script: `
      there: ann/desk, ann/pad
      ann/desk gets: ${list}
      ann/desk is given ${clients(`<client connected='true' id='{any}' type='session'/><client connected='true' id='{any}' type='session'/>`)}
    `,
  },
  {
    at: '3.1',
    says: 'The <first-seen/> and <last-seen/> elements contain timestamps that reflect when a client was first granted access to the user’s account, and when it most recently used that access.',
    script: `
      there: ann
      ann gets: ${list}
      ann is given ${clients(`<client>${times}</client>`)}
    `,
  },
  {
    at: '3.1',
    says: 'The <auth/> element MUST be included, and lists the known authentication methods that the client has used to gain access to the account. […] <password/> - the client has presented a valid password',
    script: `
      there: ann
      ann gets: ${list}
      ann is given ${clients('<client><auth><password/></auth></client>')}
    `,
  },
  {
    at: '3.1',
    says: '<fast/> - the client has active FAST tokens',
    script: `${withToken}
      ann gets: ${list}
      ann is given ${clients(`<client connected='true'><auth><fast/><password>{none}</password></auth>${described}</client>`)}`,
  },
  {
    at: '3.1',
    says: "'connected': a boolean that reflects whether this client has an active session on the server […].",
    that: 'one that can come back, and is not there',
    script: `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}', agent + request)}
      ${succeeds()}
      there: ann
      ann gets: ${list}
      ann is given ${clients(`<client connected='false' type='session'><auth><fast/></auth>${described}</client>`)}`,
  },
  {
    at: '3.1',
    says: "The <permission/> element MUST also be present, and contains details of the client’s level of access to the user’s account. The 'status' attribute of the permission element MUST be present […].",
    script: `
      there: ann
      ann gets: ${list}
      ann is given ${clients(`<client><permission status='unrestricted'/></client>`)}
    `,
  },
  {
    at: '3.1',
    says: 'The <user-agent/> element contains information about the client software.',
    that: 'as it has said',
    script: `
      account: ann
      ${opened()}
      ${authenticate('{ann.plain}', agent + bind)}
      ${succeeds()}
      w > <iq xmlns='jabber:client' type='get' id='c'>${list}</iq>
      w < <iq id='c'>${clients(`<client>${described}</client>`)}</iq>`,
  },
  {
    at: '5',
    says: 'It MUST ensure that the protocol described here is protected from unauthorized access by third parties, to avoid information leaks and denial of service.',
    that: 'nobody asks for another’s, a contact neither',
    script: `
      there: ann, bo, ann=bo
      bo gets {ann}: ${list}
      bo is refused cancel service-unavailable
      bo sets {ann}: <revoke xmlns='${NS}' id='x'/>
      bo is refused cancel service-unavailable
    `,
  },
  {
    at: '3.1',
    says: 'The server will respond with a list of clients:',
    that: 'that it does so, it announces',
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given ${hasFeature(NS)}
    `,
  },
])

conform(document, 'revoking access', [
  {
    at: '3.2',
    says: 'The server will respond with an empty result if the revocation succeeds:',
    that: 'the client is turned out, and does not come back',
    script: `${withToken}
      ann gets: ${list}
      ann is given ${clients(`<client id='{=client}'><auth><fast/></auth></client>`)}
      ann sets: <revoke xmlns='${NS}' id='{client}'/>
      ann is given nothing
      w < <error xmlns='${NS_STREAMS}'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>
      ${opened('u')}
      ${authenticate('{proof}', `${agent}<fast xmlns='${NS_FAST}'/>`, 'HT-SHA-256-NONE', 'u')}
      u < <failure xmlns='${NS_SASL2}'/>
      ann gets: ${list}
      ann is given ${clients(`<client id='{client}'>{none}</client>`)}`,
  },
  {
    at: '3.2',
    says: "If you request revocation of such a client, the server will respond with a 'service-unavailable' error, with the 'password-reset-required' application error:",
    script: `
      there: ann
      ann gets: ${list}
      ann is given ${clients(`<client id='{=client}'/>`)}
      ann sets: <revoke xmlns='${NS}' id='{client}'/>
      ann is refused cancel service-unavailable <password-reset-required xmlns='${NS}'/>
    `,
  },
  {
    at: '3.2',
    says: "To revoke a client’s access, send a <revoke/> payload element with an 'id' attribute containing one of the client ids fetched from the list:",
    that: 'an id that is in no list, and none',
    script: `
      there: ann
      ann sets: <revoke xmlns='${NS}' id='nothing'/>
      ann is refused cancel item-not-found
      ann sets: <revoke xmlns='${NS}'/>
      ann is refused modify bad-request
    `,
  },
])
