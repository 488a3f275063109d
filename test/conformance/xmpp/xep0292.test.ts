import { conform } from './conform.ts'
import { hasFeature, info } from './in-messages.ts'
import { event, NS_INFO, publishOptions, pubsub } from './pubsub-words.ts'

const document = 'XEP-0292 (0.12.0)'
const NS = 'urn:ietf:params:xml:ns:vcard-4.0'
const node = 'urn:xmpp:vcard4'
const contacts = 'urn:xmpp:contacts'
const open = publishOptions('access_model=open')
const card = (name: string): string => `<vcard xmlns='${NS}'><fn><text>${name}</text></fn></vcard>`
const publishes = (name: string, options = ''): string =>
  pubsub(`<publish node='${node}'><item>${card(name)}</item></publish>`, options)
const keeps = (jid: string, name: string): string =>
  pubsub(`<publish node='${contacts}'><item id='${jid}'>${card(name)}</item></publish>`)

conform(document, 'one’s own card', [
  {
    at: '4.1.1',
    says: 'If a vCard exists for the target entity, the responsible entity (e.g., the XMPP server that hosts the account for a bare JID) MUST return the data in an IQ-result:',
    script: `
      there: ann, cy
      ann does: ${publishes('Ann Other', open)}
      cy gets {ann}: ${pubsub(`<items node='${node}'/>`)}
      cy is given ${pubsub(`<items node='${node}'><item id='{any}'>${card('Ann Other')}</item></items>`)}
    `,
  },
  {
    at: '4.1.2',
    says: 'If no error occurs, the responsible entity returns an IQ-result.',
    script: `
      there: ann
      ann sets: ${publishes('Ann Other')}
      ann is given ${pubsub(`<publish node='${node}'><item id='{any}'/></publish>`)}
    `,
  },
  {
    at: '4.1.2',
    says: 'The publication request needs to include the entire vCard, not a "diff" against the prior data (if any).',
    that: 'the new one is in the place of the other',
    script: `
      there: ann
      ann does: ${publishes('Ann Other')}
      ann does: ${publishes('Ann Third')}
      ann gets: ${pubsub(`<items node='${node}'/>`)}
      ann is given ${pubsub(`<items node='${node}'><item>${card('Ann Third')}</item><item>{none}</item></items>`)}
    `,
  },
  {
    at: '4.2.1',
    says: `Implicitly subscribe by advertising support for "urn:xmpp:vcard4+notify" in her XEP-0115 data.`,
    script: `
      there: ann, bo, ann=bo
      bo wants ${node}
      ann does: ${publishes('Ann Other')}
      bo < ${event('{ann}', `<items node='${node}'><item>${card('Ann Other')}</item></items>`)}
    `,
  },
  {
    at: '4.2.1',
    says: `Explicitly subscribe by sending a formal subscription request to the "urn:xmpp:vcard4" node at Romeo's JabberID.`,
    script: `
      there: ann, bo
      ann does: ${publishes('Ann Other', open)}
      bo does {ann}: ${pubsub(`<subscribe node='${node}' jid='{bo}'/>`)}
      all is read
      ann does: ${publishes('Ann Third')}
      bo < ${event('{ann}', `<items node='${node}'><item>${card('Ann Third')}</item></items>`)}
    `,
  },
  {
    at: '7',
    says: `If an XMPP client or server supports the vCard4 namespace, it MUST advertise that fact in its responses to XEP-0030 information ("disco#info") requests by returning a feature of "${NS}":`,
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given ${hasFeature(NS)}
    `,
  },
])

conform(document, 'cards of contacts', [
  {
    at: '5.2',
    says: 'In accordance with XEP-0223, this node MUST have an access type of "whitelist" by default.',
    that: 'a contact does not see it, nor hear of it',
    script: `
      there: ann, bo, ann=bo
      bo wants ${contacts}
      ann does: ${keeps('{bo}', 'Bo')}
      bo !< <message/>
      bo gets {ann}: ${pubsub(`<items node='${contacts}'/>`)}
      bo is refused cancel not-allowed
      ann gets: <query xmlns='${NS_INFO}' node='${contacts}'/>
      ann is given <query xmlns='${NS_INFO}' node='${contacts}'/>
    `,
  },
  {
    at: '5.2',
    says: `When a contact's vCard is stored in a private node, it is pushed out to all of the user's resources that have included in their entity capabilities (XEP-0115) data a service discovery feature of "urn:xmpp:contacts+notify" […].`,
    script: `
      there: ann/desk, ann/pad
      ann/pad wants ${contacts}
      ann/desk does: ${keeps('nurse@example.com', 'Nurse')}
      ann/pad < ${event('{ann}', `<items node='${contacts}'><item id='nurse@example.com'>${card('Nurse')}</item></items>`)}
    `,
  },
  {
    at: '5.2',
    says: 'When a client stores items at this node, it MUST include an ItemID set to the bare JID of the contact.',
    that: 'there is room for many',
    script: `
      there: ann
      ann does: ${keeps('nurse@example.com', 'Nurse')}
      ann does: ${keeps('romeo@example.com', 'Romeo')}
      ann gets: ${pubsub(`<items node='${contacts}'/>`)}
      ann is given ${pubsub(`<items node='${contacts}'><item id='nurse@example.com'>${card('Nurse')}</item><item id='romeo@example.com'>${card('Romeo')}</item></items>`)}
    `,
  },
])
