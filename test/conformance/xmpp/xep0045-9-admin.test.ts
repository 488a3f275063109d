import { conform } from './conform.ts'
import { admin, affiliate, enter, gone, present, refusal } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

/** A room of `own`, with an admin `ad`, a member `me` and `bo`, who is nothing. */
const room = `
  there: own, ad, me, bo
  own makes {room} as Own
  ${affiliate({ ad: 'admin', me: 'member' })}
  ad joins {room} as Ad
  me joins {room} as Me
  bo joins {room} as Bo
  all is read
`

conform(document, 'banning a user', [
  {
    at: '9.1',
    says: 'The service MUST also remove any banned users who are in the room by sending a presence stanza of type "unavailable" to each banned occupant, including status code 301 in the extended presence information, optionally along with the reason (if provided) and the roomnick or bare JID of the user who initiated the ban.',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item affiliation='outcast' jid='{bo}'><reason>Treason</reason></item>`)}
      ad next < <iq type='result' from='{room}'/>
      bo < ${gone('Bo', `<item affiliation='outcast' role='none'><actor nick='Ad'/><reason>Treason</reason></item>`, 110, 301)}
      me < ${gone('Bo', `<item affiliation='outcast' role='none' jid='{none}'><reason>Treason</reason></item>`, 301)}
      own < ${gone('Bo', `affiliation='outcast' role='none' jid='{bo/desk}'`, 301)}
    `,
  },
  {
    at: '9.1',
    says: 'The ban MUST be performed based on the occupant’s bare JID.',
    that: 'all that he is called, on all devices; a full JID is made bare',
    script: `
      there: own, bo/desk, bo/pad
      own makes {room} as Own
      bo/desk joins {room} as Desk
      bo/pad joins {room} as Pad
      own does {room}: ${admin(`<item affiliation='outcast' jid='{bo/pad}'/>`)}
      bo/desk < ${gone('Desk', `affiliation='outcast' role='none'`, 110, 301)}
      bo/pad < ${gone('Pad', `affiliation='outcast' role='none'`, 110, 301)}
      own gets {room}: ${admin(`<item affiliation='outcast'/>`)}
      own is given ${admin(`<item affiliation='outcast' jid='{bo}'/>`)}
    `,
  },
  {
    at: '9.1',
    says: 'A user cannot be banned by an admin with a lower affiliation. Therefore, if an admin attempts to ban an owner, the service MUST deny the request and return a <not-allowed/> error to the sender.',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item affiliation='outcast' jid='{own}'/>`)}
      ad is refused cancel not-allowed
      bo !< <presence/>
    `,
  },
  ...['ad', 'own'].map((who) => ({
    at: '9.1',
    says: 'If an admin or owner attempts to ban himself, the service MUST deny the request and return a <conflict/> error to the sender.',
    that: who,
    script: `
      ${room}
      ${who} sets {room}: ${admin(`<item affiliation='outcast' jid='{${who}}'/>`)}
      ${who} is refused cancel conflict
      bo !< <presence/>
    `,
  })),
  {
    at: '9.1',
    says: 'An admin or owner can ban one or more users from a room.',
    that: 'who is not in, too, and who is not in himself',
    script: `
      there: own, ad, bo
      own makes {room} as Own
      ${affiliate({ ad: 'admin' })}
      ad does {room}: ${admin(`<item affiliation='outcast' jid='{bo}'/>`)}
      bo > ${enter('Bo')}
      bo < ${refusal(`presence from='{room}/Bo'`, 'forbidden', 'auth')}
    `,
  },
  {
    at: '9.2',
    says: 'The service MUST then return the list of banned users to the admin; each item MUST include the ‘affiliation’ and ‘jid’ attributes but SHOULD NOT include the ‘nick’ and ‘role’ attributes.',
    script: `
      ${room}
      ad does {room}: ${admin(`<item affiliation='outcast' jid='{bo}'><reason>Treason</reason></item>`)}
      ad gets {room}: ${admin(`<item affiliation='outcast'/>`)}
      ad is given ${admin(`<item affiliation='outcast' jid='{bo}' nick='{none}' role='{none}'><reason>Treason</reason></item><item jid='{me}'>{none}</item>`)}
    `,
  },
  {
    at: '9.2',
    says: 'The admin MUST send the changed items (i.e., only the "delta") back to the service. […] The service MUST then remove the affected occupants (if they are in the room) and send updated presence.',
    script: `
      ${room}
      ad does {room}: ${admin(`<item affiliation='outcast' jid='{bo}'><reason>Treason</reason></item><item affiliation='outcast' jid='{me}'/>`)}
      own < ${gone('Bo', `affiliation='outcast' role='none'`, 301)}
      own < ${gone('Me', `affiliation='outcast' role='none'`, 301)}
    `,
  },
  {
    at: '9.2',
    says: 'Normally set to a value of "outcast" to ban or "none" to remove ban.',
    script: `
      ${room}
      ad does {room}: ${admin(`<item affiliation='outcast' jid='{bo}'/>`)}
      ad does {room}: ${admin(`<item affiliation='none' jid='{bo}'/>`)}
      ad gets {room}: ${admin(`<item affiliation='outcast'/>`)}
      ad is given ${admin(`<item>{none}</item>`)}
      bo > ${enter('Bo')}
      bo < ${present('Bo', `affiliation='none'`, 110)}
    `,
  },
  {
    at: '9.2',
    says: 'When a request to modify the ban list includes one or more modifications that is prohibited […] the service SHOULD NOT apply any of the requested changes and MUST deny the request using an error which SHOULD be either <conflict/> or <not-allowed/>.',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item affiliation='outcast' jid='{bo}'/><item affiliation='outcast' jid='{own}'/>`)}
      ad is refused cancel not-allowed
      ad sets {room}: ${admin(`<item affiliation='outcast' jid='{bo}'/><item affiliation='outcast' jid='{ad}'/>`)}
      ad is refused cancel conflict
      bo !< <presence/>
    `,
  },
  {
    at: '9.2',
    says: 'An implementation SHOULD match JIDs in the following order: <user@domain>, <domain> (the domain itself matches, as does any user@domain).',
    script: `
      there: own
      outsider: zed
      own makes {room} as Own
      own does {room}: ${admin(`<item affiliation='outcast' jid='{outside}'/>`)}
      zed > <presence to='{room}/Zed' id='in'><x xmlns='{muc}'/></presence>
      zed < ${refusal(`presence from='{room}/Zed'`, 'forbidden', 'auth')}
      own does {room}: ${admin(`<item affiliation='member' jid='{zed}'/>`)}
      zed > <presence to='{room}/Zed' id='in'><x xmlns='{muc}'/></presence>
      zed < ${present('Zed', `affiliation='member'`, 110)}
    `,
  },
  {
    at: '9.2',
    says: 'An implementation SHOULD match JIDs in the following order: <user@domain>, <domain>.',
    that: 'who is in is out',
    script: `
      there: own
      outsider: zed
      own makes {room} as Own
      zed > <presence to='{room}/Zed' id='in'><x xmlns='{muc}'/></presence>
      zed < ${present('Zed', `affiliation='none'`, 110)}
      own does {room}: ${admin(`<item affiliation='outcast' jid='{outside}'/>`)}
      own < ${gone('Zed', `affiliation='outcast' role='none'`, 301)}
    `,
  },
  ...['me', 'bo', 'mo'].map((who) => ({
    at: '9',
    says: 'Any of the following administrative requests MUST be denied if the <user@host> of the ‘from’ address of the request does not match the bare JID of one of the room admins; […] <forbidden/>.',
    that: who === 'mo' ? 'a moderator who is no admin' : who,
    script: `
      ${room}
      there: mo
      mo joins {room} as Mo
      own does {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
      all is read
      ${who} sets {room}: ${admin(`<item affiliation='outcast' jid='{bo}'/>`)}
      ${who} is refused auth forbidden
      ${who} gets {room}: ${admin(`<item affiliation='outcast'/>`)}
      ${who} is refused auth forbidden
      ${who} sets {room}: ${admin(`<item affiliation='member' jid='{bo}'/>`)}
      ${who} is refused auth forbidden
      ${who} sets {room}: ${admin(`<item nick='Bo' role='moderator'/>`)}
      ${who} is refused auth forbidden
      ${who} gets {room}: ${admin(`<item role='moderator'/>`)}
      ${who} is refused auth forbidden
      own !< <presence/>
    `,
  })),
])
