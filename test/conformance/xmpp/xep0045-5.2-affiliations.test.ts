import { type Case, conform } from './conform.ts'
import { admin, affiliate, enter, gone, present, refusal, refused } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

const affiliations = ['outcast', 'none', 'member', 'admin', 'owner'] as const

/** The error where an admin changes one affiliation to another; null where he may. */
function errorForAdmin(from: string, to: string): string | null {
  const isAbove = [from, to].some((one) => one === 'admin' || one === 'owner')
  if (!isAbove) return null
  return to === 'outcast' ? 'not-allowed' : 'forbidden'
}

conform(
  document,
  'how affiliations change',
  ['own', 'ad'].flatMap((actor) =>
    affiliations.flatMap((from) =>
      affiliations
        .filter((to) => to !== from)
        .map((to): Case => {
          const error = actor === 'ad' ? errorForAdmin(from, to) : null
          const isIn = from !== 'outcast'
          const seen =
            to === 'outcast'
              ? gone('Bo', `affiliation='outcast' role='none'`, 301)
              : present('Bo', `affiliation='${to}'`)
          return {
            at: '5.2.2',
            says: 'If a user’s affiliation changes, a MUC service implementation MUST change the user’s affiliation to reflect the change and communicate that to all occupants.',
            that: `${from} to ${to} by ${actor === 'own' ? 'an owner' : 'an admin'}: ${error ?? 'done'}`,
            script: `
              there: own, ad, bo, cy
              own makes {room} as Own
              ${affiliate({ ad: 'admin', ...(from !== 'none' && { bo: from }) })}
              ad joins {room} as Ad
              cy joins {room} as Cy
              ${isIn ? 'bo joins {room} as Bo' : ''}
              all is read
              ${actor} sets {room}: ${admin(`<item affiliation='${to}' jid='{bo}'/>`)}
              ${error === null ? `${actor} is given nothing` : `${actor} is refused ${refused(error)}`}
              ${error === null && isIn ? `own < ${seen}\nbo < ${seen}\ncy < ${seen}` : 'cy !< <presence/>'}
              own sets {room}: ${admin(`<item affiliation='${error === null ? to : from}' jid='{bo}'/>`)}
              own is given nothing
              ${
                (error === null ? to : from) === 'none'
                  ? ''
                  : `
              own gets {room}: ${admin(`<item affiliation='${error === null ? to : from}'/>`)}
              own is given ${admin(`<item affiliation='${error === null ? to : from}' jid='{bo}'/>`)}`
              }
            `,
          }
        }),
    ),
  ),
)

conform(document, 'what an affiliation lets one do', [
  ...['bo', 'me', 'mo'].flatMap((who) =>
    [
      ['outcast', 'forbidden'],
      ['member', 'forbidden'],
      ['admin', 'forbidden'],
      ['owner', 'forbidden'],
    ].map(([affiliation = '', error = '']) => ({
      at: '5.2.1',
      says: 'Ban Members and Unaffiliated Users: No. Edit Member List: No. Edit Admin List: No. Edit Owner List: No.',
      that: `${who === 'me' ? 'a member' : who === 'mo' ? 'a moderator' : 'an occupant'}, ${affiliation}`,
      script: `
        there: own, bo, me, mo, cy
        own makes {room} as Own
        ${affiliate({ me: 'member' })}
        bo joins {room} as Bo
        me joins {room} as Me
        mo joins {room} as Mo
        own sets {room}: ${admin(`<item nick='Mo' role='moderator'/>`)}
        own is given nothing
        all is read
        ${who} sets {room}: ${admin(`<item affiliation='${affiliation}' jid='{cy}'/>`)}
        ${who} is refused auth ${error}
        own !< <presence/>
      `,
    })),
  ),
  ...[
    ['none', 'registration-required'],
    ['outcast', 'forbidden'],
  ].map(([affiliation = '', error = '']) => ({
    at: '5.2.1',
    says: 'Enter Members-Only Room: No.',
    that: affiliation,
    script: `
      there: own, bo
      own makes {room} as Own with membersonly=1
      ${affiliation === 'none' ? '' : affiliate({ bo: affiliation })}
      bo > ${enter('Bo')}
      bo < ${refusal(`presence from='{room}/Bo'`, error, 'auth')}
      own !< <presence/>
    `,
  })),
  {
    at: '5.2.1',
    says: 'Enter Open Room: No [for outcasts].',
    script: `
      there: own, bo
      own makes {room} as Own
      ${affiliate({ bo: 'outcast' })}
      bo > ${enter('Bo')}
      bo < ${refusal(`presence from='{room}/Bo'`, 'forbidden', 'auth')}
    `,
  },
  {
    at: '5.2.1',
    says: 'Retrieve Member List: Yes [for members].',
    that: 'where everybody sees who it is',
    script: `
      there: own, me
      own makes {room} as Own with whois=anyone
      ${affiliate({ me: 'member' })}
      me gets {room}: ${admin(`<item affiliation='member'/>`)}
      me is given ${admin(`<item affiliation='member' jid='{me}'/>`)}
    `,
  },
  {
    at: '5.2.1',
    says: 'When a room is configured to be semi-anonymous […] members SHOULD NOT be allowed to retrieve the member list.',
    script: `
      there: own, me
      own makes {room} as Own with membersonly=1
      ${affiliate({ me: 'member' })}
      me joins {room} as Me
      me gets {room}: ${admin(`<item affiliation='member'/>`)}
      me is refused auth forbidden
    `,
  },
  {
    at: '5.2.1',
    says: 'Retrieve Member List: No [for who has no affiliation].',
    script: `
      there: own, bo
      own makes {room} as Own with whois=anyone
      bo joins {room} as Bo
      bo gets {room}: ${admin(`<item affiliation='member'/>`)}
      bo is refused auth forbidden
    `,
  },
  ...['bo', 'me', 'ad'].map((who) => ({
    at: '5.2.1',
    says: 'Change Room Configuration: No. Destroy Room: No.',
    that: who === 'ad' ? 'an admin' : who === 'me' ? 'a member' : 'an occupant',
    script: `
      there: own, bo, me, ad
      own makes {room} as Own
      ${affiliate({ me: 'member', ad: 'admin' })}
      ${who} joins {room} as Who
      ${who} gets {room}: <query xmlns='{muc}#owner'/>
      ${who} is refused auth forbidden
      ${who} sets {room}: <query xmlns='{muc}#owner'><x xmlns='jabber:x:data' type='submit'/></query>
      ${who} is refused auth forbidden
      ${who} sets {room}: <query xmlns='{muc}#owner'><destroy/></query>
      ${who} is refused auth forbidden
    `,
  })),
  {
    at: '5.2',
    says: 'These affiliations are long-lived in that they persist across a user’s visits to the room.',
    that: 'and after the server has started again',
    script: `
      there: own, bo
      own makes {room} as Own with persistentroom=1
      ${affiliate({ bo: 'admin' })}
      the server starts again
      bo connects
      bo > ${enter('Bo')}
      bo < ${present('Bo', `affiliation='admin' role='moderator'`, 110)}
    `,
  },
  {
    at: '5.2',
    says: 'Affiliations are granted, revoked, and maintained based on the user’s bare JID, not the nick as with roles.',
    that: 'all nicknames of a person have it',
    script: `
      there: own, bo/desk, bo/pad
      own makes {room} as Own
      bo/desk joins {room} as Desk
      bo/pad joins {room} as Pad
      all is read
      own sets {room}: ${admin(`<item affiliation='member' jid='{bo}'/>`)}
      own is given nothing
      own < ${present('Desk', `affiliation='member'`)}
      own < ${present('Pad', `affiliation='member'`)}
    `,
  },
  {
    at: '5.2',
    says: 'This affiliation [none] does not persist across visits (i.e., a service does not maintain a "none list" across visits).',
    script: `
      there: own, bo
      own makes {room} as Own
      bo joins {room} as Bo
      own gets {room}: ${admin(`<item affiliation='none'/>`)}
      own is given ${admin(`<item>{none}</item>`)}
    `,
  },
])
