import { conform } from './conform.ts'
import { closed, open } from './pubsub-access.ts'
import {
  create,
  detail,
  event,
  form,
  item,
  items,
  NS,
  publish,
  pubsub,
  subscribe,
  unsupported,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

function subscribed(node: string, jid: string): string {
  return pubsub(
    `<subscription node='${node}' jid='${jid}' subscription='subscribed' subid='{any}'/>`,
  )
}

function unsubscribe(node: string, jid: string, more = ''): string {
  return pubsub(`<unsubscribe node='${node}' jid='${jid}'${more}/>`)
}

conform(document, 'subscribing', [
  ...closed.map(({ sections, says, setup, answer }) => ({
    at: sections[0] ?? '',
    says,
    script: `${setup}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is refused ${answer}
    `,
  })),
  ...open.map(({ says, setup }) => ({
    at: '6.1.2',
    says: 'If the subscription request is successfully processed, the server MUST inform the requesting entity that it is now subscribed […].',
    that: says.slice(0, 40),
    script: `${setup}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is given ${subscribed('n', '{bo}')}
    `,
  })),
  {
    at: '6.1.1',
    says: 'If the specified JID is a bare JID […] or a full JID',
    that: 'of the device that asks, and of another',
    script: `
      there: ann, bo/desk, bo/pad, ann=bo
      ann does: ${create('n', '')}
      bo/desk sets {ann}: ${subscribe('n', '{bo/desk}')}
      bo/desk is given ${subscribed('n', '{bo/desk}')}
      bo/desk sets {ann}: ${subscribe('n', '{bo/pad}')}
      bo/desk is given ${subscribed('n', '{bo/pad}')}
    `,
  },
  {
    at: '6.1.3.1',
    says: "If the specified JID does not match the 'from' address […] the service MUST return a <bad-request/> error, which SHOULD also include a pubsub-specific error condition of <invalid-jid/>.",
    that: 'of somebody else, none, and none that can be',
    script: `
      there: ann, bo, cy, ann=bo
      ann does: ${create('n', '')}
      bo sets {ann}: ${subscribe('n', '{cy}')}
      bo is refused modify bad-request ${detail('invalid-jid')}
      bo sets {ann}: ${pubsub(`<subscribe node='n'/>`)}
      bo is refused modify bad-request ${detail('invalid-jid')}
      bo sets {ann}: ${subscribe('n', '@@')}
      bo is refused modify bad-request ${detail('invalid-jid')}
    `,
  },
  {
    at: '6.1.1',
    says: "The <subscribe/> element SHOULD possess a 'node' attribute […].",
    that: 'without one',
    script: `
      there: ann, bo, ann=bo
      bo sets {ann}: ${pubsub(`<subscribe jid='{bo}'/>`)}
      bo is refused modify bad-request ${detail('nodeid-required')}
    `,
  },
  {
    at: '6.1.3.10',
    says: 'If the node does not allow entities to subscribe, the service SHOULD return a <feature-not-implemented/> error to the subscriber, specifying a pubsub-specific error condition of <unsupported/> and a feature of "subscribe".',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'subscribe=0')}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is refused ${unsupported('subscribe')}
    `,
  },
  {
    at: '6.1.6',
    says: 'If the service does not allow multiple subscriptions for the same entity and it receives an additional subscription request, the service MUST return the current subscription state (as if the subscription was just approved).',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is given ${pubsub(`<subscription node='n' jid='{bo}' subid='{=subid}'/>`)}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is given ${pubsub(`<subscription node='n' jid='{bo}' subid='{subid}' subscription='subscribed'/>`)}
    `,
  },
  {
    at: '6.1.7',
    says: "When a subscription request is successfully processed, the service MAY send the last published item to the new subscriber. The message containing this item SHOULD be stamped with extended information qualified by the 'urn:xmpp:delay' namespace […].",
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'max_items=3')}
      ann does: ${publish('n', 'old', 'old')}
      ann does: ${publish('n', 'new', 'new')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      bo < <message from='{ann}' type='headline'><event xmlns='${NS}#event'><items node='n'>${item('new', 'new')}</items></event><delay xmlns='urn:xmpp:delay' stamp='{any}'/></message>
      bo !< <message/>
    `,
  },
  {
    at: '6.1.7',
    says: 'the service MAY send the last published item to the new subscriber',
    that: 'which is the subscribed device, and not the one that asked',
    script: `
      there: ann, bo/desk, bo/pad, ann=bo
      ann does: ${create('n', '')}
      ann does: ${publish('n', 'new', 'new')}
      bo/desk does {ann}: ${subscribe('n', '{bo/pad}')}
      bo/pad < ${event('{ann}', `<items node='n'>${item('new', 'new')}</items>`)}
      bo/desk !< <message/>
    `,
  },
  {
    at: '6.1.7',
    says: 'the service MAY send the last published item to the new subscriber',
    that: 'not where send_last_published_item says never',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'send_last_published_item=never')}
      ann does: ${publish('n', 'new', 'new')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      bo !< <message/>
    `,
  },
  {
    at: '13.12',
    says: 'A service MUST allow owners and publishers to subscribe to a node, and to retrieve items from a node even if they are not subscribed.',
    script: `
      there: ann
      ann does: ${create('n', 'access_model=whitelist')}
      ann does: ${publish('n', 'one', '1')}
      ann sets: ${subscribe('n', '{ann}')}
      ann is given ${subscribed('n', '{ann}')}
      ann gets: ${items('n')}
      ann is given ${items('n', item('one', '1'))}
    `,
  },
])

conform(document, 'unsubscribing', [
  {
    at: '6.2.2',
    says: "If the request can be successfully processed, the service MUST return an IQ result and MAY include a <pubsub/> child element with the updated <subscription/> element for that node. If subscription identifiers are supported by the service, the 'subid' attribute MUST be present as well.",
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      bo sets {ann}: ${unsubscribe('n', '{bo}')}
      bo is given ${pubsub(`<subscription node='n' jid='{bo}' subscription='none' subid='{any}'/>`)}
      all is read
      ann does: ${publish('n', 'one', '1')}
      bo !< <message/>
    `,
  },
  {
    at: '6.2.3.2',
    says: "If the value of the 'jid' attribute does not specify an existing subscriber, the pubsub service MUST return an error stanza, which SHOULD be <unexpected-request/> and which SHOULD also include a pubsub-specific error condition of <not-subscribed/>.",
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo sets {ann}: ${unsubscribe('n', '{bo}')}
      bo is refused cancel unexpected-request ${detail('not-subscribed')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      bo sets {ann}: ${unsubscribe('n', '{bo/desk}')}
      bo is refused cancel unexpected-request ${detail('not-subscribed')}
    `,
  },
  {
    at: '6.2.3.2',
    says: "If the value of the 'jid' attribute does not specify an existing subscriber […]",
    that: 'there is no such attribute, or none that is an address',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo sets {ann}: ${pubsub(`<unsubscribe node='n'/>`)}
      bo is refused modify bad-request ${detail('jid-required')}
      bo sets {ann}: ${unsubscribe('n', '@@')}
      bo is refused modify bad-request ${detail('invalid-jid')}
    `,
  },
  {
    at: '6.2.3.3',
    says: 'If the requesting entity is prohibited from unsubscribing the specified JID, the service MUST return a <forbidden/> error.',
    script: `
      there: ann, bo, cy, ann=bo, ann=cy
      ann does: ${create('n', '')}
      cy does {ann}: ${subscribe('n', '{cy}')}
      bo sets {ann}: ${unsubscribe('n', '{cy}')}
      bo is refused auth forbidden
    `,
  },
  {
    at: '6.2.3.4',
    says: 'If the node does not exist, the pubsub service MUST return an <item-not-found/> error.',
    script: `
      there: ann, bo, ann=bo
      bo sets {ann}: ${unsubscribe('n', '{bo}')}
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '6.2.3.5',
    says: 'If the subscriber originally subscribed with a SubID but the unsubscribe request includes a SubID that is not valid or current for the subscriber, the service MUST return a <not-acceptable/> error, which SHOULD also include a pubsub-specific error condition of <invalid-subid/>.',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      bo sets {ann}: ${unsubscribe('n', '{bo}', ` subid='nonsense'`)}
      bo is refused modify not-acceptable ${detail('invalid-subid')}
    `,
  },
  {
    at: '6.2.3.5',
    says: "If a subscription identifier is associated with the subscription, the unsubscribe request MUST include an appropriate 'subid' attribute.",
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is given ${pubsub(`<subscription subid='{=subid}'/>`)}
      bo sets {ann}: ${unsubscribe('n', '{bo}', ` subid='{subid}'`)}
      bo is given ${pubsub(`<subscription subscription='none' subid='{subid}'/>`)}
    `,
  },
])

conform(document, 'subscription options, which there are none of', [
  {
    at: '6.3.4.6',
    says: 'If the node or service does not support subscription options, the service MUST respond with a <feature-not-implemented/> error, specifying a pubsub-specific error condition of <unsupported/> and a feature of "subscription-options".',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      bo gets {ann}: ${pubsub(`<options node='n' jid='{bo}'/>`)}
      bo is refused ${unsupported('subscription-options')}
      bo sets {ann}: ${pubsub(`<options node='n' jid='{bo}'>${form('subscribe_options', 'deliver=1')}</options>`)}
      bo is refused ${unsupported('subscription-options')}
    `,
  },
  {
    at: '6.4.3.2',
    says: 'If the service does not support retrieval of default subscription configuration options, it MUST return a <feature-not-implemented/> error, specifying a pubsub-specific error condition of <unsupported/> and a feature of "retrieve-default-sub".',
    script: `
      there: ann, bo, ann=bo
      bo gets {ann}: ${pubsub('<default/>')}
      bo is refused ${unsupported('retrieve-default-sub')}
      bo gets {ann}: ${pubsub(`<default node='n'/>`)}
      bo is refused ${unsupported('retrieve-default-sub')}
    `,
  },
])
