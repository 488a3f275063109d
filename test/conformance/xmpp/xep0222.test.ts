import { conform } from './conform.ts'
import {
  configure,
  create,
  event,
  item,
  NS,
  NS_INFO,
  ofOwner,
  publish,
  publishOptions,
  pubsub,
} from './pubsub-words.ts'

conform('XEP-0222 (1.0.1)', 'persistent public data', [
  {
    at: '5',
    says: 'The server MUST return an identity of "pubsub/pep" and include the "publish-options" feauture in the list of the namespaces and other features it supports',
    script: `
      there: ann
      ann gets: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><identity category='pubsub' type='pep'/><feature var='${NS}#publish-options'/><feature var='${NS}#persistent-items'/></query>
    `,
  },
  {
    at: '2',
    says: 'a node MUST be configured as follows: […] persist_items set to true, […] send_last_published_item set to never, […] access_model',
    script: `
      there: ann, bo connected, ann=bo
      ann does: ${publish('urn:example:profile', 'one', '1', publishOptions('persist_items=true send_last_published_item=never access_model=open'))}
      bo wants urn:example:profile
      bo !< <message/>
      bo gets {ann}: ${pubsub(`<items node='urn:example:profile'/>`)}
      bo is given ${pubsub(`<items node='urn:example:profile'>${item('one', '1')}</items>`)}
    `,
  },
])

const whitelisted = publishOptions(
  'persist_items=true send_last_published_item=never access_model=whitelist',
)

conform('XEP-0223 (1.1.1)', 'persistent private data', [
  {
    at: '2',
    says: 'a node MUST be configured as follows: […] access_model set to whitelist',
    that: 'the own devices are told, and nobody else',
    script: `
      there: ann/desk, ann/pad, bo, ann=bo
      ann/pad wants urn:example:notes
      bo wants urn:example:notes
      ann/desk does: ${publish('urn:example:notes', 'one', '1', whitelisted)}
      ann/pad < ${event('{ann}', `<items node='urn:example:notes'>${item('one', '1')}</items>`)}
      bo !< <message/>
      bo gets {ann}: ${pubsub(`<items node='urn:example:notes'/>`)}
      bo is refused cancel not-allowed <closed-node xmlns='${NS}#errors'/>
    `,
  },
  {
    at: '6',
    says: 'it is REQUIRED for entities to ensure that the restrictive <publish-options/> will actually be honored by the server',
    that: 'a node that others may read takes none of it',
    script: `
      there: ann, bo, ann=bo
      bo wants urn:example:notes
      ann does: ${create('urn:example:notes', 'access_model=presence')}
      ann sets: ${publish('urn:example:notes', 'one', '1', whitelisted)}
      ann is refused cancel conflict <precondition-not-met xmlns='${NS}#errors'/>
      bo !< <message/>
    `,
  },
  {
    at: '3',
    says: 'Storing Data',
    that: 'what is published again, is taken back and is let others read',
    script: `
      there: ann, bo, ann=bo
      ann does: ${publish('urn:example:notes', 'one', '1', whitelisted)}
      ann does: ${publish('urn:example:notes', 'one', '2', whitelisted)}
      ann gets: ${pubsub(`<items node='urn:example:notes'/>`)}
      ann is given ${pubsub(`<items node='urn:example:notes'>${item('one', '2')}</items>`)}
      ann does: ${configure('urn:example:notes', 'access_model=presence')}
      bo gets {ann}: ${pubsub(`<items node='urn:example:notes'/>`)}
      bo is given ${pubsub(`<items node='urn:example:notes'>${item('one', '2')}</items>`)}
      ann does: ${ofOwner(`<purge node='urn:example:notes'/>`)}
      bo gets {ann}: ${pubsub(`<items node='urn:example:notes'/>`)}
      bo is given ${pubsub(`<items node='urn:example:notes'><item>{none}</item></items>`)}
    `,
  },
])
