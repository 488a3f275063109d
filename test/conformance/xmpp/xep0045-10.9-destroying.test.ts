import { conform } from './conform.ts'
import { affiliate, enter, gone, owner, present } from './rooms.ts'

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

function destroyed(nick: string, content: string): string {
  return `<presence from='{room}/${nick}' type='unavailable'><x xmlns='{muc}#user'><item affiliation='none' role='none'/>${content}</x></presence>`
}

conform(document, 'destroying a room', [
  {
    at: '10.9',
    says: 'If extended information specifying the JID of an alternate location and/or the reason for the room destruction was provided by the room owner, the presence stanza MUST include that information.',
    script: `
      ${room}
      own sets {room}: ${owner(`<destroy jid='coven@{rooms}'><reason>Macbeth doth come.</reason><password>sesame</password></destroy>`)}
      bo < ${destroyed('Bo', `<destroy jid='coven@{rooms}'><reason>Macbeth doth come.</reason><password>sesame</password></destroy>`)}
      me < ${destroyed('Me', `<destroy jid='coven@{rooms}'><reason>Macbeth doth come.</reason></destroy>`)}
      own < ${destroyed('Own', `<destroy jid='coven@{rooms}'/>`)}
      own is given nothing
    `,
  },
  {
    at: '10.9',
    says: 'The extended presence information of the stanza MUST include <destroy/> element.',
    that: 'where neither is given',
    script: `
      ${room}
      own does {room}: ${owner('<destroy/>')}
      bo < ${destroyed('Bo', `<destroy jid='{none}'><reason>{none}</reason></destroy>`)}
    `,
  },
  {
    at: '10.9',
    says: 'It SHOULD NOT broadcast presence stanzas of type "unavailable" from all occupants, instead sending only one presence stanza of type "unavailable" to each occupant.',
    script: `
      ${room}
      own does {room}: ${owner('<destroy/>')}
      bo < ${destroyed('Bo', '<destroy/>')}
      bo !< <presence/>
      own < ${destroyed('Own', '<destroy/>')}
      own !< <presence/>
    `,
  },
  {
    at: '10.9',
    says: 'Destroys the room, even if it was defined as persistent.',
    script: `
      there: own, bo
      own makes {room} as Own with persistentroom=1
      own does {room}: ${owner('<destroy/>')}
      bo gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      bo is refused cancel item-not-found
      bo > ${enter('Bo')}
      bo < ${present('Bo', `affiliation='owner'`, 110, 201)}
    `,
  },
  {
    at: '10.9',
    says: 'If the <user@host> of the ‘from’ address received on a destroy request does not match the bare JID of a room owner, the service MUST return a <forbidden/> error to the sender.',
    that: 'an admin',
    script: `
      ${room}
      ad sets {room}: ${owner('<destroy/>')}
      ad is refused auth forbidden
      bo !< <presence/>
    `,
  },
  {
    at: '10.9',
    says: 'The address of the alternate venue MAY be provided as the value of the <destroy/> element’s ‘jid’ attribute.',
    that: 'it is an address',
    script: `
      ${room}
      own sets {room}: ${owner(`<destroy jid='@@'/>`)}
      own is refused modify jid-malformed
      bo !< <presence/>
    `,
  },
  {
    at: '10.9',
    says: 'A room owner MUST be able to destroy a room.',
    that: 'without being in it',
    script: `
      there: own, bo
      own makes {room} as Own with persistentroom=1
      bo joins {room} as Bo
      own > <presence to='{room}/Own' type='unavailable'/>
      all is read
      own does {room}: ${owner('<destroy/>')}
      bo < ${gone('Bo', `affiliation='none' role='none'`)}
    `,
  },
  {
    at: '10.9',
    says: 'If the room was defined as persistent.',
    that: 'what an owner has set, and who is what, is so after the server has started again',
    script: `
      there: own, bo
      own makes {room} as Own with persistentroom=1 roomname=Cave membersonly=1 whois=anyone
      ${affiliate({ bo: 'member' })}
      the server starts again
      bo connects
      bo gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      bo is given <query xmlns='http://jabber.org/protocol/disco#info'><identity name='Cave'/><feature var='muc_membersonly'/><feature var='muc_nonanonymous'/></query>
      bo > ${enter('Bo')}
      bo < ${present('Bo', `affiliation='member'`, 110, 100)}
    `,
  },
])
