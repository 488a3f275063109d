import { type Case, conform } from './conform.ts'
import { affiliate, enter, form } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'
const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`

function infoWith(content: string): string {
  return `<query xmlns='http://jabber.org/protocol/disco#info'>${content}</query>`
}

function itemsWith(content: string): string {
  return `<query xmlns='http://jabber.org/protocol/disco#items'>${content}</query>`
}

function field(name: string, value: string): string {
  return infoWith(form('result', '{muc}#roominfo', { [name]: value }))
}

/** A feature that a setting brings, and the one that it takes the place of. */
const kinds: readonly (readonly [string, string, string])[] = [
  ['persistentroom=1', 'muc_persistent', 'muc_temporary'],
  ['persistentroom=0', 'muc_temporary', 'muc_persistent'],
  ['publicroom=1', 'muc_public', 'muc_hidden'],
  ['publicroom=0', 'muc_hidden', 'muc_public'],
  ['membersonly=1', 'muc_membersonly', 'muc_open'],
  ['membersonly=0', 'muc_open', 'muc_membersonly'],
  ['moderatedroom=1', 'muc_moderated', 'muc_unmoderated'],
  ['moderatedroom=0', 'muc_unmoderated', 'muc_moderated'],
  ['whois=anyone', 'muc_nonanonymous', 'muc_semianonymous'],
  ['whois=moderators', 'muc_semianonymous', 'muc_nonanonymous'],
  ['passwordprotectedroom=1 roomsecret=sesame', 'muc_passwordprotected', 'muc_unsecured'],
  ['passwordprotectedroom=0', 'muc_unsecured', 'muc_passwordprotected'],
]

const fields: readonly (readonly [string, string, string])[] = [
  ['roomdesc=witches', 'muc#roominfo_description', 'witches'],
  ['lang=en', 'muc#roominfo_lang', 'en'],
  ['lang=en', 'muc#roominfo_occupants', '1'],
  ['changesubject=1', 'muc#roomconfig_changesubject', '1'],
  ['changesubject=0', 'muc#roomconfig_changesubject', '0'],
]

conform(document, 'finding the service', [
  {
    at: '6.1',
    says: 'An entity often discovers a MUC service by sending a Service Discovery items ("disco#items") request to its own server.',
    script: `
      there: ann
      ann gets {domain}: ${items}
      ann is given ${itemsWith(`<item jid='{rooms}'/>`)}
    `,
  },
  {
    at: '6.2',
    says: 'The service MUST return its identity and the features it supports.',
    script: `
      there: ann
      ann gets {rooms}: ${info}
      ann is given ${infoWith(`<identity category='conference' type='text' name='{any}'/><feature var='{muc}'/>`)}
    `,
  },
  ...[
    ['{muc}#stable_id', '7.4'],
    ['http://jabber.org/protocol/disco#info', '6.2'],
    ['http://jabber.org/protocol/disco#items', '6.3'],
    ['http://jabber.org/protocol/rsm', '6.3'],
    ['urn:xmpp:occupant-id:0', 'XEP-0421 4'],
  ].map(([feature = '', at = '']) => ({
    at,
    says: 'SHOULD advertise that with a disco info feature […] on both the service domain and on individual MUCs.',
    that: feature,
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {rooms}: ${info}
      ann is given ${infoWith(`<feature var='${feature}'/>`)}
      ${feature.endsWith('rsm') ? '' : `ann gets {room}: ${info}\nann is given ${infoWith(`<feature var='${feature}'/>`)}`}
    `,
  })),
  {
    at: '6.2',
    says: 'The service MUST return its identity and the features it supports.',
    that: 'to nodes that it does not have it answers as XEP-0030 section 7 says',
    script: `
      there: ann
      ann gets {rooms}: <query xmlns='http://jabber.org/protocol/disco#info' node='no-such-node'/>
      ann is refused cancel item-not-found
      ann gets {rooms}: <query xmlns='http://jabber.org/protocol/disco#items' node='no-such-node'/>
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '6.2',
    says: 'The service MUST return its identity and the features it supports.',
    that: 'what it does not know it refuses',
    script: `
      there: ann
      ann gets {rooms}: <query xmlns='urn:example:nothing'/>
      ann is refused cancel service-unavailable
      ann sets {rooms}: ${info}
      ann is refused cancel service-unavailable
    `,
  },
])

conform(document, 'finding rooms', [
  {
    at: '6.3',
    says: 'The service SHOULD return a full list of the public rooms it hosts.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with roomname=Cave
      bo gets {rooms}: ${items}
      bo is given ${itemsWith(`<item jid='{room}' name='Cave'/>`)}
    `,
  },
  {
    at: '6.3',
    says: 'The service SHOULD […] not return any rooms that are hidden.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with publicroom=0
      bo gets {rooms}: ${items}
      bo is given ${itemsWith(`<item jid='{room}'>{none}</item>`)}
    `,
  },
  {
    at: '6.3',
    says: 'The service SHOULD […] not return any rooms that are hidden.',
    that: 'but to those who belong there',
    script: `
      there: own, bo
      own makes {room} as Own with publicroom=0
      ${affiliate({ bo: 'member' })}
      bo gets {rooms}: ${items}
      bo is given ${itemsWith(`<item jid='{room}'/>`)}
    `,
  },
  {
    at: '6.3',
    says: 'The service SHOULD return a full list of the public rooms it hosts.',
    that: 'a room that is locked does not officially exist yet (7.2.10)',
    script: `
      there: ann, bo
      ann > ${enter('Ann')}
      all is read
      bo gets {rooms}: ${items}
      bo is given ${itemsWith(`<item jid='{room}'>{none}</item>`)}
      bo gets {room}: ${info}
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '6.3',
    says: 'If the full list of rooms is large […] the service MAY return only a partial list of rooms. If it does so, it SHOULD include a <set/> element.',
    that: 'one at a time, and how many there are',
    script: `
      there: ann
      ann makes {room} as Ann
      ann makes a-{room} as Ann
      ann gets {rooms}: ${itemsWith(`<set xmlns='http://jabber.org/protocol/rsm'><max>1</max></set>`)}
      ann is given ${itemsWith(`<item jid='{=first}'/><set xmlns='http://jabber.org/protocol/rsm'><first>{=first}</first><last>{=last}</last><count>{any}</count></set>`)}
      ann gets {rooms}: ${itemsWith(`<set xmlns='http://jabber.org/protocol/rsm'><max>1</max><after>{last}</after></set>`)}
      ann is given ${itemsWith(`<item jid='{first}'>{none}</item><item/><set xmlns='http://jabber.org/protocol/rsm'><first>{any}</first></set>`)}
    `,
  },
  {
    at: '6.3',
    says: 'If it does so, it SHOULD include a <set/> element […] to indicate that the list is not the full result set.',
    that: 'only the count, where no item is asked for (XEP-0059 section 2.7)',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {rooms}: ${itemsWith(`<set xmlns='http://jabber.org/protocol/rsm'><max>0</max></set>`)}
      ann is given ${itemsWith(`<item>{none}</item><set xmlns='http://jabber.org/protocol/rsm'><count>{any}</count></set>`)}
    `,
  },
])

conform(document, 'what a room says of itself', [
  {
    at: '6.4',
    says: 'The room MUST return its identity and SHOULD return the features it supports.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with roomname=Cave
      bo gets {room}: ${info}
      bo is given ${infoWith(`<identity category='conference' type='text' name='Cave'/><feature var='{muc}'/>`)}
    `,
  },
  {
    at: '6.4',
    says: 'The room MUST return its identity.',
    that: 'which there is none of where there is no room',
    script: `
      there: ann
      ann gets {room}: ${info}
      ann is refused cancel item-not-found
      ann gets {room}: ${items}
      ann is refused cancel item-not-found
    `,
  },
  ...kinds.map(([setting, has, hasNot]): Case => ({
    at: '6.4',
    says: 'The room SHOULD return the materially-relevant features it supports, such as password protection and room moderation.',
    that: `${setting}: ${has}`,
    script: `
      there: ann, bo
      ann makes {room} as Ann with ${setting}
      bo gets {room}: ${info}
      bo is given ${infoWith(`<feature var='${has}'/><feature var='${hasNot}'>{none}</feature>`)}
    `,
  })),
  ...fields.map(([setting, name, value]): Case => ({
    at: '6.4',
    says: 'A chatroom MAY return more detailed information in its disco#info response using XEP-0128, identified by inclusion of a hidden FORM_TYPE field whose value is "http://jabber.org/protocol/muc#roominfo".',
    that: `${name}: ${value}`,
    script: `
      there: ann, bo
      ann makes {room} as Ann with ${setting}
      bo gets {room}: ${info}
      bo is given ${field(name, value)}
    `,
  })),
  {
    at: '6.4',
    says: 'Such information might include a more verbose description of the room, the current room subject, and the current number of occupants in the room.',
    that: 'the subject',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann > <message to='{room}' type='groupchat'><subject>Spells</subject></message>
      all is read
      bo gets {room}: ${info}
      bo is given ${field('muc#roominfo_subject', 'Spells')}
    `,
  },
  {
    at: '6.4',
    says: 'Such information might include […] the current room subject.',
    that: 'not to who may not come in',
    script: `
      there: ann, bo
      ann makes {room} as Ann with membersonly=1
      ann > <message to='{room}' type='groupchat'><subject>Spells</subject></message>
      all is read
      bo gets {room}: ${info}
      bo is given ${infoWith(`<x xmlns='jabber:x:data' type='result'><field var='muc#roominfo_subject'>{none}</field></x>`)}
    `,
  },
  {
    at: '6.4',
    says: 'muc#roominfo_contactjid: Contact Addresses (normally, room owner or owners).',
    that: 'where everybody may see who the occupants are',
    script: `
      there: ann, bo
      ann makes {room} as Ann with whois=anyone
      bo gets {room}: ${info}
      bo is given ${field('muc#roominfo_contactjid', '{ann}')}
    `,
  },
  {
    at: '6.4',
    says: 'muc#roominfo_subjectmod: The room subject can be modified by participants.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with changesubject=1
      bo gets {room}: ${info}
      bo is given ${field('muc#roominfo_subjectmod', '1')}
    `,
  },
  {
    at: '6.4',
    says: 'The current number of occupants in the room.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann gets {room}: ${info}
      ann is given ${field('muc#roominfo_occupants', '2')}
    `,
  },
  {
    at: '6.4',
    says: 'FORM_TYPE […] hidden.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${info}
      ann is given ${infoWith(`<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>{muc}#roominfo</value></field></x>`)}
    `,
  },
])
