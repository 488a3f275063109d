import { type Case, conform } from './conform.ts'
import { admin, affiliate, enter, gone, present, refused } from './rooms.ts'

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

/** By whom a role may be changed to which. `Mo` is a moderator without being more than a member. */
const roleChanges: readonly (readonly [string, Occupant, string, string | null])[] = [
  // Who does it, to whom, to which role, and the error, null where it succeeds.
  ['own', 'vi', 'none', null],
  ['own', 'vi', 'participant', null],
  ['own', 'vi', 'moderator', null],
  ['own', 'pa', 'none', null],
  ['own', 'pa', 'visitor', null],
  ['own', 'pa', 'moderator', null],
  ['own', 'mo', 'none', null],
  ['own', 'mo', 'visitor', null],
  ['own', 'mo', 'participant', null],
  ['ad', 'vi', 'none', null],
  ['ad', 'vi', 'participant', null],
  ['ad', 'vi', 'moderator', null],
  ['ad', 'pa', 'none', null],
  ['ad', 'pa', 'visitor', null],
  ['ad', 'pa', 'moderator', null],
  ['ad', 'mo', 'none', null],
  ['ad', 'mo', 'visitor', null],
  ['ad', 'mo', 'participant', null],
  ['mo', 'vi', 'none', null],
  ['mo', 'vi', 'participant', null],
  ['mo', 'vi', 'moderator', 'forbidden'],
  ['mo', 'pa', 'none', null],
  ['mo', 'pa', 'visitor', 'not-allowed'],
  ['mo', 'pa', 'moderator', 'forbidden'],
  ['pa', 'vi', 'none', 'forbidden'],
  ['pa', 'vi', 'participant', 'forbidden'],
  ['pa', 'vi', 'moderator', 'forbidden'],
  ['pa', 'mo', 'none', 'forbidden'],
  ['pa', 'mo', 'visitor', 'forbidden'],
  ['pa', 'mo', 'participant', 'forbidden'],
  ['vi', 'pa', 'none', 'forbidden'],
  ['vi', 'pa', 'visitor', 'forbidden'],
  ['vi', 'mo', 'none', 'forbidden'],
]

conform(
  document,
  'how roles change',
  roleChanges.map(([actor, target, role, error]): Case => {
    const nick = nickOf[target]
    const result =
      role === 'none'
        ? gone(nick, `role='none' affiliation='{any}'`, 307)
        : present(nick, `role='${role}'`)
    return {
      at: '5.1.3',
      says: 'If an occupant’s role changes, a MUC service implementation MUST change the occupant’s role to reflect the change and communicate the change to all occupants.',
      that: `${roleOf[target]} to ${role} by ${actor}: ${error ?? 'done'}`,
      script: `
        ${fourRoles}
        there: ad
        ${affiliate({ ad: 'admin' })}
        ad joins {room} as Ad
        all is read
        ${actor} sets {room}: ${admin(`<item nick='${nick}' role='${role}'/>`)}
        ${error === null ? `${actor} is given nothing` : `${actor} is refused ${refused(error)}`}
        ${
          error === null
            ? ['own', 'ad', 'vi', 'pa', 'mo'].map((who) => `${who} < ${result}`).join('\n')
            : `own !< <presence/>`
        }
      `,
    }
  }),
)

conform(document, 'how roles change', [
  ...['visitor', 'participant'].flatMap((role) =>
    (
      [
        ['mo', 'admin'],
        ['mo', 'owner'],
        ['ad', 'owner'],
      ] as const
    ).map(([actor, affiliation]) => ({
      at: '5.1.3',
      says: 'A moderator SHOULD NOT be allowed to revoke moderation privileges from someone with a higher affiliation than themselves.',
      that: `${actor} of ${affiliation}, who would be ${role}`,
      script: `
        there: own, mo, ad, up
        own makes {room} as Own
        ${affiliate({ ad: 'admin', up: affiliation })}
        mo joins {room} as Mo
        ad joins {room} as Ad
        up joins {room} as Up
        own sets {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
        own is given nothing
        all is read
        ${actor} sets {room}: ${admin(`<item nick='Up' role='${role}'/>`)}
        ${actor} is refused ${refused(role === 'participant' && actor === 'mo' ? 'forbidden' : 'not-allowed')}
        own !< <presence/>
      `,
    })),
  ),
  {
    at: '5.1.3',
    says: 'When an occupant is granted an affiliation of member in a moderated room, the occupant automatically has a role of participant.',
    script: `
      ${fourRoles}
      own sets {room}: ${admin(`<item affiliation='member' jid='{vi}'/>`)}
      own is given nothing
      pa < ${present('Vi', `affiliation='member' role='participant'`)}
    `,
  },
  {
    at: '5.1.3',
    says: 'If an occupant is granted an affiliation of admin then the occupant will by that fact be granted a role of moderator.',
    script: `
      ${fourRoles}
      own sets {room}: ${admin(`<item affiliation='admin' jid='{vi}'/>`)}
      own is given nothing
      pa < ${present('Vi', `affiliation='admin' role='moderator'`)}
    `,
  },
  {
    at: '5.1.3',
    says: 'The role that is gained when an occupant is granted a certain affiliation is stable.',
    that: 'a moderator who becomes a member is one still',
    script: `
      there: own, mo
      own makes {room} as Own
      mo joins {room} as Mo
      own sets {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
      own is given nothing
      all is read
      own sets {room}: ${admin(`<item affiliation='member' jid='{mo}'/>`)}
      own is given nothing
      mo < ${present('Mo', `affiliation='member' role='moderator'`, 110)}
    `,
  },
  {
    at: '5.1',
    says: 'An implementation MAY persist roles across visits and SHOULD do so for moderated rooms.',
    that: 'voice that was given',
    script: `
      ${fourRoles}
      own sets {room}: ${admin(`<item nick='Vi' role='participant'/>`)}
      own is given nothing
      vi > <presence to='{room}/Vi' type='unavailable'/>
      all is read
      vi > ${enter('Again')}
      vi < ${present('Again', `affiliation='none' role='participant'`, 110)}
    `,
  },
  {
    at: '5.1',
    says: 'An implementation MAY persist roles across visits and SHOULD do so for moderated rooms.',
    that: 'voice that was taken away',
    script: `
      ${fourRoles}
      own sets {room}: ${admin(`<item nick='Pa' role='visitor'/>`)}
      own is given nothing
      pa > <presence to='{room}/Pa' type='unavailable'/>
      all is read
      pa > ${enter('Pa')}
      pa < ${present('Pa', `affiliation='member' role='visitor'`, 110)}
    `,
  },
  {
    at: '5.1',
    says: 'Roles are temporary in that they do not necessarily persist across a user’s visits to the room.',
    that: 'who was made moderator is none when he comes again',
    script: `
      there: own, mo
      own makes {room} as Own
      mo joins {room} as Mo
      own sets {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
      own is given nothing
      mo > <presence to='{room}/Mo' type='unavailable'/>
      all is read
      mo > ${enter('Mo')}
      mo < ${present('Mo', `role='participant'`, 110)}
    `,
  },
  {
    at: '5.1',
    says: 'Roles are granted, revoked, and maintained based on the occupant’s room nickname or full JID rather than bare JID.',
    that: 'another nickname of the same person keeps its own role',
    script: `
      there: own, bo/desk, bo/pad
      own makes {room} as Own
      bo/desk joins {room} as Desk
      bo/pad joins {room} as Pad
      own sets {room}: ${admin(`<item nick='Desk' role='moderator'/>`)}
      own is given nothing
      own < ${present('Desk', `role='moderator'`)}
      own !< <presence from='{room}/Pad'/>
    `,
  },
])
