import { conform } from './conform.ts'

const document = 'XEP-0237 (1.3)'
const NS = 'jabber:iq:roster'
const asks = (ver: string): string =>
  `ann > <iq type='get' id='r1'><query xmlns='${NS}' ver='${ver}'/></iq>`
const changes = (jid: string, attrs = ''): string =>
  `ann does: <query xmlns='${NS}'><item jid='${jid}'${attrs}/></query>`

/** Ann has one contact, and her client the version `{ver}`. */
const start = `
  there: ann
  ${changes('nurse@example.com')}
  ${asks('')}
  ann < <iq type='result' id='r1'><query xmlns='${NS}' ver='{=ver}'><item jid='nurse@example.com'/></query></iq>
  all is read
`

conform(document, 'roster versions', [
  {
    at: '2.1',
    says: 'If a server supports roster versioning, it MUST inform the connecting entity when returning stream features during the stream negotiation process (at the latest, when informing a client that resource binding is required).',
    script: `
      account: ann
      wire w
      w signs in as ann
      w < <features xmlns='http://etherx.jabber.org/streams'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><ver xmlns='urn:xmpp:features:rosterver'/></features>
    `,
  },
  {
    at: '2.3',
    says: 'If the client has not yet cached the roster or the cache is lost or corrupted, but the client wishes to bootstrap the use of roster versioning, it MUST set the ‘ver’ attribute to the empty string (i.e., ver="").',
    that: 'it gets the whole roster',
    script: start,
  },
  {
    at: '2.4',
    says: 'If the roster has not been modified since the version ID enumerated by the client, the server will simply not send any roster pushes to the client (until and unless some relevant event triggers a roster push during the lifetime of the client’s session).',
    that: 'after an empty result',
    script: `
      ${start}
      ann gets: <query xmlns='${NS}' ver='{ver}'/>
      ann is given nothing
      ann !< <iq/>
    `,
  },
  {
    at: '2.4',
    says: 'Whether or not the roster has been modified since the version ID enumerated by the client, the server MUST either return the complete roster as described in RFC 3921 (including a ‘ver’ attribute that signals the latest version) or return an empty IQ-result […].',
    that: 'the complete one, where it was modified, and for a version that it never gave',
    script: `
      ${start}
      ${changes('romeo@example.com')}
      ann < <iq type='set'/>
      ${asks('{ver}')}
      ann < <iq type='result' id='r1'><query xmlns='${NS}' ver='{=new}'><item jid='nurse@example.com'/><item jid='romeo@example.com'/></query></iq>
      ${asks('never')}
      ann < <iq type='result' id='r1'><query xmlns='${NS}' ver='{new}'><item jid='nurse@example.com'/><item jid='romeo@example.com'/></query></iq>
    `,
  },
  {
    at: '2.4',
    says: 'When roster versioning is enabled, the server MUST include the updated roster version with each roster push.',
    that: 'it is that of the roster then',
    script: `
      ${start}
      ${changes('nurse@example.com', ` name='Nurse'`)}
      ann < <iq type='set'><query xmlns='${NS}' ver='{=pushed}'><item jid='nurse@example.com' name='Nurse'/></query></iq>
      ann gets: <query xmlns='${NS}' ver='{pushed}'/>
      ann is given nothing
    `,
  },
  {
    at: '2.4',
    says: 'Roster pushes MUST occur in order of modification and the version contained in a roster push MUST be unique.',
    script: `
      ${start}
      ${changes('a@example.com')}
      ${changes('b@example.com')}
      ann < <iq type='set'><query xmlns='${NS}' ver='{=one}'><item jid='a@example.com'/></query></iq>
      ann !< <iq type='set'><query xmlns='${NS}' ver='{one}'/></iq>
      ann < <iq type='set'><query xmlns='${NS}' ver='{any}'><item jid='b@example.com'/></query></iq>
    `,
  },
  {
    at: '2.3',
    says: 'Naturally, if the client does not support roster versioning or does not wish to bootstrap the use of roster versioning, it will behave like an RFC-3921-compliant client by not including the ‘ver’ attribute.',
    script: `
      ${start}
      ann gets: <query xmlns='${NS}'/>
      ann is given <query xmlns='${NS}'><item jid='nurse@example.com'/></query>
    `,
  },
])
