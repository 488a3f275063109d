import { conform } from './conform.ts'
import {
  configure,
  configured,
  create,
  detail,
  event,
  form,
  item,
  items,
  NS_FORMS,
  ofOwner,
  publish,
  pubsub,
  subscribe,
  unsupported,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

/** The form of a node's settings, with these values. */
function settings(values: string, kind = 'form'): string {
  return form('node_config', values, kind)
}

function askedSettings(node: string): string {
  return ofOwner(`<configure node='${node}'/>`)
}

function givenSettings(node: string, values: string): string {
  return ofOwner(`<configure node='${node}'>${settings(values)}</configure>`)
}

conform(document, 'creating a node', [
  {
    at: '8.1.1',
    says: 'When a service successfully creates a node on behalf of the requesting entity, it MUST return an IQ result',
    script: `
      there: ann
      ann sets: ${create('n', '')}
      ann is given ${pubsub(`<create node='n'/>`)}
      ann gets: ${items('n')}
      ann is given ${items('n', '<item>{none}</item>')}
    `,
  },
  {
    at: '8.1.1',
    says: 'If the requested NodeID already exists, the service MUST respond with a <conflict/> error.',
    script: `
      there: ann
      ann does: ${create('n', '')}
      ann sets: ${create('n', '')}
      ann is refused cancel conflict
    `,
  },
  {
    at: '8.1.1',
    says: 'If the requesting entity does not have sufficient privileges to create nodes, the service MUST respond with a <forbidden/> error.',
    script: `
      there: ann, bo, cy, ann=bo
      bo sets {ann}: ${create('n', '')}
      bo is refused auth forbidden
      cy sets {ann}: ${create('n', '')}
      cy is refused auth forbidden
    `,
  },
  {
    at: '8.1.1',
    says: 'If the node creator does not specify a NodeID but the service supports instant nodes, the service SHOULD generate a NodeID that is unique within the context of the service […] the service MUST specify the created NodeID in the IQ result.',
    script: `
      there: ann
      ann sets: ${pubsub('<create/>')}
      ann is given ${pubsub(`<create node='{=node}'/>`)}
      ann does: ${publish('{node}', 'one', '1')}
    `,
  },
  {
    at: '8.1.2',
    says: 'In order to request an access model other than the default for the service, the node creator MUST include a Data Form in the node creation request',
    script: `
      there: ann
      ann does: ${create('n', 'access_model=whitelist')}
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', 'access_model=whitelist')}
    `,
  },
  {
    at: '8.1.2',
    says: 'If service does not support the specified access model, it MUST return a <not-acceptable/> error, specifying a pubsub-specific error condition of <unsupported-access-model/>.',
    script: `
      there: ann
      ann sets: ${create('n', 'access_model=nonsense')}
      ann is refused modify not-acceptable ${detail('unsupported-access-model')}
      ann gets: ${items('n')}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '8.1.3',
    says: 'it SHOULD allow node creation requests to contain the desired node configuration in the node creation request.',
    script: `
      there: ann
      ann does: ${create('n', 'title=T description=D type=urn:x deliver_notifications=0 deliver_payloads=0 persist_items=0 max_items=10 access_model=open send_last_published_item=never notify_config=1 notify_delete=0 notify_retract=0 notification_type=normal subscribe=0')}
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', 'title=T description=D type=urn:x deliver_notifications=0 deliver_payloads=0 persist_items=0 max_items=10 access_model=open send_last_published_item=never notify_config=1 notify_delete=0 notify_retract=0 notification_type=normal subscribe=0')}
    `,
  },
  {
    at: '8.1.3',
    says: "The <configure/> element MUST follow the <create/> element and MUST NOT possess a 'node' attribute […]; if any of these rules are violated, the service MUST return a <bad-request/> error.",
    script: `
      there: ann
      ann sets: ${pubsub(configured('access_model=open'), `<create node='n'/>`)}
      ann is refused modify bad-request
      ann sets: ${pubsub(`<create node='n'/>`, `<configure node='n'>${form('node_config', 'access_model=open')}</configure>`)}
      ann is refused modify bad-request
      ann gets: ${items('n')}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '8.1.2',
    says: 'In order to create a node with default configuration, the node creator can simply include an empty <create/> child element.',
    that: 'with an empty <configure/>',
    script: `
      there: ann
      ann does: ${pubsub(`<create node='n'/>`, '<configure/>')}
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', 'access_model=presence node_type=leaf')}
    `,
  },
])

conform(document, 'configuring a node', [
  ...[
    'access_model=presence',
    'deliver_notifications=1',
    'deliver_payloads=1',
    'max_items=1',
    'node_type=leaf',
    'notification_type=headline',
    'notify_config=0',
    'notify_delete=1',
    'notify_retract=1',
    'persist_items=1',
    'publish_model=publishers',
    'send_last_published_item=on_sub_and_presence',
    'subscribe=1',
  ].map((value) => ({
    at: '8.2.2',
    says: 'If no error occurs, the server MUST return a configuration form to the node owner, which SHOULD contain the current node configuration as the default values.',
    that: value,
    script: `
      there: ann
      ann does: ${create('n', '')}
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', value)}
    `,
  })),
  {
    at: '8.2.3.2',
    says: 'If the requesting entity does not have sufficient privileges to configure the node, the service MUST respond with a <forbidden/> error.',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo gets {ann}: ${askedSettings('n')}
      bo is refused auth forbidden
      bo sets {ann}: ${configure('n', 'access_model=open')}
      bo is refused auth forbidden
    `,
  },
  {
    at: '8.2.3.3',
    says: 'If the request did not specify a node, the service SHOULD return a <bad-request/> error.',
    script: `
      there: ann
      ann gets: ${ofOwner('<configure/>')}
      ann is refused modify bad-request ${detail('nodeid-required')}
    `,
  },
  {
    at: '8.2.3.5',
    says: 'If the node does not exist, the service MUST return an <item-not-found/> error.',
    script: `
      there: ann
      ann gets: ${askedSettings('n')}
      ann is refused cancel item-not-found
      ann sets: ${configure('n', 'access_model=open')}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '8.2.5.1',
    says: 'If the form can be successfully processed, the service MUST return an IQ-result.',
    script: `
      there: ann
      ann does: ${create('n', '')}
      ann sets: ${configure('n', 'access_model=roster roster_groups_allowed=friends,kin title=T')}
      ann is given nothing
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', 'access_model=roster roster_groups_allowed=friends,kin title=T max_items=1')}
    `,
  },
  {
    at: '8.2.4',
    says: 'Alternatively, the owner MAY cancel the configuration process, in which case the existing configuration MUST be applied.',
    script: `
      there: ann
      ann does: ${create('n', 'title=T')}
      ann sets: ${ofOwner(`<configure node='n'><x xmlns='${NS_FORMS}' type='cancel'/></configure>`)}
      ann is given nothing
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', 'title=T')}
      ann sets: ${ofOwner(`<configure node='nothing'><x xmlns='${NS_FORMS}' type='cancel'/></configure>`)}
      ann is refused cancel item-not-found
    `,
  },
  ...[
    'max_items=0',
    'max_items=many',
    'persist_items=maybe',
    'send_last_published_item=often',
    'node_type=collection',
    'publish_model=open',
    'notification_type=chat',
  ].map((value) => ({
    at: '8.2.5.2',
    says: 'If the requested node configuration change cannot be processed […], the service MUST return a <not-acceptable/> error to the owner.',
    that: value,
    script: `
      there: ann
      ann does: ${create('n', 'title=T')}
      ann sets: ${configure('n', `title=U ${value}`)}
      ann is refused modify not-acceptable
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', 'title=T')}
    `,
  })),
  {
    at: '8.2.4',
    says: 'After receiving the configuration form, the owner SHOULD submit a completed configuration form.',
    that: 'and nothing else',
    script: `
      there: ann
      ann does: ${create('n', '')}
      ann sets: ${askedSettings('n')}
      ann is refused modify bad-request
      ann sets: ${ofOwner(`<configure node='n'>${form('node_config', 'title=U', 'result')}</configure>`)}
      ann is refused modify bad-request
      ann sets: ${ofOwner(`<configure node='n'>${form('subscribe_options', 'title=U')}</configure>`)}
      ann is refused modify bad-request
    `,
  },
  {
    at: '8.2.5.3',
    says: 'If the "pubsub#notify_config" option is set to true, the service MUST notify subscribers of the configuration change. […] if the node configuration is set to full payloads, the <configuration/> element MUST in addition contain the node configuration as represented via the Data Forms protocol.',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'notify_config=1')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${configure('n', 'title=U')}
      bo < ${event('{ann}', `<configuration node='n'>${settings('title=U', 'result')}</configuration>`)}
    `,
  },
  {
    at: '8.2.5.3',
    says: "If the node configuration is set to notification-only, the notification MUST consist of an empty <configuration/> element whose 'node' attribute is set to the NodeID of the node",
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'notify_config=1 deliver_payloads=0')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${configure('n', 'title=U')}
      bo < ${event('{ann}', `<configuration node='n'><x xmlns='${NS_FORMS}'>{none}</x></configuration>`)}
    `,
  },
  {
    at: '8.2.5.3',
    says: 'If the "pubsub#notify_config" option is set to true',
    that: 'and where it is not, nobody hears of it',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${configure('n', 'title=U')}
      bo !< <message/>
    `,
  },
  {
    at: '8.1.3',
    says: 'pubsub#max_items: Max number of items to persist',
    that: 'fewer than there are',
    script: `
      there: ann
      ann does: ${create('n', 'max_items=5')}
      ann does: ${publish('n', 'one', '1')}
      ann does: ${publish('n', 'two', '2')}
      ann does: ${configure('n', 'max_items=1')}
      ann gets: ${items('n')}
      ann is given ${items('n', `${item('two', '2')}<item id='one'>{none}</item>`)}
    `,
  },
  {
    at: '8.1.3',
    says: 'pubsub#max_items: Max number of items to persist',
    that: 'as many as can be (config-node-max)',
    script: `
      there: ann
      ann does: ${create('n', 'max_items=max')}
      ann gets: ${askedSettings('n')}
      ann is given ${givenSettings('n', 'max_items=max')}
    `,
  },
])

const formOfDefaults = settings('access_model=presence max_items=1 persist_items=1 node_type=leaf')

conform(document, 'the default settings', [
  {
    at: '8.3.3',
    says: 'If no error occurs, the service MUST return the default node configuration options.',
    script: `
      there: ann
      ann gets: ${ofOwner('<default/>')}
      ann is given ${ofOwner(`<default>${formOfDefaults}</default>`)}
    `,
  },
  {
    at: '8.3.2',
    says: "the entity MAY include an attribute named 'type' in the <default/>. The value of this attribute MUST be a node-type.",
    that: 'leaves, and collections, which there are none of',
    script: `
      there: ann
      ann gets: ${ofOwner(`<default type='leaf'/>`)}
      ann is given ${ofOwner(`<default>${formOfDefaults}</default>`)}
      ann gets: ${ofOwner(`<default type='collection'/>`)}
      ann is refused ${unsupported('collections')}
    `,
  },
])
