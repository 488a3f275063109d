import { conform } from './conform.ts'
import { create, NS_INFO, NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0030 (2.5.0)'
const info = `<query xmlns='${NS_INFO}'/>`
const list = `<query xmlns='${NS_ITEMS}'/>`
const nothing = `<query xmlns='${NS_ITEMS}'><item>{none}</item></query>`

conform(document, 'the server', [
  {
    at: '3.1',
    says: "The result MUST contain a <query/> element […], which in turn contains one or more <identity/> elements and one or more <feature/> elements. […] every entity MUST support at least the 'http://jabber.org/protocol/disco#info' feature",
    script: `
      there: ann
      ann gets {domain}: ${info}
      ann is given <query xmlns='${NS_INFO}' node='{none}'><identity category='server' type='im' name='{any}'/><feature var='${NS_INFO}'/><feature var='${NS_ITEMS}'/></query>
    `,
  },
  {
    at: '3.2',
    says: "If the request included a 'node' attribute, the response MUST mirror the specified 'node' attribute",
    that: 'and where there is no such node, it is not found',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}' node='nothing'/>
      ann is refused cancel item-not-found
      ann gets {domain}: <query xmlns='${NS_ITEMS}' node='nothing'/>
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '4.1',
    says: "The list of items MUST be provided in an IQ stanza of type \"result\", with each item specified by means of an <item/> child […] (the <item/> child MUST possess a 'jid' attribute […] and MAY possess a 'name' attribute)",
    script: `
      there: ann
      ann gets {domain}: ${list}
      ann is given <query xmlns='${NS_ITEMS}'><item jid='{rooms}' node='{none}'/><item jid='upload.{domain}' node='{none}'/></query>
    `,
  },
  ...['{rooms}', 'upload.{domain}'].map((service) => ({
    at: '3.1',
    says: 'every entity MUST have at least one identity',
    that: `what the server lists answers too: ${service}`,
    script: `
      there: ann
      ann gets ${service}: ${info}
      ann is given <query xmlns='${NS_INFO}'><identity category='{any}' type='{any}'/><feature var='${NS_INFO}'/></query>
      ann gets ${service}: ${list}
      ann is given <query xmlns='${NS_ITEMS}'/>
      ann gets ${service}: <query xmlns='${NS_INFO}' node='nothing'/>
      ann is refused cancel item-not-found
    `,
  })),
  {
    at: '3.1',
    says: 'the requesting entity MUST send an IQ stanza of type "get"',
    that: 'and not of type set',
    script: `
      there: ann
      ann sets {domain}: ${info}
      ann is refused cancel service-unavailable
    `,
  },
])

conform('XEP-0115 (1.6.0)', 'the server in its stream features', [
  {
    at: '6.3',
    says: 'A server MAY include its entity capabilities in a stream feature element',
    that: 'and answers for the node that they name',
    script: `
      there: bo
      wire w
      w signs in as ann
      w < <features xmlns='http://etherx.jabber.org/streams'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='{=program}' ver='{=ver}'/></features>
      bo gets {domain}: <query xmlns='${NS_INFO}' node='{program}#{ver}'/>
      bo is given <query xmlns='${NS_INFO}' node='{program}#{ver}'><identity category='server' type='im'/><feature var='${NS_INFO}'/></query>
      bo gets {domain}: <query xmlns='${NS_INFO}' node='{program}#other'/>
      bo is refused cancel item-not-found
    `,
  },
])

conform(document, 'accounts', [
  {
    at: '3.1',
    says: 'the server SHOULD return an IQ-result for the bare JID, in which the primary identity SHOULD have a category of "account" with an appropriate type […] (most likely, a type of "registered").',
    script: `
      there: ann, bo, ann=bo
      ann gets {ann}: ${info}
      ann is given <query xmlns='${NS_INFO}'><identity category='account' type='registered'/><feature var='${NS_INFO}'/></query>
      bo gets {ann}: ${info}
      bo is given <query xmlns='${NS_INFO}'><identity category='account' type='registered'/><feature var='${NS_INFO}'/></query>
    `,
  },
  {
    at: '6.3',
    says: 'the responding entity SHOULD return the same <identity/> element (category+type) to all disco#info requests sent to the same JID+node combination.',
    script: `
      there: ann, bo, ann=bo
      bo gets {ann}: ${info}
      bo is given <query xmlns='${NS_INFO}'><identity category='account' type='registered'/><identity category='pubsub' type='pep'/></query>
    `,
  },
  {
    at: '8',
    says: 'In response to a disco#info request, the server MUST return a <service-unavailable/> error if one of the following is true: The target entity does not exist (no matter if the request specifies a node or not). The requesting entity is not authorized to receive presence from the target entity',
    script: `
      there: ann, cy
      cy gets {ann}: ${info}
      cy is refused cancel service-unavailable
      cy gets nobody@{domain}: ${info}
      cy is refused cancel service-unavailable
      cy gets nobody@{domain}: <query xmlns='${NS_INFO}' node='n'/>
      cy is refused cancel service-unavailable
      cy gets {ann}: <query xmlns='${NS_INFO}' node='n'/>
      cy is refused cancel service-unavailable
      ann does: ${create('n', '')}
      cy gets {ann}: <query xmlns='${NS_INFO}' node='n'/>
      cy is refused cancel service-unavailable
    `,
  },
  {
    at: '8',
    says: 'In response to a disco#items request, the server MUST return an empty result set if: The target entity does not exist (no matter if the request specifies a node or not).',
    script: `
      there: cy
      cy gets nobody@{domain}: ${list}
      cy is given ${nothing}
      cy gets nobody@{domain}: <query xmlns='${NS_ITEMS}' node='n'/>
      cy is given <query xmlns='${NS_ITEMS}' node='n'><item>{none}</item></query>
    `,
  },
  {
    at: '8',
    says: 'The request did not specify a node, the only items are available resources […], and the requesting entity is not authorized to receive presence from the target entity',
    script: `
      there: ann, cy
      cy gets {ann}: ${list}
      cy is given ${nothing}
      ann does: ${create('n', '')}
      cy gets {ann}: ${list}
      cy is given ${nothing}
      cy gets {ann}: <query xmlns='${NS_ITEMS}' node='n'/>
      cy is given <query xmlns='${NS_ITEMS}' node='n'><item>{none}</item></query>
    `,
  },
  {
    at: '4.1',
    says: 'in response to a disco#items request sent to a bare JID with no node, if access is not denied the server SHOULD return the associated items including connected or available resources as appropriate',
    script: `
      there: ann/desk, ann/pad, bo, ann=bo
      bo gets {ann}: ${list}
      bo is given <query xmlns='${NS_ITEMS}'><item jid='{ann/desk}'/><item jid='{ann/pad}'/></query>
      ann/pad > <presence type='unavailable'/>
      ann/desk gets {ann}: ${list}
      ann/desk is given <query xmlns='${NS_ITEMS}'><item jid='{ann/desk}'/></query>
    `,
  },
  {
    at: '4.1',
    says: 'If there are no items associated with an entity (or if those items are not publicly available), the target entity MUST return an empty query element to the requesting entity',
    script: `
      there: ann connected
      ann gets {ann}: ${list}
      ann is given ${nothing}
    `,
  },
  {
    at: '8.5.3 of RFC 6121',
    says: 'a specific connected resource',
    that: 'is asked itself',
    script: `
      there: ann, bo, ann=bo
      bo > <iq type='get' id='d1' to='{ann/desk}'>${info}</iq>
      ann < <iq type='get' id='d1' from='{bo/desk}'>${info}</iq>
      ann > <iq type='result' id='d1' to='{bo/desk}'><query xmlns='${NS_INFO}'><identity category='client' type='pc'/></query></iq>
      bo < <iq type='result' id='d1' from='{ann/desk}'><query xmlns='${NS_INFO}'><identity category='client' type='pc'/></query></iq>
    `,
  },
])
