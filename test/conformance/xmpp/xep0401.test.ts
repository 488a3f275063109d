import { conform } from './conform.ts'
import {
  begins,
  commands,
  createAccount,
  error,
  getsAccountToken,
  getsToken,
  invite,
  invited,
  isIn,
  opened,
  registers,
  rosterWith,
  shows,
  submits,
  subscribes,
} from './invitations.ts'
import { NS_INFO, NS_ITEMS } from './pubsub-words.ts'

const document = 'XEP-0401 (0.6.0)'
const items = `<query xmlns='${NS_ITEMS}' node='${commands}'/>`
const listed = (...inside: readonly string[]): string =>
  `<query xmlns='${NS_ITEMS}' node='${commands}'>${inside.join('')}</query>`
const root = `
  administrator: root
  there: root
  root gets: <query xmlns='jabber:iq:roster'/>
  root is given <query xmlns='jabber:iq:roster'/>
`

conform(document, 'inviting somebody', [
  {
    at: '3',
    says: `Romeo can query his server for the availability of "User Invitation" and "Account Creation" commands:`,
    that: 'an administrator has both',
    script: `
      ${root}
      root gets {domain}: ${items}
      root is given ${listed(
        `<item jid='{domain}' node='${invite}' name='Invite user'/>`,
        `<item jid='{domain}' node='${createAccount}' name='Create account'/>`,
      )}
    `,
  },
  {
    at: '3',
    says: `Romeo can query his server for the availability of "User Invitation" and "Account Creation" commands:`,
    that: 'a member has the one',
    script: `
      there: ann
      ann gets {domain}: ${items}
      ann is given ${listed(`<item node='${invite}'/>`, `<item node='${createAccount}'>{none}</item>`)}
    `,
  },
  {
    at: '4.1',
    says: `A user can execute the 'urn:xmpp:invite#invite' command to immediately obtain a new invitation link with a unique invitation token.`,
    that: 'two links serve two people',
    script: `
      there: ann, bo, cy
      ${getsToken('ann')}
      bo > ${subscribes('{ann}', '{token}')}
      bo < <presence from='{ann/desk}'/>
      ${getsToken('ann')}
      cy > ${subscribes('{ann}', '{token}')}
      cy < <presence from='{ann/desk}'/>
    `,
  },
  {
    at: '4.1',
    says: 'The server SHOULD immediately provide a command result, with no further intreaction with the user.',
    that: 'with address and end',
    script: `
      there: ann
      ${begins('ann', invite)}
      ${invited('ann', invite, '{any}')}
    `,
  },
  {
    at: '4.1',
    says: 'The mandatory uri field MUST contain an XMPP URI. That URI SHOULD have the following format: xmpp:inviter@example.com?roster;preauth=TOKEN;ibr=y',
    script: `
      there: ann
      ${begins('ann', invite)}
      ${invited('ann', invite, 'xmpp:{ann}?roster;preauth={=token};ibr=y')}
    `,
  },
  {
    at: '4.1',
    says: 'If the field is not provided, the token does not expire.',
    that: 'each one does, and says when, as XEP-0082 has it',
    script: `
      there: ann
      ${begins('ann', invite)}
      ann is given <command xmlns='${commands}'><x xmlns='jabber:x:data' type='result'><field var='expire'><value>20{any}-{any}-{any}T{any}:{any}:{any}Z</value></field></x></command>
    `,
  },
  {
    at: '4.3.1',
    says: `This should be performed as described in §3.4 of XEP-0379, by sending a presence subscription request containing the 'preauth' token.`,
    script: `
      there: ann, bo
      ${getsToken('ann')}
      bo > ${subscribes('{ann}', '{token}')}
      bo gets: <query xmlns='jabber:iq:roster'/>
      bo is given ${rosterWith(`jid='{ann}' subscription='both'`)}
      ann gets: <query xmlns='jabber:iq:roster'/>
      ann is given ${rosterWith(`jid='{bo}' subscription='both'`)}
    `,
  },
  {
    at: '4.3.2',
    says: 'If Juliet chooses this approach, the server will ensure that after the registration, Romeo is added to her roster with a full presence subscription.',
    script: `
      there: ann
      ${getsToken('ann')}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      ${registers('w', 'juliet-401-a')}
      w < <iq type='result' id='reg'/>
      ${isIn('w', 'juliet-401-a')}
      w < <iq type='result' id='roster'>${rosterWith(`jid='{ann}' subscription='both'`)}</iq>
      ann gets: <query xmlns='jabber:iq:roster'/>
      ann is given ${rosterWith(`jid='juliet-401-a@{domain}' subscription='both'`)}
    `,
  },
])

conform(document, 'inviting somebody to an account', [
  {
    at: '4.4',
    says: 'To create an account invitation, the server administrator (or a user authorized to create accounts) can use the urn:xmpp:invite#create-account command.',
    that: 'and nobody else',
    script: `
      there: ann
      ${begins('ann', createAccount)}
      ann is refused cancel forbidden
    `,
  },
  {
    at: '4.4',
    says: 'The only mandatory field is username (text-single; localpart as defined in RFC 6122 §2.3).',
    that: 'the form',
    script: `
      ${root}
      ${begins('root', createAccount)}
      root is given <command xmlns='${commands}' node='${createAccount}' sessionid='{any}' status='executing'><actions execute='complete'><complete/></actions><x xmlns='jabber:x:data' type='form'><field var='username' type='text-single'><required>{none}</required></field></x></command>
    `,
  },
  {
    at: '4.4',
    says: 'A boolean roster-subscription field MAY be used to define whether the new account should be automatically subscribed to the inviter.',
    script: `
      ${root}
      ${begins('root', createAccount)}
      root is given <command xmlns='${commands}'><x xmlns='jabber:x:data' type='form'><field var='roster-subscription' type='boolean'/></x></command>
    `,
  },
  {
    at: '4.4',
    says: 'The username MUST be a valid localpart as defined in RFC 6122 §2.3.',
    script: `
      ${root}
      ${begins('root', createAccount)}
      root is given <command xmlns='${commands}' sessionid='{=session}'/>
      ${submits({ username: 'a b' })}
      root is refused modify bad-request <bad-payload xmlns='${commands}'/>
    `,
  },
  {
    at: '4.4',
    says: 'The uri field SHOULD contain an XMPP URI of the following format: xmpp:juliet@example.com?register;preauth=TOKEN',
    script: `
      ${root}
      ${getsAccountToken('juliet-401-b')}
    `,
  },
  {
    at: '4.4',
    says: 'If no username was specified during the account creation process, the local part of the JID in the XMPP URI is omitted by the server which results in the following format: xmpp:example.com?register;preauth=TOKEN',
    script: `
      ${root}
      ${getsAccountToken(null)}
    `,
  },
  {
    at: '4.5',
    says: `After the invitee has successfully registered on the inviter's server and roster subscription is enabled for account creation, the server MUST use roster pushes as defined in RFC 6121 §2.1.6 in order to inform the inviter about the invitee's new account without the need to reconnect.`,
    script: `
      ${root}
      ${getsAccountToken('juliet-401-c', { 'roster-subscription': '1' })}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      ${registers('w', 'juliet-401-c')}
      root < <iq type='set'>${rosterWith(`jid='juliet-401-c@{domain}' subscription='both'`)}</iq>
      ${isIn('w', 'juliet-401-c')}
      w < <iq type='result' id='roster'>${rosterWith(`jid='{root}' subscription='both'`)}</iq>
    `,
  },
  {
    at: '4.5',
    says: `[…] and roster subscription is enabled for account creation […]`,
    that: 'otherwise they are no contacts',
    script: `
      ${root}
      ${getsAccountToken('juliet-401-d', { 'roster-subscription': 'false' })}
      ${opened('w')}
      ${shows('w', '{token}')}
      ${registers('w', 'juliet-401-d')}
      ${isIn('w', 'juliet-401-d')}
      w < <iq type='result' id='roster'><query xmlns='jabber:iq:roster'><item>{none}</item></query></iq>
      root !< <iq type='set'/>
    `,
  },
  {
    at: '5.2',
    says: 'If a username was specified during the account creation process, the server SHOULD NOT create an account on the server until the invitee actually registers it with the corresponding token.',
    script: `
      ${root}
      ${getsAccountToken('juliet-401-e')}
      root sets {domain}: <command xmlns='${commands}' node='http://jabber.org/protocol/admin#get-user-roster'/>
      root is given <command xmlns='${commands}' sessionid='{=session}'/>
      root sets {domain}: <command xmlns='${commands}' node='http://jabber.org/protocol/admin#get-user-roster' sessionid='{session}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field><field var='accountjids'><value>juliet-401-e@{domain}</value></field></x></command>
      root is refused cancel item-not-found
    `,
  },
  {
    at: '5.2',
    says: 'The server MUST reserve the username at least until the corresponding token expires.',
    that: 'from other invitations',
    script: `
      ${root}
      ${getsAccountToken('juliet-401-f')}
      ${begins('root', createAccount)}
      root is given <command xmlns='${commands}' sessionid='{=session}'/>
      ${submits({ username: 'juliet-401-f' })}
      root is refused cancel conflict
    `,
  },
  {
    at: '5.2',
    says: 'The server MUST reserve the username at least until the corresponding token expires.',
    that: 'from who comes with another token',
    script: `
      ${root}
      ${getsAccountToken('juliet-401-g')}
      ${getsAccountToken(null)}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      ${registers('w', 'juliet-401-g')}
      w < ${error('reg', 'cancel', 'conflict')}
    `,
  },
  {
    at: '5.2',
    says: 'The server MUST reserve the username at least until the corresponding token expires.',
    that: 'from administrators who add somebody',
    script: `
      ${root}
      ${getsAccountToken('juliet-401-h')}
      root sets {domain}: <command xmlns='${commands}' node='http://jabber.org/protocol/admin#add-user'/>
      root is given <command xmlns='${commands}' sessionid='{=session}'/>
      root sets {domain}: <command xmlns='${commands}' node='http://jabber.org/protocol/admin#add-user' sessionid='{session}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field><field var='accountjid'><value>juliet-401-h@{domain}</value></field><field var='password'><value>abcdefgh</value></field><field var='password-verify'><value>abcdefgh</value></field></x></command>
      root is refused cancel conflict
    `,
  },
  {
    at: '2',
    says: `Romeo's server MUST support at least one Pre-Authenticated In-Band Registration mechanism.`,
    that: 'XEP-0445',
    script: `
      wire w
      w opens
      w < <features xmlns='http://etherx.jabber.org/streams'><register xmlns='urn:xmpp:ibr-token:0'/></features>
    `,
  },
  {
    at: '2',
    says: `To create out-of-band invitation links, Romeo's server needs to implement the XEP-0050 commands specified in the following section […]`,
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}' node='${invite}'/>
      ann is given <query xmlns='${NS_INFO}' node='${invite}'><identity category='automation' type='command-node' name='Invite user'/><feature var='${commands}'/></query>
    `,
  },
])
