// XEP-0133: the node of each use case, what its form asks for, and what it does.
import { type Case, conform } from './conform.ts'

const commands = 'http://jabber.org/protocol/commands'
const admin = 'http://jabber.org/protocol/admin'

/** Use case, section, and the fields of its form in the order of the text; none: there is nothing to fill in. */
const useCases: readonly (readonly [at: string, name: string, fields: readonly string[]])[] = [
  [
    '4.1',
    'add-user',
    [
      'accountjid jid-single',
      'password text-private',
      'password-verify text-private',
      'email text-single',
      'given_name text-single',
      'surname text-single',
    ],
  ],
  ['4.2', 'delete-user', ['accountjids jid-multi']],
  ['4.3', 'disable-user', ['accountjids jid-multi']],
  ['4.4', 'reenable-user', ['accountjids jid-multi']],
  ['4.5', 'end-user-session', ['accountjids jid-multi']],
  ['4.7', 'change-user-password', ['accountjid jid-single', 'password text-private']],
  ['4.8', 'get-user-roster', ['accountjids jid-multi']],
  ['4.9', 'get-user-lastlogin', ['accountjids jid-multi']],
  ['4.10', 'user-stats', ['accountjid jid-single']],
  ['4.18', 'get-registered-users-list', ['max_items list-single']],
  ['4.19', 'get-disabled-users-list', ['max_items list-single']],
  ['4.20', 'get-online-users-list', ['max_items list-single']],
  ['4.21', 'get-active-users', ['max_items list-single']],
  ['4.22', 'get-idle-users', ['max_items list-single']],
  ['4.23', 'announce', ['announcement text-multi']],
  ['4.24', 'set-motd', ['motd text-multi']],
  ['4.25', 'edit-motd', ['motd text-multi']],
  ['4.27', 'set-welcome', ['welcome text-multi']],
  ['4.29', 'edit-admin', ['adminjids jid-multi']],
]

/** What has no form: section, node, and the field that it answers with. */
const numbers: readonly (readonly [at: string, name: string, field: string])[] = [
  ['4.13', 'get-registered-users-num', 'registeredusersnum'],
  ['4.14', 'get-disabled-users-num', 'disabledusersnum'],
  ['4.15', 'get-online-users-num', 'onlineusersnum'],
  ['4.16', 'get-active-users-num', 'activeusersnum'],
  ['4.17', 'get-idle-users-num', 'idleusersnum'],
]

const hidden = `<field var='FORM_TYPE' type='hidden'><value>${admin}</value></field>`
const node = (name: string): string =>
  `The command node for this use case SHOULD be "${admin}#${name}".`
const begins = (name: string): string =>
  `root sets {domain}: <command xmlns='${commands}' node='${admin}#${name}' action='execute'/>`
const given = (name: string, fields: string): string =>
  `root is given <command xmlns='${commands}' node='${admin}#${name}' sessionid='{=session}' status='executing'><x xmlns='jabber:x:data' type='form'>${hidden}${fields}</x></command>`
const submits = (name: string, values: Readonly<Record<string, string>>): string => {
  const fields = Object.entries(values).map(
    ([name_, value]) => `<field var='${name_}'><value>${value}</value></field>`,
  )
  const form = `<x xmlns='jabber:x:data' type='submit'>${hidden}${fields.join('')}</x>`
  return `root sets {domain}: <command xmlns='${commands}' node='${admin}#${name}' sessionid='{session}'>${form}</command>`
}
const done = (name: string, inside = ''): string =>
  `root is given <command xmlns='${commands}' node='${admin}#${name}' sessionid='{session}' status='completed'>${inside}</command>`
const fieldOf = (text: string): string => {
  const [name = '', type = ''] = text.split(' ')
  return `<field var='${name}' type='${type}'/>`
}
/** The whole of a use case with one form. */
const runs = (name: string, values: Readonly<Record<string, string>>, inside = ''): string => `
  ${begins(name)}
  ${given(name, '')}
  ${submits(name, values)}
  ${done(name, inside)}
`
const start = `
  administrator: root
  there: root, ann
`

conform('XEP-0133 (1.3.1)', 'nodes and forms', [
  ...useCases.map(([at, name, fields]): Case => ({
    at,
    says: node(name),
    script: `
        ${start}
        ${begins(name)}
        ${given(name, fields.map(fieldOf).join(''))}
      `,
  })),
  ...numbers.map(([at, name, field]): Case => ({
    at,
    says: node(name),
    script: `
        ${start}
        ${begins(name)}
        root is given <command xmlns='${commands}' node='${admin}#${name}' status='completed'><x xmlns='jabber:x:data' type='result'>${hidden}<field var='${field}'><value>{any}</value></field></x></command>
      `,
  })),
  ...['delete-motd', 'delete-welcome'].map((name): Case => ({
    at: name === 'delete-motd' ? '4.26' : '4.28',
    says: node(name),
    script: `
        ${start}
        ${begins(name)}
        root is given <command xmlns='${commands}' node='${admin}#${name}' status='completed'/>
      `,
  })),
])

conform('XEP-0133 (1.3.1)', 'what they do', [
  {
    at: '4.1',
    says: 'Adding a user MUST result in the creation of an account',
    script: `
      ${start}
      ${runs('add-user', { accountjid: 'new{ann}', password: 'secret', 'password-verify': 'secret' })}
      root sets {domain}: <command xmlns='${commands}' node='${admin}#add-user'/>
      ${given('add-user', '')}
      ${submits('add-user', { accountjid: 'new{ann}', password: 'secret', 'password-verify': 'secret' })}
      root is refused cancel conflict
    `,
  },
  {
    at: '4.2',
    says: 'Deleting a user SHOULD result in the termination of any active sessions for the user',
    script: `
      ${start}
      ${runs('delete-user', { accountjids: '{ann}' })}
      ann < <error xmlns='http://etherx.jabber.org/streams'/>
      ann is ended
    `,
  },
  {
    at: '4.3',
    says: 'Disabling a user MUST result in the termination of any active sessions for the user and in the prevention of further user logins until the account is re-enabled',
    script: `
      ${start}
      ${runs('disable-user', { accountjids: '{ann}' })}
      ann is ended
      ${runs('get-disabled-users-list', { max_items: '100' }, `<x xmlns='jabber:x:data' type='result'><field var='disableduserjids'/></x>`)}
    `,
  },
  {
    at: '4.4',
    says: 'Re-enabling a user MUST result in granting the user the ability to access the service again.',
    script: `
      ${start}
      account: bo
      ${runs('disable-user', { accountjids: '{bo}' })}
      ${runs('reenable-user', { accountjids: '{bo}' })}
      bo arrives
      bo > <iq type='get' id='p' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      bo < <iq type='result' id='p'/>
    `,
  },
  {
    at: '4.5',
    says: "terminate one or all of the user's current sessions, but allow future logins",
    script: `
      administrator: root
      there: root, ann, ann/phone
      ${runs('end-user-session', { accountjids: '{ann/phone}' })}
      ann/phone is ended
      ann > <iq type='get' id='p' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      ann < <iq type='result' id='p'/>
    `,
  },
  {
    at: '4.7',
    says: "An administrator may need to change a user's password.",
    script: `
      ${start}
      ${runs('change-user-password', { accountjid: '{ann}', password: 'another' })}
      ann is ended
    `,
  },
  {
    at: '4.8',
    says: "An administrator may need to retrieve a user's roster",
    script: `
      administrator: root
      there: root, ann, bo, ann=bo
      ${runs('get-user-roster', { accountjids: '{ann}' }, `<x xmlns='jabber:x:data' type='result'>${hidden}<field var='accountjids'><value>{ann}</value></field><query xmlns='jabber:iq:roster'><item jid='{bo}' subscription='both'/></query></x>`)}
    `,
  },
  {
    at: '4.9',
    says: "An administrator may need to retrieve a user's last login time",
    script: `
      ${start}
      ${runs('get-user-lastlogin', { accountjids: '{ann}' }, `<x xmlns='jabber:x:data' type='result'>${hidden}<field var='lastlogin'><value>{any}Z</value></field></x>`)}
    `,
  },
  {
    at: '4.10',
    says: "statistics about a particular user's interaction with the service (roster size, bandwidth usage, logins, IP address, etc.)",
    script: `
      ${start}
      ${runs('user-stats', { accountjid: '{ann}' }, `<x xmlns='jabber:x:data' type='result'><field var='rostersize'><value>0</value></field><field var='onlineresources'><value>desk</value></field><field var='ipaddresses'/></x>`)}
    `,
  },
  {
    at: '4.23',
    says: 'The message shall be sent only to users who currently have a "session" with the service.',
    script: `
      ${start}
      ${runs('announce', { announcement: 'Attention!' })}
      ann < <message from='{domain}'><body>Attention!</body></message>
    `,
  },
  {
    at: '5',
    says: "<not-allowed/>: No entity is allowed to perform the command (e.g., retrieve the CEO's roster).",
    script: `
      ${start}
      ${begins('delete-user')}
      ${given('delete-user', '')}
      ${submits('delete-user', { accountjids: '{root}' })}
      root is refused cancel not-allowed
    `,
  },
  {
    at: '5',
    says: '<forbidden/>: The requesting entity does not have sufficient privileges to perform the command.',
    script: `
      there: ann
      ann sets {domain}: <command xmlns='${commands}' node='${admin}#add-user' action='execute'/>
      ann is refused cancel forbidden
      ann gets {domain}: <query xmlns='http://jabber.org/protocol/disco#items' node='${commands}'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#items'><item node='${admin}#add-user'>{none}</item></query>
    `,
  },
])
