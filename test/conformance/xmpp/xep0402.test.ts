import { storage } from './bookmarks.ts'
import { conform } from './conform.ts'
import { event, NS_INFO, pubsub } from './pubsub-words.ts'

const NS_BOOKMARKS = 'urn:xmpp:bookmarks:1'

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
