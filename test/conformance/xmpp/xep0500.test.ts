import { conform } from './conform.ts'
import { info } from './in-messages.ts'
import { NS_INFO } from './pubsub-words.ts'
import { owner, refusal, say, submit } from './rooms.ts'

const document = 'XEP-0500 (0.1.1)'
const validate = 'http://jabber.org/protocol/xdata-validate'
const duration = (value: string): string => submit({ slow_mode_duration: value })

const start = `
  there: ann, bo, cy
  ann makes {room} as Ann
  bo joins {room} as Bo
  cy joins {room} as Cy
`
const slow = `
  ${start}
  ann does {room}: ${duration('600')}
  all is read
`
const tooSoon = refusal(`message from='{room}' id='said'`, 'policy-violation', 'wait')
const hears = (nick: string, text: string): string =>
  `cy < <message from='{room}/${nick}'><body>${text}</body></message>`
const elapsed =
  'When the Slow Mode is enabled, server MUST NOT accept two consecutive messages from the same user, to the same room, until the slow mode duration has elapsed.'

function asked(field: string): string {
  return owner(`<x xmlns='jabber:x:data' type='form'>${field}</x>`)
}

function about(value: string): string {
  return `<query xmlns='${NS_INFO}'><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>{muc}#roominfo</value></field><field var='muc#roominfo_slow_mode_duration' type='text-single'><value>${value}</value></field></x></query>`
}

conform(document, 'configuring it', [
  {
    at: '5.1',
    says: `If room owners can configure the Slow Mode feature, the server MUST add a 'muc#roomconfig_slow_mode_duration' field in the room configuration form. This field MUST have its type equal to 'text-single'.`,
    script: `
      ${start}
      ann gets {room}: ${owner()}
      ann is given ${asked(`<field var='muc#roomconfig_slow_mode_duration' type='text-single'><value>0</value></field>`)}
    `,
  },
  {
    at: '5.1',
    says: `This field MUST use Data Forms Validation […], having its datatype equal to 'xs:integer'. The 'value' of the field MUST be a positive integer, so you MUST add a 'range' validation, as described in XEP-0122.`,
    script: `
      ${start}
      ann gets {room}: ${owner()}
      ann is given ${asked(`<field var='muc#roomconfig_slow_mode_duration'><validate xmlns='${validate}' datatype='xs:integer'><range min='0' max='86400'/></validate></field>`)}
    `,
  },
  ...['-1', 'ten', '86401', '1.5'].map((value) => ({
    at: '10',
    says: `The slow mode duration parameter is a positive integer. When parsing its value, clients and servers MUST ignore invalid value. They MUST also check that this value is not to big to store in memory […].`,
    that: `${value}: the form is refused`,
    script: `
      ${start}
      ann sets {room}: ${duration(value)}
      ann is refused modify not-acceptable
      ann gets {room}: ${info}
      ann is given ${about('0')}
    `,
  })),
  {
    at: '5.1',
    says: `If the configuration is changed, the server SHOULD send a status code '104' […].`,
    script: `
      ${start}
      ann does {room}: ${duration('10')}
      bo < <message from='{room}' type='groupchat'><x xmlns='{muc}#user'><status code='104'/></x></message>
    `,
  },
  {
    at: '5.2',
    says: `In any case, to allow clients to discover that the feature is active, the server MUST respond on room information queries by adding a 'muc#roominfo_slow_mode_duration' field. This field type MUST be 'text-single', and its value MUST be a positive integer. Value '0' means that the slow mode is disabled for this room.`,
    script: `
      ${start}
      bo gets {room}: ${info}
      bo is given ${about('0')}
      ann does {room}: ${duration('600')}
      bo gets {room}: ${info}
      bo is given ${about('600')}
    `,
  },
])

conform(document, 'who has to wait', [
  {
    at: '6',
    says: elapsed,
    that: 'and others may speak meanwhile',
    script: `
      ${slow}
      bo > ${say('one')}
      ${hears('Bo', 'one')}
      bo > ${say('two')}
      bo < ${tooSoon}
      cy > ${say('three')}
      ${hears('Cy', 'three')}
    `,
  },
  {
    at: '6',
    says: 'The rejected message MUST NOT be forwarded to other room occupants.',
    script: `
      ${slow}
      bo > ${say('one')}
      ${hears('Bo', 'one')}
      bo > ${say('two')}
      cy !< <message/>
    `,
  },
  {
    at: '6',
    says: `'error_type' MUST be 'wait', […] 'error_condition' MUST be 'policy-violation', […] the stanza SHOULD contain a <text>' element explaining why the message was rejected, and this message SHOULD mention the slow mode duration so that users can understand why they can't post their message.`,
    script: `
      ${slow}
      bo > ${say('one')}
      bo > ${say('two')}
      bo < <message type='error' id='said'><error type='wait'><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>{any}600 s{any}</text></error></message>
    `,
  },
  {
    at: '6',
    says: 'Room administrators and owners MUST NOT be rate limited.',
    script: `
      ${slow}
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='admin' jid='{bo}'/></query>
      ${['one', 'two'].map((text) => `ann > ${say(text)}\n${hears('Ann', text)}`).join('\n')}
      ${['three', 'four'].map((text) => `bo > ${say(text)}\n${hears('Bo', text)}`).join('\n')}
    `,
  },
  {
    at: '6',
    says: elapsed,
    that: 'a moderator who is neither has to wait',
    script: `
      ${slow}
      ann does {room}: <query xmlns='{muc}#admin'><item role='moderator' nick='Bo'/></query>
      bo > ${say('one')}
      bo > ${say('two')}
      bo < ${tooSoon}
    `,
  },
  {
    at: '6',
    says: `Only messages containing at least one '<body/>' element must be taking into account (to avoid counting 'chatstate' messages for example).`,
    script: `
      ${slow}
      bo > <message to='{room}' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
      cy < <message from='{room}/Bo'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
      bo > <message to='{room}' type='groupchat'><reactions xmlns='urn:xmpp:reactions:0' id='x'><reaction>👋</reaction></reactions></message>
      cy < <message from='{room}/Bo'><reactions xmlns='urn:xmpp:reactions:0' id='x'/></message>
      bo > ${say('one')}
      ${hears('Bo', 'one')}
      bo > <message to='{room}' type='groupchat'><reactions xmlns='urn:xmpp:reactions:0' id='x'/></message>
      cy < <message from='{room}/Bo'><reactions xmlns='urn:xmpp:reactions:0' id='x'/></message>
    `,
  },
  {
    at: '10',
    says: `As a same user can join a room with multiple sessions and/or nicknames, the server MUST use the appropriate criteria to identify the account, and apply the same limits to all user's sessions.`,
    that: 'another device',
    script: `
      ${slow}
      there: bo/pad
      bo/pad joins {room} as Bo
      bo > ${say('one')}
      ${hears('Bo', 'one')}
      bo/pad > ${say('two')}
      bo/pad < ${tooSoon}
    `,
  },
  {
    at: '10',
    says: `As a same user can join a room with multiple sessions and/or nicknames, the server MUST use the appropriate criteria to identify the account, and apply the same limits to all user's sessions.`,
    that: 'another nickname, and who has gone and comes again',
    script: `
      ${slow}
      bo > ${say('one')}
      ${hears('Bo', 'one')}
      bo > <presence to='{room}/Bob'/>
      bo > ${say('two')}
      bo < ${tooSoon}
      bo > <presence to='{room}/Bob' type='unavailable'/>
      all is read
      bo joins {room} as Bo
      bo > ${say('three')}
      bo < ${tooSoon}
      cy !< <message/>
    `,
  },
  {
    at: '5.1',
    says: `Value '0' means that the slow mode is disabled for this room.`,
    script: `
      ${slow}
      bo > ${say('one')}
      ${hears('Bo', 'one')}
      ann does {room}: ${duration('0')}
      bo > ${say('two')}
      ${hears('Bo', 'two')}
    `,
  },
])
