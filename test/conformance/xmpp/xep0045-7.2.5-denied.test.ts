import { conform } from './conform.ts'
import { admin, affiliate, enter, gone, no, present, refusal, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

function denied(condition: string, type: string): string {
  return refusal(`presence from='{room}/Bo' id='in'`, condition, type)
}

conform(document, 'who may not enter', [
  {
    at: '7.2.5',
    says: 'If the room requires a password and the user did not supply one (or the password provided is incorrect), the service MUST deny access to the room and […] returning a presence stanza of type "error" specifying a <not-authorized/> error.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with passwordprotectedroom=1 roomsecret=cauldronburn
      bo > ${enter('Bo')}
      bo < ${denied('not-authorized', 'auth')}
      bo > ${enter('Bo', '<password>wrong</password>')}
      bo < ${denied('not-authorized', 'auth')}
      ann !< <presence/>
      bo !< <presence from='{room}/Ann'/>
    `,
  },
  {
    at: '7.2.5',
    says: 'Passwords SHOULD be supplied with the presence stanza sent when entering the room.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with passwordprotectedroom=1 roomsecret=cauldronburn
      bo > ${enter('Bo', '<password>cauldronburn</password>')}
      bo < ${present('Bo', '', 110)}
      ann !< <presence><x xmlns='{muc}'/></presence>
    `,
  },
  {
    at: '7.2.6',
    says: 'If the room is members-only but the user is not on the member list, the service MUST deny access […] <registration-required/>.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with membersonly=1
      bo > ${enter('Bo')}
      bo < ${denied('registration-required', 'auth')}
      ann !< <presence/>
    `,
  },
  {
    at: '7.2.7',
    says: 'If the user has been banned from the room (i.e., has an affiliation of "outcast"), the service MUST deny access […] <forbidden/>.',
    that: 'with the right password, too',
    script: `
      there: own, bo
      own makes {room} as Own with passwordprotectedroom=1 roomsecret=cauldronburn
      ${affiliate({ bo: 'outcast' })}
      bo > ${enter('Bo', '<password>cauldronburn</password>')}
      bo < ${denied('forbidden', 'auth')}
      own !< <presence/>
    `,
  },
  {
    at: '7.2.8',
    says: 'If the room already contains another user with the nickname desired by the user seeking to enter the room […] the service MUST deny access […] <conflict/>.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      cy joins {room} as Bo
      bo > ${enter('Bo')}
      bo < ${denied('conflict', 'cancel')}
      ann !< <presence/>
    `,
  },
  {
    at: '7.2.8',
    says: 'If the bare JID of the present occupant matches the bare JID of the user seeking to enter the room, then the service SHOULD allow entry to the user, so that the user has two (or more) in-room "sessions" with the same roomnick.',
    script: `
      there: ann, bo/desk, bo/pad
      ann makes {room} as Ann
      bo/desk joins {room} as Bo
      bo/pad > ${enter('Bo')}
      bo/pad < ${present('Ann', `role='moderator'`)}
      bo/pad < ${present('Bo', `role='participant'`, 110)}
    `,
  },
  {
    at: '7.2.8',
    says: 'It MUST route in-room messages to all of the user’s resources and allow all of the user’s resources to send messages to the room; […] private messages to all resources […] RECOMMENDED.',
    script: `
      there: ann, bo/desk, bo/pad
      ann makes {room} as Ann
      bo/desk joins {room} as Bo
      bo/pad joins {room} as Bo
      ann > ${say('both')}
      bo/desk < ${said('Ann', 'both')}
      bo/pad < ${said('Ann', 'both')}
      bo/pad > ${say('from the pad')}
      ann < ${said('Bo', 'from the pad')}
      bo/desk > ${say('from the desk')}
      ann < ${said('Bo', 'from the desk')}
      ann > <message to='{room}/Bo' type='chat'><body>psst</body></message>
      bo/desk < <message from='{room}/Ann' type='chat'><body>psst</body></message>
      bo/pad < <message from='{room}/Ann' type='chat'><body>psst</body></message>
    `,
  },
  {
    at: '7.2.8',
    says: 'The user has two (or more) in-room "sessions" with the same roomnick, one for each resource.',
    that: 'he is gone when the last one is',
    script: `
      there: ann, bo/desk, bo/pad
      ann makes {room} as Ann
      bo/desk joins {room} as Bo
      bo/pad joins {room} as Bo
      bo/desk > <presence to='{room}/Bo' type='unavailable'/>
      bo/desk < ${gone('Bo', `role='none'`, 110)}
      ann !< <presence type='unavailable'/>
      bo/pad !< <presence type='unavailable'/>
      bo/pad > <presence to='{room}/Bo' type='unavailable'/>
      ann < ${gone('Bo', `role='none'`)}
    `,
  },
  {
    at: '7.2.9',
    says: 'If the room has reached its maximum number of occupants, the service SHOULD deny access […] <service-unavailable/>.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann with maxusers=2
      cy joins {room} as Cy
      bo > ${enter('Bo')}
      bo < ${denied('service-unavailable', 'wait')}
      ann !< <presence/>
    `,
  },
  {
    at: '7.2.9',
    says: 'If the room has reached its maximum number of occupants and a room admin or owner attempts to join, the room MUST allow the admin or owner to join.',
    script: `
      there: own, ad, bo
      own makes {room} as Own with maxusers=1
      ${affiliate({ ad: 'admin', bo: 'owner' })}
      ad > ${enter('Ad')}
      ad < ${present('Ad', '', 110)}
      bo > ${enter('Bo')}
      bo < ${present('Bo', '', 110)}
    `,
  },
  {
    at: '7.2.9',
    says: 'If the room has reached its maximum number of occupants.',
    that: 'another device of an occupant is no other occupant',
    script: `
      there: ann, bo/desk, bo/pad
      ann makes {room} as Ann with maxusers=2
      bo/desk joins {room} as Bo
      bo/pad > ${enter('Bo')}
      bo/pad < ${present('Bo', '', 110)}
    `,
  },
  {
    at: '7.2.10',
    says: 'If a user attempts to enter a room while it is "locked" […] the service MUST refuse entry and return an <item-not-found/> error to the user.',
    script: `
      there: ann, bo
      ann > ${enter('Ann')}
      all is read
      bo > ${enter('Bo')}
      bo < ${denied('item-not-found', 'cancel')}
      ann !< <presence/>
    `,
  },
  {
    at: '7.2.11',
    says: 'If the room does not already exist when the user seeks to enter it, the service SHOULD create it.',
    script: `
      there: ann
      ann > ${enter('Ann')}
      ann < ${present('Ann', `affiliation='owner' role='moderator'`, 110, 201)}
    `,
  },
  {
    at: '7.2.12',
    says: 'The service […] MUST also warn the user that the discussions are logged. This is done by including a status code of "170" in the initial presence that the room sends to the new occupant.',
    that: 'everything is on record here',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > ${enter('Bo')}
      bo < ${present('Bo', '', 110, 170)}
      ann < <presence from='{room}/Bo'><x xmlns='{muc}#user'><item/>${no(170)}</x></presence>
    `,
  },
  {
    at: '7.2.17',
    says: 'A service receiving a <presence> without an <x> element from a non-occupant full-JID responds with an explicit kick to that client. The kick MUST contain the status codes 110 […], 307 […], and 333.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > <presence to='{room}/Bo'/>
      bo < ${gone('Bo', `affiliation='none' role='none'`, 110, 307, 333)}
      ann !< <presence/>
    `,
  },
  {
    at: '7.2.17',
    says: 'Treating this as a groupchat 1.0 join will mask the error.',
    that: 'no room is made either',
    script: `
      there: ann
      ann > <presence to='{room}/Ann'><show>away</show></presence>
      ann < ${gone('Ann', `affiliation='none' role='none'`, 110, 307, 333)}
      ann gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '7.2.8',
    says: 'How nickname conflicts are determined is up to the implementation.',
    that: 'nicknames that are the same once they are prepared (RFC 7622 section 3.4) are in conflict',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      cy joins {room} as &#xe9;
      bo > <presence to='{room}/e&#x301;' id='in'><x xmlns='{muc}'/></presence>
      bo < ${refusal(`presence id='in'`, 'conflict', 'cancel')}
    `,
  },
  {
    at: '7.2.8',
    says: 'The service MUST deny access to the room and inform the user of the conflict.',
    that: 'once he has gone, another may have the nickname',
    script: `
      there: own, bo, cy
      own makes {room} as Own
      cy joins {room} as Bo
      own does {room}: ${admin(`<item nick='Bo' role='none'/>`)}
      all is read
      bo > ${enter('Bo')}
      bo < ${present('Bo', '', 110)}
    `,
  },
])
