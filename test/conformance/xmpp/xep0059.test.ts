// XEP-0059, where lists are long: the rooms of the service, and archives.
import { conform } from './conform.ts'
import { five, gets, mam, query, rsm } from './archives.ts'
import { hasFeature, info } from './in-messages.ts'
import { NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0059 (1.0)'
const max = (count: number): string => `<max>${count}</max>`
const set = (inside: string): string => `ann is given <fin ${mam}>${rsm(inside)}</fin>`

conform(document, 'forwards', [
  {
    at: '2.1',
    says: 'In order to limit the number of items of a result set to be returned, the requesting entity specifies a request type of "set" and the maximum size of the desired subset (via the XML character data of the <max/> element):',
    script: `
      ${five}
      ann sets: ${query(rsm(max(2)))}
      ${gets(1, 2)}
      ann !< <message/>
    `,
  },
  {
    at: '2.2',
    says: '[…] the responding entity MUST include <first/> and <last/> elements that specify the unique ID (UID) for the first and last items in the page.',
    script: `
      ${five}
      ann sets: ${query(rsm(max(2)))}
      ${set('<first>{u1}</first><last>{u2}</last>')}
    `,
  },
  {
    at: '2.2',
    says: 'If there is only one item in the page, then the first and last UIDs MUST be the same.',
    script: `
      ${five}
      ann sets: ${query(rsm(max(1)))}
      ${set('<first>{u1}</first><last>{u1}</last>')}
    `,
  },
  {
    at: '2.2',
    says: 'If there are no items in the page, then the <first/> and <last/> elements MUST NOT be included.',
    script: `
      ${five}
      ann sets: ${query(rsm(`${max(2)}<after>{u5}</after>`))}
      ${set('<first>{none}</first><last>{none}</last>')}
      ann !< <message/>
    `,
  },
  {
    at: '2.2',
    says: 'The responding entity SHOULD also include the number of items in the full result set (which MAY be approximate) encapsulated in a <count/> element.',
    script: `
      ${five}
      ann sets: ${query(rsm(max(2)))}
      ${set('<count>5</count>')}
    `,
  },
  {
    at: '2.2',
    says: 'The first item in the page returned by the responding entity MUST be the item that immediately follows the item that the requesting entity indicated in the <after/> element:',
    script: `
      ${five}
      ann sets: ${query(rsm(`${max(2)}<after>{u2}</after>`))}
      ${gets(3, 4)}
      ${set('<first>{u3}</first><last>{u4}</last>')}
    `,
  },
])

conform(document, 'backwards and elsewhere', [
  {
    at: '2.3',
    says: 'The last item in the page returned by the responding entity MUST be the item that immediately preceeds the item that the requesting entity indicated it has already received:',
    script: `
      ${five}
      ann sets: ${query(rsm(`${max(2)}<before>{u4}</before>`))}
      ${gets(2, 3)}
      ${set('<first>{u2}</first><last>{u3}</last>')}
    `,
  },
  {
    at: '2.4',
    says: "The responding entity MUST reply with an 'item-not-found' error if all the following circumstances apply:",
    that: 'an id that the archive does not have',
    script: `
      ${five}
      ann sets: ${query(rsm(`${max(2)}<after>never</after>`))}
      ann is refused cancel item-not-found
      ann sets: ${query(rsm(`${max(2)}<before>never</before>`))}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '2.5',
    says: 'The requesting entity MAY ask for the last page in a result set by including in its request an empty <before/> element, and the maximum number of items to return.',
    script: `
      ${five}
      ann sets: ${query(rsm(`${max(2)}<before/>`))}
      ${gets(4, 5)}
      ${set('<first>{u4}</first><last>{u5}</last>')}
    `,
  },
  {
    at: '2.6',
    says: 'If it would be either impossible or exceptionally resource intensive for the responding entity to derive the first UID from the specified index with reasonable accuracy then the responding entity MAY return a <feature-not-implemented/> error.',
    script: `
      ${five}
      ann sets: ${query(rsm(`${max(2)}<index>3</index>`))}
      ann is refused cancel feature-not-implemented
      ann !< <message/>
    `,
  },
  {
    at: '2.7',
    says: 'In order to get the item count of a result set without retrieving the items themselves, the requesting entity simply specifies zero for the maximum size of the result set page:',
    script: `
      ${five}
      ann sets: ${query(rsm(max(0)))}
      ${set('<count>5</count><first>{none}</first>')}
      ann !< <message/>
    `,
  },
])

/** Cases of the room service: others have rooms there, too, so that it is seen from one of Ann's to the next. */
const rooms = `
  there: ann
  ann makes {room} as Ann
`
const list = (inside: string): string => `<query xmlns='${NS_ITEMS}'>${rsm(inside)}</query>`

conform(document, 'the rooms of the service', [
  {
    at: '2.2',
    says: 'The requesting entity can then ask for the next page in the result set by including in its request the UID of the last item from the previous page (encapsulated in an <after/> element), along with the maximum number of items to return.',
    script: `
      ${rooms}
      ann gets {rooms}: ${list(max(1))}
      ann is given <query xmlns='${NS_ITEMS}'><item jid='{=one}'/>${rsm('<first>{any}</first><last>{=last}</last><count>{any}</count>')}</query>
      ann gets {rooms}: ${list(`${max(1)}<before>{last}</before>`)}
      ann is given <query xmlns='${NS_ITEMS}'><item>{none}</item></query>
    `,
  },
  {
    at: '4',
    says: 'In order for a requesting entity to determine if a responding entity supports result set management, it SHOULD send a Service Discovery information request to the responding entity:',
    script: `
      there: ann
      ann gets {rooms}: ${info}
      ann is given ${hasFeature('http://jabber.org/protocol/rsm')}
    `,
  },
])
