import { conform } from './conform.ts'
import { hasFeature, info } from './in-messages.ts'

const document = 'XEP-0410 (1.1.0)'
const ping = `<ping xmlns='urn:xmpp:ping'/>`
const start = `
  there: ann, bo
  ann makes {room} as Ann
`

conform(document, 'whether one is still in', [
  {
    at: '3.3',
    says: 'A service implementing this optimization needs to advertise the http://jabber.org/protocol/muc#self-ping-optimization feature in the XEP-0030 disco#info response on the individual MUC room JIDs […].',
    script: `
      ${start}
      ann gets {room}: ${info}
      ann is given ${hasFeature('{muc}#self-ping-optimization')}
    `,
  },
  {
    at: '3.3',
    says: 'Successful IQ response: the client is joined to the MUC.',
    that: 'by the room itself: the client is not asked',
    script: `
      ${start}
      ann gets {room}/Ann: ${ping}
      ann is given nothing
      ann !< <iq type='get'/>
    `,
  },
  {
    at: '3.3',
    says: "Therefore, a MUC service supporting this protocol may directly respond to a occupant's Ping request to the occupant's own nickname, as opposed to routing it to any of the occupant's clients.",
    that: 'another device of his is not asked either',
    script: `
      ${start}
      there: ann/pad
      ann/pad joins {room} as Ann
      ann/desk gets {room}/Ann: ${ping}
      ann/desk is given nothing
      ann/pad !< <iq type='get'/>
    `,
  },
  {
    at: '3.3',
    says: 'Error (<not-acceptable>): the client is not joined to the MUC.',
    that: 'never, and under another’s nickname',
    script: `
      ${start}
      bo gets {room}/Bo: ${ping}
      bo is refused cancel not-acceptable
      bo gets {room}/Ann: ${ping}
      bo is refused cancel not-acceptable
    `,
  },
  {
    at: '3.3',
    says: 'Error (<not-acceptable>): the client is not joined to the MUC.',
    that: 'any more: he has gone, or was put out',
    script: `
      ${start}
      bo joins {room} as Bo
      bo > <presence to='{room}/Bo' type='unavailable'/>
      all is read
      bo gets {room}/Bo: ${ping}
      bo is refused cancel not-acceptable
      bo joins {room} as Bo
      ann does {room}: <query xmlns='{muc}#admin'><item nick='Bo' role='none'/></query>
      bo gets {room}/Bo: ${ping}
      bo is refused cancel not-acceptable
    `,
  },
  {
    at: '3.3',
    says: 'Error (<not-acceptable>): the client is not joined to the MUC.',
    that: 'this device is not, while another one of the same person is',
    script: `
      ${start}
      there: ann/pad
      ann/pad gets {room}/Ann: ${ping}
      ann/pad is refused cancel not-acceptable
    `,
  },
  {
    at: '3.2',
    says: 'Error (<item-not-found>): the client is joined, but the occupant just changed their name (e.g. initiated by a different client).',
    script: `
      ${start}
      ann > <presence to='{room}/Anna'/>
      all is read
      ann gets {room}/Ann: ${ping}
      ann is refused cancel item-not-found
      ann gets {room}/Anna: ${ping}
      ann is given nothing
    `,
  },
  {
    at: '5',
    says: 'A MUC service implementation should not allow a non-occupant to obtain information about occupants.',
    that: 'who is not in hears the same of who is and who is not',
    script: `
      ${start}
      bo gets {room}/Ann: ${ping}
      bo is refused cancel not-acceptable
      bo gets {room}/Nobody: ${ping}
      bo is refused cancel not-acceptable
    `,
  },
])
