import { conform } from './conform.ts'
import { enter, form, owner, present, refusal, submit } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'
const instant = owner(`<x xmlns='jabber:x:data' type='submit'/>`)
const cancel = owner(`<x xmlns='jabber:x:data' type='cancel'/>`)

function fieldOf(name: string, type: string, content = ''): string {
  return owner(
    `<x xmlns='jabber:x:data' type='form'><field var='${name}' type='${type}'>${content}</field></x>`,
  )
}

function value(text: string): string {
  return `<value>${text}</value>`
}

conform(document, 'creating a room', [
  {
    at: '10.1.1',
    says: 'The service MUST create the room according to some default configuration, assign the requesting user as the initial room owner, and add the owner to the room […]. The initial presence stanza received by the owner from the room MUST include extended presence information indicating the user’s status as an owner and acknowledging that the room has been created (via status code 201).',
    script: `
      there: ann
      ann > ${enter('Ann')}
      ann next < ${present('Ann', `affiliation='owner' role='moderator'`, 110, 201)}
    `,
  },
  {
    at: '10.1.1',
    says: 'But not allow anyone else to enter the room (effectively "locking" the room).',
    script: `
      there: ann, bo
      ann > ${enter('Ann')}
      all is read
      bo > ${enter('Bo')}
      bo < ${refusal(`presence from='{room}/Bo'`, 'item-not-found', 'cancel')}
      ann !< <presence/>
    `,
  },
  {
    at: '10.1.1',
    says: 'If access is restricted and a user attempts to create a room, the service MUST return a <not-allowed/> error.',
    that: 'to people at other domains',
    script: `
      outsider: zed
      zed > <presence to='{room}/Zed' id='in'><x xmlns='{muc}'/></presence>
      zed < ${refusal(`presence from='{room}/Zed' id='in'`, 'not-allowed', 'cancel')}
    `,
  },
  {
    at: '10.1.2',
    says: 'The service MUST then unlock the room and allow other entities to join it.',
    script: `
      there: ann, bo
      ann > ${enter('Ann')}
      ann does {room}: ${instant}
      bo > ${enter('Bo')}
      bo < ${present('Bo', '', 110)}
    `,
  },
  {
    at: '10.1.2',
    says: 'An empty <x/> element that is qualified by the ‘jabber:x:data’ namespace.',
    that: 'for a room that is unlocked already it changes nothing',
    script: `
      there: ann, bo
      ann makes {room} as Ann with roomname=Cave
      bo joins {room} as Bo
      ann does {room}: ${instant}
      bo !< <message/>
      ann gets {room}: ${owner()}
      ann is given ${fieldOf('muc#roomconfig_roomname', 'text-single', value('Cave'))}
    `,
  },
  {
    at: '10.1.3',
    says: 'The service MUST return an initial room configuration form to the user.',
    script: `
      there: ann
      ann > ${enter('Ann')}
      ann gets {room}: ${owner()}
      ann is given ${owner(form('form', '{muc}#roomconfig', {}))}
    `,
  },
  {
    at: '10.1.3',
    says: 'If room creation is successful, the service MUST inform the new room owner of success.',
    that: 'and it is as he has said',
    script: `
      there: ann, bo
      ann > ${enter('Ann')}
      ann does {room}: ${submit({
        roomname: 'A Dark Cave',
        roomdesc: 'The place for all good witches!',
        enablelogging: '0',
        changesubject: '1',
        allowinvites: '0',
        allowpm: 'anyone',
        maxusers: '10',
        publicroom: '0',
        persistentroom: '0',
        moderatedroom: '0',
        membersonly: '0',
        passwordprotectedroom: '1',
        roomsecret: 'cauldronburn',
        whois: 'moderators',
        'muc#maxhistoryfetch': '50',
        roomadmins: '{bo}',
      })}
      bo > ${enter('Bo', '<password>cauldronburn</password>')}
      bo < ${present('Bo', `affiliation='admin' role='moderator'`, 110)}
      bo gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      bo is given <query xmlns='http://jabber.org/protocol/disco#info'><identity name='A Dark Cave'/><feature var='muc_passwordprotected'/><feature var='muc_hidden'/></query>
    `,
  },
  {
    at: '10.1.3',
    says: 'If the room creation fails because the specified room configuration options violate one or more service policies (e.g., because the password for a password-protected room is blank), the service MUST return a <not-acceptable/> error.',
    script: `
      there: ann, bo
      ann > ${enter('Ann')}
      ann sets {room}: ${submit({ passwordprotectedroom: '1', roomsecret: '' })}
      ann is refused modify not-acceptable
      ann sets {room}: ${submit({ passwordprotectedroom: '1' })}
      ann is refused modify not-acceptable
      bo > ${enter('Bo')}
      bo < ${refusal(`presence from='{room}/Bo'`, 'item-not-found', 'cancel')}
    `,
  },
  {
    at: '10.1.3',
    says: 'If the room owner cancels the initial configuration, the service MUST destroy the room, making sure to send unavailable presence to the room owner.',
    script: `
      there: ann
      ann > ${enter('Ann')}
      all is read
      ann does {room}: ${cancel}
      ann < <presence from='{room}/Ann' type='unavailable'><x xmlns='{muc}#user'><item affiliation='none' role='none'/><destroy/></x></presence>
      ann gets {room}: ${owner()}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '10.1.3',
    says: 'If the room owner becomes unavailable for any reason before submitting the form […] the service MUST then destroy the room, sending a presence stanza of type "unavailable" from the room to the owner including a <destroy/> element.',
    script: `
      there: ann
      ann > ${enter('Ann')}
      all is read
      ann > <presence to='{room}/Ann' type='unavailable'/>
      ann < <presence from='{room}/Ann' type='unavailable'><x xmlns='{muc}#user'><item affiliation='none' role='none'/><destroy/></x></presence>
      ann gets {room}: ${owner()}
      ann is refused cancel item-not-found
    `,
  },
])
