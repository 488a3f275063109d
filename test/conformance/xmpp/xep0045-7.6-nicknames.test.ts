import { conform } from './conform.ts'
import { enter, present, refusal, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

conform(document, 'changing nickname', [
  {
    at: '7.6',
    says: 'The service then sends two presence stanzas to the full JID of each occupant […], one of type "unavailable" for the old nickname and one indicating availability for the new nickname. The unavailable presence MUST contain […] the new nickname […], a status code of 303.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/oldhag'/>
      ann next < <presence from='{room}/Bo' to='{ann/desk}' type='unavailable'><x xmlns='{muc}#user'><item affiliation='none' role='participant' nick='oldhag' jid='{bo/desk}'/><status code='303'/><status code='110'>{none}</status></x></presence>
      ann next < ${present('oldhag', `affiliation='none' role='participant' jid='{bo/desk}' nick='{none}'`)}
      bo next < <presence from='{room}/Bo' to='{bo/desk}' type='unavailable'><x xmlns='{muc}#user'><item nick='oldhag'/><status code='303'/><status code='110'/></x></presence>
      bo next < ${present('oldhag', `affiliation='none' role='participant'`, 110)}
    `,
  },
  {
    at: '7.6',
    says: 'If the user attempts to change his or her room nickname to a room nickname that is already in use by another user […] the service MUST deny the nickname change request and […] <conflict/>.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Ann' id='n'/>
      bo < ${refusal(`presence from='{room}/Ann' id='n'`, 'conflict', 'cancel')}
      ann !< <presence/>
      bo > ${say('still Bo')}
      ann < ${said('Bo', 'still Bo')}
    `,
  },
  {
    at: '7.6',
    says: 'Sending updated presence information to the room, specifically by sending presence to a new occupant JID in the same room.',
    that: 'with the information in it',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/away'><show>away</show><status>tea</status></presence>
      ann < <presence from='{room}/away'><show>away</show><status>tea</status><x xmlns='{muc}#user'/></presence>
    `,
  },
  {
    at: '7.6',
    says: 'An occupant changes his or her nickname within the room.',
    that: 'what he says is from the new name, and what is said to the old one is not for him',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bob'/>
      bo > ${say('hi')}
      ann < ${said('Bob', 'hi')}
      ann > <message to='{room}/Bo' type='chat' id='p'><body>psst</body></message>
      ann < ${refusal(`message from='{room}/Bo' id='p'`, 'item-not-found', 'cancel')}
      ann > <message to='{room}/Bob' type='chat'><body>psst</body></message>
      bo < <message from='{room}/Ann' type='chat'/>
    `,
  },
  {
    at: '7.6',
    says: 'An occupant changes his or her nickname within the room.',
    that: 'the old one is free',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bob'/>
      all is read
      cy > ${enter('Bo')}
      cy < ${present('Bo', '', 110)}
    `,
  },
  {
    at: '14.1',
    says: 'A MUC service MUST NOT allow empty or invisible Room Nicknames.',
    that: 'nor the change to one',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/  ' id='n'/>
      bo < ${refusal(`presence id='n'`, 'jid-malformed', 'modify')}
      ann !< <presence/>
    `,
  },
])

conform(document, 'changing availability status', [
  {
    at: '7.7',
    says: 'The service then sends a presence stanza from the occupant changing his or her presence to the full JID of each occupant, including extended presence information about the occupant’s role and full JID to those with privileges to view such information.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      bo joins {room} as Bo
      cy joins {room} as Cy
      bo > <presence to='{room}/Bo'><show>xa</show><status>gone where the goblins go</status></presence>
      ann < <presence from='{room}/Bo' to='{ann/desk}'><show>xa</show><status>gone where the goblins go</status><x xmlns='{muc}#user'><item affiliation='none' role='participant' jid='{bo/desk}'/></x></presence>
      cy < <presence from='{room}/Bo' to='{cy/desk}'><show>xa</show><status>gone where the goblins go</status><x xmlns='{muc}#user'><item affiliation='none' role='participant' jid='{none}'/></x></presence>
      bo < <presence from='{room}/Bo'><show>xa</show><x xmlns='{muc}#user'><status code='110'/></x></presence>
    `,
  },
  {
    at: '7.7',
    says: 'An occupant changes availability status within the room by sending updated presence to its occupant JID.',
    that: 'who comes later sees it as well',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo'><show>dnd</show><status>busy</status></presence>
      all is read
      cy > ${enter('Cy')}
      cy < <presence from='{room}/Bo'><show>dnd</show><status>busy</status></presence>
    `,
  },
  {
    at: '14.3',
    says: 'A MUC service SHOULD allow all other presence information to pass through.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='v'/><priority>3</priority></presence>
      ann < <presence from='{room}/Bo'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='v'/><priority>3</priority></presence>
    `,
  },
  {
    at: '14.3',
    says: 'If a MUC service receives such extended presence information from an occupant, it MUST NOT reflect it to other occupants.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo'><show>away</show><x xmlns='{muc}#user'><item affiliation='owner' role='moderator' jid='x@y'/><status code='301'/></x></presence>
      ann < <presence from='{room}/Bo'><show>away</show><x xmlns='{muc}#user'><item affiliation='none' role='participant'/><status code='301'>{none}</status></x></presence>
    `,
  },
])
