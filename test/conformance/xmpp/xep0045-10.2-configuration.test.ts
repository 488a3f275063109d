import { type Case, conform } from './conform.ts'
import { form, gone, owner, present, submit } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'

const cancel = owner(`<x xmlns='jabber:x:data' type='cancel'/>`)

function fieldOf(name: string, type: string, content = ''): string {
  return owner(
    `<x xmlns='jabber:x:data' type='form'><field var='${name}' type='${type}'>${content}</field></x>`,
  )
}

function value(text: string): string {
  return `<value>${text}</value>`
}

/** Fields of section 15.5.3 with their types, and a value that another room has. */
const fields: readonly (readonly [string, string, string])[] = [
  ['muc#maxhistoryfetch', 'text-single', '7'],
  ['muc#roomconfig_allowpm', 'list-single', 'participants'],
  ['muc#roomconfig_allowinvites', 'boolean', '1'],
  ['muc#roomconfig_changesubject', 'boolean', '1'],
  ['muc#roomconfig_enablelogging', 'boolean', '1'],
  ['muc#roomconfig_getmemberlist', 'list-multi', 'participant'],
  ['muc#roomconfig_lang', 'text-single', 'de'],
  ['muc#roomconfig_pubsub', 'text-single', 'xmpp:pubsub.shakespeare.lit?;node=coven'],
  ['muc#roomconfig_maxusers', 'list-single', '10'],
  ['muc#roomconfig_membersonly', 'boolean', '1'],
  ['muc#roomconfig_moderatedroom', 'boolean', '1'],
  ['muc#roomconfig_persistentroom', 'boolean', '1'],
  ['muc#roomconfig_presencebroadcast', 'list-multi', 'moderator'],
  ['muc#roomconfig_publicroom', 'boolean', '0'],
  ['muc#roomconfig_roomadmins', 'jid-multi', '{bo}'],
  ['muc#roomconfig_roomdesc', 'text-single', 'witches'],
  ['muc#roomconfig_roomname', 'text-single', 'Cave'],
  ['muc#roomconfig_roomowners', 'jid-multi', '{ann}'],
  ['muc#roomconfig_whois', 'list-single', 'anyone'],
]

conform(
  document,
  'the fields of the form',
  fields.map(([name, type, set]): Case => ({
    at: '15.5.3',
    says: name,
    that: `${type}, ${set}`,
    script: `
        there: ann, bo
        ann makes {room} as Ann
        ann gets {room}: ${owner()}
        ann is given ${owner(`<x xmlns='jabber:x:data' type='form'><field var='${name}' type='${type}' label='{any}'/></x>`)}
        ann does {room}: ${submit({ [name]: set })}
        ann gets {room}: ${owner()}
        ann is given ${fieldOf(name, type, value(set))}
      `,
  })),
)

/** What cannot be. */
const bad: readonly (readonly [string, string])[] = [
  ['muc#roomconfig_maxusers', 'many'],
  ['muc#roomconfig_maxusers', '-1'],
  ['muc#roomconfig_whois', 'nobody'],
  ['muc#roomconfig_allowpm', 'friends'],
  ['muc#roomconfig_membersonly', 'perhaps'],
  ['muc#roomconfig_presencebroadcast', 'emperor'],
  ['muc#roomconfig_getmemberlist', 'emperor'],
  ['muc#maxhistoryfetch', 'all'],
]

conform(document, 'subsequent room configuration', [
  {
    at: '10.2',
    says: 'If the <user@host> of the ‘from’ address does not match the bare JID of a room owner, the service MUST return a <forbidden/> error to the sender.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      bo gets {room}: ${owner()}
      bo is refused auth forbidden
      bo sets {room}: ${submit({ roomname: 'Mine' })}
      bo is refused auth forbidden
      bo sets {room}: ${cancel}
      bo is refused auth forbidden
      ann !< <message/>
    `,
  },
  {
    at: '10.2',
    says: 'The service MUST send a configuration form to the room owner with the current options set as defaults.',
    that: 'the password as well',
    script: `
      there: ann
      ann makes {room} as Ann with passwordprotectedroom=1 roomsecret=cauldronburn
      ann gets {room}: ${owner()}
      ann is given ${owner(`<x xmlns='jabber:x:data' type='form'><field var='muc#roomconfig_passwordprotectedroom' type='boolean'>${value('1')}</field><field var='muc#roomconfig_roomsecret' type='text-private'>${value('cauldronburn')}</field></x>`)}
    `,
  },
  {
    at: '10.2',
    says: 'A room owner might want to change the configuration.',
    that: 'without being in the room',
    script: `
      there: ann, bo
      ann makes {room} as Ann with persistentroom=1
      ann > <presence to='{room}/Ann' type='unavailable'/>
      ann does {room}: ${submit({ roomname: 'Cave' })}
      bo gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      bo is given <query xmlns='http://jabber.org/protocol/disco#info'><identity name='Cave'/></query>
    `,
  },
  {
    at: '10.2',
    says: 'If the room owner cancels the subsequent configuration, the service MUST leave the configuration of the room as it was.',
    script: `
      there: ann, bo
      ann makes {room} as Ann with roomname=Cave
      bo joins {room} as Bo
      ann does {room}: ${cancel}
      bo !< <message/>
      bo !< <presence/>
      ann gets {room}: ${owner()}
      ann is given ${fieldOf('muc#roomconfig_roomname', 'text-single', value('Cave'))}
    `,
  },
  {
    at: '10.2',
    says: 'The room owner then submits the form with updated configuration information.',
    that: 'what is left out stays as it is, and what there is not is passed over',
    script: `
      there: ann
      ann makes {room} as Ann with roomname=Cave
      ann does {room}: ${submit({ roomdesc: 'witches', 'muc#roomconfig_no_such_thing': '1' })}
      ann gets {room}: ${owner()}
      ann is given ${fieldOf('muc#roomconfig_roomname', 'text-single', value('Cave'))}
    `,
  },
  ...bad.map(([name, set]) => ({
    at: '10.1.3',
    says: 'The specified room configuration options violate one or more service policies […] <not-acceptable/>.',
    that: `${name}: ${set}`,
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann sets {room}: ${submit({ [name]: set, roomname: 'Other' })}
      ann is refused modify not-acceptable
      bo !< <message/>
    `,
  })),
  {
    at: '10.2',
    says: 'The room owner then submits the form.',
    that: 'what is none is a bad request',
    script: `
      there: ann
      ann makes {room} as Ann
      ann sets {room}: ${owner()}
      ann is refused modify bad-request
      ann sets {room}: ${owner(`<x xmlns='jabber:x:data' type='result'/>`)}
      ann is refused modify bad-request
      ann sets {room}: ${owner(form('submit', 'urn:example:other', { roomname: 'x' }))}
      ann is refused modify not-acceptable
    `,
  },
  {
    at: '10.2',
    says: 'If as a result of a change in the room configuration the room type is changed to members-only but there are non-members in the room, the service MUST remove any non-members from the room and include a status code of 322 in the presence unavailable stanzas sent to those users as well as any remaining occupants.',
    script: `
      there: ann, bo, me
      ann makes {room} as Ann
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='member' jid='{me}'/></query>
      bo joins {room} as Bo
      me joins {room} as Me
      ann does {room}: ${submit({ membersonly: '1' })}
      bo < ${gone('Bo', `affiliation='none' role='none'`, 110, 322)}
      me < ${gone('Bo', `affiliation='none' role='none'`, 322)}
      ann < ${gone('Bo', `affiliation='none' role='none'`, 322)}
      ann !< <presence from='{room}/Me' type='unavailable'/>
    `,
  },
  {
    at: '5.1.3',
    says: 'If an occupant’s role changes, a MUC service implementation MUST […] communicate the change to all occupants.',
    that: 'where the room becomes moderated, and where it is so no longer',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann does {room}: ${submit({ moderatedroom: '1' })}
      ann < ${present('Bo', `role='visitor'`)}
      bo < ${present('Bo', `role='visitor'`, 110)}
      ann does {room}: ${submit({ moderatedroom: '0' })}
      ann < ${present('Bo', `role='participant'`)}
      bo < ${present('Bo', `role='participant'`, 110)}
    `,
  },
  {
    at: '10.2',
    says: 'The "muc#roomconfig_roomadmins" field specifies the full list of room admins, not the delta. […] If as a result of a change in the room configuration a user gains admin status while in the room, the room MUST send updated presence.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      bo joins {room} as Bo
      cy joins {room} as Cy
      ann does {room}: ${submit({ roomadmins: ['{bo}', '{cy}'] })}
      ann < ${present('Bo', `affiliation='admin' role='moderator'`)}
      cy < ${present('Cy', `affiliation='admin' role='moderator'`, 110)}
      ann does {room}: ${submit({ roomadmins: ['{bo}'] })}
      ann < ${present('Cy', `affiliation='none' role='participant'`)}
      ann !< <presence from='{room}/Bo'/>
    `,
  },
  {
    at: '10.2',
    says: 'If as a result of a change in the room configuration a user gains owner status while in the room […]. If […] a room owner loses owner status […] the ‘affiliation’ attribute set to a value of "admin".',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann does {room}: ${submit({ roomowners: ['{ann}', '{bo}'] })}
      ann < ${present('Bo', `affiliation='owner' role='moderator'`)}
      ann does {room}: ${submit({ roomowners: ['{ann}'] })}
      ann < ${present('Bo', `affiliation='admin' role='moderator'`)}
    `,
  },
  {
    at: '10.2',
    says: 'A service MUST NOT allow an owner to revoke his or her own owner status if there are no other owners; […] <conflict/>.',
    that: 'by the form, of which then nothing is done',
    script: `
      there: ann, bo
      ann makes {room} as Ann with roomname=Cave
      bo joins {room} as Bo
      ann sets {room}: ${submit({ roomowners: [], roomname: 'Other' })}
      ann is refused cancel conflict
      bo !< <message/>
      ann gets {room}: ${owner()}
      ann is given ${fieldOf('muc#roomconfig_roomname', 'text-single', value('Cave'))}
    `,
  },
])

/** Changes, and the codes that tell of them. */
const told: readonly (readonly [string, Readonly<Record<string, string>>, readonly number[]])[] = [
  ['roomname=a', { roomname: 'b' }, [104]],
  ['whois=moderators', { whois: 'anyone' }, [172]],
  ['whois=anyone', { whois: 'moderators' }, [173]],
  ['whois=moderators', { whois: 'anyone', roomname: 'b' }, [104, 172]],
  ['membersonly=0', { passwordprotectedroom: '1', roomsecret: 'x' }, [104]],
  // That it is on record what is said cannot be turned off.
  ['roomname=a', { enablelogging: '0' }, [104, 170]],
]

conform(
  document,
  'notification of configuration changes',
  told.map(([before, change, codes]): Case => {
    const none = [104, 170, 171, 172, 173]
      .filter((code) => !codes.includes(code))
      .map((code) => `<status code='${code}'>{none}</status>`)
      .join('')
    const seen = `<message from='{room}' type='groupchat'><x xmlns='{muc}#user'>${codes.map((code) => `<status code='${code}'/>`).join('')}${none}</x><body>{none}</body></message>`
    return {
      at: '10.2.1',
      says: 'A room MUST send notification to all occupants when the room configuration changes in a way that has an impact on the privacy or security profile of the room. […] For any other configuration change, the room SHOULD send status code 104.',
      that: `${JSON.stringify(change)}: ${codes.join(' ')}`,
      script: `
        there: ann, bo
        ann makes {room} as Ann with ${before}
        bo joins {room} as Bo
        ann does {room}: ${submit(change)}
        ann < ${seen}
        bo < ${seen}
      `,
    }
  }),
)
