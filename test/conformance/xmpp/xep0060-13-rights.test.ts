import { conform } from './conform.ts'
import { grouped } from './pubsub-access.ts'
import { create, event, form, NS, ofOwner, publish, subscribe, x } from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

conform(document, 'losing the right to a node', [
  ...[
    {
      that: 'the presence subscription ends',
      setup: create('n', 'access_model=presence'),
      act: `ann > <presence type='unsubscribed' to='{bo}'/>`,
    },
    {
      that: 'the contact leaves the group',
      setup: create('n', 'access_model=roster roster_groups_allowed=friends'),
      act: `ann does: <query xmlns='jabber:iq:roster'><item jid='{bo}'><group>others</group></item></query>`,
    },
    {
      that: 'the contact is taken out of the roster',
      setup: create('n', 'access_model=presence'),
      act: `ann does: <query xmlns='jabber:iq:roster'><item jid='{bo}' subscription='remove'/></query>`,
    },
  ].map(({ that, setup, act }) => ({
    at: '13.14',
    says: 'Cancellation of an existing subscription, for which many "triggers" are possible: […] The node is of type "presence" and the underlying presence subscription is cancelled; The node is of type "roster" and the entity is moved to an unauthorized roster group. When a subscription state change occurs, a service SHOULD send a message to the […] subscriber',
    that,
    script: `
      there: ann, bo, ann=bo
      ann does: ${grouped}
      ann does: ${setup}
      bo does {ann}: ${subscribe('n', '{bo}')}
      all is read
      ${act}
      bo < <message from='{ann}' id='{any}'><event xmlns='${NS}#event'><subscription node='n' jid='{bo}' subscription='none'/></event></message>
      ann gets: ${ofOwner(`<subscriptions node='n'/>`)}
      ann is given ${ofOwner(`<subscriptions node='n'><subscription>{none}</subscription></subscriptions>`)}
    `,
  })),
  {
    at: '13.14',
    says: 'Various actions and events may result in changes to a subscription state',
    that: 'the access model changes',
    script: `
      there: ann, bo
      ann does: ${create('n', 'access_model=open')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${ofOwner(`<configure node='n'>${form('node_config', 'access_model=presence')}</configure>`)}
      bo < <message from='{ann}'><event xmlns='${NS}#event'><subscription node='n' jid='{bo}' subscription='none'/></event></message>
      ann gets: ${ofOwner(`<subscriptions node='n'/>`)}
      ann is given ${ofOwner(`<subscriptions node='n'><subscription>{none}</subscription></subscriptions>`)}
    `,
  },
  {
    at: '13.2',
    says: 'The entity gains access to the node because of a change to the node access model; as a result, the service sends the last published item to the entity.',
    script: `
      there: ann, bo, ann=bo
      bo wants n
      ann does: ${create('n', 'access_model=whitelist')}
      ann does: ${publish('n', 'a', 'a')}
      bo !< <message/>
      ann does: ${ofOwner(`<configure node='n'>${form('node_config', 'access_model=presence')}</configure>`)}
      bo < ${event('{ann}', `<items node='n'><item id='a'>${x('a')}</item></items>`)}
    `,
  },
  {
    at: '13.2',
    says: 'The entity is added to the roster group associated with a node access model of "roster"; as a result, the service sends the last published item to the entity.',
    script: `
      there: ann, bo, ann=bo
      bo wants n
      ann does: ${create('n', 'access_model=roster roster_groups_allowed=friends')}
      ann does: ${publish('n', 'a', 'a')}
      bo !< <message/>
      ann does: ${grouped}
      bo < ${event('{ann}', `<items node='n'><item id='a'>${x('a')}</item></items>`)}
    `,
  },
])
