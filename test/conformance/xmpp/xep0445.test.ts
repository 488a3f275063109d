import { conform } from './conform.ts'
import { error, getsAccountToken, isIn, opened, registers, shows } from './invitations.ts'

const document = 'XEP-0445 (0.2.0)'
const root = `
  administrator: root
  there: root
`
const form = `<iq type='get' to='{domain}' id='form'><query xmlns='jabber:iq:register'/></iq>`

conform(document, 'registering with an invitation', [
  {
    at: '3',
    says: `[…] the client needs to ensure that the server supports the Pre-Authenticated IBR protocol, as denoted by the <register xmlns='urn:xmpp:ibr-token:0'> stream feature:`,
    script: `
      ${root}
      ${getsAccountToken(null)}
      wire w
      w opens
      w < <features xmlns='http://etherx.jabber.org/streams'><register xmlns='urn:xmpp:ibr-token:0'/><register xmlns='http://jabber.org/features/iq-register'/></features>
    `,
  },
  {
    at: '4',
    says: 'If the token is acceptable, the server responds with success, and indicates the client may now proceed with account registration:',
    script: `
      ${root}
      ${getsAccountToken(null)}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' from='{domain}' id='pa1'/>
    `,
  },
  {
    at: '4',
    says: 'If the token provided by the client was unknown, invalid or expired, the server should return an appropriate error to the client:',
    script: `
      ${opened('w')}
      ${shows('w', 'TOKEN')}
      w < ${error('pa1', 'cancel', 'item-not-found')}
      w > <iq type='set' to='{domain}' id='pa2'><preauth xmlns='urn:xmpp:pars:0'/></iq>
      w < ${error('pa2', 'cancel', 'item-not-found')}
    `,
  },
  {
    at: '4',
    says: 'Upon receiving the preauth request, the server must validate that the token is acceptable for account registration.',
    that: 'without one there is no registration',
    script: `
      ${opened('w')}
      w > ${form}
      w < ${error('form', 'cancel', 'service-unavailable')}
      ${registers('w', 'juliet-445-a')}
      w < ${error('reg', 'cancel', 'service-unavailable')}
    `,
  },
  {
    at: '4',
    says: 'However, single-use tokens MUST NOT be considered used until the actual registration has succeeded.',
    that: 'shown twice, used once',
    script: `
      ${root}
      ${getsAccountToken(null)}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      ${registers('w', '{root.local}')}
      w < ${error('reg', 'cancel', 'conflict')}
      ${opened('v')}
      ${shows('v', '{token}')}
      v < <iq type='result' id='pa1'/>
      ${registers('v', 'juliet-445-b')}
      v < <iq type='result' id='reg'/>
      ${registers('w', 'juliet-445-c')}
      w < ${error('reg', 'cancel', 'not-allowed')}
      ${opened('u')}
      ${shows('u', '{token}')}
      u < ${error('pa1', 'cancel', 'item-not-found')}
    `,
  },
  {
    at: '4',
    says: 'In the success case, the client proceeds with registration as defined in XEP-0077.',
    that: 'and signs in on the same stream',
    script: `
      ${root}
      ${getsAccountToken(null)}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      w > ${form}
      w < <iq type='result' id='form' from='{domain}'><query xmlns='jabber:iq:register'><instructions>{any}</instructions><username/><password/></query></iq>
      ${registers('w', 'juliet-445-d')}
      w < <iq type='result' id='reg'/>
      ${isIn('w', 'juliet-445-d')}
      w < <iq type='result' id='roster'/>
    `,
  },
  {
    at: '4',
    says: 'In the success case, the client proceeds with registration as defined in XEP-0077.',
    that: 'not without a password, nor with a name that cannot be',
    script: `
      ${root}
      ${getsAccountToken(null)}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      ${registers('w', 'juliet-445-e', '')}
      w < ${error('reg', 'modify', 'not-acceptable')}
      ${registers('w', 'a b')}
      w < ${error('reg', 'modify', 'not-acceptable')}
    `,
  },
  {
    at: '4',
    says: 'If the token is rejected by the server, the client still MAY attempt to perform IBR if the server allows that.',
    that: 'it does not, and an earlier token is forgotten',
    script: `
      ${root}
      ${getsAccountToken(null)}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      ${shows('w', 'TOKEN')}
      w < ${error('pa1', 'cancel', 'item-not-found')}
      ${registers('w', 'juliet-445-f')}
      w < ${error('reg', 'cancel', 'service-unavailable')}
    `,
  },
  {
    at: '2.1',
    says: 'An invitation to register an account can contain a specific XMPP address (with a pre-defined user account name) to be registered.',
    that: 'it is in the form, and no other name is taken',
    script: `
      ${root}
      ${getsAccountToken('juliet-445-g')}
      ${opened('w')}
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      w > ${form}
      w < <iq type='result' id='form'><query xmlns='jabber:iq:register'><username>juliet-445-g</username></query></iq>
      ${registers('w', 'somebody-else')}
      w < ${error('reg', 'modify', 'not-acceptable')}
      ${registers('w', 'juliet-445-g')}
      w < <iq type='result' id='reg'/>
    `,
  },
  {
    at: '5',
    says: 'If a username was specified when creating an invitation token, the server SHOULD NOT create an account on the server until the invitee actually registers it with the corresponding token.',
    that: 'nobody can sign in before',
    script: `
      ${root}
      ${getsAccountToken('juliet-445-h')}
      ${opened('w')}
      w > <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${Buffer.from('\0juliet-445-h\0groundlings').toString('base64')}</auth>
      w < <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>
      ${shows('w', '{token}')}
      w < <iq type='result' id='pa1'/>
      ${registers('w', 'juliet-445-h')}
      w < <iq type='result' id='reg'/>
    `,
  },
])
