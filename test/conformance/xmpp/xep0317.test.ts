import { conform } from './conform.ts'
import { NS_INFO, NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0317 (0.3.1)'
const NS = 'urn:xmpp:hats:0'
const commands = 'http://jabber.org/protocol/commands'
const base = 'urn:xmpp:hats:commands'
const uri = 'http://tech.example.edu/hats#TeacherAssistant'
const info = `<query xmlns='${NS_INFO}'/>`

type Values = Readonly<Record<string, string>>

function fields(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `<field var='hats#${name}'><value>${value}</value></field>`)
    .join('')
}

/** A command with its form at once. */
function run(name: string, values: Values | null = null, more = ''): string {
  const hidden = `<field type='hidden' var='FORM_TYPE'><value>${base}</value></field>`
  const form =
    values === null ? '' : `<x xmlns='jabber:x:data' type='submit'>${hidden}${fields(values)}</x>`
  return `<command xmlns='${commands}' node='${base}:${name}'${more || ` action='execute'`}>${form}</command>`
}

function done(name: string, inside = ''): string {
  return `<command xmlns='${commands}' node='${base}:${name}' status='completed'>${inside}</command>`
}

/** The form of a command, whose session is `{session}`. */
function asked(name: string, inside: string): string {
  const hidden = `<field type='hidden' var='FORM_TYPE'><value>${base}</value></field>`
  return `<command xmlns='${commands}' node='${base}:${name}' status='executing' sessionid='{=session}'><x xmlns='jabber:x:data' type='form'>${hidden}${inside}</x></command>`
}

const assistant: Values = { title: 'Assistant', uri, hue: '327.255249' }
const start = `
  there: ann, bo, cy
  ann makes {room} as Ann
  bo joins {room} as Bo
  cy joins {room} as Cy
`
const withHat = `
  ${start}
  ann does {room}: ${run('create', assistant)}
  all is read
`
const worn = `
  ${withHat}
  ann does {room}: ${run('assign', { jid: '{bo}', uri })}
  all is read
`
const hat = `<hat xmlns='${NS}' title='Assistant' uri='${uri}' hue='327.255249'/>`
const hats = (inside = hat): string => `<hats xmlns='${NS}'>${inside}</hats>`
const shown = (nick: string, inside: string): string =>
  `<presence from='{room}/${nick}' type='{none}'>${inside}</presence>`
const told = `<message from='{room}' type='groupchat'><x xmlns='{muc}#user'><status code='104'/></x></message>`

conform(document, 'discovery', [
  {
    at: '2',
    says: 'A room in a MUC service that supports hats MUST advertise a XEP-0030 feature of "urn:xmpp:hats:0" to the requesting entity.',
    script: `
      ${start}
      bo gets {room}: ${info}
      bo is given <query xmlns='${NS_INFO}'><feature var='${NS}'/></query>
    `,
  },
  {
    at: '2',
    says: `If the room has a list of hats configured, it should advertise it in its 'muc#roominfo' extension form by computing a unique hash based on the list of hats URIs provided.`,
    that: 'which changes with the list',
    script: `
      ${start}
      bo gets {room}: ${info}
      bo is given <query xmlns='${NS_INFO}'><x xmlns='jabber:x:data'><field var='hats#hash'>{none}</field></x></query>
      ann does {room}: ${run('create', assistant)}
      bo gets {room}: ${info}
      bo is given <query xmlns='${NS_INFO}'><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>{muc}#roominfo</value></field><field var='hats#hash'><value>{=hash}</value></field></x></query>
      ann does {room}: ${run('create', { title: 'Teacher', uri: 'http://tech.example.edu/hats#Teacher' })}
      bo > <iq type='get' id='again' to='{room}'>${info}</iq>
      bo !< <iq id='again'><query xmlns='${NS_INFO}'><x xmlns='jabber:x:data'><field var='hats#hash'><value>{hash}</value></field></x></query></iq>
      bo < <iq id='again' type='result'/>
    `,
  },
  {
    at: '2',
    says: 'The "hat list" and all associated commands are OPTIONAL. Some of the commands might be restricted by some business logic or internal rules (such as a LDAP configuration where the hats are already preconfigured).',
    that: 'an owner has all of them, and others the list',
    script: `
      ${start}
      ann gets {room}: <query xmlns='${NS_ITEMS}' node='${commands}'/>
      ann is given <query xmlns='${NS_ITEMS}' node='${commands}'>${[
        'create',
        'destroy',
        'list',
        'assign',
        'unassign',
        'list-assigned',
      ]
        .map((name) => `<item jid='{room}' node='${base}:${name}'/>`)
        .join('')}</query>
      bo gets {room}: <query xmlns='${NS_ITEMS}' node='${commands}'/>
      bo is given <query xmlns='${NS_ITEMS}' node='${commands}'><item node='${base}:list'/><item node='${base}:assign'>{none}</item></query>
    `,
  },
])

conform(document, 'hats in presence', [
  {
    at: '3.1',
    says: `Every hat is uniquely identified by its URI. […] This element MUST possess a 'uri' attribute (containing the hat's URI), a 'title' attribute containing the name of the hat for display purposes, MAY contain an 'xml:lang' attribute that identifies the language used in the 'title' attribute and MAY contain a Hue Angle color that define the hat color to apply.`,
    script: `
      ${withHat}
      ann does {room}: ${run('assign', { jid: '{bo}', uri })}
      cy < ${shown('Bo', `${hats()}<x xmlns='{muc}#user'><item affiliation='none' role='participant'/></x>`)}
    `,
  },
  {
    at: '3.1',
    says: 'Entities may have multiple hats. The <hats/> element is defined as a container of zero or more <hat/> elements.',
    that: 'in all of his presence, and to who comes later',
    script: `
      ${worn}
      ann does {room}: ${run('create', { title: 'Teacher', uri: 'urn:example:teacher' })}
      ann does {room}: ${run('assign', { jid: '{bo}', uri: 'urn:example:teacher' })}
      all is read
      bo > <presence to='{room}/Bo'><show>away</show></presence>
      cy < ${shown('Bo', `<show>away</show>${hats(`${hat}<hat title='Teacher' uri='urn:example:teacher' hue='{none}'/>`)}`)}
      there: dan
      dan > <presence to='{room}/Dan'><x xmlns='{muc}'/></presence>
      dan < ${shown('Bo', hats())}
      dan < ${shown('Cy', `<hats xmlns='${NS}'>{none}</hats>`)}
    `,
  },
  {
    at: '3.1',
    says: `Hats are signalled in a similar way.`,
    that: 'by the room alone: what an occupant claims is not shown',
    script: `
      ${withHat}
      cy > <presence to='{room}/Cy'>${hats()}</presence>
      bo < ${shown('Cy', `<hats xmlns='${NS}'>{none}</hats>`)}
    `,
  },
])

/** What is no hat. */
const wrong: readonly (readonly [that: string, values: Values])[] = [
  ['without a title', { uri }],
  ['without a URI', { title: 'Assistant' }],
  ['a URI that is none', { title: 'Assistant', uri: 'a hat' }],
  ['a hue that is no angle', { title: 'Assistant', uri, hue: '400' }],
]

conform(document, 'making, changing and destroying hats', [
  {
    at: '3.2',
    says: 'The following flow shows how to create a hat.',
    script: `
      ${start}
      ann sets {room}: ${run('create')}
      ann is given ${asked('create', `<field var='hats#title' type='text-single'><required/></field><field var='hats#uri' type='text-single'><required/></field><field var='hats#hue' type='text-single'/>`)}
      ann sets {room}: ${run('create', assistant, ` sessionid='{session}'`)}
      ann is given ${done('create')}
    `,
  },
  {
    at: '3.2',
    says: 'When any change is applied to the hats list the room SHOULD broadcast a notification that the configuration changed to all users present.',
    script: `
      ${start}
      ann does {room}: ${run('create', assistant)}
      ann < ${told}
      bo < ${told}
      cy < ${told}
    `,
  },
  {
    at: '3.2',
    says: 'Updating a hat follows the same flow but set an existing "hats#uri". If a hat is updated the room SHOULD broadcast the related JID presences with the refreshed hat list.',
    script: `
      ${worn}
      ann does {room}: ${run('create', { title: 'Helper', uri })}
      cy < ${shown('Bo', hats(`<hat title='Helper' uri='${uri}' hue='{none}'/>`))}
      cy !< ${shown('Ann', '')}
    `,
  },
  ...wrong.map(([that, values]) => ({
    at: '3.2',
    says: `[…] MAY contain a Hue Angle color that define the hat color to apply.`,
    that,
    script: `
      ${start}
      ann sets {room}: ${run('create', values)}
      ann is refused modify bad-request <bad-payload xmlns='${commands}'/>
      bo !< <message/>
    `,
  })),
  {
    at: '3.3',
    says: 'It first asks the formulary, which returns a list of all the available hats, and then actually requests to destroy one of them.',
    script: `
      ${withHat}
      ann sets {room}: ${run('destroy')}
      ann is given ${asked('destroy', `<field type='list-single' var='hats#uri'><option><value>${uri}</value></option></field>`)}
      ann sets {room}: ${run('destroy', { uri }, ` sessionid='{session}'`)}
      ann is given ${done('destroy')}
      ann sets {room}: ${run('list')}
      ann is given ${done('list', `<x xmlns='jabber:x:data' type='result'><item>{none}</item></x>`)}
    `,
  },
  {
    at: '3.3',
    says: 'Notice that alternatively, the client may send directly the query to destroy a hat without first requesting the formulary, as it already knows many hats that were received in presence stanzas.',
    script: `
      ${withHat}
      ann sets {room}: ${run('destroy', { uri })}
      ann is given ${done('destroy')}
    `,
  },
  {
    at: '3.3',
    says: 'When a hat is destroyed, it is automatically removed from all the JIDs where it was assigned. The room SHOULD broadcast the related JID presences with the refreshed hats list.',
    script: `
      ${worn}
      ann does {room}: ${run('destroy', { uri })}
      cy < ${shown('Bo', `<hats xmlns='${NS}'>{none}</hats>`)}
      cy < ${told}
      ann sets {room}: ${run('list-assigned')}
      ann is given ${done('list-assigned', `<x xmlns='jabber:x:data' type='result'><item>{none}</item></x>`)}
    `,
  },
  {
    at: '3.3',
    says: 'The following flow shows how to destroy a hat and remove it from the list of available hats.',
    that: 'one that is not there',
    script: `
      ${start}
      ann sets {room}: ${run('destroy', { uri })}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '3.4',
    says: 'An entity might be interested to get all the existing hats available in a chatroom.',
    script: `
      ${withHat}
      bo sets {room}: ${run('list')}
      bo is given ${done('list', `<x xmlns='jabber:x:data' type='result'><reported><field var='hats#title'/><field var='hats#uri'/><field var='hats#hue'/></reported><item>${fields(assistant)}</item></x>`)}
    `,
  },
  {
    at: '3.4',
    says: 'An entity might be interested to get all the existing hats available in a chatroom.',
    that: 'who does not belong to it hears of none',
    script: `
      ${withHat}
      there: dan
      dan sets {room}: ${run('list')}
      dan is refused cancel forbidden
    `,
  },
])

conform(document, 'who wears which', [
  {
    at: '3.5',
    says: 'Unless an error occurs, the room returns the appropriate form.',
    script: `
      ${withHat}
      ann sets {room}: ${run('assign')}
      ann is given ${asked('assign', `<field type='jid-single' var='hats#jid'><required/></field><field type='list-single' var='hats#uri'><option><value>${uri}</value></option></field>`)}
      ann sets {room}: ${run('assign', { jid: '{bo}', uri }, ` sessionid='{session}'`)}
      ann is given ${done('assign')}
      cy < ${shown('Bo', hats())}
    `,
  },
  {
    at: '3.5',
    says: 'Note: only one hat is added at a time, and the form uses a field of type "list-single" to enforce that logic.',
    that: 'a hat that is not there, and nobody',
    script: `
      ${withHat}
      ann sets {room}: ${run('assign', { jid: '{bo}', uri: 'urn:example:other' })}
      ann is refused cancel item-not-found
      ann sets {room}: ${run('assign', { jid: 'nobody@{domain}', uri })}
      ann is refused cancel item-not-found
      bo !< <presence/>
    `,
  },
  {
    at: '3.5',
    says: 'Hats are assigned and removed using XEP-0050.',
    that: 'by owners alone, as they are made',
    script: `
      ${withHat}
      ${['create', 'destroy', 'assign', 'unassign', 'list-assigned']
        .map((name) => `bo sets {room}: ${run(name)}\nbo is refused cancel forbidden`)
        .join('\n')}
    `,
  },
  {
    at: '3.5',
    says: 'The following flow shows how to assign a hat.',
    that: 'to somebody who is not in',
    script: `
      ${withHat}
      there: dan
      ann does {room}: ${run('assign', { jid: '{dan}', uri })}
      all is read
      dan > <presence to='{room}/Dan'><x xmlns='{muc}'/></presence>
      bo < ${shown('Dan', hats())}
    `,
  },
  {
    at: '3.6',
    says: 'When the hat is removed, the room SHOULD broadcast the related JID presence with the refreshed hat list.',
    script: `
      ${worn}
      ann sets {room}: ${run('unassign', { jid: '{bo}', uri })}
      cy < ${shown('Bo', `<hats xmlns='${NS}'>{none}</hats>`)}
      ann is given ${done('unassign')}
      ann sets {room}: ${run('unassign', { jid: '{bo}', uri })}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '3.7',
    says: 'An entity might be interested to get all the hats assigned to users in a chatroom.',
    script: `
      ${worn}
      ann sets {room}: ${run('list-assigned')}
      ann is given ${done('list-assigned', `<x xmlns='jabber:x:data' type='result'><reported><field var='hats#jid'/><field var='hats#uri'/><field var='hats#title'/><field var='hats#hue'/></reported><item>${fields({ jid: '{bo}', ...assistant })}</item></x>`)}
    `,
  },
])
