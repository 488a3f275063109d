// XEP-0030: what belongs to something, sections 4 and 7.
import { conform } from './conform.ts'
import { create, NS_INFO, NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0030 (2.5.0)'
const items = `<query xmlns='${NS_ITEMS}'/>`
const itemsOf = (...inside: readonly string[]): string =>
  `<query xmlns='${NS_ITEMS}'>${inside.join('')}</query>`
const node = (name: string): string => `<query xmlns='${NS_ITEMS}' node='${name}'/>`
const nothing = itemsOf('<item>{none}</item>')

conform(document, 'the server and its services', [
  {
    at: '4.1',
    says: `The list of items MUST be provided in an IQ stanza of type "result", with each item specified by means of an <item/> child […] (the <item/> child MUST possess a 'jid' attribute specifying the JID of the item and MAY possess a 'name' attribute specifying a natural-language name for the item):`,
    script: `
      there: ann
      ann gets {domain}: ${items}
      ann is given ${itemsOf(`<item jid='{rooms}' node='{none}'/>`, `<item jid='upload.{domain}' node='{none}'/>`)}
    `,
  },
  {
    at: '4.4',
    says: `In general, the items returned by an entity in a disco#items result MUST be items over which the entity has some relationship of ownership […].`,
    that: 'each of them answers, too',
    script: `
      there: ann
      ann gets {rooms}: ${items}
      ann is given <query xmlns='${NS_ITEMS}'/>
      ann gets upload.{domain}: ${items}
      ann is given ${nothing}
    `,
  },
  {
    at: '4.4',
    says: `[…] (e.g., Publish-Subscribe nodes owned by the entity) or at least the ability to provide or vouch for the item in a canonical way on the Jabber network (e.g., groupchat rooms directly hosted by a multi-user chat service […]).`,
    that: 'rooms',
    script: `
      there: ann, bo
      ann makes {room} as Ann with roomname=Grove
      bo gets {rooms}: ${items}
      bo is given ${itemsOf(`<item jid='{room}' name='Grove' node='{none}'/>`)}
    `,
  },
  {
    at: '4.1',
    says: `In order for the requesting entity to discover the items associated with a Jabber Entity, it MUST send an IQ stanza of type "get" to the target entity […].`,
    that: 'and not of type set',
    script: `
      there: ann
      ann sets {domain}: ${items}
      ann is refused cancel service-unavailable
    `,
  },
  ...['{domain}', '{rooms}', 'upload.{domain}'].map((address) => ({
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

conform(document, 'people', [
  {
    at: '4.1',
    says: `In particular, in response to a disco#items request sent to a bare JID with no node, if access is not denied the server SHOULD return the associated items including connected or available resources as appropriate:`,
    script: `
      there: ann/desk, ann/pad, bo, ann=bo
      bo gets {ann}: ${items}
      bo is given ${itemsOf(`<item jid='{ann/desk}'/>`, `<item jid='{ann/pad}'/>`)}
      ann/pad > <presence type='unavailable'/>
      ann/desk gets {ann}: ${items}
      ann/desk is given ${itemsOf(`<item jid='{ann/desk}'/>`, `<item jid='{ann/pad}'>{none}</item>`)}
    `,
  },
  {
    at: '4.1',
    says: `If there are no items associated with an entity (or if those items are not publicly available), the target entity MUST return an empty query element to the requesting entity:`,
    script: `
      there: ann connected
      ann gets {ann}: ${items}
      ann is given ${nothing}
    `,
  },
  {
    at: '4.2',
    says: `If there are items associated with the target entity but they are not addressable as JIDs, the service SHOULD then return a list of nodes (where each <item/> element MUST possess a 'jid' attribute, SHOULD possess a 'node' attribute, and MAY possess a 'name' attribute):`,
    that: 'nodes of XEP-0060',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'access_model=open title=Notes')}
      bo gets {ann}: ${items}
      bo is given ${itemsOf(`<item jid='{ann}' node='n' name='Notes'/>`, `<item jid='{ann/desk}' node='{none}'/>`)}
    `,
  },
  {
    at: '4.2',
    says: `In order to discover more about the node, the requesting entity MUST query the entity's JID while specifying the node.`,
    that: 'commands of the server',
    script: `
      there: ann
      ann gets {domain}: ${node('http://jabber.org/protocol/commands')}
      ann is given <query xmlns='${NS_ITEMS}' node='http://jabber.org/protocol/commands'><item jid='{domain}' node='{=command}' name='{any}'/></query>
      ann gets {domain}: <query xmlns='${NS_INFO}' node='{command}'/>
      ann is given <query xmlns='${NS_INFO}' node='{command}'><identity category='automation' type='command-node'/></query>
    `,
  },
])
