import { conform } from './conform.ts'
import { admin, affiliate, enter, gone, present, refusal, say } from './rooms.ts'

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

conform(document, 'members', [
  {
    at: '9.3',
    says: 'The service MUST add the user to the member list and then inform the admin of success. If the user is in the room, the service MUST then send updated presence from this individual to all occupants, indicating the granting of membership.',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item affiliation='member' jid='{bo}'><reason>A worthy witch indeed!</reason></item>`)}
      ad next < <iq type='result' from='{room}'/>
      own < ${present('Bo', `<item affiliation='member' role='participant'><reason>A worthy witch indeed!</reason></item>`)}
      me < ${present('Bo', `affiliation='member' role='participant'`)}
      bo < ${present('Bo', `affiliation='member' role='participant'`, 110)}
    `,
  },
  {
    at: '9.4',
    says: 'The service MUST remove the user from the member list […]. The service MUST then send updated presence from this individual to all occupants, indicating the loss of membership.',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item affiliation='none' jid='{me}'><reason>Not so worthy after all!</reason></item>`)}
      ad next < <iq type='result' from='{room}'/>
      own < ${present('Me', `<item affiliation='none' role='participant'><reason>Not so worthy after all!</reason></item>`)}
      me < ${present('Me', `affiliation='none' role='participant'`, 110)}
      ad gets {room}: ${admin(`<item affiliation='member'/>`)}
      ad is given ${admin(`<item>{none}</item>`)}
    `,
  },
  {
    at: '9.4',
    says: 'If the room is members-only, the service MUST remove the user from the room, including a status code of 321 […] and inform all remaining occupants. The stanza MAY include an <actor/> element.',
    script: `
      there: own, me, cy
      own makes {room} as Own with membersonly=1
      ${affiliate({ me: 'member', cy: 'member' })}
      me joins {room} as Me
      cy joins {room} as Cy
      own does {room}: ${admin(`<item affiliation='none' jid='{me}'/>`)}
      me < ${gone('Me', `<item affiliation='none' role='none'><actor nick='Own'/></item>`, 110, 321)}
      cy < ${gone('Me', `affiliation='none' role='none'`, 321)}
      own < ${gone('Me', `affiliation='none' role='none'`, 321)}
    `,
  },
  {
    at: '9.4',
    says: 'The service SHOULD NOT send both a de-affiliation presence (without a ‘type’ attribute) followed by room-removal presence (of type ‘unavailable’). Instead, it SHOULD only send the latter of the two.',
    script: `
      there: own, me
      own makes {room} as Own with membersonly=1
      ${affiliate({ me: 'member' })}
      me joins {room} as Me
      own does {room}: ${admin(`<item affiliation='none' jid='{me}'/>`)}
      own !< <presence from='{room}/Me' type='{none}'/>
      me !< <presence from='{room}/Me' type='{none}'/>
    `,
  },
  {
    at: '9.5',
    says: 'The service MUST then return the full member list to the admin […]; each item MUST include the ‘affiliation’ and ‘jid’ attributes.',
    that: 'without roles (14.4), with bare JIDs',
    script: `
      ${room}
      ad gets {room}: ${admin(`<item affiliation='member'/>`)}
      ad is given ${admin(`<item affiliation='member' jid='{me}' role='{none}'/><item jid='{own}'>{none}</item><item jid='{ad}'>{none}</item>`)}
    `,
  },
  {
    at: '9.5',
    says: 'The admin MUST send the changed items (i.e., only the "delta") to the service. […] The service MUST change the affiliation of any affected user.',
    script: `
      ${room}
      ad does {room}: ${admin(`<item affiliation='none' jid='{me}'/><item affiliation='member' jid='{bo}'/>`)}
      own < ${present('Me', `affiliation='none'`)}
      own < ${present('Bo', `affiliation='member'`)}
      ad gets {room}: ${admin(`<item affiliation='member'/>`)}
      ad is given ${admin(`<item jid='{bo}'/><item jid='{me}'>{none}</item>`)}
    `,
  },
  {
    at: '9.5',
    says: 'If the room is non-anonymous, a service SHOULD also return the member list to any occupant in a members-only room.',
    that: 'and to any member who is not an occupant yet',
    script: `
      there: own, me, mi
      own makes {room} as Own with membersonly=1 whois=anyone
      ${affiliate({ me: 'member', mi: 'member' })}
      me joins {room} as Me
      me gets {room}: ${admin(`<item affiliation='member'/>`)}
      me is given ${admin(`<item jid='{me}'/><item jid='{mi}'/>`)}
      mi gets {room}: ${admin(`<item affiliation='member'/>`)}
      mi is given ${admin(`<item jid='{me}'/><item jid='{mi}'/>`)}
    `,
  },
  ...(
    [
      ['whois=anyone getmemberlist=participant', 'participant', true],
      ['whois=anyone getmemberlist=participant', 'moderator', false],
      ['whois=anyone getmemberlist=visitor', 'participant', false],
      ['whois=moderators getmemberlist=participant', 'participant', false],
      ['whois=moderators', 'moderator', true],
    ] as const
  ).map(([settings, role, may]) => ({
    at: '7.11',
    says: 'If allowed in accordance with room configuration, an occupant MAY be allowed to retrieve the list of room members.',
    that: `${role}, ${settings}`,
    script: `
      there: own, me, bo
      own makes {room} as Own with ${settings}
      ${affiliate({ me: 'member' })}
      bo joins {room} as Bo
      own does {room}: ${admin(`<item nick='Bo' role='${role}'/>`)}
      bo gets {room}: ${admin(`<item affiliation='member'/>`)}
      ${may ? `bo is given ${admin(`<item affiliation='member' jid='{me}'/>`)}` : 'bo is refused auth forbidden'}
      bo gets {room}: ${admin(`<item affiliation='owner'/>`)}
      bo is refused auth forbidden
    `,
  })),
  {
    at: '9.5',
    says: 'If a removed member is currently in a members-only room, the service SHOULD kick the occupant. […] The service MUST subsequently refuse entry to the user.',
    script: `
      there: own, me
      own makes {room} as Own with membersonly=1
      ${affiliate({ me: 'member' })}
      me joins {room} as Me
      own does {room}: ${admin(`<item affiliation='none' jid='{me}'/>`)}
      all is read
      me > ${enter('Me')}
      me < ${refusal(`presence from='{room}/Me'`, 'registration-required', 'auth')}
    `,
  },
  {
    at: '9.5',
    says: 'The service SHOULD send an invitation to any user who has been added to the member list of a members-only room if the user is not currently affiliated with the room.',
    script: `
      there: own, bo
      own makes {room} as Own with membersonly=1 passwordprotectedroom=1 roomsecret=cauldronburn
      own does {room}: ${admin(`<item affiliation='member' jid='{bo}'/>`)}
      bo < <message from='{room}' to='{bo}'><x xmlns='{muc}#user'><invite from='{any}'><reason>{none}</reason></invite><password>cauldronburn</password></x></message>
    `,
  },
  {
    at: '9.5',
    says: 'The service SHOULD send an invitation to any user who has been added to the member list of a members-only room.',
    that: 'not of an open one, nor to who was an admin',
    script: `
      there: own, bo, ad
      own makes {room} as Own
      own does {room}: ${admin(`<item affiliation='member' jid='{bo}'/>`)}
      ${affiliate({ ad: 'admin' })}
      own configures {room}: membersonly=1
      own does {room}: ${admin(`<item affiliation='member' jid='{ad}'/>`)}
      bo !< <message/>
      ad !< <message/>
    `,
  },
  {
    at: '9.5',
    says: 'To modify the member list.',
    that: 'with the address of nobody here nothing is changed',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item affiliation='member' jid='{bo}'/><item affiliation='member' jid='@@'/>`)}
      ad is refused modify jid-malformed
      own !< <presence/>
    `,
  },
])

conform(document, 'moderators', [
  {
    at: '9.6',
    says: 'The service MUST add the user to the moderator list and then inform the admin of success. The service MUST then send updated presence from this individual to all occupants, indicating the addition of moderator status.',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item nick='Me' role='moderator'><reason>A worthy witch indeed!</reason></item>`)}
      ad next < <iq type='result' from='{room}'/>
      own < ${present('Me', `<item affiliation='member' role='moderator'><reason>A worthy witch indeed!</reason></item>`)}
      bo < ${present('Me', `affiliation='member' role='moderator'`)}
      me < ${present('Me', `affiliation='member' role='moderator'`, 110)}
    `,
  },
  {
    at: '9.7',
    says: 'The service MUST remove the user from the moderator list and then inform the admin of success. The service MUST then send updated presence from this individual to all occupants, indicating the removal of moderator status.',
    script: `
      ${room}
      ad does {room}: ${admin(`<item nick='Me' role='moderator'/>`)}
      all is read
      ad sets {room}: ${admin(`<item nick='Me' role='participant'/>`)}
      ad next < <iq type='result' from='{room}'/>
      own < ${present('Me', `affiliation='member' role='participant'`)}
      me < ${present('Me', `role='participant'`, 110)}
    `,
  },
  ...['Own', 'Al'].map((nick) => ({
    at: '9.7',
    says: 'An admin MUST NOT be allowed to revoke moderator status from a user whose affiliation is "owner" or "admin". […] <not-allowed/>.',
    that: nick === 'Own' ? 'owner' : 'admin',
    script: `
      ${room}
      there: al
      ${affiliate({ al: 'admin' })}
      al joins {room} as Al
      ad sets {room}: ${admin(`<item nick='${nick}' role='participant'/>`)}
      ad is refused cancel not-allowed
      bo !< <presence/>
    `,
  })),
  {
    at: '9.8',
    says: 'The service MUST then return the moderator list to the admin; each item MUST include the ‘nick’ and ‘role’ attributes, and MAY include the ‘jid’ and ‘affiliation’ attributes.',
    script: `
      ${room}
      ad gets {room}: ${admin(`<item role='moderator'/>`)}
      ad is given ${admin(`<item nick='Own' role='moderator' affiliation='owner' jid='{own/desk}'/><item nick='Ad' role='moderator'/><item nick='Me'>{none}</item>`)}
    `,
  },
  {
    at: '9.8',
    says: 'The admin MUST send the changed items (i.e., only the "delta") back to the service. […] The service MUST then send updated presence for any affected individuals to all occupants.',
    script: `
      ${room}
      ad does {room}: ${admin(`<item nick='Me' role='moderator'/>`)}
      all is read
      ad does {room}: ${admin(`<item nick='Me' role='participant'/><item nick='Bo' role='moderator'/>`)}
      own < ${present('Me', `role='participant'`)}
      own < ${present('Bo', `role='moderator'`)}
    `,
  },
  {
    at: '9.8',
    says: 'Moderator status cannot be revoked from a room owner or room admin. […] The service MUST deny the request and return a <not-allowed/> error.',
    that: 'and then nothing of the request is done',
    script: `
      ${room}
      ad sets {room}: ${admin(`<item nick='Bo' role='moderator'/><item nick='Own' role='participant'/>`)}
      ad is refused cancel not-allowed
      own !< <presence/>
    `,
  },
  {
    at: '9.6',
    says: 'An admin might want to grant moderator status to a participant or visitor.',
    that: 'who is a moderator sees who the others are from then on',
    script: `
      ${room}
      there: cy
      ad does {room}: ${admin(`<item nick='Bo' role='moderator'/>`)}
      all is read
      cy > ${enter('Cy')}
      bo < ${present('Cy', `jid='{cy/desk}'`)}
      me < ${present('Cy', `jid='{none}'`)}
      bo > ${say('hi')}
    `,
  },
])

conform(document, 'affiliations of addresses that are nobody’s yet', [
  {
    at: '5.2',
    says: 'Affiliations are granted, revoked, and maintained based on the user’s bare JID.',
    that: 'who has it later is what it was given',
    script: `
      there: own
      own makes {room} as Own
      own does {room}: ${admin(`<item affiliation='member' jid='late-{own.local}@{domain}'/>`)}
      own gets {room}: ${admin(`<item affiliation='member'/>`)}
      own is given ${admin(`<item affiliation='member' jid='late-{own.local}@{domain}'/>`)}
      own does {room}: ${admin(`<item affiliation='none' jid='late-{own.local}@{domain}'/>`)}
      own gets {room}: ${admin(`<item affiliation='member'/>`)}
      own is given ${admin(`<item>{none}</item>`)}
    `,
  },
  {
    at: '9.2',
    says: 'The admin MUST send the changed items.',
    that: 'of somebody who comes to be only then',
    script: `
      there: own
      own makes {room} as Own with membersonly=1
      own does {room}: ${admin(`<item affiliation='member' jid='zoe{number}@{domain}'/>`)}
      account: zoe
      zoe connects
      zoe > ${enter('Zoe')}
      zoe < ${present('Zoe', `affiliation='member'`, 110)}
      own gets {room}: ${admin(`<item affiliation='member'/>`)}
      own is given ${admin(`<item jid='{zoe}'/>`)}
      own !< <iq><query xmlns='{muc}#admin'><item/><item/></query></iq>
    `,
  },
])
