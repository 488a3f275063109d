import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const NS = 'urn:xmpp:extdisco:2'

conform('XEP-0215 (1.0.0)', 'servers for calls', [
  {
    at: '3.1',
    says: 'The responding entity […] SHOULD return the list of external services it is aware of',
    script: `
      there: ann
      ann gets {domain}: <services xmlns='${NS}'/>
      ann is given <services xmlns='${NS}'><service type='stun' host='stun.example' port='3478' transport='udp' username='{none}'/><service type='turn' host='turn.example' port='3478' transport='udp' username='{any}' password='{any}' expires='{any}Z'/><service type='http' host='127.0.0.1' port='{any}' transport='tcp' username='{none}'/></services>
    `,
  },
  {
    at: '3.2',
    says: "A requesting entity requests services of a particular type by sending a <services/> element including a 'type' attribute",
    script: `
      there: ann
      ann gets {domain}: <services xmlns='${NS}' type='turn'/>
      ann is given <services xmlns='${NS}' type='turn'><service type='turn'/><service type='stun'>{none}</service></services>
      ann gets {domain}: <services xmlns='${NS}' type='nonsense'/>
      ann is given <services xmlns='${NS}' type='nonsense'><service>{none}</service></services>
    `,
  },
  {
    at: '3.3',
    says: "a <service/> element which MUST include the 'host' and 'type' attributes to identify the desired service",
    script: `
      there: ann
      ann gets {domain}: <credentials xmlns='${NS}'><service host='turn.example' type='turn'/></credentials>
      ann is given <credentials xmlns='${NS}'><service host='turn.example' type='turn' username='{any}' password='{any}'/></credentials>
    `,
  },
  {
    at: '3.3',
    says: 'credentials',
    that: 'for what is no server of ours, and for nothing',
    script: `
      there: ann
      ann gets {domain}: <credentials xmlns='${NS}'><service host='other.example' type='turn'/></credentials>
      ann is refused cancel item-not-found
      ann gets {domain}: <credentials xmlns='${NS}'><service host='turn.example'/></credentials>
      ann is refused modify bad-request
      ann gets {domain}: <credentials xmlns='${NS}'><service type='turn'/></credentials>
      ann is refused modify bad-request
      ann gets {domain}: <credentials xmlns='${NS}'/>
      ann is refused modify bad-request
    `,
  },
  {
    at: '5',
    says: 'it MUST report that fact by including a service discovery feature of "urn:xmpp:extdisco:2"',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS}'/></query>
    `,
  },
])

const NS_REPORT = 'urn:xmpp:reporting:1'

function block(jid: string, report: string): string {
  return `<block xmlns='urn:xmpp:blocking'><item jid='${jid}'>${report}</item></block>`
}

conform('XEP-0377 (0.4.1)', 'reports', [
  {
    at: '3',
    says: 'MUST respond to service discovery requests with a feature of "urn:xmpp:reporting:1".',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS_REPORT}'/></query>
    `,
  },
  ...['spam', 'abuse', 'other'].map((reason) => ({
    at: '6',
    says: 'Servers that receive a blocking command with a report MUST block the JID or return an error just as they would if the report were not present.',
    that: reason,
    script: `
      there: ann, bo
      ann sets: ${block('{bo}', `<report xmlns='${NS_REPORT}' reason='urn:xmpp:reporting:${reason}'><text xml:lang='en'>Never came trouble.</text><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='28482'/></report>`)}
      ann is given nothing
      ann gets: <blocklist xmlns='urn:xmpp:blocking'/>
      ann is given <blocklist xmlns='urn:xmpp:blocking'><item jid='{bo}'/></blocklist>
      bo > <message id='m1' to='{ann}' type='chat'><body>hi</body></message>
      bo < <message type='error' id='m1'/>
    `,
  })),
  ...[`<report xmlns='${NS_REPORT}'/>`, `<report xmlns='${NS_REPORT}' reason=''/>`].map(
    (report) => ({
      at: '4',
      says: 'Abuse reports MUST include a reason for the report in the "reason" attribute.',
      that: report.slice(-14),
      script: `
      there: ann, bo
      ann sets: ${block('{bo}', report)}
      ann is refused modify bad-request
      ann gets: <blocklist xmlns='urn:xmpp:blocking'/>
      ann is given <blocklist xmlns='urn:xmpp:blocking'><item>{none}</item></blocklist>
    `,
    }),
  ),
])

const NS_CAM = 'urn:xmpp:cam:0'

conform('XEP-0494 (0.1.0)', 'the clients of an account', [
  {
    at: '3.1',
    says: "the <auth/> element MUST be included […]. The <permission/> element MUST also be present […]. The 'status' attribute of the permission element MUST be present",
    script: `
      there: ann/desk, ann/pad
      ann/desk gets: <list xmlns='${NS_CAM}'/>
      ann/desk is given <clients xmlns='${NS_CAM}'><client connected='true' id='{any}' type='session'><first-seen>{any}Z</first-seen><last-seen>{any}Z</last-seen><auth><password/></auth><permission status='unrestricted'/><user-agent/></client><client connected='true'/></clients>
    `,
  },
  {
    at: '3.2',
    says: 'service-unavailable […] <password-reset-required/>',
    script: `
      there: ann
      ann gets: <list xmlns='${NS_CAM}'/>
      ann is given <clients xmlns='${NS_CAM}'><client id='{=client}'/></clients>
      ann sets: <revoke xmlns='${NS_CAM}' id='{client}'/>
      ann is refused cancel service-unavailable <password-reset-required xmlns='${NS_CAM}'/>
    `,
  },
  {
    at: '3.2',
    says: 'item-not-found: the client id was not found',
    script: `
      there: ann, bo
      ann sets: <revoke xmlns='${NS_CAM}' id='nothing'/>
      ann is refused cancel item-not-found
      ann sets: <revoke xmlns='${NS_CAM}'/>
      ann is refused modify bad-request
      bo gets {ann}: <list xmlns='${NS_CAM}'/>
      bo is refused cancel service-unavailable
    `,
  },
  {
    at: '4',
    says: 'urn:xmpp:cam:0',
    that: 'is announced by the account',
    script: `
      there: ann
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS_CAM}'/></query>
    `,
  },
])
