import { conform } from './conform.ts'
import { admin, affiliate, enter, say } from './rooms.ts'

const document = 'XEP-0421 (1.0.1)'

/** With an id that is called so from then on, or that it is to be. */
function id(value: string): string {
  return `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='${value}'/>`
}

const twice = `${id('{any}')}${id('{any}')}`

const twoInRoom = `
  there: ann, bo
  ann makes {room} as Ann
  bo > ${enter('Bo')}
  ann < <presence from='{room}/Bo'>${id('{=bo-id}')}</presence>
  bo < <presence from='{room}/Ann'>${id('{=ann-id}')}</presence>
  all is read
`

conform(document, 'occupant ids', [
  {
    at: '2',
    says: 'If a MUC room implements occupant identifiers, it MUST specify the ‘urn:xmpp:occupant-id:0’ feature. […] If occupant identifiers are force enabled for all rooms on a MUC service, it SHOULD additionally specify the feature on the MUC service.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:occupant-id:0'/></query>
      ann gets {rooms}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:occupant-id:0'/></query>
    `,
  },
  {
    at: '3.1',
    says: 'Attaches an <occupant-id> element within the "urn:xmpp:occupant-id:0" namespace to the presence sent to all occupants in the room.',
    that: 'the same to each, and to himself',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      cy joins {room} as Cy
      bo > ${enter('Bo')}
      bo < <presence from='{room}/Bo'>${id('{=one}')}</presence>
      ann < <presence from='{room}/Bo'>${id('{one}')}</presence>
      cy < <presence from='{room}/Bo'>${id('{one}')}</presence>
    `,
  },
  {
    at: '3.2',
    says: 'Attaches an <occupant-id> element […] to the message sent to all occupants in the room.',
    script: `
      ${twoInRoom}
      bo > ${say('hi')}
      ann < <message from='{room}/Bo'><body>hi</body>${id('{bo-id}')}</message>
      bo < <message from='{room}/Bo'><body>hi</body>${id('{bo-id}')}</message>
    `,
  },
  {
    at: '4',
    says: 'The <occupant-id> element MUST be attached to every message and every presence sent by a MUC.',
    that: 'private messages, chat states, subjects',
    script: `
      ${twoInRoom}
      bo > <message to='{room}/Ann' type='chat'><body>psst</body></message>
      ann < <message from='{room}/Bo' type='chat'><body>psst</body>${id('{bo-id}')}</message>
      bo > <message to='{room}/Ann' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
      ann < <message from='{room}/Bo' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/>${id('{bo-id}')}</message>
      bo > <message to='{room}' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
      ann < <message from='{room}/Bo' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/>${id('{bo-id}')}</message>
      ann > <message to='{room}' type='groupchat'><subject>tea</subject></message>
      bo < <message from='{room}/Ann' type='groupchat'><subject>tea</subject>${id('{ann-id}')}</message>
    `,
  },
  {
    at: '4',
    says: 'The <occupant-id> element MUST be attached to every message and every presence sent by a MUC.',
    that: 'presence of every kind',
    script: `
      ${twoInRoom}
      bo > <presence to='{room}/Bo'><show>away</show></presence>
      ann < <presence from='{room}/Bo'><show>away</show>${id('{bo-id}')}</presence>
      bo > <presence to='{room}/Bo'><status>tea</status></presence>
      ann < <presence from='{room}/Bo'><status>tea</status>${id('{bo-id}')}</presence>
      bo > <presence to='{room}/Bob'/>
      ann < <presence from='{room}/Bo' type='unavailable'>${id('{bo-id}')}</presence>
      ann < <presence from='{room}/Bob'>${id('{bo-id}')}</presence>
      ann does {room}: ${admin(`<item nick='Bob' role='moderator'><reason>why</reason></item>`)}
      ann < <presence from='{room}/Bob'><x xmlns='{muc}#user'><item><reason>why</reason></item></x>${id('{bo-id}')}</presence>
      ann does {room}: ${admin(`<item nick='Bob' role='none'><reason>why</reason></item>`)}
      ann < <presence from='{room}/Bob' type='unavailable'>${id('{bo-id}')}</presence>
    `,
  },
  {
    at: '4',
    says: 'This includes messages sent as part of the discussion history after joining a room, requested via XEP-0313 or any other means.',
    script: `
      ${twoInRoom}
      there: cy
      bo > ${say('hi')}
      ann > <message to='{room}' type='groupchat'><subject>tea</subject></message>
      all is read
      cy > ${enter('Cy')}
      cy < <message from='{room}/Bo'><body>hi</body>${id('{bo-id}')}</message>
      cy < <message from='{room}/Ann'><subject>tea</subject>${id('{ann-id}')}</message>
      cy sets {room}: <query xmlns='urn:xmpp:mam:2'/>
      cy < <message from='{room}'><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='{room}/Bo'><body>hi</body>${id('{bo-id}')}</message></forwarded></result></message>
    `,
  },
  {
    at: '4',
    says: 'Messages and presences MUST NOT contain more than one <occupant-id> element. If the message or presence received by the MUC service already contains <occupant-id> element, the MUC service MUST replace such element before reflecting the message or presence including it.',
    script: `
      ${twoInRoom}
      bo > ${say('hi', id('{ann-id}'))}
      ann !< <message>${id('{ann-id}')}</message>
      ann !< <message>${twice}</message>
      ann < <message from='{room}/Bo'><body>hi</body>${id('{bo-id}')}</message>
      bo > <presence to='{room}/Bo'><show>away</show>${id('{ann-id}')}</presence>
      ann !< <presence>${twice}</presence>
      ann < <presence from='{room}/Bo'><show>away</show>${id('{bo-id}')}</presence>
      bo > <message to='{room}/Ann' type='chat'><body>psst</body>${id('{ann-id}')}</message>
      ann !< <message>${twice}</message>
      ann < <message from='{room}/Bo'><body>psst</body>${id('{bo-id}')}</message>
      bo > <presence to='{room}/Bo' type='unavailable'><status>bye</status>${id('{ann-id}')}</presence>
      ann < <presence from='{room}/Bo' type='unavailable'>${id('{bo-id}')}</presence>
    `,
  },
  {
    at: '4.1',
    says: 'If a user joins the same room a second time, the occupant identifier MUST be the same as was assigned the first time.',
    that: 'under another nickname, too',
    script: `
      ${twoInRoom}
      bo > <presence to='{room}/Bo' type='unavailable'/>
      all is read
      bo > ${enter('Other')}
      ann < <presence from='{room}/Other'>${id('{bo-id}')}</presence>
    `,
  },
  {
    at: '4.1',
    says: 'A user in the sense of this specification is identified by its real bare JID.',
    that: 'on all devices',
    script: `
      there: ann, bo/desk, bo/pad
      ann makes {room} as Ann
      bo/desk > ${enter('Desk')}
      ann < <presence from='{room}/Desk'>${id('{=bo-id}')}</presence>
      bo/pad > ${enter('Pad')}
      ann < <presence from='{room}/Pad'>${id('{bo-id}')}</presence>
    `,
  },
  {
    at: '4.1',
    says: 'The occupant identifier MUST be generated such that it is stable.',
    that: 'after the server has started again',
    script: `
      there: own, bo
      own makes {room} as Own with persistentroom=1
      ${affiliate({ bo: 'member' })}
      bo > ${enter('Bo')}
      bo < <presence from='{room}/Bo'>${id('{=bo-id}')}</presence>
      the server starts again
      bo connects
      bo > ${enter('Bo')}
      bo < <presence from='{room}/Bo'>${id('{bo-id}')}</presence>
    `,
  },
  {
    at: '4.1',
    says: 'A MUC service SHOULD generate the identifier such that the occupant identifier of a user in one room of the service does not match the occupant identifier of the same user in another room.',
    script: `
      ${twoInRoom}
      ann makes other-{room} as Ann
      bo > <presence to='other-{room}/Bo'><x xmlns='{muc}'/></presence>
      bo < <presence from='other-{room}/Bo'>${id('{=other}')}</presence>
      bo !< <presence>${id('{bo-id}')}</presence>
    `,
  },
  {
    at: '4.1',
    says: 'It MUST be sufficiently improbable that one user is able to re-create the occupant identifier of another user.',
    that: 'a room that is made anew at the same address has others',
    script: `
      ${twoInRoom}
      ann does {room}: <query xmlns='{muc}#owner'><destroy/></query>
      all is read
      ann > ${enter('Ann')}
      ann !< <presence>${id('{ann-id}')}</presence>
      ann < <presence from='{room}/Ann'>${id('{any}')}</presence>
    `,
  },
])
