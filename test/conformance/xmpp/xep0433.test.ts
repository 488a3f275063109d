import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0433 (0.1.0)'
const base = 'urn:xmpp:channel-search:0'
const byUsers = `{${base}:order}nusers`
const byAddress = `{${base}:order}address`
const other = 'other{number}@{rooms}'

type Values = Readonly<Record<string, string>>

/** A filled-in form. @param page of XEP-0059 */
function search(values: Values, page = ''): string {
  const all = { FORM_TYPE: `${base}:search-params`, ...values }
  const fields = Object.entries(all)
    .map(([name, value]) => `<field var='${name}'><value>${value}</value></field>`)
    .join('')
  const set = page === '' ? '' : `<set xmlns='http://jabber.org/protocol/rsm'>${page}</set>`
  return `<search xmlns='${base}:search'>${set}<x xmlns='jabber:x:data' type='submit'>${fields}</x></search>`
}

function found(...items: readonly string[]): string {
  return `<result xmlns='${base}:search'>${items.join('')}</result>`
}

const item = (address: string, inside = ''): string => `<item address='${address}'>${inside}</item>`
const noItem = '<item>{none}</item>'
const error = (name: string, inside = ''): string =>
  `<${name} xmlns='${base}:error'>${inside}</${name}>`

/** Cy searches; the word is in nobody else's room. */
const start = `
  there: ann, bo, cy
  ann makes {room} as Ann with roomname=Grove{number}
`
const two = `
  ${start}
  ann makes ${other} as Ann with roomname=Grove{number}
`
const word = 'grove{number}'

conform(document, 'discovering and the form', [
  {
    at: '4.1',
    says: `An entity annouces that it supports serving search queries by publishing the ${base}:search feature via XEP-0030:`,
    script: `
      there: ann
      ann gets {rooms}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${base}:search'/></query>
    `,
  },
  {
    at: '4.2.1',
    says: `To request the search form, an entity sends an empty search element qualified by the ${base}:search namespace:`,
    script: `
      there: ann
      ann gets {rooms}: <search xmlns='${base}:search'/>
      ann is given <search xmlns='${base}:search'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>${base}:search-params</value></field><field type='text-single' var='q'/></x></search>
    `,
  },
  {
    at: '5',
    says: 'When sending the form template, the Search Service MUST include all fields it supports with their respective default values.',
    script: `
      there: ann
      ann gets {rooms}: <search xmlns='${base}:search'/>
      ann is given <search xmlns='${base}:search'><x xmlns='jabber:x:data' type='form'>
        <field type='text-single' var='q'/>
        <field type='boolean' var='all'><value>false</value></field>
        <field type='boolean' var='sinname'><value>true</value></field>
        <field type='boolean' var='sindescription'><value>true</value></field>
        <field type='boolean' var='sinaddress'><value>true</value></field>
        <field type='list-multi' var='types'><value>xep-0045</value><option><value>xep-0045</value></option></field>
        <field type='list-single' var='key'><value>${byUsers}</value><option><value>${byUsers}</value></option><option><value>${byAddress}</value></option></field>
      </x></search>
    `,
  },
])

conform(document, 'searching', [
  {
    at: '4.2.2.1',
    says: `The result items are <item/> elements wrapped in a <result/> element qualified by the ${base}:search namespace.`,
    script: `
      ${start}
      cy gets {rooms}: ${search({ q: word })}
      cy is given ${found(item('{room}', '<name>Grove{number}</name>'))}
    `,
  },
  {
    at: '6.2',
    says: 'Each <item/> element MUST have an address attribute whose value is a proper JID (as per either RFC 6122 or RFC 7622).',
    that: 'and what the room is',
    script: `
      ${start}
      ann configures {room}: roomdesc=Trees lang=en
      bo joins {room} as Bo
      cy gets {rooms}: ${search({ q: word })}
      cy is given ${found(item('{room}', `<name>Grove{number}</name><description>Trees</description><language>en</language><nusers>2</nusers><service-type>xep-0045</service-type><is-open>true</is-open><anonymity-mode>muc_semianonymous</anonymity-mode>`))}
    `,
  },
  {
    at: '6.2',
    says: 'The bare JID of the account or the full JID of one or more devices of each occupant is visible to every other occupant.',
    script: `
      ${start}
      ann configures {room}: whois=anyone
      cy gets {rooms}: ${search({ q: word })}
      cy is given ${found(item('{room}', `<anonymity-mode>{${base}:anonymity}none</anonymity-mode>`))}
    `,
  },
  {
    at: '6.2',
    says: 'If set to true, it indicates that the channel can be joined without extra credentials.',
    that: 'not where members only may, nor with a password',
    script: `
      ${two}
      ann configures {room}: membersonly=1
      ann configures ${other}: passwordprotectedroom=1 roomsecret=cauldronburn
      cy gets {rooms}: ${search({ q: word })}
      cy is given ${found(item('{room}', '<is-open>false</is-open>'), item(other, '<is-open>false</is-open>'))}
    `,
  },
  ...(
    [
      [
        'sinname',
        'Control whether the keyword search searches in the name of the channel.',
        'roomname',
      ],
      [
        'sindescription',
        'Control whether the keyword search searches in the textual description of the channel.',
        'roomdesc',
      ],
    ] as const
  ).map(([field, says, setting]) => ({
    at: '6.1',
    says,
    script: `
      there: ann, cy
      ann makes {room} as Ann with ${setting}=Copse{number}
      cy gets {rooms}: ${search({ q: 'copse{number}' })}
      cy is given ${found(item('{room}'))}
      cy gets {rooms}: ${search({ q: 'copse{number}', [field]: 'false' })}
      cy is given ${found(noItem)}
    `,
  })),
  {
    at: '6.1',
    says: 'Control whether the keyword search searches in the address of the channel.',
    that: 'by either name that the text has for it',
    script: `
      there: ann, cy
      ann makes glade{number}@{rooms} as Ann
      cy gets {rooms}: ${search({ q: 'glade{number}' })}
      cy is given ${found(item('glade{number}@{rooms}'))}
      cy gets {rooms}: ${search({ q: 'glade{number}', sinaddress: 'false', sinname: '0' })}
      cy is given ${found(noItem)}
      cy gets {rooms}: ${search({ q: 'glade{number}', sinaddr: 'false', sinname: '0' })}
      cy is given ${found(noItem)}
    `,
  },
  {
    at: '6.1',
    says: 'Return all results, ignoring text search terms.',
    script: `
      ${start}
      cy gets {rooms}: ${search({ all: 'true' })}
      cy is given ${found(item('{room}'))}
    `,
  },
  {
    at: '6.2',
    says: 'Note that a Search Service MUST NOT return service types the client has not asked for.',
    script: `
      ${start}
      cy gets {rooms}: ${search({ q: word, types: 'xep-0369' })}
      cy is given ${found(noItem)}
      cy gets {rooms}: ${search({ q: word, types: 'xep-0045' })}
      cy is given ${found(item('{room}'))}
    `,
  },
  {
    at: '6.1',
    says: 'Order the results by the address of the channel. This ordering mode guarantees that the Searcher gets a duplicate-free view without omissions when paginating.',
    script: `
      ${two}
      bo joins {room} as Bo
      cy gets {rooms}: ${search({ q: word, key: byAddress }, '<max>1</max>')}
      cy is given <result xmlns='${base}:search'>${item(other)}<set xmlns='http://jabber.org/protocol/rsm'><last>{=last}</last><count>2</count></set></result>
      cy gets {rooms}: ${search({ q: word, key: byAddress }, '<max>1</max><after>{last}</after>')}
      cy is given <result xmlns='${base}:search'>${item('{room}')}<set xmlns='http://jabber.org/protocol/rsm'><last>{=last}</last></set></result>
      cy gets {rooms}: ${search({ q: word, key: byAddress }, '<max>1</max><after>{last}</after>')}
      cy is given ${found(noItem)}
    `,
  },
  {
    at: '6.1',
    says: 'Order the results descendingly by the number of users.',
    script: `
      ${two}
      bo joins {room} as Bo
      cy gets {rooms}: ${search({ q: word, key: byUsers }, '<max>1</max>')}
      cy is given ${found(item('{room}', '<nusers>2</nusers>'), `<item address='${other}'>{none}</item>`)}
    `,
  },
  {
    at: '4.2.2.1',
    says: 'To obtain further results, the Searcher re-submits the identical form with an appropriate XEP-0059 pagination request, using the information provided by the Search Service in the result <set/> element.',
    script: `
      ${two}
      bo joins {room} as Bo
      cy gets {rooms}: ${search({ q: word }, '<max>1</max>')}
      cy is given <result xmlns='${base}:search'><set xmlns='http://jabber.org/protocol/rsm'><first>{any}</first><last>{=last}</last></set></result>
      cy gets {rooms}: ${search({ q: word }, '<max>1</max><after>{last}</after>')}
      cy is given ${found(item(other))}
    `,
  },
  {
    at: '5',
    says: 'When receiving a search form, the Search Service MUST ignore fields with a var value it does not understand.',
    script: `
      ${start}
      cy gets {rooms}: ${search({ q: word, '{urn:example:x}size': '7' })}
      cy is given ${found(item('{room}'))}
    `,
  },
  {
    at: '5',
    says: `If a search request does not yield any results, the Search Service MUST reply with a <result/> without any <item/> children in a type='result' IQ.`,
    script: `
      ${start}
      cy gets {rooms}: ${search({ q: 'no-such-word-{number}' })}
      cy is given ${found(noItem)}
    `,
  },
  {
    at: '3',
    says: 'A public group chat hosted on a Group Chat Service.',
    that: 'a hidden room is found by those who belong to it',
    script: `
      ${start}
      ann configures {room}: publicroom=0
      cy gets {rooms}: ${search({ q: word })}
      cy is given ${found(noItem)}
      ann gets {rooms}: ${search({ q: word })}
      ann is given ${found(item('{room}'))}
    `,
  },
])

conform(document, 'what is refused', [
  {
    at: '4.2.2.2',
    says: 'If the sort key requested by the Searcher is not supported by the Search Service, the Search Service MUST reply with <feature-not-implemented/> and the <invalid-sort-key> application defined condition and a modify type:',
    script: `
      there: ann
      ann gets {rooms}: ${search({ q: 'x', key: 'size' })}
      ann is refused modify feature-not-implemented ${error('invalid-sort-key')}
    `,
  },
  {
    at: '4.2.2.3',
    says: 'If the q field was supplied by the Searcher and the contents of the q field did not yield any term suitable for search, the Search Service MUST reply with an <bad-request/> error and the <invalid-search-terms/> application defined condition. The error type MUST be modify. The server SHOULD include a human-readable description of the constraints for search terms which were not met in the <text/> element of the error.',
    script: `
      there: ann
      ann gets {rooms}: ${search({ q: ' ' })}
      ann is refused modify bad-request ${error('invalid-search-terms')}<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>{any}</text>
      ann gets {rooms}: ${search({ q: '' })}
      ann is refused modify bad-request ${error('invalid-search-terms')}
    `,
  },
  {
    at: '4.2.2.6',
    says: 'If the Searcher provides form fields which are conflicting, the Search Service MUST reply with a <bad-request/> error of type modify. In addition, the <conflicting-fields/> application specific condition MUST be included.',
    script: `
      there: ann
      ann gets {rooms}: ${search({ q: 'x', all: 'true' })}
      ann is refused modify bad-request ${error('conflicting-fields', '<var>all</var><var>q</var>')}
    `,
  },
  {
    at: '4.2.2.7',
    says: 'If no field which would define a result set and which is understood by the Search Service is present, it MUST reply with a <bad-request/> error of type cancel. In addition, the <no-search-conditions/> application defined condition MUST be included.',
    script: `
      there: ann
      ann gets {rooms}: ${search({})}
      ann is refused cancel bad-request ${error('no-search-conditions')}
      ann gets {rooms}: ${search({ all: 'false' })}
      ann is refused cancel bad-request ${error('no-search-conditions')}
    `,
  },
])
