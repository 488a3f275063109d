import { conform } from './conform.ts'
import {
  create,
  detail,
  form,
  NS,
  NS_FORMS,
  NS_INFO,
  NS_ITEMS,
  ofOwner,
  publish,
  publishOptions,
  pubsub,
  subscribe,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'
const info = `<query xmlns='${NS_INFO}'/>`
const nodes = `<query xmlns='${NS_ITEMS}'/>`

function infoOf(node: string, inside = ''): string {
  return `<query xmlns='${NS_INFO}' node='${node}'>${inside}</query>`
}

function itemsOf(node: string, inside = ''): string {
  return `<query xmlns='${NS_ITEMS}' node='${node}'>${inside}</query>`
}

/** A field of the form of meta-data. */
function told(name: string, ...values: readonly string[]): string {
  const hidden = `<field var='FORM_TYPE'><value>${NS}#meta-data</value></field>`
  const inside = values.map((value) => `<value>${value}</value>`).join('')
  return `<x xmlns='${NS_FORMS}' type='result'>${hidden}<field var='pubsub#${name}'>${inside}</field></x>`
}

conform(document, 'discovering an account', [
  {
    at: '5.1',
    says: 'A service MUST respond to service discovery information requests qualified by the \'http://jabber.org/protocol/disco#info\' namespace. The "disco#info" result returned by a pubsub service MUST indicate the identity of the service and indicate which pubsub features are supported.',
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given <query xmlns='${NS_INFO}'><identity category='pubsub' type='pep'/><feature var='${NS}#publish'/></query>
    `,
  },
  {
    at: '5.1',
    says: 'It is RECOMMENDED that services include that value as feature for compatibility […]',
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS}'/></query>
    `,
  },
  {
    at: '9',
    says: 'service discovery information ("disco#info") responses from the bare JID of the account MUST include a feature of "http:/jabber.org/protocol/pubsub#pubsub-on-a-jid"',
    script: `
      there: ann
      ann gets: ${info}
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS}#pubsub-on-a-jid'/></query>
    `,
  },
  ...[
    'access-presence',
    'auto-create',
    'auto-subscribe',
    'config-node',
    'create-and-configure',
    'create-nodes',
    'delete-items',
    'delete-nodes',
    'filtered-notifications',
    'instant-nodes',
    'item-ids',
    'last-published',
    'manage-subscriptions',
    'member-affiliation',
    'meta-data',
    'modify-affiliations',
    'multi-items',
    'outcast-affiliation',
    'persistent-items',
    'presence-subscribe',
    'publish',
    'publish-options',
    'purge-nodes',
    'retract-items',
    'retrieve-affiliations',
    'retrieve-default',
    'retrieve-items',
    'retrieve-subscriptions',
    'rsm',
    'subscribe',
    'subscription-notifications',
  ].map((name) => ({
    at: '11',
    says: 'This section summarizes the features described herein […]',
    that: `what works is announced: ${name}`,
    script: `
      there: ann, bo, ann=bo
      ann gets {ann}: ${info}
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS}#${name}'/></query>
      bo gets {ann}: ${info}
      bo is given <query xmlns='${NS_INFO}'><feature var='${NS}#${name}'/></query>
    `,
  })),
  ...[
    'get-pending',
    'leased-subscription',
    'multi-subscribe',
    'publish-only-affiliation',
    'publisher-affiliation',
    'publish-node-full',
    'retrieve-default-sub',
    'subscription-options',
  ].map((name) => ({
    at: '11',
    says: 'This section summarizes the features described herein […]',
    that: `what does not work is not announced: ${name}`,
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS}#${name}'>{none}</feature></query>
    `,
  })),
])

conform(document, 'discovering nodes and items', [
  {
    at: '5.2',
    says: 'A service SHOULD enable entities to discover the nodes by means of the Service Discovery protocol […]',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('thoughts', 'title=Deep')}
      bo gets {ann}: ${nodes}
      bo is given <query xmlns='${NS_ITEMS}'><item jid='{ann}' node='thoughts' name='Deep'/></query>
    `,
  },
  {
    at: '5.2',
    says: '[…] its nodes that, subject to local policies and configuration, are accessible to the requesting entity.',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('secrets', 'access_model=whitelist')}
      bo gets {ann}: ${nodes}
      bo is given <query xmlns='${NS_ITEMS}'><item node='secrets'>{none}</item></query>
      ann gets {ann}: ${nodes}
      ann is given <query xmlns='${NS_ITEMS}'><item jid='{ann}' node='secrets'/></query>
    `,
  },
  {
    at: '5.3',
    says: 'A pubsub service MUST allow entities to query individual nodes for the information associated with that node. […] The "disco#info" result MUST include an identity with a category of "pubsub" and an appropriate type […] (e.g. "leaf").',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('thoughts', '')}
      bo gets {ann}: ${infoOf('thoughts')}
      bo is given ${infoOf('thoughts', `<identity category='pubsub' type='leaf'/><feature var='${NS}'/>`)}
    `,
  },
  {
    at: '5.3',
    says: 'A pubsub service MUST allow entities to query individual nodes […]',
    that: 'one that is not there',
    script: `
      there: ann
      ann gets {ann}: ${infoOf('nothing')}
      ann is refused cancel item-not-found
    `,
  },
  ...[
    ['access_model', 'presence'],
    ['creation_date', '{any}Z'],
    ['creator', '{ann}'],
    ['description', 'Long'],
    ['max_items', '7'],
    ['num_subscribers', '1'],
    ['owner', '{ann}'],
    ['publish_model', 'publishers'],
    ['publisher', '{ann}'],
    ['title', 'Deep'],
    ['type', 'urn:example:x'],
  ].map(([name = '', value = '']) => ({
    at: '5.4',
    says: 'If metadata is provided, it SHOULD include values for all configured options as well as "automatic" information such as the node creation date, a list of publishers, and the like.',
    that: name,
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('thoughts', 'title=Deep description=Long type=urn:example:x max_items=7')}
      bo does {ann}: ${subscribe('thoughts', '{bo}')}
      bo gets {ann}: ${infoOf('thoughts')}
      bo is given ${infoOf('thoughts', told(name, value))}
    `,
  })),
  {
    at: '5.5',
    says: "The 'name' attribute of each Service Discovery item MUST contain its ItemID and the item MUST NOT possess a 'node' attribute.",
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('thoughts', 'max_items=5')}
      ann does: ${publish('thoughts', 'one', '1')}
      ann does: ${publish('thoughts', 'two', '2')}
      bo gets {ann}: ${itemsOf('thoughts')}
      bo is given ${itemsOf(
        'thoughts',
        `<item jid='{ann}' name='one' node='{none}'/><item jid='{ann}' name='two' node='{none}'/>`,
      )}
    `,
  },
  {
    at: '5.5',
    says: 'an entity MAY send a "disco#items" request to the node itself',
    that: 'who may not read it is refused',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('secrets', 'access_model=whitelist')}
      bo gets {ann}: ${itemsOf('secrets')}
      bo is refused cancel not-allowed ${detail('closed-node')}
      bo gets {ann}: ${infoOf('secrets')}
      bo is refused cancel not-allowed ${detail('closed-node')}
    `,
  },
])

const subscriptions = pubsub('<subscriptions/>')
const affiliations = pubsub('<affiliations/>')

conform(document, 'subscriptions and affiliations of who asks', [
  {
    at: '5.6',
    says: "If the service returns a list of subscriptions, it MUST return all subscriptions for all JIDs that match the bare JID […] portion of the 'from' attribute on the request.",
    script: `
      there: ann, bo/desk, bo/pad, cy, ann=bo, ann=cy
      ann does: ${create('one', '')}
      ann does: ${create('two', '')}
      bo/desk does {ann}: ${subscribe('one', '{bo}')}
      bo/pad does {ann}: ${subscribe('two', '{bo/pad}')}
      cy does {ann}: ${subscribe('one', '{cy}')}
      bo/desk gets {ann}: ${subscriptions}
      bo/desk is given ${pubsub(`<subscriptions>
        <subscription node='one' jid='{bo}' subscription='subscribed' subid='{any}'/>
        <subscription node='two' jid='{bo/pad}' subscription='subscribed' subid='{any}'/>
        <subscription jid='{cy}'>{none}</subscription></subscriptions>`)}
    `,
  },
  {
    at: '5.6',
    says: 'If the requesting entity has no subscriptions, the pubsub service MUST return an empty <subscriptions/> element.',
    script: `
      there: ann, bo
      bo gets {ann}: ${subscriptions}
      bo is given ${pubsub('<subscriptions><subscription>{none}</subscription></subscriptions>')}
    `,
  },
  {
    at: '5.6',
    says: "The service would then return only the entity's subscriptions to that specific node",
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('one', '')}
      ann does: ${create('two', '')}
      bo does {ann}: ${subscribe('one', '{bo}')}
      bo does {ann}: ${subscribe('two', '{bo}')}
      bo gets {ann}: ${pubsub(`<subscriptions node='two'/>`)}
      bo is given ${pubsub(`<subscriptions node='two'><subscription node='two' jid='{bo}'/><subscription node='one'>{none}</subscription></subscriptions>`)}
    `,
  },
  {
    at: '5.7',
    says: "If the service returns a list of affiliations, it MUST return all affiliations for all JIDs that match the bare JID […] portion of the 'from' attribute on the request.",
    that: 'the owner',
    script: `
      there: ann
      ann does: ${create('one', '')}
      ann does: ${create('two', '')}
      ann gets: ${affiliations}
      ann is given ${pubsub(`<affiliations><affiliation node='one' affiliation='owner'/><affiliation node='two' affiliation='owner'/></affiliations>`)}
    `,
  },
  {
    at: '5.7',
    says: 'For each affiliation, an <affiliation/> element is returned containing the NodeID and the affiliation state (owner, publisher, publish-only, member, or outcast).',
    that: 'member and outcast',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('one', '')}
      ann does: ${create('two', '')}
      ann sets: ${ofOwner(`<affiliations node='one'><affiliation jid='{bo}' affiliation='member'/></affiliations>`)}
      ann is given nothing
      ann sets: ${ofOwner(`<affiliations node='two'><affiliation jid='{bo}' affiliation='outcast'/></affiliations>`)}
      ann is given nothing
      bo gets {ann}: ${affiliations}
      bo is given ${pubsub(`<affiliations><affiliation node='one' affiliation='member'/><affiliation node='two' affiliation='outcast'/></affiliations>`)}
    `,
  },
  {
    at: '5.7',
    says: 'If the requesting entity has no affiliations, the pubsub service MUST return an empty <affiliations/> element.',
    script: `
      there: ann, bo
      bo gets {ann}: ${affiliations}
      bo is given ${pubsub('<affiliations><affiliation>{none}</affiliation></affiliations>')}
    `,
  },
  {
    at: '5.7',
    says: "In order to make an affiliations request of a specific node, the requesting entity includes an empty <affiliations/> element with a 'node' attribute.",
    script: `
      there: ann
      ann does: ${create('one', '')}
      ann does: ${create('two', '')}
      ann gets: ${pubsub(`<affiliations node='two'/>`)}
      ann is given ${pubsub(`<affiliations><affiliation node='two' affiliation='owner'/><affiliation node='one'>{none}</affiliation></affiliations>`)}
    `,
  },
])

conform(document, 'what is not a request', [
  {
    at: '12',
    says: 'The operation being attempted on a node (or the system) has failed because the service or node does not support the operation',
    that: 'nothing in it, or nothing known',
    script: `
      there: ann
      ann sets: ${pubsub()}
      ann is refused modify bad-request
      ann gets: ${pubsub()}
      ann is refused modify bad-request
      ann gets: ${ofOwner()}
      ann is refused modify bad-request
      ann sets: ${ofOwner('<nonsense/>')}
      ann is refused modify bad-request
      ann sets: ${pubsub(publishOptions('access_model=open'), form('nonsense', ''))}
      ann is refused modify bad-request
    `,
  },
])
