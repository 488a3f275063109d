import { conform } from './conform.ts'
import {
  create,
  detail,
  form,
  item,
  items,
  ofOwner,
  publish,
  publishOptions,
  pubsub,
  x,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

const other = `<y xmlns='urn:example:y'/>`
const big = 'a'.repeat(197_000)

conform(document, 'publishing with what is wrong', [
  {
    at: '7.1.3.1',
    says: 'If the requesting entity does not have sufficient privileges to publish, the service MUST return a <forbidden/> error.',
    that: 'a contact, a stranger, at a node that is there or not',
    script: `
      there: ann, bo, cy, ann=bo
      ann does: ${create('n', 'access_model=open')}
      bo sets {ann}: ${publish('n', 'one', '1')}
      bo is refused auth forbidden
      cy sets {ann}: ${publish('n', 'one', '1')}
      cy is refused auth forbidden
      bo sets {ann}: ${publish('other', 'one', '1')}
      bo is refused auth forbidden
    `,
  },
  {
    at: '7.1.1',
    says: "The <publish/> element MUST possess a 'node' attribute, specifying the NodeID of the node.",
    script: `
      there: ann
      ann sets: ${pubsub(`<publish>${item('one', '1')}</publish>`)}
      ann is refused modify bad-request ${detail('nodeid-required')}
      ann sets: ${publish('', 'one', '1')}
      ann is refused modify bad-request ${detail('nodeid-required')}
    `,
  },
  {
    at: '7.1.3.5',
    says: 'If the payload size exceeds a service-defined limit, the service MUST return a <not-acceptable/> error, which SHOULD also include a pubsub-specific error condition of <payload-too-big/>.',
    script: `
      there: ann
      ann sets: ${publish('n', 'one', big)}
      ann is refused modify not-acceptable ${detail('payload-too-big')}
    `,
  },
  {
    at: '7.1.3.6',
    says: 'If the <item/> element does not contain exactly one payload element or the namespace of the root payload element does not match the configured namespace for the node, the service MUST bounce the request with a <bad-request/> error, which SHOULD also include a pubsub-specific error condition of <invalid-payload/>.',
    script: `
      there: ann
      ann sets: ${pubsub(`<publish node='n'><item id='one'>${x('1')}${other}</item></publish>`)}
      ann is refused modify bad-request ${detail('invalid-payload')}
      ann does: ${create('n', 'type=urn:example:x')}
      ann sets: ${pubsub(`<publish node='n'><item id='one'>${other}</item></publish>`)}
      ann is refused modify bad-request ${detail('invalid-payload')}
      ann does: ${publish('n', 'one', '1')}
    `,
  },
  {
    at: '7.1.3.7',
    says: 'If the event type is persistent (either event notification or payload) and the publisher does not include an item, the service MUST bounce the publication request with a <bad-request/> error and a pubsub-specific error condition of <item-required/>.',
    script: `
      there: ann
      ann does: ${create('n', '')}
      ann sets: ${pubsub(`<publish node='n'/>`)}
      ann is refused modify bad-request ${detail('item-required')}
      ann does: ${create('m', 'deliver_payloads=0')}
      ann sets: ${pubsub(`<publish node='m'/>`)}
      ann is refused modify bad-request ${detail('item-required')}
    `,
  },
  {
    at: '7.1.3.7',
    says: 'If the event type is payload (either persistent or transient) and the publisher does not include a payload, the service SHOULD bounce the publication request with a <bad-request/> error and a pubsub-specific error condition of <payload-required/>.',
    script: `
      there: ann
      ann does: ${create('n', '')}
      ann sets: ${pubsub(`<publish node='n'><item id='one'/></publish>`)}
      ann is refused modify bad-request ${detail('payload-required')}
      ann does: ${create('m', 'persist_items=0')}
      ann sets: ${pubsub(`<publish node='m'><item id='one'/></publish>`)}
      ann is refused modify bad-request ${detail('payload-required')}
    `,
  },
  {
    at: '7.1.3.7',
    says: 'If the event type is notification + transient and the publisher provides an item, the service MUST bounce the publication request with a <bad-request/> error and a pubsub-specific error condition of <item-forbidden/>.',
    script: `
      there: ann
      ann does: ${create('n', 'persist_items=0 deliver_payloads=0')}
      ann sets: ${publish('n', 'one', '1')}
      ann is refused modify bad-request ${detail('item-forbidden')}
    `,
  },
  {
    at: '13.11',
    says: 'If the service cannot process any one of the items to be published or retracted, the entire batch MUST fail and the service MUST NOT publish or retract any of the items.',
    script: `
      there: ann
      ann does: ${create('n', 'max_items=5')}
      ann sets: ${pubsub(`<publish node='n'>${item('one', '1')}${item('two', '2')}</publish>`)}
      ann is refused modify bad-request
      ann gets: ${items('n')}
      ann is given ${items('n', '<item>{none}</item>')}
    `,
  },
])

conform(document, 'publishing with options', [
  {
    at: '7.1.5',
    says: 'If the node does not exist and the service supports the "auto-create" feature, then the service shall auto-create the node with default configuration in all respects except those specified in the preconditions, and the publish succeeds.',
    script: `
      there: ann
      ann does: ${publish('n', 'one', '1', publishOptions('access_model=whitelist max_items=9'))}
      ann gets: ${ofOwner(`<configure node='n'/>`)}
      ann is given ${ofOwner(`<configure node='n'><x xmlns='jabber:x:data'><field var='pubsub#access_model'><value>whitelist</value></field><field var='pubsub#max_items'><value>9</value></field><field var='pubsub#persist_items'><value>1</value></field></x></configure>`)}
    `,
  },
  {
    at: '7.1.5',
    says: 'If the node exists and the precondition is not met, then the publish MUST fail with a <conflict/> error condition and a pubsub-specific condition of <precondition-not-met/>.',
    script: `
      there: ann
      ann does: ${create('n', 'access_model=open')}
      ann sets: ${publish('n', 'one', '1', publishOptions('access_model=whitelist'))}
      ann is refused cancel conflict ${detail('precondition-not-met')}
      ann gets: ${items('n')}
      ann is given ${items('n', '<item>{none}</item>')}
    `,
  },
  {
    at: '7.1.5',
    says: 'If the node exists and the precondition is met, then the publish succeeds.',
    script: `
      there: ann
      ann does: ${create('n', 'access_model=open max_items=3')}
      ann does: ${publish('n', 'one', '1', publishOptions('access_model=open max_items=3'))}
    `,
  },
  {
    at: '7.1.5',
    says: 'it MUST reject the publication upon encountering unknown fields.',
    script: `
      there: ann
      ann sets: ${publish('n', 'one', '1', publishOptions('nonsense=1'))}
      ann is refused cancel conflict ${detail('precondition-not-met')}
      ann does: ${create('n', '')}
      ann sets: ${publish('n', 'one', '1', publishOptions('nonsense=1'))}
      ann is refused cancel conflict ${detail('precondition-not-met')}
    `,
  },
  {
    at: '7.1.5',
    says: 'The <publish-options/> element MUST contain a data form […], whose FORM_TYPE MUST be "http://jabber.org/protocol/pubsub#publish-options"',
    script: `
      there: ann
      ann sets: ${publish('n', 'one', '1', '<publish-options/>')}
      ann is refused modify bad-request
      ann sets: ${publish('n', 'one', '1', `<publish-options>${form('node_config', 'access_model=open')}</publish-options>`)}
      ann is refused modify bad-request
      ann sets: ${publish('n', 'one', '1', `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='pubsub#access_model'><value>open</value></field></x></publish-options>`)}
      ann is refused modify bad-request
      ann sets: ${publish('n', 'one', '1', `<publish-options>${form('publish-options', 'access_model=open', 'result')}</publish-options>`)}
      ann is refused modify bad-request
    `,
  },
  {
    at: '8.1.2',
    says: 'If service does not support the specified access model, it MUST return a <not-acceptable/> error, specifying a pubsub-specific error condition of <unsupported-access-model/>.',
    that: 'where an option would make the node',
    script: `
      there: ann
      ann sets: ${publish('n', 'one', '1', publishOptions('access_model=nonsense'))}
      ann is refused modify not-acceptable ${detail('unsupported-access-model')}
    `,
  },
])
