import { conform } from './conform.ts'
import {
  create,
  event,
  item,
  items,
  NS_EVENT,
  ofOwner,
  publish,
  pubsub,
  subscribe,
  x,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

conform(document, 'publishing', [
  {
    at: '7.1.2',
    says: 'If the pubsub service can successfully process the request, it MUST inform the publisher of success.',
    script: `
      there: ann
      ann sets: ${publish('n', 'one', '1')}
      ann is given ${pubsub(`<publish node='n'><item id='one'/></publish>`)}
    `,
  },
  {
    at: '7.1.2',
    says: 'If the publish request did not include an ItemID, the IQ-result SHOULD include an empty <item/> element that specifies the ItemID of the published item.',
    script: `
      there: ann
      ann sets: ${pubsub(`<publish node='n'><item>${x('1')}</item></publish>`)}
      ann is given ${pubsub(`<publish node='n'><item id='{=id}'/></publish>`)}
      ann gets: ${items('n', `<item id='{id}'/>`)}
      ann is given ${items('n', item('{id}', '1'))}
    `,
  },
  {
    at: '7.1.1',
    says: 'If an ItemID is not provided in the publish request, the pubsub service MUST generate one and MUST ensure that it is unique for that node.',
    script: `
      there: ann
      ann does: ${create('n', 'max_items=5')}
      ann sets: ${pubsub(`<publish node='n'><item>${x('1')}</item></publish>`)}
      ann is given ${pubsub(`<publish node='n'><item id='{=first}'/></publish>`)}
      ann does: ${pubsub(`<publish node='n'><item>${x('2')}</item></publish>`)}
      ann gets: ${items('n')}
      ann is given ${items('n', `${item('{first}', '1')}<item id='{any}'>${x('2')}</item>`)}
    `,
  },
  {
    at: '7.1.2',
    says: 'If the publisher previously published an item with the same ItemID, successfully processing the request means that the service MUST overwrite the old item with the new item',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'max_items=5')}
      ann does: ${publish('n', 'one', 'old')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      all is read
      ann does: ${publish('n', 'one', 'new')}
      bo < ${event('{ann}', `<items node='n'>${item('one', 'new')}</items>`)}
      ann gets: ${items('n')}
      ann is given ${items('n', `${item('one', 'new')}<item>{none}</item>`)}
    `,
  },
  {
    at: '13.1',
    says: 'The order of items is publication order, such that the most recently published is the “newest”. This holds true even if publishing with an ItemID that already exists on the node',
    script: `
      there: ann
      ann does: ${create('n', 'max_items=5')}
      ann does: ${publish('n', 'one', '1')}
      ann does: ${publish('n', 'two', '2')}
      ann does: ${publish('n', 'one', '3')}
      ann gets: ${items('n', '', ` max_items='1'`)}
      ann is given ${items('n', `${item('one', '3')}<item id='two'>{none}</item>`)}
    `,
  },
  {
    at: '7.1.2.5',
    says: 'If the service or node is configured so that there is a maximum number of items cached at the node and the maximum is reached when an item is published, the service MUST delete one of the existing items or reject the new item. […] It is RECOMMENDED for the service to follow the "first in, first out" rule',
    script: `
      there: ann
      ann does: ${create('n', 'max_items=2')}
      ann does: ${publish('n', 'one', '1')}
      ann does: ${publish('n', 'two', '2')}
      ann does: ${publish('n', 'three', '3')}
      ann gets: ${items('n')}
      ann is given ${items('n', `${item('two', '2')}${item('three', '3')}<item id='one'>{none}</item>`)}
    `,
  },
  {
    at: '7.1.4',
    says: 'A pubsub service MAY automatically create a node when it receives a publish request sent to a node that does not exist […]. When doing so, the service SHOULD apply the default node configuration.',
    script: `
      there: ann
      ann does: ${publish('n', 'one', '1')}
      ann gets: ${ofOwner(`<configure node='n'/>`)}
      ann is given ${ofOwner(`<configure node='n'><x xmlns='jabber:x:data'><field var='pubsub#access_model'><value>presence</value></field><field var='pubsub#max_items'><value>1</value></field></x></configure>`)}
    `,
  },
  {
    at: '13.9',
    says: 'NodeIDs MUST be treated as unique identifiers within the context of a particular pubsub service.',
    that: 'two people have a node of one name',
    script: `
      there: ann, bo
      ann does: ${publish('n', 'one', 'hers')}
      bo does: ${publish('n', 'one', 'his')}
      ann gets: ${items('n')}
      ann is given ${items('n', item('one', 'hers'))}
    `,
  },
])

conform(document, 'what publishing tells', [
  {
    at: '7.1.2.1',
    says: 'If the node is configured to include payloads, the subscribers will receive payloads with the event notifications.',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${publish('n', 'one', '1')}
      bo < <message from='{ann}' type='headline' id='{any}'><event xmlns='${NS_EVENT}'><items node='n'>${item('one', '1')}</items></event><delay xmlns='urn:xmpp:delay'>{none}</delay></message>
      bo !< <message/>
    `,
  },
  {
    at: '7.1.2.2',
    says: 'If the node is configured to not include payloads, the subscribers will receive event notifications only.',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'deliver_payloads=0')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${publish('n', 'one', '1')}
      bo < ${event('{ann}', `<items node='n'><item id='one'><x xmlns='urn:example:x'>{none}</x></item></items>`)}
      bo gets {ann}: ${items('n', `<item id='one'/>`)}
      bo is given ${items('n', item('one', '1'))}
    `,
  },
  {
    at: '8.1.3',
    says: 'pubsub#deliver_notifications: Whether to deliver event notifications',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'deliver_notifications=0')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${publish('n', 'one', '1')}
      bo !< <message/>
    `,
  },
  {
    at: '13.3',
    says: "the 'to' address SHOULD be that of the subscribed JID only",
    that: 'a device',
    script: `
      there: ann, bo/desk, bo/pad, ann=bo
      ann does: ${create('n', '')}
      bo/desk does {ann}: ${subscribe('n', '{bo/pad}')}
      ann does: ${publish('n', 'one', '1')}
      bo/pad < <message from='{ann}' to='{bo/pad}'><event xmlns='${NS_EVENT}'/></message>
      bo/desk !< <message/>
    `,
  },
  {
    at: '8.1.3',
    says: 'pubsub#notification_type: Specify the delivery style for event notifications',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'notification_type=normal')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${publish('n', 'one', '1')}
      bo < <message from='{ann}' type='normal'><event xmlns='${NS_EVENT}'/></message>
    `,
  },
  {
    at: '7.1.3.7',
    says: 'persistent vs transient',
    that: 'what is not kept is told all the same',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'persist_items=0')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${publish('n', 'one', '1')}
      bo < ${event('{ann}', `<items node='n'>${item('one', '1')}</items>`)}
    `,
  },
  {
    at: '7.1.3.7',
    says: 'a transient node that does not deliver payloads',
    that: 'tells no more than that something was published',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'persist_items=0 deliver_payloads=0')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${pubsub(`<publish node='n'/>`)}
      bo < ${event('{ann}', `<items node='n'><item>{none}</item></items>`)}
    `,
  },
])
