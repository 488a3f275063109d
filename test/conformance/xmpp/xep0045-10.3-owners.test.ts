import { type Case, conform } from './conform.ts'
import { admin, affiliate, enter, owner, present } from './rooms.ts'

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

const lists = [
  ['owner', '10.3', '10.5'],
  ['admin', '10.6', '10.8'],
] as const

conform(
  document,
  'owners and admins',
  lists.flatMap(([affiliation, granting]): Case[] => [
    {
      at: granting,
      says: `The service MUST add the user to the ${affiliation} list and then inform the owner of success. If the user is in the room, the service MUST then send updated presence from this individual to all occupants.`,
      script: `
        ${room}
        own sets {room}: ${admin(`<item affiliation='${affiliation}' jid='{bo}'><reason>A worthy witch indeed!</reason></item>`)}
        own next < <iq type='result' from='{room}'/>
        me < ${present('Bo', `<item affiliation='${affiliation}' role='moderator'><reason>A worthy witch indeed!</reason></item>`)}
        bo < ${present('Bo', `affiliation='${affiliation}' role='moderator'`, 110)}
        own gets {room}: ${admin(`<item affiliation='${affiliation}'/>`)}
        own is given ${admin(`<item affiliation='${affiliation}' jid='{bo}' role='{none}'/>`)}
      `,
    },
    {
      at: granting,
      says: 'When processing a request that identifies a user by its full JID, a service SHOULD use the bare JID representation.',
      script: `
        ${room}
        own does {room}: ${admin(`<item affiliation='${affiliation}' jid='{bo/desk}'/>`)}
        own gets {room}: ${admin(`<item affiliation='${affiliation}'/>`)}
        own is given ${admin(`<item affiliation='${affiliation}' jid='{bo}'/>`)}
      `,
    },
    ...['ad', 'me', 'bo'].map((who) => ({
      at: granting,
      says: 'If the <user@host> of the ‘from’ address does not match the bare JID of a room owner, the service MUST return a <forbidden/> error to the sender.',
      that: who,
      script: `
        ${room}
        ${who} sets {room}: ${admin(`<item affiliation='${affiliation}' jid='{bo}'/>`)}
        ${who} is refused auth forbidden
        own !< <presence/>
      `,
    })),
    ...['admin', 'member', 'none']
      .filter((to) => to !== affiliation)
      .map((to) => ({
        at: affiliation === 'owner' ? '10.4' : '10.7',
        says: `The service MUST remove the user from the ${affiliation} list and then inform the owner of success. If the user is in the room, the service MUST then send updated presence.`,
        that: to,
        script: `
          ${room}
          own does {room}: ${admin(`<item affiliation='${affiliation}' jid='{bo}'/>`)}
          all is read
          own sets {room}: ${admin(`<item affiliation='${to}' jid='{bo}'/>`)}
          own next < <iq type='result' from='{room}'/>
          me < ${present('Bo', `affiliation='${to}' role='${to === 'admin' ? 'moderator' : 'participant'}'`)}
          own gets {room}: ${admin(`<item affiliation='${affiliation}'/>`)}
          own is given ${admin(`<item jid='{bo}'>{none}</item>`)}
        `,
      })),
  ]),
)

conform(
  document,
  'the lists of owners and admins',
  lists.flatMap(([affiliation, , modifying]): Case[] => [
    {
      at: modifying,
      says: `If the <user@host> of the ‘from’ address does not match the bare JID of a room owner, the service MUST return a <forbidden/> error to the sender in semi-anonymous rooms.`,
      that: `the ${affiliation} list`,
      script: `
        ${room}
        ad gets {room}: ${admin(`<item affiliation='${affiliation}'/>`)}
        ad is refused auth forbidden
        me gets {room}: ${admin(`<item affiliation='${affiliation}'/>`)}
        me is refused auth forbidden
        bo gets {room}: ${admin(`<item affiliation='${affiliation}'/>`)}
        bo is refused auth forbidden
      `,
    },
    {
      at: modifying,
      says: `Only owners shall be allowed to modify the ${affiliation} list. If a non-owner attempts to modify the ${affiliation} list, the service MUST deny the request and return a <forbidden/> error to the sender.`,
      script: `
        ${room}
        there: up
        ${affiliate({ up: affiliation })}
        ad sets {room}: ${admin(`<item affiliation='none' jid='{up}'/>`)}
        ad is refused auth forbidden
        ad sets {room}: ${admin(`<item affiliation='member' jid='{up}'/>`)}
        ad is refused auth forbidden
        bo !< <presence/>
      `,
    },
  ]),
)

conform(document, 'the last owner', [
  ...['none', 'member', 'admin'].map((affiliation) => ({
    at: '10.4',
    says: 'A service MUST NOT allow an owner to revoke his or her own owner status if there are no other owners; if an owner attempts to do this, the service MUST return a <conflict/> error to the owner.',
    that: affiliation,
    script: `
      ${room}
      own sets {room}: ${admin(`<item affiliation='${affiliation}' jid='{own}'/>`)}
      own is refused cancel conflict
      bo !< <presence/>
      own gets {room}: ${owner()}
      own is given <query xmlns='{muc}#owner'/>
    `,
  })),
  {
    at: '10.4',
    says: 'However, a service SHOULD allow an owner to revoke his or her own owner status if there are other owners.',
    script: `
      ${room}
      own does {room}: ${admin(`<item affiliation='owner' jid='{bo}'/>`)}
      own does {room}: ${admin(`<item affiliation='admin' jid='{own}'/>`)}
      me < ${present('Own', `affiliation='admin' role='moderator'`)}
      own gets {room}: ${owner()}
      own is refused auth forbidden
      bo gets {room}: ${owner()}
      bo is given <query xmlns='{muc}#owner'/>
    `,
  },
  {
    at: '10.5',
    says: 'A service MUST NOT allow an owner to revoke his or her own owner status if there are no other owners.',
    that: 'nor all of them at once, but one for another',
    script: `
      ${room}
      own does {room}: ${admin(`<item affiliation='owner' jid='{bo}'/>`)}
      own sets {room}: ${admin(`<item affiliation='none' jid='{own}'/><item affiliation='none' jid='{bo}'/>`)}
      own is refused cancel conflict
      own does {room}: ${admin(`<item affiliation='none' jid='{own}'/><item affiliation='none' jid='{bo}'/><item affiliation='owner' jid='{me}'/>`)}
      ad < ${present('Me', `affiliation='owner'`)}
    `,
  },
  {
    at: '10',
    says: 'The owner does not lose ownership on exiting a persistent room.',
    script: `
      there: own
      own makes {room} as Own with persistentroom=1
      own > <presence to='{room}/Own' type='unavailable'/>
      all is read
      own > ${enter('Own')}
      own < <presence from='{room}/Own'><x xmlns='{muc}#user'><item affiliation='owner' role='moderator'/><status code='201'>{none}</status></x></presence>
    `,
  },
])
