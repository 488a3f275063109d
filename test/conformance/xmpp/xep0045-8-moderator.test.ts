import { conform } from './conform.ts'
import { admin, affiliate, enter, gone, present, refusal, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

/** A moderated room of `own`, with a moderator `mo`, a participant `pa` and a visitor `vi`. */
const room = `
  there: own, mo, pa, vi
  own makes {room} as Own with moderatedroom=1
  ${affiliate({ mo: 'admin', pa: 'member' })}
  mo joins {room} as Mo
  pa joins {room} as Pa
  vi joins {room} as Vi
  all is read
`
const tea = `<message to='{room}' type='groupchat' id='s'><subject>tea</subject></message>`

conform(document, 'modifying the room subject', [
  {
    at: '8.1',
    says: 'The MUC service MUST reflect the message to all other occupants with a ‘from’ address equal to the room JID or to the occupant JID that corresponds to the sender of the subject change.',
    script: `
      ${room}
      mo > ${tea}
      own < <message from='{room}/Mo' to='{own/desk}' type='groupchat' id='s'><subject>tea</subject><body>{none}</body></message>
      pa < <message from='{room}/Mo' type='groupchat'><subject>tea</subject></message>
      vi < <message from='{room}/Mo' type='groupchat'><subject>tea</subject></message>
      mo < <message from='{room}/Mo' type='groupchat'><subject>tea</subject></message>
    `,
  },
  ...['pa', 'vi'].map((who) => ({
    at: '8.1',
    says: 'If someone without appropriate privileges attempts to change the room subject, the service MUST return a message of type "error" specifying a <forbidden/> error condition.',
    that: who === 'pa' ? 'participant' : 'visitor',
    script: `
      ${room}
      ${who} > ${tea}
      ${who} < ${refusal(`message from='{room}' id='s'`, 'forbidden', 'auth')}
      own !< <message/>
    `,
  })),
  {
    at: '8.1',
    says: 'This is configurable, with the result that a mere participant […] might be allowed to change the subject, as controlled by the "muc#roomconfig_changesubject" option.',
    script: `
      there: own, pa
      own makes {room} as Own with changesubject=1
      pa joins {room} as Pa
      pa > ${tea}
      own < <message from='{room}/Pa' type='groupchat'><subject>tea</subject></message>
    `,
  },
  {
    at: '8.1',
    says: 'In order to remove the existing subject but not provide a new subject (i.e., set the subject to be empty), the client shall send an empty <subject/> element.',
    script: `
      ${room}
      mo > ${tea}
      all is read
      mo > <message to='{room}' type='groupchat'><subject></subject></message>
      pa < <message from='{room}/Mo' type='groupchat'><subject/></message>
    `,
  },
  {
    at: '8.1',
    says: 'A message with a <subject/> and a <body/> […] is a legitimate message, but it SHALL NOT be interpreted as a subject change.',
    that: 'a participant may send it',
    script: `
      ${room}
      pa > <message to='{room}' type='groupchat'><subject>no</subject><body>hi</body></message>
      own < <message from='{room}/Pa'><subject>no</subject><body>hi</body></message>
    `,
  },
  {
    at: '8.1',
    says: 'The subject is changed by sending a message of type "groupchat" to the room.',
    that: 'by nobody who is not in',
    script: `
      ${room}
      there: cy
      cy > ${tea}
      cy < ${refusal(`message from='{room}' id='s'`, 'not-acceptable', 'modify')}
      own !< <message/>
    `,
  },
])

conform(document, 'kicking an occupant', [
  {
    at: '8.2',
    says: 'The service MUST remove the kicked occupant by sending a presence stanza of type "unavailable" to each kicked occupant, including status code 307 in the extended presence information, optionally along with the reason (if provided) and the roomnick or bare JID of the user who initiated the kick.',
    script: `
      ${room}
      mo sets {room}: ${admin(`<item nick='Pa' role='none'><reason>Avaunt, you cullion!</reason></item>`)}
      pa < ${gone('Pa', `<item affiliation='member' role='none'><actor nick='Mo'/><reason>Avaunt, you cullion!</reason></item>`, 110, 307)}
      mo is given nothing
    `,
  },
  {
    at: '8.2',
    says: 'After informing the moderator, the service MUST then inform all of the remaining occupants that the kicked occupant is no longer in the room […] including the status code.',
    script: `
      ${room}
      mo sets {room}: ${admin(`<item nick='Pa' role='none'/>`)}
      mo next < <iq type='result' from='{room}'/>
      mo next < ${gone('Pa', `affiliation='member' role='none' jid='{pa/desk}'`, 307)}
      own < ${gone('Pa', `affiliation='member' role='none' jid='{pa/desk}'`, 307)}
      vi < <presence from='{room}/Pa' type='unavailable'><x xmlns='{muc}#user'><item role='none' jid='{none}'/><status code='307'/><status code='110'>{none}</status></x></presence>
      pa > ${say('hi')}
      pa < ${refusal(`message id='said'`, 'not-acceptable', 'modify')}
    `,
  },
  {
    at: '8.2',
    says: 'The kick is performed based on the occupant’s room nickname.',
    that: 'all of his devices are out, and he may come again',
    script: `
      there: own, bo/desk, bo/pad
      own makes {room} as Own
      bo/desk joins {room} as Bo
      bo/pad joins {room} as Bo
      own does {room}: ${admin(`<item nick='Bo' role='none'/>`)}
      bo/desk < ${gone('Bo', `role='none'`, 110, 307)}
      bo/pad < ${gone('Bo', `role='none'`, 110, 307)}
      bo/pad > ${enter('Bo')}
      bo/pad < ${present('Bo', `role='participant'`, 110)}
    `,
  },
  ...(
    [
      ['member', 'admin'],
      ['member', 'owner'],
      ['admin', 'owner'],
      ['none', 'member'],
    ] as const
  ).map(([mine, its]) => ({
    at: '8.2',
    says: 'A user cannot be kicked by a moderator with a lower affiliation. […] The service MUST deny the request and return a <not-allowed/> error to the sender.',
    that: `${mine} of ${its}`,
    script: `
      there: own, mo, bo
      own makes {room} as Own
      ${affiliate({ ...(mine !== 'none' && { mo: mine }), bo: its })}
      mo joins {room} as Mo
      bo joins {room} as Bo
      own does {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
      all is read
      mo sets {room}: ${admin(`<item nick='Bo' role='none'/>`)}
      mo is refused cancel not-allowed
      bo !< <presence/>
    `,
  })),
  {
    at: '8.2',
    says: 'A moderator has permissions to kick certain kinds of occupants from a room.',
    that: 'nobody of a nickname that there is not',
    script: `
      ${room}
      mo sets {room}: ${admin(`<item nick='Nobody' role='none'/>`)}
      mo is refused cancel item-not-found
    `,
  },
  ...['pa', 'vi', 'cy'].map((who) => ({
    at: '8',
    says: 'Any of the following administrative requests MUST be denied if the <user@host> of the ‘from’ address of the request does not match the bare JID portion of one of the moderators; […] <forbidden/>.',
    that: who === 'pa' ? 'a participant' : who === 'vi' ? 'a visitor' : 'somebody who is not in',
    script: `
      ${room}
      there: cy
      ${who} sets {room}: ${admin(`<item nick='Pa' role='none'/>`)}
      ${who} is refused auth forbidden
      ${who} sets {room}: ${admin(`<item nick='Vi' role='participant'/>`)}
      ${who} is refused auth forbidden
      ${who} gets {room}: ${admin(`<item role='participant'/>`)}
      ${who} is refused auth forbidden
      own !< <presence/>
    `,
  })),
])

conform(document, 'granting and revoking voice', [
  {
    at: '8.3',
    says: 'The service MUST then inform the moderator of success. The service MUST then send updated presence from this individual’s occupant JID to all occupants, indicating the addition of voice privileges.',
    script: `
      ${room}
      mo sets {room}: ${admin(`<item nick='Vi' role='participant'/>`)}
      mo next < <iq type='result' from='{room}'/>
      mo next < ${present('Vi', `affiliation='none' role='participant'`)}
      own < ${present('Vi', `role='participant'`)}
      pa < ${present('Vi', `role='participant'`)}
      vi < ${present('Vi', `role='participant'`, 110)}
      vi > ${say('thanks')}
      pa < ${said('Vi', 'thanks')}
    `,
  },
  {
    at: '8.3',
    says: 'The <reason/> element is OPTIONAL.',
    script: `
      ${room}
      mo does {room}: ${admin(`<item nick='Vi' role='participant'><reason>A worthy witch indeed!</reason></item>`)}
      pa < ${present('Vi', `<item role='participant'><reason>A worthy witch indeed!</reason></item>`)}
    `,
  },
  {
    at: '8.4',
    says: 'The service MUST then inform the moderator of success. The service MUST then send updated presence from this individual to all occupants, indicating the removal of voice privileges.',
    script: `
      ${room}
      mo sets {room}: ${admin(`<item nick='Pa' role='visitor'><reason>Not so worthy after all!</reason></item>`)}
      mo next < <iq type='result' from='{room}'/>
      own < ${present('Pa', `<item affiliation='member' role='visitor'><reason>Not so worthy after all!</reason></item>`)}
      pa < ${present('Pa', `role='visitor'`, 110)}
      pa > ${say('hi')}
      pa < ${refusal(`message id='said'`, 'forbidden', 'auth')}
    `,
  },
  {
    at: '8.4',
    says: 'A moderator MUST NOT be able to revoke voice from a user whose affiliation is at or above the moderator’s level.',
    that: 'a member of a member',
    script: `
      there: own, mo, pa
      own makes {room} as Own with moderatedroom=1
      ${affiliate({ mo: 'member', pa: 'member' })}
      mo joins {room} as Mo
      pa joins {room} as Pa
      own does {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
      all is read
      mo sets {room}: ${admin(`<item nick='Pa' role='visitor'/>`)}
      mo is refused cancel not-allowed
      own !< <presence/>
    `,
  },
  {
    at: '8.4',
    says: 'A moderator MUST NOT be able to revoke voice from a user whose affiliation is at or above the moderator’s level.',
    that: 'where neither has an affiliation, there is no level',
    script: `
      there: own, mo, pa
      own makes {room} as Own
      mo joins {room} as Mo
      pa joins {room} as Pa
      own does {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
      mo does {room}: ${admin(`<item nick='Pa' role='visitor'/>`)}
      own < ${present('Pa', `role='visitor'`)}
    `,
  },
  ...['own', 'mo'].flatMap((who) =>
    ['Own', 'Ad'].map((nick) => ({
      at: '8.4',
      says: 'A service MUST NOT allow the voice privileges of an admin or owner to be removed by anyone. […] <not-allowed/>.',
      that: `${nick} by ${who}`,
      script: `
        ${room}
        there: ad
        ${affiliate({ ad: 'admin' })}
        ad joins {room} as Ad
        ${who} sets {room}: ${admin(`<item nick='${nick}' role='visitor'/>`)}
        ${who} is refused cancel not-allowed
        pa !< <presence/>
      `,
    })),
  ),
  {
    at: '8.5',
    says: 'The service MUST then return the voice list to the moderator; each item MUST include the ‘nick’ and ‘role’ attributes and SHOULD include the ‘affiliation’ and ‘jid’ attributes.',
    script: `
      ${room}
      mo gets {room}: ${admin(`<item role='participant'/>`)}
      mo is given ${admin(`<item nick='Pa' role='participant' affiliation='member' jid='{pa/desk}'/><item nick='Vi'>{none}</item>`)}
    `,
  },
  {
    at: '8.5',
    says: 'The moderator MUST send the changed items (i.e., only the "delta") back to the service. […] The service MUST then send updated presence for any affected individuals to all occupants.',
    script: `
      ${room}
      mo does {room}: ${admin(`<item nick='Pa' role='visitor'/><item nick='Vi' role='participant'><reason>A worthy fellow.</reason></item>`)}
      own < ${present('Pa', `role='visitor'`)}
      own < ${present('Vi', `<item role='participant'><reason>A worthy fellow.</reason></item>`)}
    `,
  },
  {
    at: '8.5',
    says: 'Voice privileges cannot be revoked from a room owner or room admin […] the service MUST deny the request and return a <not-allowed/> error to the sender.',
    that: 'and then nothing of the request is done',
    script: `
      ${room}
      mo sets {room}: ${admin(`<item nick='Vi' role='participant'/><item nick='Own' role='visitor'/>`)}
      mo is refused cancel not-allowed
      pa !< <presence/>
    `,
  },
  {
    at: '14.4',
    says: 'If a moderator, admin, or owner attempts to modify both the affiliation and role of the same item in the same IQ set, the service MUST return a <bad-request/> error to the sender.',
    script: `
      ${room}
      own sets {room}: ${admin(`<item nick='Vi' jid='{vi}' role='participant' affiliation='member'/>`)}
      own is refused modify bad-request
      pa !< <presence/>
    `,
  },
  ...[
    '',
    '<item/>',
    `<item nick='Vi'/>`,
    `<item role='participant'/>`,
    `<item nick='Vi' role='emperor'/>`,
    `<item jid='{vi}' affiliation='emperor'/>`,
    `<item affiliation='member'/>`,
  ].map((items) => ({
    at: '14.4',
    says: 'A MUC client MUST send only the ‘affiliation’ attribute or the ‘role’ attribute in the <item/> element.',
    that: `bad: ${items}`,
    script: `
      ${room}
      own sets {room}: ${admin(items)}
      own is refused modify bad-request
      pa !< <presence/>
    `,
  })),
  {
    at: '14.4',
    says: 'In IQ results regarding roles, a MUC service MUST include the ‘nick’, ‘role’, ‘affiliation’, and ‘jid’ attributes (with the value of the latter set to the user’s full JID).',
    script: `
      ${room}
      own gets {room}: ${admin(`<item role='visitor'/>`)}
      own is given ${admin(`<item nick='Vi' role='visitor' affiliation='none' jid='{vi/desk}'/>`)}
    `,
  },
])
