import { conform } from './conform.ts'
import {
  create,
  detail,
  event,
  form,
  item,
  items,
  NS,
  ofOwner,
  publish,
  pubsub,
  subscribe,
  unsupported,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

function retract(node: string, inside: string, more = ''): string {
  return pubsub(`<retract node='${node}'${more}>${inside}</retract>`)
}

const two = `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'max_items=5')}
      ann does: ${publish('n', 'one', '1')}
      ann does: ${publish('n', 'two', '2')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      all is read`

conform(document, 'deleting an item', [
  {
    at: '7.2.2',
    says: 'If no error occurs, the service MUST delete the item.',
    script: `${two}
      ann sets: ${retract('n', `<item id='one'/>`)}
      ann is given nothing
      ann gets: ${items('n')}
      ann is given ${items('n', `${item('two', '2')}<item id='one'>{none}</item>`)}
    `,
  },
  ...['true', '1'].map((value) => ({
    at: '7.2.2.1',
    says: 'If no error occurs and the <retract/> element included a \'notify\' attribute with a value of "true" or "1", then the service MUST delete the item and MUST notify all subscribers',
    that: value,
    script: `${two}
      ann does: ${ofOwner(`<configure node='n'>${form('node_config', 'notify_retract=0')}</configure>`)}
      ann sets: ${retract('n', `<item id='one'/>`, ` notify='${value}'`)}
      ann is given nothing
      bo < ${event('{ann}', `<items node='n'><retract id='one'/><item>{none}</item></items>`)}
    `,
  })),
  ...['', ` notify='false'`, ` notify='0'`].map((notify) => ({
    at: '7.2.2.1',
    says: "If no error occurs and the <retract/> element included a 'notify' attribute",
    that: `where it does not, and the node does not tell it:${notify}`,
    script: `${two}
      ann does: ${ofOwner(`<configure node='n'>${form('node_config', 'notify_retract=0')}</configure>`)}
      ann does: ${retract('n', `<item id='one'/>`, notify)}
      bo !< <message/>
    `,
  })),
  {
    at: '7.2.3.1',
    says: 'If the requesting entity does not have sufficient privileges to delete the item, the service MUST return a <forbidden/> error.',
    script: `${two}
      bo sets {ann}: ${retract('n', `<item id='one'/>`)}
      bo is refused auth forbidden
    `,
  },
  {
    at: '7.2.3.2',
    says: 'If the node or item does not exist, the service MUST return an <item-not-found/> error.',
    script: `${two}
      ann sets: ${retract('nothing', `<item id='one'/>`)}
      ann is refused cancel item-not-found
      ann sets: ${retract('n', `<item id='three'/>`)}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '7.2.3.3',
    says: 'If the request does not specify a node, the service MUST return a <bad-request/> error, which SHOULD also include a pubsub-specific error condition of <nodeid-required/>.',
    script: `
      there: ann
      ann sets: ${pubsub(`<retract><item id='one'/></retract>`)}
      ann is refused modify bad-request ${detail('nodeid-required')}
    `,
  },
  {
    at: '7.2.3.4',
    says: 'If the request does not include an <item/> element or the <item/> element does not specify an ItemID, the service MUST return a <bad-request/> error, which SHOULD also include a pubsub-specific error condition of <item-required/>.',
    script: `${two}
      ann sets: ${retract('n', '')}
      ann is refused modify bad-request ${detail('item-required')}
      ann sets: ${retract('n', '<item/>')}
      ann is refused modify bad-request ${detail('item-required')}
      ann sets: ${retract('n', `<item id=''/>`)}
      ann is refused modify bad-request ${detail('item-required')}
    `,
  },
  {
    at: '7.2.3.5',
    says: 'If the node does not support persistent items […], the service MUST return a <feature-not-implemented/> error, specifying a pubsub-specific error condition of <unsupported/> and a feature of "persistent-items".',
    script: `
      there: ann
      ann does: ${create('n', 'persist_items=0')}
      ann sets: ${retract('n', `<item id='one'/>`)}
      ann is refused ${unsupported('persistent-items')}
    `,
  },
  {
    at: '13.11',
    says: 'If the service cannot process any one of the items to be published or retracted, the entire batch MUST fail',
    script: `${two}
      ann sets: ${retract('n', `<item id='one'/><item id='two'/>`)}
      ann is refused modify bad-request
      ann gets: ${items('n')}
      ann is given ${items('n', item('one', '1') + item('two', '2'))}
      bo !< <message/>
    `,
  },
  {
    at: '4.1',
    says: 'Owner: Yes. Publisher: Yes *. Member: No. None: No. Outcast: No.',
    that: 'what is of the owner is forbidden to a member as well',
    script: `
      there: ann, bo
      ann does: ${create('n', '')}
      ann does: ${ofOwner(`<affiliations node='n'><affiliation jid='{bo}' affiliation='member'/></affiliations>`)}
      bo sets {ann}: ${publish('n', 'one', '1')}
      bo is refused auth forbidden
      bo sets {ann}: ${retract('n', `<item id='one'/>`)}
      bo is refused auth forbidden
      bo sets {ann}: ${ofOwner(`<purge node='n'/>`)}
      bo is refused auth forbidden
      bo gets {ann}: ${pubsub(`<items node='n'/>`)}
      bo is given <pubsub xmlns='${NS}'/>
    `,
  },
])
