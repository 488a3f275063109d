import { conform } from './conform.ts'
import { closed, open } from './pubsub-access.ts'
import {
  create,
  detail,
  item,
  items,
  publish,
  pubsub,
  subscribe,
  unsupported,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

const five = ['a', 'b', 'c', 'd', 'e'].map((id) => `ann does: ${publish('n', id, id)}`).join('\n')
const filled = `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'max_items=10')}
      ${five}`

function theseItems(ids: string, notThese: string, more = ''): string {
  const there = ids
    .split('')
    .map((id) => item(id, id))
    .join('')
  const missing = notThese
    .split('')
    .map((id) => `<item id='${id}'>{none}</item>`)
    .join('')
  return pubsub(`<items node='n'>${there}${missing}</items>`, more)
}

function rsm(inside: string): string {
  return `<set xmlns='http://jabber.org/protocol/rsm'>${inside}</set>`
}

function page(inside: string): string {
  return pubsub(`<items node='n'/>`, rsm(inside))
}

conform(document, 'retrieving items', [
  ...closed.map(({ sections, says, setup, answer }) => ({
    at: sections[1] ?? '',
    says,
    script: `${setup}
      bo gets {ann}: ${items('n')}
      bo is refused ${answer}
    `,
  })),
  ...open.map(({ says, setup }) => ({
    at: '6.5.1',
    says,
    script: `${setup}
      ann does: ${publish('n', 'a', 'a')}
      bo gets {ann}: ${items('n')}
      bo is given ${items('n', item('a', 'a'))}
    `,
  })),
  {
    at: '6.5.3',
    says: 'The service then SHOULD return all available items at the node',
    script: `${filled}
      bo gets {ann}: ${items('n')}
      bo is given ${theseItems('abcde', '')}
    `,
  },
  {
    at: '6.5.7',
    says: 'When max_items is used, implementations SHOULD return the N most recent (as opposed to the N oldest) items.',
    script: `${filled}
      bo gets {ann}: ${items('n', '', ` max_items='2'`)}
      bo is given ${theseItems('de', 'abc')}
    `,
  },
  {
    at: '6.5.7',
    says: 'If there are fewer items in the node than requested, the service should return all of them.',
    script: `${filled}
      bo gets {ann}: ${items('n', '', ` max_items='100'`)}
      bo is given ${theseItems('abcde', '')}
    `,
  },
  {
    at: '6.5.7',
    says: "A service MAY allow entities to request the most recent N items by using the 'max_items' attribute.",
    that: 'with something that is no such number',
    script: `${filled}
      bo gets {ann}: ${items('n', '', ` max_items='many'`)}
      bo is refused modify bad-request
      bo gets {ann}: ${items('n', '', ` max_items='-1'`)}
      bo is refused modify bad-request
    `,
  },
  {
    at: '6.5.8',
    says: 'The subscriber can request a particular item by specifying the Node ID and the appropriate ItemID.',
    script: `${filled}
      bo gets {ann}: ${items('n', `<item id='b'/>`)}
      bo is given ${theseItems('b', 'acde')}
    `,
  },
  {
    at: '6.5.6',
    says: 'When an entity requests items by ItemID, implementations MUST allow multiple items to be specified in the request.',
    script: `${filled}
      bo gets {ann}: ${items('n', `<item id='b'/><item id='d'/>`)}
      bo is given ${theseItems('bd', 'ace')}
    `,
  },
  {
    at: '6.5.9.12',
    says: 'If there are no items at the node or the requested items do not exist, the service SHOULD return an IQ stanza of type "result" with an empty <items/> element.',
    script: `${filled}
      ann does: ${create('empty', '')}
      bo gets {ann}: ${items('empty')}
      bo is given ${items('empty', '<item>{none}</item>')}
      bo gets {ann}: ${items('n', `<item id='nothing'/>`)}
      bo is given ${theseItems('', 'abcde')}
      bo gets {ann}: ${items('n', `<item id='nothing'/><item id='a'/>`)}
      bo is given ${theseItems('a', 'bcde')}
    `,
  },
  {
    at: '6.5.9.4',
    says: 'If the service or node does not support persistent items and does not return the last published item, the service MUST return a <feature-not-implemented/> error to the subscriber, specifying a pubsub-specific error condition of <unsupported/> and a feature of "persistent-items".',
    script: `
      there: ann
      ann does: ${create('n', 'persist_items=0')}
      ann gets: ${items('n')}
      ann is refused ${unsupported('persistent-items')}
    `,
  },
  {
    at: '6.5.9.2',
    says: 'If the requesting entity is subscribed but specifies an invalid subscription ID, the service MUST return a <not-acceptable/> error to the subscriber, which SHOULD also include a pubsub-specific error condition of <invalid-subid/>.',
    script: `${filled}
      bo sets {ann}: ${subscribe('n', '{bo}')}
      bo is given ${pubsub(`<subscription subid='{=subid}'/>`)}
      bo gets {ann}: ${items('n', '', ` subid='nonsense'`)}
      bo is refused modify not-acceptable ${detail('invalid-subid')}
      bo gets {ann}: ${items('n', '', ` subid='{subid}'`)}
      bo is given ${theseItems('abcde', '')}
    `,
  },
  {
    at: '6.5.2',
    says: 'The subscriber may request all items by specifying only the Node ID without restrictions.',
    that: 'which is to be there',
    script: `
      there: ann, bo, ann=bo
      bo gets {ann}: ${pubsub('<items/>')}
      bo is refused modify bad-request ${detail('nodeid-required')}
      bo gets {ann}: ${items('')}
      bo is refused modify bad-request ${detail('nodeid-required')}
    `,
  },
])

conform(document, 'retrieving items by pages (XEP-0059)', [
  {
    at: '6.5.4',
    says: 'the service SHOULD return some of the items and note that the list of items has been truncated by including a Result Set Management notation',
    that: 'the first page, with its count',
    script: `${filled}
      bo gets {ann}: ${page('<max>2</max>')}
      bo is given ${theseItems('ab', 'cde', rsm(`<first index='0'>a</first><last>b</last><count>5</count>`))}
    `,
  },
  {
    at: '6.5.4',
    says: 'A Pubsub entity supporting Result Set Management […]',
    that: 'the next page, by after',
    script: `${filled}
      bo gets {ann}: ${page('<max>2</max><after>b</after>')}
      bo is given ${theseItems('cd', 'abe', rsm(`<first index='2'>c</first><last>d</last><count>5</count>`))}
    `,
  },
  {
    at: '6.5.4',
    says: 'A Pubsub entity supporting Result Set Management […]',
    that: 'the page before',
    script: `${filled}
      bo gets {ann}: ${page('<max>2</max><before>d</before>')}
      bo is given ${theseItems('bc', 'ade', rsm('<first>b</first><last>c</last><count>5</count>'))}
    `,
  },
  {
    at: '6.5.4',
    says: 'A Pubsub entity supporting Result Set Management […]',
    that: 'the last page',
    script: `${filled}
      bo gets {ann}: ${page('<max>2</max><before/>')}
      bo is given ${theseItems('de', 'abc', rsm(`<first index='3'>d</first><last>e</last>`))}
    `,
  },
  {
    at: '6.5.4',
    says: 'A Pubsub entity supporting Result Set Management […]',
    that: 'past the end, which is empty',
    script: `${filled}
      bo gets {ann}: ${page('<max>2</max><after>e</after>')}
      bo is given ${theseItems('', 'abcde', rsm('<count>5</count><first>{none}</first>'))}
    `,
  },
  {
    at: '6.5.4',
    says: 'A Pubsub entity supporting Result Set Management […]',
    that: 'how many there are (XEP-0059 section 2.7)',
    script: `${filled}
      bo gets {ann}: ${page('<max>0</max>')}
      bo is given ${theseItems('', 'abcde', rsm('<count>5</count>'))}
    `,
  },
  {
    at: '6.5.4',
    says: 'A Pubsub entity supporting Result Set Management […]',
    that: 'after an item that is not there (XEP-0059 section 2.3)',
    script: `${filled}
      bo gets {ann}: ${page('<max>2</max><after>nothing</after>')}
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '6.5.4',
    says: 'A Pubsub entity supporting Result Set Management […]',
    that: 'with something that is no number',
    script: `${filled}
      bo gets {ann}: ${page('<max>two</max>')}
      bo is refused modify bad-request
    `,
  },
])
