import { conform } from './conform.ts'
import { create, detail, form, pubsub, publish, subscribe } from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

const guarded = `
      there: ann, bo
      ann does: ${create('n', 'access_model=authorize')}
      ann does: ${publish('n', 'one', '1')}
      all is read`

const pending = `${guarded}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is given ${pubsub(`<subscription node='n' jid='{bo}' subscription='pending'/>`)}`

function asked(more: string): string {
  return `<message from='{ann}' id='{=id}'><x xmlns='jabber:x:data' type='form'>${more}</x></message>`
}

function field(name: string, value: string): string {
  return `<field var='pubsub#${name}'><value>${value}</value></field>`
}

function answered(allow: string): string {
  const fields = `node=n subscriber_jid={bo} allow=${allow}`
  return `<message to='{ann}' id='{id}'>${form('subscribe_authorization', fields)}</message>`
}

function told(subscription: string): string {
  return `<message from='{ann}'><event xmlns='http://jabber.org/protocol/pubsub#event'><subscription node='n' jid='{bo}' subscription='${subscription}'/></event></message>`
}

conform(document, 'subscriptions that the owner has to allow', [
  {
    at: '6.1.4',
    says: 'Because the subscription request may or may not be approved, the service MUST return a pending notification to the subscriber.',
    script: `${pending}
    `,
  },
  {
    at: '6.1.3.7',
    says: 'If the requesting entity has a pending subscription, the service MUST return a <not-authorized/> error to the subscriber, specifying a pubsub-specific error condition of <pending-subscription/>.',
    script: `${pending}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is refused auth not-authorized ${detail('pending-subscription')}
    `,
  },
  {
    at: '6.5.9.4',
    says: 'If the node does not return items to unsubscribed entities and the requesting entity is not subscribed (which includes having a pending subscription), the service MUST return a <not-authorized/> error to the subscriber, which SHOULD also include a pubsub-specific error condition of <not-subscribed/>.',
    script: `${pending}
      bo gets {ann}: ${pubsub(`<items node='n'/>`)}
      bo is refused auth not-authorized ${detail('not-subscribed')}
    `,
  },
  {
    at: '8.6',
    says: 'The form MUST contain a boolean field that has a \'var\' attribute of "pubsub#allow" […]. The form SHOULD include fields that specify the node identifier and the JID of the pending subscriber.',
    script: `${pending}
      ann < ${asked(`${field('node', 'n')}${field('subscriber_jid', '{bo}')}${field('allow', 'false')}`)}
    `,
  },
  {
    at: '8.6',
    says: 'The service then SHOULD notify the approved subscriber […].',
    script: `${pending}
      ann < ${asked('')}
      ann > ${answered('true')}
      bo < ${told('subscribed')}
      bo gets {ann}: ${pubsub(`<items node='n'/>`)}
      bo is given ${pubsub(`<items node='n'><item id='one'/></items>`)}
    `,
  },
  {
    at: '8.6',
    says: 'The service then SHOULD notify the denied subscriber […].',
    script: `${pending}
      ann < ${asked('')}
      ann > ${answered('0')}
      bo < ${told('none')}
      bo gets {ann}: ${pubsub(`<items node='n'/>`)}
      bo is refused auth not-authorized ${detail('not-subscribed')}
    `,
  },
  {
    at: '8.6',
    says: 'If the owner cancels the Data Form, then the subscription request MUST remain in the pending state.',
    script: `${pending}
      ann < ${asked('')}
      ann > <message to='{ann}' id='{id}'><x xmlns='jabber:x:data' type='cancel'><field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#subscribe_authorization</value></field></x></message>
      ann > ${answered('true')}
      bo < ${told('subscribed')}
    `,
  },
])
