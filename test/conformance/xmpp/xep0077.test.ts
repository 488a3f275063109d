import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0077 (2.4)'

function query(inside: string): string {
  return `<query xmlns='jabber:iq:register'>${inside}</query>`
}

function change(name: string, password: string): string {
  return query(`<username>${name}</username><password>${password}</password>`)
}

/** Signs in, or does not. */
function signsIn(password: string, answer: string): string {
  const credentials = Buffer.from(password).toString('base64')
  return `
      wire w
      w > <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='{domain}' version='1.0'>
      w > <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${credentials}</auth>
      w < <${answer} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`
}

conform(document, 'who has an account', [
  {
    at: '3.1',
    says: 'the IQ result that it sends in response to the IQ get MUST contain an empty <registered/> element […], SHOULD contain the registration information currently on file for the entity (although the <password/> element MAY be empty), and SHOULD contain an <instructions/> element',
    script: `
      there: ann
      ann gets {domain}: ${query('')}
      ann is given ${query('<registered/><username>{ann.local}</username><password/><instructions>{any}</instructions>')}
    `,
  },
  {
    at: '3.2',
    says: 'bad-request: The <remove/> element was not the only child element of the <query/> element.',
    script: `
      there: ann
      ann sets {domain}: ${query('<remove/><username>{ann.local}</username>')}
      ann is refused modify bad-request
    `,
  },
  {
    at: '3.2',
    says: 'not-allowed: No sender is allowed to cancel registrations in-band.',
    script: `
      there: ann
      ann sets {domain}: ${query('<remove/>')}
      ann is refused cancel not-allowed
      ann gets {domain}: ${query('')}
      ann is given ${query('<registered/>')}
    `,
  },
  {
    at: '8',
    says: 'service discovery feature of "jabber:iq:register"',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='jabber:iq:register'/></query>
    `,
  },
])

conform(document, 'changing the password', [
  {
    at: '3.3',
    says: 'the user can change passwords by sending an XML stanza of the following form',
    script: `
      there: ann
      ann sets {domain}: ${change('{ann.local}', 'groundlings')}
      ann is given nothing
      ann gets {domain}: <ping xmlns='urn:xmpp:ping'/>
      ann is given nothing
    `,
  },
  {
    at: '3.3',
    says: 'bad-request: The password change request does not contain complete information',
    that: 'no name, no password, nothing',
    script: `
      there: ann
      ann sets {domain}: ${query('<password>groundlings</password>')}
      ann is refused modify bad-request
      ann sets {domain}: ${query('<username>{ann.local}</username>')}
      ann is refused modify bad-request
      ann sets {domain}: ${query('')}
      ann is refused modify bad-request
    `,
  },
  ...['<password/>', '<password></password>'].map((password) => ({
    at: '3.3',
    says: 'If the user provides an empty password element […], the server or service MUST NOT change the password to a null value, but instead MUST maintain the existing password.',
    that: password,
    script: `
      there: ann
      ann sets {domain}: ${query(`<username>{ann.local}</username>${password}`)}
      ann is refused modify bad-request
      ann/pad connects
    `,
  })),
  {
    at: '3.3',
    says: 'not-allowed: The server or service does not allow password changes.',
    that: 'of somebody else, who is there or not',
    script: `
      there: ann, bo
      ann sets {domain}: ${change('{bo.local}', 'groundlings')}
      ann is refused cancel not-allowed
      ann sets {domain}: ${change('nobody', 'groundlings')}
      ann is refused cancel not-allowed
      bo/pad connects
    `,
  },
  {
    at: '3.3',
    says: 'The server or service SHOULD NOT return the original XML sent in IQ error stanzas related to password changes.',
    script: `
      there: ann
      ann > <iq type='set' id='p1' to='{domain}'>${change('nobody', 'groundlings')}</iq>
      ann < <iq type='error' id='p1'><query xmlns='jabber:iq:register'>{none}</query></iq>
    `,
  },
])

conform(document, 'who has none', [
  {
    at: '3.1',
    says: 'If the host does not support In-Band Registration, it MUST return a <service-unavailable/> error.',
    that: 'without an invitation (XEP-0445) there is none',
    script: `
      wire w
      w > <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='{domain}' version='1.0'>
      w < <stream xmlns='http://etherx.jabber.org/streams'/>
      w < <features xmlns='http://etherx.jabber.org/streams'/>
      w > <iq type='get' id='reg1' to='{domain}'>${query('')}</iq>
      w < <iq type='error' id='reg1'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
    `,
  },
  {
    at: '3.2',
    says: 'the server SHOULD then […] terminate all active sessions for the entity',
    that: 'a name that nobody has cannot sign in',
    script: signsIn('\0nobody\0pw', 'failure'),
  },
])
