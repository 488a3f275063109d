import { conform } from './conform.ts'
import { event, NS_INFO, pubsub } from './pubsub-words.ts'

const document = 'XEP-0049 (1.2)'
const prefs = `<exodus xmlns='exodus:prefs'><defaultnick>Hamlet</defaultnick></exodus>`
const others = `<pidgin xmlns='exodus:prefs'><skin>dark</skin></pidgin>`

function query(inside: string): string {
  return `<query xmlns='jabber:iq:private'>${inside}</query>`
}

conform(document, 'private XML', [
  {
    at: '2.3',
    says: 'A Jabber client can store any arbitrary XML on the server side […] and retrieve it whenever necessary.',
    script: `
      there: ann/desk, ann/pad
      ann/desk sets: ${query(prefs)}
      ann/desk is given nothing
      ann/pad gets: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      ann/pad is given ${query(prefs)}
    `,
  },
  {
    at: '2.1',
    says: 'The data can then be retrieved by […] a child element scoped by the namespace used for storage of that fragment.',
    that: 'what was never stored comes back empty',
    script: `
      there: ann
      ann gets: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      ann is given ${query(`<exodus xmlns='exodus:prefs'><defaultnick>{none}</defaultnick></exodus>`)}
    `,
  },
  {
    at: '2.3',
    says: 'However, an IQ set or result MAY contain multiple elements qualified by the same namespace.',
    script: `
      there: ann
      ann does: ${query(prefs + others)}
      ann gets: ${query(`<pidgin xmlns='exodus:prefs'/>`)}
      ann is given ${query(others)}
      ann gets: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      ann is given ${query(prefs)}
    `,
  },
  {
    at: '2.3',
    says: 'A client MUST NOT query for more than one namespace in a single IQ get request.',
    script: `
      there: ann
      ann gets: ${query(`<a xmlns='x:a'/><b xmlns='x:b'/>`)}
      ann is refused modify bad-request
    `,
  },
  {
    at: '2.3',
    says: 'At least one child element with a proper namespace MUST be included; otherwise the server MUST respond with a "Not Acceptable" error',
    script: `
      there: ann
      ann sets: ${query('')}
      ann is refused modify not-acceptable
      ann sets: ${query('<unqualified/>')}
      ann is refused modify not-acceptable
    `,
  },
  {
    at: '3',
    says: 'Bad Format: The IQ get does not contain a child element.',
    script: `
      there: ann
      ann gets: ${query('')}
      ann is refused modify bad-request
    `,
  },
  {
    at: '3',
    says: 'Forbidden: The IQ get or set is sent to a JID other than that of the sender.',
    script: `
      there: ann, bo, cy, ann=bo
      bo sets {ann}: ${query(prefs)}
      bo is refused cancel forbidden
      bo gets {ann}: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      bo is refused cancel forbidden
      cy sets {ann}: ${query(prefs)}
      cy is refused cancel forbidden
    `,
  },
  ...['vcard-temp', 'jabber:client', 'jabber:iq:roster'].map((namespace) => ({
    at: '3',
    says: 'Not Acceptable: The IQ get or set is qualified by a reserved namespace.',
    that: namespace,
    script: `
      there: ann
      ann sets: ${query(`<x xmlns='${namespace}'/>`)}
      ann is refused modify not-acceptable
      ann gets: ${query(`<x xmlns='${namespace}'/>`)}
      ann is refused modify not-acceptable
    `,
  })),
  {
    at: '2.1',
    says: 'jabber:iq:private',
    that: 'is announced',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='jabber:iq:private'/></query>
    `,
  },
])

const NS_BOOKMARKS = 'urn:xmpp:bookmarks:1'

function storage(inside: string): string {
  return query(`<storage xmlns='storage:bookmarks'>${inside}</storage>`)
}

function bookmarks(inside: string): string {
  return pubsub(`<items node='${NS_BOOKMARKS}'>${inside}</items>`)
}

function bookmark(room: string, attrs: string, inside = ''): string {
  return `<item id='${room}'><conference xmlns='${NS_BOOKMARKS}'${attrs}>${inside}</conference></item>`
}

function publishBookmark(room: string, attrs: string, inside = ''): string {
  return pubsub(
    `<publish node='${NS_BOOKMARKS}'>${bookmark(room, attrs, inside)}</publish>`,
    `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#persist_items'><value>true</value></field><field var='pubsub#max_items'><value>max</value></field><field var='pubsub#send_last_published_item'><value>never</value></field><field var='pubsub#access_model'><value>whitelist</value></field></x></publish-options>`,
  )
}

const extensions = `<extensions><state xmlns='http://myclient.example/bookmark/state' minimized='true'/></extensions>`

conform('XEP-0048 (1.2)', 'bookmarks in private XML', [
  {
    at: '2.1',
    says: 'A room is bookmarked using the <conference/> child element.',
    script: `
      there: ann
      ann does: ${storage(`<conference name='Council' autojoin='true' jid='council@{rooms}'><nick>Puck</nick></conference>`)}
      ann gets: ${storage('')}
      ann is given ${storage(`<conference name='Council' autojoin='true' jid='council@{rooms}'><nick>Puck</nick></conference>`)}
    `,
  },
  {
    at: '2.2',
    says: 'The url element is designed for bookmarking web pages […] A bookmark set can contain any number of URLs.',
    script: `
      there: ann
      ann does: ${storage(`<url name='Works' url='http://a.example/'/><conference jid='c@{rooms}'/><url name='More' url='http://b.example/'/>`)}
      ann gets: ${storage('')}
      ann is given ${storage(`<conference jid='c@{rooms}'/><url name='Works' url='http://a.example/'/><url name='More' url='http://b.example/'/>`)}
      ann does: ${storage(`<conference jid='c@{rooms}'/>`)}
      ann gets: ${storage('')}
      ann is given ${storage(`<conference jid='c@{rooms}'/><url>{none}</url>`)}
    `,
  },
  {
    at: '3',
    says: 'It is RECOMMENDED to use XEP-0060 for data storage, specifically through the use of personal data nodes',
    script: `
      there: ann, bo, ann=bo
      ann does: ${pubsub(`<publish node='storage:bookmarks'><item id='current'><storage xmlns='storage:bookmarks'><conference jid='c@{rooms}'/></storage></item></publish>`, `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#persist_items'><value>true</value></field><field var='pubsub#access_model'><value>whitelist</value></field></x></publish-options>`)}
      ann gets: ${pubsub(`<items node='storage:bookmarks'/>`)}
      ann is given ${pubsub(`<items node='storage:bookmarks'><item id='current'><storage xmlns='storage:bookmarks'><conference jid='c@{rooms}'/></storage></item></items>`)}
      bo gets {ann}: ${pubsub(`<items node='storage:bookmarks'/>`)}
      bo is refused cancel not-allowed
    `,
  },
])

conform('XEP-0402 (1.2.0)', 'native bookmarks', [
  {
    at: '6',
    says: 'Server side unification between XEP-0049 bookmarks and PEP Native Bookmarks is announced with the feature "urn:xmpp:bookmarks:1#compat" on the account.',
    script: `
      there: ann
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${NS_BOOKMARKS}#compat'/></query>
    `,
  },
  {
    at: '3.2',
    says: 'Once connected, a client first retrieves the current list of bookmarks.',
    script: `
      there: ann
      ann does: ${publishBookmark('one@{rooms}', ` name='One' autojoin='true'`, '<nick>JC</nick>')}
      ann does: ${publishBookmark('two@{rooms}', ` autojoin='1'`, extensions)}
      ann gets: ${bookmarks('')}
      ann is given ${bookmarks(bookmark('one@{rooms}', ` name='One' autojoin='true'`, '<nick>JC</nick>') + bookmark('two@{rooms}', '', extensions))}
    `,
  },
  {
    at: '4',
    says: 'When a client is sent an event from the Pubsub service for the node',
    that: 'for what is added, changed and taken away',
    script: `
      there: ann/desk, ann/pad
      ann/pad wants ${NS_BOOKMARKS}
      ann/desk does: ${publishBookmark('one@{rooms}', '')}
      ann/pad < ${event('{ann}', `<items node='${NS_BOOKMARKS}'>${bookmark('one@{rooms}', '')}</items>`)}
      ann/desk does: ${publishBookmark('one@{rooms}', ` autojoin='true'`)}
      ann/pad < ${event('{ann}', `<items node='${NS_BOOKMARKS}'>${bookmark('one@{rooms}', ` autojoin='true'`)}</items>`)}
      ann/desk does: ${pubsub(`<retract node='${NS_BOOKMARKS}' notify='true'><item id='one@{rooms}'/></retract>`)}
      ann/pad < ${event('{ann}', `<items node='${NS_BOOKMARKS}'><retract id='one@{rooms}'/></items>`)}
    `,
  },
  {
    at: '5.3.1',
    says: "the server MAY collate all items, casting them into the 'storage:bookmarks' namespace and setting the jid attribute to the item id in each case.",
    script: `
      there: ann
      ann does: ${publishBookmark('one@{rooms}', ` name='One' autojoin='true'`, '<nick>JC</nick><password>pw</password>')}
      ann gets: ${storage('')}
      ann is given ${storage(`<conference jid='one@{rooms}' name='One' autojoin='true'><nick>JC</nick><password>pw</password></conference>`)}
    `,
  },
  {
    at: '5.3.2',
    says: 'a server MAY examine the list and update the individual items as required, sending updates or retraction notifications as needed. Servers electing to perform this OPTIONAL behaviour SHOULD NOT send notifications for unchanged items.',
    script: `
      there: ann/desk, ann/pad
      ann/desk does: ${publishBookmark('one@{rooms}', ` name='One'`)}
      ann/desk does: ${publishBookmark('two@{rooms}', ` name='Two'`)}
      ann/pad wants ${NS_BOOKMARKS}
      ann/desk does: ${storage(`<conference jid='one@{rooms}' name='One'/><conference jid='three@{rooms}' name='Three'/>`)}
      ann/pad < ${event('{ann}', `<items node='${NS_BOOKMARKS}'><retract id='two@{rooms}'/></items>`)}
      ann/pad < ${event('{ann}', `<items node='${NS_BOOKMARKS}'>${bookmark('three@{rooms}', ` name='Three'`)}</items>`)}
      ann/pad !< <message/>
    `,
  },
  {
    at: '2',
    says: 'Clients MUST preserve these (particularly preserving unknown elements) when editing items.',
    that: 'the server keeps extensions that an older client does not know',
    script: `
      there: ann
      ann does: ${publishBookmark('one@{rooms}', ` name='One'`, extensions)}
      ann does: ${storage(`<conference jid='one@{rooms}' name='Uno'/>`)}
      ann gets: ${bookmarks('')}
      ann is given ${bookmarks(bookmark('one@{rooms}', ` name='Uno'`, extensions))}
    `,
  },
  {
    at: '5.1',
    says: 'The storage MUST be XEP-0223',
    that: 'also where it was made by the old way',
    script: `
      there: ann, bo, ann=bo
      bo wants ${NS_BOOKMARKS}
      ann does: ${storage(`<conference jid='one@{rooms}' name='One'/>`)}
      bo gets {ann}: ${bookmarks('')}
      bo is refused cancel not-allowed
      bo !< <message/>
      ann does: ${publishBookmark('two@{rooms}', '')}
    `,
  },
])
