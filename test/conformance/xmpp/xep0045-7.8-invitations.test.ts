import { conform } from './conform.ts'
import { affiliate, enter, present, refusal, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

function invite(who: string, content = ''): string {
  return `<message to='{room}' id='inv'><x xmlns='{muc}#user'><invite to='{${who}}'>${content}</invite></x></message>`
}

conform(document, 'inviting another user to a room', [
  {
    at: '7.8.1',
    says: 'A method for sending a direct invitation (not mediated by the room itself) is defined in XEP-0249.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann > <message to='{bo}' id='d'><x xmlns='jabber:x:conference' jid='{room}' password='cauldronburn' reason='Hey Hecate'/></message>
      bo < <message from='{ann/desk}' id='d'><x xmlns='jabber:x:conference' jid='{room}' password='cauldronburn' reason='Hey Hecate'/></message>
    `,
  },
  {
    at: '7.8.2',
    says: 'The room itself MUST then add a ‘from’ address to the <invite/> element whose value is the bare JID, full JID, or occupant JID of the inviter and send the invitation to the invitee.',
    that: 'the bare JID, also where occupants hide who they are',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > ${invite('cy', '<reason>Hey Hecate</reason>')}
      cy < <message from='{room}' to='{cy}' id='inv'><x xmlns='{muc}#user'><invite from='{bo}' to='{none}'><reason>Hey Hecate</reason></invite><password>{none}</password></x></message>
    `,
  },
  {
    at: '7.8.2',
    says: 'The room itself MUST then add a ‘from’ address to the <invite/> element.',
    that: 'where everybody sees who the occupants are: the bare JID',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann with whois=anyone
      bo joins {room} as Bo
      bo > ${invite('cy')}
      cy < <message from='{room}' to='{cy}'><x xmlns='{muc}#user'><invite from='{bo}'><reason>{none}</reason></invite></x></message>
    `,
  },
  {
    at: '7.8.2',
    says: 'The room SHOULD add the password if the room is password-protected.',
    script: `
      there: ann, cy
      ann makes {room} as Ann with passwordprotectedroom=1 roomsecret=cauldronburn
      ann > ${invite('cy')}
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite/><password>cauldronburn</password></x></message>
    `,
  },
  {
    at: '7.8.2',
    says: 'If the room is members-only, the service MAY also add the invitee to the member list.',
    script: `
      there: ann, cy
      ann makes {room} as Ann with membersonly=1
      ann > ${invite('cy')}
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite/></x></message>
      cy > ${enter('Cy')}
      cy < ${present('Cy', `affiliation='member'`, 110)}
      cy !< <message><x xmlns='{muc}#user'><invite/></x></message>
    `,
  },
  {
    at: '9.5',
    says: 'Invitations sent through an open room MUST NOT trigger the addition of the invitee to the member list.',
    script: `
      there: ann, cy
      ann makes {room} as Ann
      ann > ${invite('cy')}
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite/></x></message>
      cy > ${enter('Cy')}
      cy < ${present('Cy', `affiliation='none'`, 110)}
    `,
  },
  ...['a member', 'a moderator'].map((that) => ({
    at: '7.8.2',
    says: 'If a member without privileges to edit the member list attempts to invite another user, the service SHOULD return a <forbidden/> error to the occupant.',
    that,
    script: `
      there: own, me, cy
      own makes {room} as Own with membersonly=1
      ${affiliate({ me: 'member' })}
      me joins {room} as Me
      ${that === 'a member' ? '' : `own does {room}: <query xmlns='{muc}#admin'><item nick='Me' role='moderator'/></query>`}
      all is read
      me > ${invite('cy')}
      me < ${refusal(`message from='{room}' id='inv'`, 'forbidden', 'auth')}
      cy !< <message/>
    `,
  })),
  {
    at: '9.5',
    says: 'An implementation MAY provide a configuration option that opens invitation privileges to any member of a members-only room. In such a situation, any invitation sent SHOULD automatically trigger the addition of the invitee to the member list.',
    script: `
      there: own, me, cy
      own makes {room} as Own with membersonly=1 allowinvites=1
      ${affiliate({ me: 'member' })}
      me joins {room} as Me
      me > ${invite('cy')}
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite from='{me}'/></x></message>
      cy > ${enter('Cy')}
      cy < ${present('Cy', `affiliation='member'`, 110)}
    `,
  },
  {
    at: '7.8.2',
    says: 'If the inviter supplies a non-existent JID, the room SHOULD return an <item-not-found/> error to the inviter.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann > <message to='{room}' id='inv'><x xmlns='{muc}#user'><invite to='nobody-at-all@{domain}'/></x></message>
      ann < ${refusal(`message from='{room}' id='inv'`, 'item-not-found', 'cancel')}
    `,
  },
  {
    at: '7.8.2',
    says: 'It can be useful to invite another user to a room in which one is an occupant.',
    that: 'and in no other, nor to an address that is none',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      bo > ${invite('cy')}
      bo < ${refusal(`message from='{room}' id='inv'`, 'not-acceptable', 'modify')}
      ann > <message to='{room}' id='inv'><x xmlns='{muc}#user'><invite to='@'/></x></message>
      ann < ${refusal(`message from='{room}' id='inv'`, 'jid-malformed', 'modify')}
      cy !< <message/>
    `,
  },
  {
    at: '7.8.2',
    says: 'In order to decline the invitation, the invitee MUST send a message of the following form to the room itself.',
    that: 'by the address that the invitation had',
    script: `
      there: ann, cy
      ann makes {room} as Ann
      ann > ${invite('cy')}
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite from='{=inviter}'/></x></message>
      cy > <message to='{room}' id='dec'><x xmlns='{muc}#user'><decline to='{inviter}'><reason>too busy</reason></decline></x></message>
      ann < <message from='{room}' to='{ann}' id='dec'><x xmlns='{muc}#user'><decline from='{cy}' to='{none}'><reason>too busy</reason></decline></x></message>
    `,
  },
  {
    at: '7.8.2',
    says: 'Room Informs Invitor that Invitation Was Declined.',
    that: 'by his bare JID',
    script: `
      there: ann, cy
      ann makes {room} as Ann with whois=anyone
      ann > ${invite('cy')}
      all is read
      cy > <message to='{room}' id='dec'><x xmlns='{muc}#user'><decline to='{ann}'/></x></message>
      ann < <message from='{room}' id='dec'><x xmlns='{muc}#user'><decline from='{cy}'><reason>{none}</reason></decline></x></message>
    `,
  },
  {
    at: '15.7',
    says: 'The URI can include multiple invitees.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      ann > <message to='{room}'><x xmlns='{muc}#user'><invite to='{bo}'/><invite to='{cy}'/></x></message>
      bo < <message from='{room}'><x xmlns='{muc}#user'><invite/></x></message>
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite/></x></message>
    `,
  },
  {
    at: '7.8.2',
    says: 'The room itself MUST then […] send the invitation to the invitee specified in the ‘to’ address.',
    that: 'who is not signed in finds it later',
    script: `
      there: ann
      account: cy
      ann makes {room} as Ann
      ann > ${invite('cy')}
      all is read
      cy arrives
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite/></x></message>
    `,
  },
])

const thread = 'e0ffe42b28561960c6b12b944a092794b9683a38'

conform(document, 'converting a one-to-one chat into a multi-user conference', [
  {
    at: '7.9',
    says: 'Sends an invitation to the second person and the third person, including a <continue/> element (optionally including a ‘thread’ attribute).',
    script: `
      there: ann, bo/laptop, cy
      ann makes {room} as Ann
      ann > <message to='{room}'><x xmlns='{muc}#user'><invite to='{bo/laptop}'><reason>both</reason><continue thread='${thread}'/></invite><invite to='{cy}'><continue/></invite></x></message>
      bo/laptop < <message from='{room}' to='{bo/laptop}'><x xmlns='{muc}#user'><invite><reason>both</reason><continue thread='${thread}'/></invite></x></message>
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite><continue thread='{none}'/></invite></x></message>
    `,
  },
  {
    at: '7.9',
    says: 'Use of the Delayed Delivery protocol enables the room creator to specify the datetime of each message from the one-to-one chat history […] as well as the JID of the original sender of each message.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann > ${say('Thrice', `<thread>${thread}</thread><delay xmlns='urn:xmpp:delay' from='{ann/desk}' stamp='2004-09-29T01:54:37Z'/>`)}
      bo < ${said('Ann', 'Thrice', `<thread>${thread}</thread><delay xmlns='urn:xmpp:delay' from='{ann/desk}' stamp='2004-09-29T01:54:37Z'/>`)}
    `,
  },
  {
    at: '7.9',
    says: 'The room creator [is enabled] to specify the datetime of each message.',
    that: 'nobody else is, and nobody in the room’s name',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo > ${say('old', `<delay xmlns='urn:xmpp:delay' from='{bo/desk}' stamp='2004-09-29T01:54:37Z'/>`)}
      ann < ${said('Bo', 'old', `<delay xmlns='urn:xmpp:delay'>{none}</delay>`)}
      ann > ${say('old', `<delay xmlns='urn:xmpp:delay' from='{room}' stamp='2004-09-29T01:54:37Z'/>`)}
      bo < ${said('Ann', 'old', `<delay xmlns='urn:xmpp:delay'>{none}</delay>`)}
    `,
  },
  {
    at: '7.9',
    says: 'Sends history of the one-to-one chat to the room.',
    that: 'its owner speaks in it before it is unlocked',
    script: `
      there: ann
      ann > ${enter('Ann')}
      all is read
      ann > ${say('Thrice')}
      ann < ${said('Ann', 'Thrice')}
    `,
  },
])
