import { conform } from './conform.ts'
import { info } from './in-messages.ts'
import { event, NS_INFO, publishOptions, pubsub } from './pubsub-words.ts'

const document = 'XEP-0490 (1.0.1)'
const NS = 'urn:xmpp:mds:displayed:0'
const options = publishOptions(
  'persist_items=true max_items=max send_last_published_item=never access_model=whitelist',
)

function displayed(chat: string, id: string): string {
  return `<item id='${chat}'><displayed xmlns='${NS}'><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='${id}'/></displayed></item>`
}

const publishes = (chat: string, id: string): string =>
  pubsub(`<publish node='${NS}'>${displayed(chat, id)}</publish>`, options)
const all = pubsub(`<items node='${NS}'/>`)

conform(document, 'what was displayed, for the own devices', [
  {
    at: '4.1',
    says: `Clients use items in a private PEP (XEP-0163) node called '${NS}' to synchronize and persist the displayed state (See XEP-0223). The item ID corresponds to the JID of the respective chat.`,
    script: `
      there: ann/desk
      ann does: ${publishes('{room}', 'a')}
      ann gets: ${all}
      ann is given ${pubsub(`<items node='${NS}'>${displayed('{room}', 'a')}</items>`)}
    `,
  },
  {
    at: '4.2',
    says: "Flagging a chat as displayed up to this point happens by publishing a PEP item with an id corresponding to the JID of the chat and a <displayed/> payload element into the 'urn:xmpp:mds:displayed:0' node.",
    that: 'newer in the place of older, chat by chat',
    script: `
      there: ann
      ann does: ${publishes('{room}', 'a')}
      ann does: ${publishes('nurse@example.com', 'b')}
      ann does: ${publishes('{room}', 'c')}
      ann gets: ${all}
      ann is given ${pubsub(`<items node='${NS}'>${displayed('{room}', 'c')}${displayed('nurse@example.com', 'b')}<item>{none}</item></items>`)}
    `,
  },
  {
    at: '4.2',
    says: 'The client MUST include appropriate publish-options in the publication, including, but not limited to, setting the access model to whitelist and the max-items to max.',
    that: 'no contact sees it, or hears of it',
    script: `
      there: ann, bo, ann=bo
      bo wants ${NS}
      ann does: ${publishes('{bo}', 'a')}
      bo !< <message/>
      bo gets {ann}: ${all}
      bo is refused cancel not-allowed
    `,
  },
  {
    at: '4.3',
    says: "A client interested in synchronizing the displayed state with other clients SHOULD include the 'urn:xmpp:mds:displayed:0+notify' feature in its XEP-0115, as per XEP-0163 rules.",
    script: `
      there: ann/desk, ann/pad
      ann/pad wants ${NS}
      ann/desk does: ${publishes('{room}', 'a')}
      ann/pad < ${event('{ann}', `<items node='${NS}'>${displayed('{room}', 'a')}</items>`)}
    `,
  },
  {
    at: '4.4',
    says: "Upon bind and initial presence a client retrieves all items in the 'urn:xmpp:mds:displayed:0' node to learn what changes to the displayed state have occured while the client was offline.",
    that: 'and is not sent the last of them besides',
    script: `
      there: ann/desk
      ann/desk does: ${publishes('{room}', 'a')}
      ann/pad connects
      ann/pad wants ${NS}
      ann/pad !< <message/>
      ann/pad gets: ${all}
      ann/pad is given ${pubsub(`<items node='${NS}'>${displayed('{room}', 'a')}</items>`)}
    `,
  },
  {
    at: '4.5.2',
    says: "To signal support the server announces an XEP-0115 feature of 'urn:xmpp:mds:server-assist:0' on the account.",
    that: 'ours does not help, and does not announce it',
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given <query xmlns='${NS_INFO}'><feature var='http://jabber.org/protocol/pubsub#publish-options'/><feature var='urn:xmpp:mds:server-assist:0'>{none}</feature></query>
    `,
  },
  {
    at: '5.2',
    says: 'The PEP item id (or ‘to’ attribute when using server-assist) and the stanza-id are opaque values that MAY NOT be validated by the server beyond the requirements of XEP-0060.',
    script: `
      there: ann
      ann does: ${publishes('no address at all', 'never given')}
    `,
  },
])
