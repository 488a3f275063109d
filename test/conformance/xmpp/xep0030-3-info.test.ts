// XEP-0030: what something is and what it can do, sections 3, 6.3 and 7.
import { conform } from './conform.ts'
import { error } from './error.ts'
import { NS_INFO, NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0030 (2.5.0)'
const info = `<query xmlns='${NS_INFO}'/>`
const infoOf = (inside: string): string => `<query xmlns='${NS_INFO}'>${inside}</query>`
const node = (name: string): string => `<query xmlns='${NS_INFO}' node='${name}'/>`
const account = infoOf(
  `<identity category='account' type='registered'/><feature var='${NS_INFO}'/>`,
)

conform(document, 'the server and its services', [
  {
    at: '3.1',
    says: `The result MUST contain a <query/> element qualified by the 'http://jabber.org/protocol/disco#info' namespace, which in turn contains one or more <identity/> elements and one or more <feature/> elements.`,
    script: `
      there: ann
      ann gets {domain}: ${info}
      ann is given <query xmlns='${NS_INFO}' node='{none}'><identity category='server' type='im' name='{any}'/><feature var='${NS_INFO}'/><feature var='${NS_ITEMS}'/></query>
    `,
  },
  ...(
    [
      ['{rooms}', 'conference', 'text'],
      ['upload.{domain}', 'store', 'file'],
    ] as const
  ).map(([service, category, type]) => ({
    at: '3.1',
    says: `Every entity MUST have at least one identity, and every entity MUST support at least the 'http://jabber.org/protocol/disco#info' feature […].`,
    that: service,
    script: `
      there: ann
      ann gets ${service}: ${info}
      ann is given ${infoOf(`<identity category='${category}' type='${type}'/><feature var='${NS_INFO}'/>`)}
    `,
  })),
  {
    at: '3.1',
    says: `An entity MAY have multiple identities.`,
    that: 'an account is one for publish-subscribe, too',
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given ${infoOf(`<identity category='account' type='registered'/><identity category='pubsub' type='pep'/>`)}
    `,
  },
  {
    at: '3.1',
    says: `Each <feature/> element MUST possess a 'var' attribute whose value is a protocol namespace or other feature offered by the entity, and MUST NOT have any children.`,
    script: `
      there: ann
      ann gets {domain}: ${info}
      ann is given ${infoOf(`<feature var='{none}'>{none}</feature>`)}
    `,
  },
  {
    at: '3.1',
    says: `In order to discover such information, the requesting entity MUST send an IQ stanza of type "get" […].`,
    that: 'and not of type set',
    script: `
      there: ann
      ann sets {domain}: ${info}
      ann is refused cancel service-unavailable
    `,
  },
  {
    at: '3.1',
    says: `One example is sending a query to a particular conference room rather than the parent conference service:`,
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${info}
      ann is given ${infoOf(`<identity category='conference' type='text'/><feature var='{muc}'/>`)}
    `,
  },
])

conform(document, 'people', [
  {
    at: '3.1',
    says: `When an entity sends a disco#info request to a bare JID (<account@domain.tld>) hosted by a server, the server itself MUST reply on behalf of the hosted account, either with an IQ-error or an IQ-result.`,
    that: 'one’s own, with its address and without',
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given ${account}
      ann gets: ${info}
      ann is given ${account}
    `,
  },
  {
    at: '3.1',
    says: `In particular, in response to a disco#info request sent to a bare JID with no node, if access is not denied the server SHOULD return an IQ-result for the bare JID, in which the primary identity SHOULD have a category of "account" with an appropriate type […] (most likely, a type of "registered").`,
    that: 'a contact, who is not asked himself',
    script: `
      there: ann, bo, ann=bo
      ann gets {bo}: ${info}
      ann is given ${account}
      bo !< <iq/>
    `,
  },
  {
    at: '3.1',
    says: `In particular, in response to a disco#info request sent to a bare JID with no node, if access is not denied the server SHOULD return an IQ-result for the bare JID […].`,
    that: 'while nobody of his is there',
    script: `
      there: ann, bo, ann=bo
      bo leaves
      ann gets {bo}: ${info}
      ann is given ${account}
    `,
  },
  {
    at: '3.1',
    says: `Another example of this is sending a query to a specific connected resource for an IM user:`,
    that: 'it is passed on, and so is the answer',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='d1' to='{bo/desk}'>${info}</iq>
      bo < <iq type='get' id='d1' from='{ann/desk}'>${info}</iq>
      bo > <iq type='result' id='d1' to='{ann/desk}'>${infoOf(`<identity category='client' type='pc' name='Gabber'/><feature var='jabber:iq:time'/>`)}</iq>
      ann < <iq type='result' id='d1' from='{bo/desk}'>${infoOf(`<identity category='client' type='pc' name='Gabber'/><feature var='jabber:iq:time'/>`)}</iq>
    `,
  },
  {
    at: '3.1',
    says: `Another example of this is sending a query to a specific connected resource for an IM user:`,
    that: 'a refusal is passed on as well',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='d1' to='{bo/desk}'>${info}</iq>
      bo > <iq type='error' id='d1' to='{ann/desk}'>${error('service-unavailable', 'cancel')}</iq>
      ann < <iq type='error' id='d1' from='{bo/desk}'>${error('service-unavailable', 'cancel')}</iq>
    `,
  },
  {
    at: '6.3',
    says: `However, the responding entity SHOULD return the same <identity/> element (category+type) to all disco#info requests sent to the same JID+node combination.`,
    that: 'himself and a contact',
    script: `
      there: ann, bo, ann=bo
      ${['ann', 'bo']
        .map(
          (who) => `
            ${who} gets {ann}: ${info}
            ${who} is given ${infoOf(`<identity category='account' type='registered'/><identity category='pubsub' type='pep'/>`)}
          `,
        )
        .join('')}
    `,
  },
])

conform(document, 'info nodes', [
  {
    at: '3.2',
    says: `If the request included a 'node' attribute, the response MUST mirror the specified 'node' attribute to ensure coherence between the request and the response.`,
    that: 'the node of the server’s own capabilities',
    script: `
      there: bo
      wire w
      w signs in as ann
      w < <features xmlns='http://etherx.jabber.org/streams'><c xmlns='http://jabber.org/protocol/caps' node='{=program}' ver='{=ver}'/></features>
      bo gets {domain}: ${node('{program}#{ver}')}
      bo is given <query xmlns='${NS_INFO}' node='{program}#{ver}'><identity category='server' type='im'/><feature var='${NS_INFO}'/></query>
      bo gets {domain}: ${node('{program}#other')}
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '3.2',
    says: `A disco#info query MAY also be directed to a specific node identifier associated with a JID […].`,
    that: 'commands, at the server and in a room',
    script: `
      there: ann
      ann makes {room} as Ann
      ${['{domain}', '{room}']
        .map(
          (address) => `
            ann gets ${address}: ${node('http://jabber.org/protocol/commands')}
            ann is given <query xmlns='${NS_INFO}' node='http://jabber.org/protocol/commands'><identity category='automation' type='command-list'/></query>
          `,
        )
        .join('')}
    `,
  },
  ...['{domain}', '{rooms}', 'upload.{domain}', '{ann}'].map((address) => ({
    at: '7',
    says: `The JID or JID+NodeID of the specified target entity does not exist and that fact can be divulged in accordance with privacy and security considerations and policies.`,
    that: `a node that is not there, of ${address}`,
    script: `
      there: ann
      ann gets ${address}: ${node('nonsense')}
      ann is refused cancel item-not-found
    `,
  })),
])
