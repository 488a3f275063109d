import { conform } from './conform.ts'
import {
  configure,
  create,
  detail,
  event,
  items,
  NS_EVENT,
  ofOwner,
  publish,
  pubsub,
  subscribe,
  unsupported,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

const four = `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'max_items=5')}
      ann does: ${publish('n', 'one', '1')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      all is read`

conform(document, 'deleting and purging', [
  {
    at: '8.4.2',
    says: 'If no error occurs, the service MUST inform the owner of success. In addition, the service MUST also send notification of node deletion to all subscribers',
    script: `${four}
      ann sets: ${ofOwner(`<delete node='n'/>`)}
      ann is given nothing
      bo < <message from='{ann}' id='{any}'><event xmlns='${NS_EVENT}'><delete node='n'/></event></message>
      bo gets {ann}: ${items('n')}
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '8.4',
    says: 'If an implementation persists items, it MUST remove all items from persistent storage before the node itself is deleted.',
    that: 'and who was subscribed is not any more',
    script: `${four}
      ann does: ${ofOwner(`<delete node='n'/>`)}
      ann does: ${create('n', '')}
      ann gets: ${items('n')}
      ann is given ${items('n', '<item>{none}</item>')}
      bo gets {ann}: ${pubsub('<subscriptions/>')}
      bo is given ${pubsub('<subscriptions><subscription>{none}</subscription></subscriptions>')}
    `,
  },
  {
    at: '8.4.1',
    says: 'The deletion request MAY include the URI of a replacement node to which requests might be redirected.',
    script: `${four}
      ann does: ${ofOwner(`<delete node='n'><redirect uri='xmpp:x@example.org?;node=blog'/></delete>`)}
      bo < ${event('{ann}', `<delete node='n'><redirect uri='xmpp:x@example.org?;node=blog'/></delete>`)}
    `,
  },
  {
    at: '8.4.1',
    says: 'The deletion request MAY include the URI of a replacement node',
    that: 'which is to be there',
    script: `${four}
      ann sets: ${ofOwner(`<delete node='n'><redirect/></delete>`)}
      ann is refused modify bad-request
    `,
  },
  {
    at: '8.4.3.1',
    says: 'If the requesting entity does not have sufficient privileges to delete the node (e.g., is not an owner), the service MUST return a <forbidden/> error.',
    script: `${four}
      bo sets {ann}: ${ofOwner(`<delete node='n'/>`)}
      bo is refused auth forbidden
    `,
  },
  {
    at: '8.4.3.2',
    says: 'If the requesting entity attempts to delete a node that does not exist, the service MUST return an <item-not-found/> error.',
    script: `
      there: ann
      ann sets: ${ofOwner(`<delete node='n'/>`)}
      ann is refused cancel item-not-found
      ann sets: ${ofOwner('<delete/>')}
      ann is refused modify bad-request ${detail('nodeid-required')}
    `,
  },
  {
    at: '8.5.2',
    says: 'If no error occurs, the service MUST purge the node and inform the owner of success. […] instead, the node MUST send a single notification to each subscriber, containing an empty <purge/> child element.',
    script: `${four}
      ann does: ${publish('n', 'two', '2')}
      all is read
      ann sets: ${ofOwner(`<purge node='n'/>`)}
      ann is given nothing
      bo < ${event('{ann}', `<purge node='n'/>`)}
      bo !< <message/>
      ann gets: ${items('n')}
      ann is given ${items('n', '<item>{none}</item>')}
    `,
  },
  {
    at: '8.5.2',
    says: 'If the node or service has been configured to notify subscribers on deletion of items',
    that: 'and where it has not, nobody hears of it',
    script: `${four}
      ann does: ${configure('n', 'notify_retract=0')}
      ann does: ${ofOwner(`<purge node='n'/>`)}
      bo !< <message/>
    `,
  },
  {
    at: '8.5.3.2',
    says: 'If the requesting entity does not have sufficient privileges to purge the node (e.g., because it is not a node owner), the service MUST return a <forbidden/> error.',
    script: `${four}
      bo sets {ann}: ${ofOwner(`<purge node='n'/>`)}
      bo is refused auth forbidden
    `,
  },
  {
    at: '8.5.3.3',
    says: 'If the service or node does not persist items […], it MUST return a <feature-not-implemented/> error, specifying a pubsub-specific error condition of <unsupported/> and a feature of "persistent-items".',
    script: `
      there: ann
      ann does: ${create('n', 'persist_items=0')}
      ann sets: ${ofOwner(`<purge node='n'/>`)}
      ann is refused ${unsupported('persistent-items')}
    `,
  },
  {
    at: '8.5.3.4',
    says: 'If the node does not exist, the service MUST return an <item-not-found/> error.',
    script: `
      there: ann
      ann sets: ${ofOwner(`<purge node='n'/>`)}
      ann is refused cancel item-not-found
    `,
  },
])
