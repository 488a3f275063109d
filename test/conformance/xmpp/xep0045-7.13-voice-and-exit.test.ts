import { conform } from './conform.ts'
import { affiliate, enter, form, gone, present, refusal, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

const request = form('submit', '{muc}#request', { 'muc#role': 'participant' })
const moderated = `
  there: own, vi, pa, mo
  own makes {room} as Own with moderatedroom=1
  ${affiliate({ pa: 'member' })}
  vi joins {room} as Vi
  pa joins {room} as Pa
  mo joins {room} as Mo
  own does {room}: <query xmlns='{muc}#admin'><item nick='Mo' role='moderator'/></query>
  all is read
`

function answer(allow: string): string {
  const fields = {
    'muc#role': 'participant',
    'muc#jid': '{vi/desk}',
    'muc#roomnick': 'Vi',
    'muc#request_allow': allow,
  }
  return `<message to='{room}' id='approve'>${form('submit', '{muc}#request', fields)}</message>`
}

conform(document, 'requesting voice', [
  {
    at: '8.6',
    says: 'The service then SHOULD use that voice request data form as the basis for a voice approval data form that it generates and sends to the room moderator(s).',
    script: `
      ${moderated}
      vi > <message to='{room}' id='ask'>${request}</message>
      own < <message from='{room}' to='{own/desk}'>${form('form', '{muc}#request', { 'muc#role': 'participant', 'muc#jid': '{vi/desk}', 'muc#roomnick': 'Vi', 'muc#request_allow': 'false' })}</message>
      mo < <message from='{room}' to='{mo/desk}'>${form('form', '{muc}#request', { 'muc#roomnick': 'Vi' })}</message>
      pa !< <message/>
      vi !< <message/>
    `,
  },
  {
    at: '8.6',
    says: 'Voice Request Approval Form.',
    that: 'with types and labels',
    script: `
      ${moderated}
      vi > <message to='{room}' id='ask'>${request}</message>
      own < <message><x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'/><field var='muc#role' type='list-single' label='{any}'/><field var='muc#jid' type='jid-single' label='{any}'/><field var='muc#roomnick' type='text-single' label='{any}'/><field var='muc#request_allow' type='boolean' label='{any}'/></x></message>
    `,
  },
  ...['true', '1'].map((allow) => ({
    at: '8.6',
    says: 'If a moderator approves the voice request, the service shall grant voice to the occupant and send a presence update.',
    that: allow,
    script: `
      ${moderated}
      vi > <message to='{room}' id='ask'>${request}</message>
      all is read
      mo > ${answer(allow)}
      pa < ${present('Vi', `role='participant'`)}
      vi < ${present('Vi', `role='participant'`, 110)}
      vi > ${say('thanks')}
      pa < ${said('Vi', 'thanks')}
    `,
  })),
  {
    at: '8.6',
    says: 'If a moderator approves the voice request.',
    that: 'if he does not, nothing is so',
    script: `
      ${moderated}
      vi > <message to='{room}' id='ask'>${request}</message>
      all is read
      mo > ${answer('false')}
      pa !< <presence/>
    `,
  },
  {
    at: '8.6',
    says: 'In order to approve the request, a moderator shall submit the form.',
    that: 'nobody else',
    script: `
      ${moderated}
      pa > ${answer('true')}
      pa < ${refusal(`message from='{room}' id='approve'`, 'forbidden', 'auth')}
      vi > ${answer('true')}
      vi < ${refusal(`message from='{room}' id='approve'`, 'forbidden', 'auth')}
      own !< <presence/>
    `,
  },
  {
    at: '7.13',
    says: 'To request voice, a visitor SHOULD send a <message/> stanza containing a data form to the room itself.',
    that: 'who is not in cannot, nor with a form that is another',
    script: `
      ${moderated}
      there: cy
      cy > <message to='{room}' id='ask'>${request}</message>
      cy < ${refusal(`message from='{room}' id='ask'`, 'not-acceptable', 'modify')}
      vi > <message to='{room}' id='ask'>${form('submit', 'urn:example:form', {})}</message>
      vi < ${refusal(`message from='{room}' id='ask'`, 'bad-request', 'modify')}
      own !< <message/>
    `,
  },
])

conform(document, 'exiting a room', [
  {
    at: '7.14',
    says: 'The service MUST then send a presence stanzas of type "unavailable" from the departing user’s occupant JID to the departing occupant’s full JIDs, including a status code of "110".',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo' type='unavailable'/>
      bo < ${gone('Bo', `affiliation='none' role='none' jid='{bo/desk}'`, 110)}
    `,
  },
  {
    at: '7.14',
    says: 'The service MUST then send presence stanzas of type "unavailable" from the departing user’s occupant JID to the full JIDs of the remaining occupants. […] The ‘role’ attribute MUST be set to a value of "none".',
    script: `
      there: own, me, cy
      own makes {room} as Own
      ${affiliate({ me: 'member' })}
      me joins {room} as Me
      cy joins {room} as Cy
      all is read
      me > <presence to='{room}/Me' type='unavailable'/>
      own < <presence from='{room}/Me' to='{own/desk}' type='unavailable'><x xmlns='{muc}#user'><item affiliation='member' role='none' jid='{me/desk}'/><status>{none}</status></x></presence>
      cy < <presence from='{room}/Me' to='{cy/desk}' type='unavailable'><x xmlns='{muc}#user'><item affiliation='member' role='none' jid='{none}'/></x></presence>
    `,
  },
  {
    at: '7.14',
    says: 'The occupant MAY include normal <status/> information in the unavailable presence stanzas; this enables the occupant to provide a custom exit message.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo' type='unavailable'><status>gone where the goblins go</status></presence>
      ann < <presence from='{room}/Bo' type='unavailable'><status>gone where the goblins go</status><x xmlns='{muc}#user'><item role='none'/></x></presence>
    `,
  },
  {
    at: '7.14',
    says: 'If the user sends a general unavailable presence stanza, the user’s server will broadcast that stanza to the client’s occupant JID.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence type='unavailable'><status>bye</status></presence>
      ann < <presence from='{room}/Bo' type='unavailable'><status>bye</status><x xmlns='{muc}#user'><item role='none'/></x></presence>
      ann > ${say('hi')}
      bo !< ${said('Ann', 'hi')}
    `,
  },
  ...['leaves', 'is cut off'].map((how) => ({
    at: '7.14',
    says: 'If the user goes offline without sending unavailable presence, the user’s server is responsible for sending unavailable presence on behalf of the user.',
    that: how,
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo ${how}
      ann < ${gone('Bo', `role='none'`)}
    `,
  })),
  {
    at: '7.14',
    says: 'If the room is not persistent and this occupant is the last to exit, the service is responsible for destroying the room.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with persistentroom=0
      ann > <presence to='{room}/Ann' type='unavailable'/>
      all is read
      bo gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '7.14',
    says: 'If the room is not persistent.',
    that: 'one that is stays',
    script: `
      there: ann, bo
      ann makes {room} as Ann with persistentroom=1
      ann > <presence to='{room}/Ann' type='unavailable'/>
      all is read
      bo > ${enter('Bo')}
      bo < <presence from='{room}/Bo'><x xmlns='{muc}#user'><item affiliation='none'/><status code='110'/><status code='201'>{none}</status></x></presence>
    `,
  },
  {
    at: '14.3',
    says: 'A room MUST silently ignore unavailable presence received from a user who has a role of "none".',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > <presence to='{room}/Bo' type='unavailable' id='u'/>
      bo > <presence to='{room}/Ann' type='unavailable' id='u'/>
      bo !< <presence/>
      ann !< <presence/>
    `,
  },
  {
    at: '11.1',
    says: 'A MUC service SHOULD remove a user if the service receives a delivery-related error […] it MUST include the 333 status code in the resulting presence.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <message to='{room}/Ann' type='error'><error type='wait'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
      ann < ${gone('Bo', `role='none'`, 333)}
      bo < ${gone('Bo', `role='none'`, 110, 333)}
    `,
  },
  {
    at: '17.1.2',
    says: 'In this context, the delivery-related errors are <gone/>, <item-not-found/>, <recipient-unavailable/>, <redirect/>, <remote-server-not-found/>, and <remote-server-timeout/>.',
    that: 'another error is none',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <message to='{room}/Ann' type='error'><error type='cancel'><feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
      ann !< <presence/>
    `,
  },
])
