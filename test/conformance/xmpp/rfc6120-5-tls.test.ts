import { conform } from './conform.ts'
import { streamError, streamNs } from './error.ts'

const tls = `xmlns='urn:ietf:params:xml:ns:xmpp-tls'`
const opened = `
  wire W
  W opens
  W < <stream ${streamNs}/>
`
const secured = `
  ${opened}
  W < <features ${streamNs}/>
  W > <starttls ${tls}/>
  W < <proceed ${tls}/>
  W goes over to TLS
  W opens
`

conform('RFC 6120', 'STARTTLS negotiation', [
  {
    at: '5.4.1',
    says: `If the receiving entity […] can or requires the use of STARTTLS […] it MUST advertise the STARTTLS feature […]`,
    script: `
      ${opened}
      W < <features ${streamNs}><starttls ${tls}/></features>
    `,
  },
  {
    at: '5.4.2.1',
    says: `The receiving entity MUST reply with either a <proceed/> element (proceed case) or a <failure/> element (failure case) qualified by the 'urn:ietf:params:xml:ns:xmpp-tls' namespace.`,
    script: `
      ${opened}
      W < <features ${streamNs}/>
      W > <starttls ${tls}/>
      W next < <proceed ${tls}/>
    `,
  },
  {
    at: '5.4.3.3',
    says: `The initiating entity MUST send a new initial stream header to the receiving entity over the encrypted connection. […] the receiving entity MUST respond with a new response stream header over the encrypted connection […]`,
    script: `
      ${secured}
      W next < <stream ${streamNs} from='{domain}' id='{any}'/>
      W next < <features ${streamNs}/>
    `,
  },
  {
    at: '5.4.3.3',
    says: `The receiving entity also MUST send stream features to the initiating entity, which MUST NOT include the STARTTLS feature.`,
    script: `
      ${secured}
      W < <features ${streamNs}><starttls ${tls}>{none}</starttls><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></features>
    `,
  },
  {
    at: '5.4.3.3',
    says: `[…] the receiving entity MUST generate a new stream ID (it MUST NOT re-use the old stream ID).`,
    script: `
      wire W
      W opens
      W < <stream ${streamNs} id='{=first}'/>
      W < <features ${streamNs}/>
      W > <starttls ${tls}/>
      W < <proceed ${tls}/>
      W goes over to TLS
      W opens
      W < <features ${streamNs}/>
      W !< <stream ${streamNs} id='{first}'/>
      W < <stream ${streamNs} id='{any}'/>
    `,
  },
  {
    at: '5.4.2.2',
    says: `If the failure case occurs, the receiving entity MUST return a <failure/> element […], close the XML stream, and terminate the underlying TCP connection.`,
    that: 'where there is TLS already',
    script: `
      ${secured}
      W < <features ${streamNs}/>
      W > <starttls ${tls}/>
      W < <failure ${tls}/>
      W is ended
    `,
  },
  {
    at: '5.3.1',
    says: `[…] the initiating entity MUST NOT send any further [data] […] until TLS negotiation succeeds […]`,
    that: 'what is smuggled in behind <starttls/> is forgotten',
    script: `
      account: ann
      ${opened}
      W < <features ${streamNs}/>
      W > <starttls ${tls}/><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{ann.plain}</auth>
      W < <proceed ${tls}/>
      W goes over to TLS
      W opens
      W next < <stream ${streamNs}/>
      W next < <features ${streamNs}/>
      W !< <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
    `,
  },
  {
    at: '5.3.4',
    says: `[…] STARTTLS […] before […] SASL […]`,
    that: 'after signing in there is none any more',
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features ${streamNs}><starttls ${tls}>{none}</starttls></features>
      W > <starttls ${tls}/>
      W < ${streamError('not-authorized')}
      W is ended
    `,
  },
  {
    at: '6.3.4',
    says: `[…] SASL negotiation follows successful TLS negotiation […]`,
    that: 'a whole session over TLS',
    script: `
      account: ann
      ${secured}
      W < <features ${streamNs}/>
      W > <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{ann.plain}</auth>
      W < <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
      W opens
      W < <features ${streamNs}/>
      W > <iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
      W < <iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{ann}/{any}</jid></bind></iq>
    `,
  },
])
