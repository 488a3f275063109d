import { conform } from './conform.ts'
import { affiliate, enter, gone, no, present, refusal, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

conform(document, 'entering a room', [
  {
    at: '7.1',
    says: 'The MUC service MUST send it events in the following order: In-room presence from other occupants; […] "self-presence"; Room history (if any); The room subject; Live messages.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      cy joins {room} as Cy
      ann > ${say('one')}
      ann > ${say('two')}
      ann > <message to='{room}' type='groupchat'><subject>tea</subject></message>
      all is read
      bo > ${enter('Bo')}
      bo next < ${present('Ann', `role='moderator' affiliation='owner'`)}
      bo next < ${present('Cy', `role='participant' affiliation='none'`)}
      bo next < ${present('Bo', `role='participant' affiliation='none'`, 110)}
      bo next < ${said('Ann', 'one', `<delay xmlns='urn:xmpp:delay' from='{room}' stamp='{any}'/>`)}
      bo next < ${said('Ann', 'two', `<delay xmlns='urn:xmpp:delay' from='{room}' stamp='{any}'/>`)}
      bo next < <message from='{any}' type='groupchat'><subject>tea</subject><body>{none}</body></message>
      ann > ${say('three')}
      bo next < ${said('Ann', 'three', `<delay xmlns='urn:xmpp:delay'>{none}</delay>`)}
    `,
  },
  {
    at: '7.2.1',
    says: 'If the user does not specify a room nickname […] the service MUST return a <jid-malformed/> error.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > <presence to='{room}' id='in'><x xmlns='{muc}'/></presence>
      bo < ${refusal(`presence from='{room}' id='in'`, 'jid-malformed', 'modify')}
      ann !< <presence/>
    `,
  },
  {
    at: '14.1',
    says: 'A MUC service MUST NOT allow empty or invisible Room Nicknames (i.e., Room Nicknames that consist only of one or more space characters).',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > <presence to='{room}/ ' id='in'><x xmlns='{muc}'/></presence>
      bo < ${refusal(`presence id='in'`, 'jid-malformed', 'modify')}
      bo > <presence to='{room}/&#xa0;&#x2003;' id='in2'><x xmlns='{muc}'/></presence>
      bo < ${refusal(`presence id='in2'`, 'jid-malformed', 'modify')}
      ann !< <presence/>
    `,
  },
  {
    at: '7.2.1',
    says: 'When a MUC service receives an <x/> tagged join stanza from an already-joined client […] it SHOULD send exactly the same stanzas to the client as if it actually just joined the MUC.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann > ${say('one')}
      all is read
      bo > ${enter('Bo')}
      bo next < ${present('Ann', `role='moderator'`)}
      bo next < ${present('Bo', `role='participant'`, 110)}
      bo next < ${said('Ann', 'one', `<delay xmlns='urn:xmpp:delay' from='{room}'/>`)}
      bo next < <message from='{room}' type='groupchat'><subject/></message>
    `,
  },
  {
    at: '14.3',
    says: 'A MUC service MUST NOT treat a presence stanza with a ‘type’ attribute (e.g., a presence probe) as a request to join the room.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > <presence to='{room}/Bo' type='probe'><x xmlns='{muc}'/></presence>
      bo > <presence to='{room}/Bo' type='unavailable'><x xmlns='{muc}'/></presence>
      bo > <presence to='{room}/Bo' type='subscribe'><x xmlns='{muc}'/></presence>
      ann !< <presence/>
      bo !< ${present('Bo', '', 110)}
    `,
  },
  {
    at: '14.3',
    says: 'A MUC service MUST NOT treat a presence stanza with a ‘type’ attribute whose value is other than "unavailable" (e.g., a presence probe) as a request to exit the room.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo' type='probe'/>
      ann !< <presence type='unavailable'/>
      bo > ${say('here')}
      ann < ${said('Bo', 'here')}
    `,
  },
  {
    at: '7.2.2',
    says: 'It MUST send presence from all the existing participants’ occupant JIDs to the new occupant’s full JID, including […] ‘role’ […] and […] ‘affiliation’.',
    script: `
      there: own, ad, me, bo
      own makes {room} as Own
      ${affiliate({ ad: 'admin', me: 'member' })}
      ad joins {room} as Ad
      me joins {room} as Me
      bo > ${enter('Bo')}
      bo < ${present('Own', `affiliation='owner' role='moderator'`)}
      bo < ${present('Ad', `affiliation='admin' role='moderator'`)}
      bo < ${present('Me', `affiliation='member' role='participant'`)}
      bo next < ${present('Bo', `affiliation='none' role='participant'`, 110)}
    `,
  },
  {
    at: '7.2.2',
    says: 'The service MUST also send presence from the new participant’s occupant JID to the full JIDs of all the occupants (including the new occupant).',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      cy joins {room} as Cy
      bo > ${enter('Bo')}
      ann < <presence from='{room}/Bo' to='{ann/desk}'><x xmlns='{muc}#user'><item affiliation='none' role='participant'/>${no(110)}</x></presence>
      cy < <presence from='{room}/Bo' to='{cy/desk}'><x xmlns='{muc}#user'><item affiliation='none' role='participant'/>${no(110)}</x></presence>
      bo < <presence from='{room}/Bo' to='{bo/desk}'><x xmlns='{muc}#user'><item affiliation='none' role='participant'/><status code='110'/></x></presence>
    `,
  },
  {
    at: '7.2.2',
    says: 'The <presence/> element MUST NOT include more than once instance of the <x/> element qualified by the ‘http://jabber.org/protocol/muc#user’ namespace.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > <presence to='{room}/Bo'><x xmlns='{muc}'/><x xmlns='{muc}#user'><item affiliation='owner' role='moderator'/></x></presence>
      ann < ${present('Bo', `affiliation='none' role='participant'`)}
      ann !< <presence><x xmlns='{muc}#user'/><x xmlns='{muc}#user'/></presence>
      bo !< <presence><x xmlns='{muc}#user'/><x xmlns='{muc}#user'/></presence>
    `,
  },
  {
    at: '7.2.3',
    says: 'If the room is non-anonymous, the service MUST send the new occupant’s full JID to all occupants.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann with whois=anyone
      cy joins {room} as Cy
      bo > ${enter('Bo')}
      ann < ${present('Bo', `jid='{bo/desk}'`)}
      cy < ${present('Bo', `jid='{bo/desk}'`)}
      bo < ${present('Ann', `jid='{ann/desk}'`)}
      bo < ${present('Cy', `jid='{cy/desk}'`)}
    `,
  },
  {
    at: '7.2.3',
    says: 'The service MUST warn the user by including a status code of "100" in the initial presence that the room sends to the new occupant.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with whois=anyone
      bo > ${enter('Bo')}
      bo < ${present('Bo', '', 110, 100)}
      ann < <presence from='{room}/Bo'><x xmlns='{muc}#user'><item/>${no(100)}</x></presence>
    `,
  },
  {
    at: '7.2.4',
    says: 'MUST include the new occupant’s full JID only in the presence notifications it sends to occupants with a role of "moderator" and not to non-moderator occupants.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      cy joins {room} as Cy
      bo > ${enter('Bo')}
      ann < ${present('Bo', `jid='{bo/desk}'`)}
      cy < ${present('Bo', `jid='{none}'`)}
      bo < ${present('Ann', `jid='{none}'`)}
      bo < ${present('Cy', `jid='{none}'`)}
      bo < <presence from='{room}/Bo'><x xmlns='{muc}#user'><item/><status code='110'/>${no(100)}</x></presence>
    `,
  },
  {
    at: '14.3',
    says: 'If the service includes an occupant’s JabberID in the MUC presence extension, the value of the ‘jid’ attribute MUST be the full JID.',
    that: 'when somebody goes as well',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo' type='unavailable'/>
      ann < ${gone('Bo', `jid='{bo/desk}' role='none' affiliation='none'`)}
    `,
  },
])
