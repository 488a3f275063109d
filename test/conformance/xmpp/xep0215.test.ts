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
