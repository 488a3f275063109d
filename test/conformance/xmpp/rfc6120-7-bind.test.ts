import { conform } from './conform.ts'
import { error, streamError, streamNs } from './error.ts'

const bindNs = `xmlns='urn:ietf:params:xml:ns:xmpp-bind'`
const signedIn = `
  account: ann
  wire W
  W signs in as ann
  W < <features ${streamNs}/>
`

conform('RFC 6120', 'resource binding', [
  {
    at: '7.4',
    says: `Upon sending a new response stream header to the client after successful SASL negotiation, the server MUST include a <bind/> element qualified by the 'urn:ietf:params:xml:ns:xmpp-bind' namespace in the stream features it presents to the client.`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features ${streamNs}><bind ${bindNs}/></features>
    `,
  },
  {
    at: '7.4',
    says: `The server MUST NOT include the resource binding stream feature until after the client has authenticated, typically by means of successful SASL negotiation.`,
    script: `
      wire W
      W opens
      W < <features ${streamNs}><bind ${bindNs}>{none}</bind></features>
    `,
  },
  {
    at: '7.6',
    says: `A client that desires a server-generated resource identifier […] sends an IQ stanza of type "set" […] containing an empty <bind/> element […] the server MUST […] generate an XMPP resourcepart on behalf of the client […]`,
    script: `
      ${signedIn}
      W > <iq type='set' id='b1'><bind ${bindNs}/></iq>
      W < <iq type='result' id='b1'><bind ${bindNs}><jid>{ann}/{any}</jid></bind></iq>
    `,
  },
  {
    at: '7.6.1',
    says: `[…] The server MUST be able to generate a unique […] resourcepart […]`,
    that: 'another one for each',
    script: `
      ${signedIn}
      W > <iq type='set' id='b1'><bind ${bindNs}/></iq>
      W < <iq type='result' id='b1'><bind ${bindNs}><jid>{=first}</jid></bind></iq>
      wire V
      V signs in as ann
      V < <features ${streamNs}/>
      V > <iq type='set' id='b1'><bind ${bindNs}/></iq>
      V > <iq type='get' id='q1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      V < <iq type='result' id='q1'/>
      V !< <iq type='result' id='b1'><bind ${bindNs}><jid>{first}</jid></bind></iq>
      V < <iq type='result' id='b1'/>
    `,
  },
  {
    at: '7.7.1',
    says: `[…] If the server accepts the client-submitted resource, […] it MUST inform the client […] <jid/> child element […] with the full JID […]`,
    script: `
      ${signedIn}
      W > <iq type='set' id='b1'><bind ${bindNs}><resource>balcony</resource></bind></iq>
      W < <iq type='result' id='b1'><bind ${bindNs}><jid>{ann}/balcony</jid></bind></iq>
    `,
  },
  {
    at: '7.7.2.1',
    says: `Bad Request: […] the provided resourcepart cannot be processed by the server (e.g., because […] of zero length or because it violates the rules for resourceparts specified in [XMPP-ADDR]).`,
    that: 'too long',
    script: `
      ${signedIn}
      W > <iq type='set' id='b1'><bind ${bindNs}><resource>${'x'.repeat(1_024)}</resource></bind></iq>
      W < <iq type='error' id='b1'>${error('bad-request', 'modify')}</iq>
      W > <iq type='set' id='b2'><bind ${bindNs}><resource>short</resource></bind></iq>
      W < <iq type='result' id='b2'/>
    `,
  },
  {
    at: '7.7.2.1',
    says: `[…] because it violates the rules for resourceparts specified in [XMPP-ADDR].`,
    that: 'a control character',
    script: `
      ${signedIn}
      W > <iq type='set' id='b1'><bind ${bindNs}><resource>a&#9;b</resource></bind></iq>
      W < <iq type='error' id='b1'>${error('bad-request', 'modify')}</iq>
    `,
  },
  {
    at: '7.7.2.2',
    says: `If there is already a connected resource of the same name […] the server MUST […] override […] disallow […] or terminate the current resource […] If the server […] terminate the existing […], it MUST send […] a <conflict/> stream error […]`,
    script: `
      ${signedIn}
      there: ann/balcony
      W > <iq type='set' id='b1'><bind ${bindNs}><resource>balcony</resource></bind></iq>
      ann/balcony < ${streamError('conflict')}
      W < <iq type='result' id='b1'><bind ${bindNs}><jid>{ann}/balcony</jid></bind></iq>
    `,
  },
  {
    at: '7.1',
    says: `[…] a client MUST bind a specific resource to the stream […] before […] send [stanzas] […]`,
    that: 'a message before it ends the stream',
    script: `
      ${signedIn}
      W > <message to='{ann}'><body>hi</body></message>
      W < ${streamError('not-authorized')}
      W is ended
    `,
  },
  {
    at: '7.3.1',
    says: `If […] the client attempts to send an XML stanza to an entity other than the server itself or the client's account [before binding] […], the server MUST NOT process the stanza and MUST close the stream with a <not-authorized/> stream error.`,
    script: `
      ${signedIn}
      W > <iq type='get' id='q1' to='bo@{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      W < ${streamError('not-authorized')}
      W is ended
    `,
  },
  {
    at: '7.6.2.2',
    says: `If the client is not allowed to bind a resource to the stream, the server MUST return a <not-allowed/> error.`,
    that: 'there is one already',
    script: `
      account: ann
      wire W
      W binds ann/desk
      W > <iq type='set' id='b2'><bind ${bindNs}><resource>other</resource></bind></iq>
      W < <iq type='error' id='b2'>${error('not-allowed', 'cancel')}</iq>
    `,
  },
  {
    at: '7.6.2.1',
    says: `If the account has reached a limit on the number of simultaneous connected resources allowed, the server MUST return a <resource-constraint/> error.`,
    script: `
      ${Array.from({ length: 20 }, (_, n) => `ann/d${n} connects`).join('\n')}
      wire W
      W signs in as ann
      W < <features ${streamNs}/>
      W > <iq type='set' id='b1'><bind ${bindNs}/></iq>
      W < <iq type='error' id='b1'>${error('resource-constraint', 'wait')}</iq>
    `,
  },
])
