import { storage } from './bookmarks.ts'
import { conform } from './conform.ts'
import { pubsub } from './pubsub-words.ts'

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
