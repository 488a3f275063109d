import { type Case, conform } from './conform.ts'
import { admin, affiliate, enter, gone, present, refusal, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

/** A moderated room of `own`, with a visitor `vi`, a participant `pa` (a member), and `mo`, who was made moderator. */
const fourRoles = `
  there: own, vi, pa, mo
  own makes {room} as Own with moderatedroom=1
  ${affiliate({ pa: 'member', mo: 'member' })}
  vi joins {room} as Vi
  pa joins {room} as Pa
  mo joins {room} as Mo
  own sets {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
  own is given nothing
  all is read
`
const nickOf = { vi: 'Vi', pa: 'Pa', mo: 'Mo' } as const
type Occupant = keyof typeof nickOf
const roleOf = { vi: 'visitor', pa: 'participant', mo: 'moderator' } as const

function forEach(who: readonly Occupant[], make: (who: Occupant) => Case): readonly Case[] {
  return who.map(make)
}

conform(document, 'what a role lets one do', [
  {
    at: '5.1.1',
    says: 'Present in Room: No [for none].',
    that: 'who has gone sees no presence and hears nothing',
    script: `
      ${fourRoles}
      pa > <presence to='{room}/Pa' type='unavailable'/>
      all is read
      own > ${say('hi')}
      vi > <presence to='{room}/Vi'><show>away</show></presence>
      pa !< <message/>
      pa !< <presence/>
    `,
  },
  ...forEach(['vi', 'pa', 'mo'], (who) => ({
    at: '5.1.1',
    says: 'Receive Messages: Yes.',
    that: roleOf[who],
    script: `
      ${fourRoles}
      own > ${say('hi')}
      ${who} < ${said('Own', 'hi')}
    `,
  })),
  ...forEach(['vi', 'pa', 'mo'], (who) => ({
    at: '5.1.1',
    says: 'Receive Occupant Presence: Yes. Broadcast Presence to All Occupants: Yes. Change Availability Status: Yes.',
    that: roleOf[who],
    script: `
      ${fourRoles}
      own > <presence to='{room}/Own'><show>dnd</show></presence>
      ${who} < <presence from='{room}/Own'><show>dnd</show></presence>
      ${who} > <presence to='{room}/${nickOf[who]}'><show>away</show></presence>
      own < <presence from='{room}/${nickOf[who]}'><show>away</show></presence>
    `,
  })),
  ...forEach(['vi', 'pa', 'mo'], (who) => ({
    at: '5.1.1',
    says: 'Change Room Nickname: Yes.',
    that: roleOf[who],
    script: `
      ${fourRoles}
      ${who} > <presence to='{room}/New'/>
      own < ${gone(nickOf[who], `nick='New'`, 303)}
      own < ${present('New', `role='${roleOf[who]}'`)}
    `,
  })),
  ...forEach(['vi', 'pa', 'mo'], (who) => ({
    at: '5.1.1',
    says: 'Send Private Messages: Yes.',
    that: roleOf[who],
    script: `
      ${fourRoles}
      ${who} > <message to='{room}/Own' type='chat'><body>psst</body></message>
      own < <message from='{room}/${nickOf[who]}' type='chat'><body>psst</body></message>
    `,
  })),
  ...forEach(['vi', 'pa', 'mo'], (who) => ({
    at: '5.1.1',
    says: 'Invite Other Users: Yes.',
    that: roleOf[who],
    script: `
      ${fourRoles}
      there: cy
      ${who} > <message to='{room}'><x xmlns='{muc}#user'><invite to='{cy}'/></x></message>
      cy < <message from='{room}'><x xmlns='{muc}#user'><invite from='{any}'/></x></message>
    `,
  })),
  ...forEach(['pa', 'mo'], (who) => ({
    at: '5.1.1',
    says: 'Send Messages to All: Yes.',
    that: roleOf[who],
    script: `
      ${fourRoles}
      ${who} > ${say('hi')}
      vi < ${said(nickOf[who], 'hi')}
    `,
  })),
  {
    at: '5.1.1',
    says: 'Send Messages to All: No [for visitors].',
    script: `
      ${fourRoles}
      vi > ${say('hi')}
      vi < ${refusal(`message from='{room}' id='said'`, 'forbidden', 'auth')}
      own !< <message/>
    `,
  },
  {
    at: '5.1.1',
    says: 'Modify Subject: Yes [for moderators].',
    script: `
      ${fourRoles}
      mo > <message to='{room}' type='groupchat'><subject>tea</subject></message>
      vi < <message from='{room}/Mo' type='groupchat'><subject>tea</subject></message>
    `,
  },
  ...forEach(['vi', 'pa'], (who) => ({
    at: '5.1.1',
    says: 'Modify Subject: No, Yes* […] configuration settings MAY modify this privilege.',
    that: `${roleOf[who]}, where it is not allowed`,
    script: `
      ${fourRoles}
      ${who} > <message to='{room}' type='groupchat' id='s'><subject>tea</subject></message>
      ${who} < ${refusal(`message from='{room}' id='s'`, 'forbidden', 'auth')}
      own !< <message/>
    `,
  })),
  ...forEach(['vi', 'pa'], (who) => ({
    at: '5.1.1',
    says: 'Kick Participants and Visitors: No. Grant Voice: No. Revoke Voice: No.',
    that: roleOf[who],
    script: `
      ${fourRoles}
      ${who} sets {room}: ${admin(`<item nick='Vi' role='none'/>`)}
      ${who} is refused auth forbidden
      ${who} sets {room}: ${admin(`<item nick='Vi' role='participant'/>`)}
      ${who} is refused auth forbidden
      ${who} sets {room}: ${admin(`<item nick='Pa' role='visitor'/>`)}
      ${who} is refused auth forbidden
      own !< <presence/>
    `,
  })),
  {
    at: '5.1.1',
    says: 'Kick Participants and Visitors: Yes. Grant Voice: Yes. Revoke Voice: Yes [for moderators].',
    script: `
      ${fourRoles}
      there: cy
      cy joins {room} as Cy
      mo sets {room}: ${admin(`<item nick='Vi' role='participant'/>`)}
      mo is given nothing
      own < ${present('Vi', `role='participant'`)}
      mo sets {room}: ${admin(`<item nick='Vi' role='visitor'/>`)}
      mo is given nothing
      own < ${present('Vi', `role='visitor'`)}
      mo sets {room}: ${admin(`<item nick='Cy' role='none'/>`)}
      mo is given nothing
      own < ${gone('Cy', `role='none'`, 307)}
      mo sets {room}: ${admin(`<item nick='Pa' role='none'/>`)}
      mo is given nothing
      own < ${gone('Pa', `role='none'`, 307)}
    `,
  },
  ...['owner', 'admin'].map((affiliation) => ({
    at: '5.1.1',
    says: 'A moderator MUST NOT be able to revoke voice privileges from an admin or owner.',
    that: affiliation,
    script: `
      there: own, mo, ad
      own makes {room} as Own
      ${affiliate({ ad: affiliation })}
      mo joins {room} as Mo
      ad joins {room} as Ad
      own sets {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
      own is given nothing
      all is read
      mo sets {room}: ${admin(`<item nick='Ad' role='visitor'/>`)}
      mo is refused cancel not-allowed
      own !< <presence/>
    `,
  })),
])

/** The initial role, by affiliation and kind of room. */
const initialRoles: readonly (readonly [string, string, string, string, string, string])[] = [
  // Room type, its setting, and who has no affiliation, is a member, an admin, an owner.
  ['Moderated', 'moderatedroom=1', 'visitor', 'participant', 'moderator', 'moderator'],
  ['Unmoderated', 'moderatedroom=0', 'participant', 'participant', 'moderator', 'moderator'],
  ['Members-Only', 'membersonly=1', 'N/A', 'participant', 'moderator', 'moderator'],
  ['Open', 'membersonly=0', 'participant', 'participant', 'moderator', 'moderator'],
]

conform(
  document,
  'the role that somebody comes in with',
  initialRoles.flatMap(([type, setting, ...roles]) =>
    ['none', 'member', 'admin', 'owner'].map((affiliation, i): Case => {
      const role = roles[i] ?? ''
      const given = affiliation === 'none' ? '' : affiliate({ bo: affiliation })
      const seen =
        role === 'N/A'
          ? refusal(`presence from='{room}/Bo'`, 'registration-required', 'auth')
          : present('Bo', `affiliation='${affiliation}' role='${role}'`, 110)
      return {
        at: '5.1.2',
        says: 'The following table summarizes the initial default roles that a service SHOULD set based on the user’s affiliation.',
        that: `${type}, ${affiliation}: ${role}`,
        script: `
          there: own, bo
          own makes {room} as Own with ${setting}
          ${given}
          bo > ${enter('Bo')}
          bo < ${seen}
          ${role === 'N/A' ? '' : `own < ${present('Bo', `affiliation='${affiliation}' role='${role}'`)}`}
        `,
      }
    }),
  ),
)
