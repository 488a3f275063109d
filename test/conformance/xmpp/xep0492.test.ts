import { conform } from './conform.ts'
import { event, publishOptions, pubsub } from './pubsub-words.ts'

const document = 'XEP-0492 (0.2.0)'
const NS = 'urn:xmpp:notification-settings:1'
const node = 'urn:xmpp:bookmarks:1'
const options = publishOptions(
  'persist_items=true max_items=max send_last_published_item=never access_model=whitelist',
)
const bookmark = (notify: string, attrs = ''): string =>
  `<item id='one@{rooms}'><conference xmlns='${node}'${attrs}><extensions><notify xmlns='${NS}'>${notify}</notify></extensions></conference></item>`
const items = (inside: string): string => pubsub(`<items node='${node}'>${inside}</items>`)
const publishes = (notify: string, attrs = ''): string =>
  pubsub(`<publish node='${node}'>${bookmark(notify, attrs)}</publish>`, options)

/** What can be asked for, and where it says so. */
const settings: readonly (readonly [at: string, says: string, notify: string])[] = [
  [
    '2.1',
    'This protocol specifies three notification elements as children for the <notify> element, each corresponding to a notification setting: <always> <on-mention> and <never>.',
    '<on-mention/>',
  ],
  [
    '2.2',
    "In this case, the two optional attributes 'identity-category' and 'identity-type' MAY be added to the notification element, using values registered in the Service Discovery Identities registry […].",
    `<always/><never identity-category='client' identity-type='phone'/><on-mention identity-category='client'/>`,
  ],
  [
    '2.3',
    'Finally, clients can use this specification to synchronise finer-grained notification settings using custom namespaces in the optional <advanced/> child of the notification elements.',
    `<never><advanced><schedule xmlns='urn:example:x' from='18:00'><day>sat</day></schedule></advanced></never>`,
  ],
]

conform(document, 'settings of a chat', [
  ...settings.map(([at, says, notify]) => ({
    at,
    says,
    script: `
      there: ann/desk, ann/pad
      ann/pad wants ${node}
      ann/desk does: ${publishes(notify)}
      ann/pad < ${event('{ann}', `<items node='${node}'>${bookmark(notify)}</items>`)}
      ann/desk gets: ${items('')}
      ann/desk is given ${items(bookmark(notify))}
    `,
  })),
  {
    at: '3',
    says: 'Applications implementing this specification MUST NOT delete or alter the <advanced /> notification settings they do not support when updating the notification settings for a given conversation.',
    that: 'nor does the server, when a client of XEP-0048 changes the bookmark',
    script: `
      there: ann
      ann does: ${publishes('<never/>', ` name='One'`)}
      ann does: <query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='one@{rooms}' name='Uno'/></storage></query>
      ann gets: ${items('')}
      ann is given ${items(bookmark('<never/>', ` name='Uno'`))}
    `,
  },
])
