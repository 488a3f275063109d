import { type Case, conform } from './conform.ts'
import { error } from './error.ts'

const ping = `<ping xmlns='urn:xmpp:ping'/>`

conform('RFC 6120', 'common attributes', [
  {
    at: '8.1.1.1',
    says: `[…] a stanza sent from a client to a server […] with a specific intended recipient […] MUST possess a 'to' attribute whose value is an XMPP address.`,
    that: 'one that is none',
    script: `
      there: ann
      ann > <message to='@@' id='m1'><body>hi</body></message>
      ann < <message type='error' id='m1'>${error('jid-malformed', 'modify')}</message>
      ann > <iq type='get' to='a b@{domain}' id='q1'>${ping}</iq>
      ann < <iq type='error' id='q1'>${error('jid-malformed', 'modify')}</iq>
    `,
  },
  {
    at: '8.1.2.1',
    says: `When a server receives an XML stanza from a client over a negotiated stream […] it MUST […] add a 'from' attribute to the stanza whose value is the full JID […] (or […] override the provided 'from' attribute) […]`,
    that: 'none',
    script: `
      there: ann, bo
      ann > <message to='{bo}'><body>hi</body></message>
      bo < <message from='{ann/desk}'/>
    `,
  },
  {
    at: '8.1.2.1',
    says: `[…] override the provided 'from' attribute by adding a 'from' attribute whose value is the bare JID […] or the full JID […]`,
    that: 'the bare address becomes the full one',
    script: `
      there: ann, bo
      ann > <message to='{bo}' from='{ann}'><body>hi</body></message>
      bo < <message from='{ann/desk}'/>
    `,
  },
  {
    at: '8.1.2.1',
    says: `[…] validate that the value of the 'from' attribute provided by the client is that of a connected resource for the associated entity […]`,
    that: 'its own',
    script: `
      there: ann, bo
      ann > <message to='{bo}' from='{ann/desk}'><body>hi</body></message>
      bo < <message from='{ann/desk}'/>
    `,
  },
  {
    at: '8.1.2.1',
    says: `When a server generates a stanza on its own behalf for delivery to the client from the server itself, the stanza MUST include a 'from' attribute whose value is the bare JID (i.e., <domainpart>) of the server […]`,
    script: `
      there: ann
      ann > <iq type='get' id='q1' to='{domain}'>${ping}</iq>
      ann < <iq type='result' id='q1' from='{domain}'/>
    `,
  },
  {
    at: '8.1.2.1',
    says: `When a server generates a stanza from the server itself for delivery to the client on behalf of the account of the connected client […], the stanza MUST either (a) not include a 'from' attribute or (b) include a 'from' attribute whose value is the account's bare JID […]`,
    script: `
      there: ann
      ann > <iq type='get' id='q1'><query xmlns='jabber:iq:roster'/></iq>
      ann < <iq type='result' id='q1' from='{none}'/>
      ann > <iq type='get' id='q2' to='{ann}'><query xmlns='jabber:iq:roster'/></iq>
      ann < <iq type='result' id='q2' from='{ann}'/>
    `,
  },
  {
    at: '8.1.3',
    says: `[…] if the stanza is a response to or an error of the stanza […] then the 'id' attribute of the response or error MUST be the same […]`,
    that: 'whatever it is',
    script: `
      there: ann
      ann > <iq type='get' id='&lt;"ö"&gt;' to='{domain}'>${ping}</iq>
      ann < <iq type='result' id='&lt;"ö"&gt;'/>
    `,
  },
  {
    at: '8.1.3',
    says: `It is up to the originating entity whether the value of the 'id' attribute is unique only within its current stream or unique globally.`,
    that: 'the same twice',
    script: `
      there: ann
      ann > <iq type='get' id='q1' to='{domain}'>${ping}</iq>
      ann > <iq type='get' id='q1' to='{domain}'>${ping}</iq>
      ann < <iq type='result' id='q1'/>
      ann < <iq type='result' id='q1'/>
    `,
  },
  {
    at: '8.1.5',
    says: `A stanza SHOULD possess an 'xml:lang' attribute […]. […] If an outbound stanza […] does not possess an 'xml:lang' attribute, […] the server […] add an 'xml:lang' attribute [of the stream] […]`,
    script: `
      there: bo
      account: ann
      wire W
      W opens
      W > <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{ann.plain}</auth>
      W < <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
      W opens xml:lang='cs'
      W > <iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
      W > <message to='{bo}' id='m1'><body>ahoj</body></message>
      bo < <message id='m1' xml:lang='cs'><body>ahoj</body></message>
    `,
  },
  {
    at: '8.1.5',
    says: `[…] a server […] MUST NOT modify or delete the 'xml:lang' attribute […] if it is provided by the sender.`,
    script: `
      there: bo
      account: ann
      wire W
      W opens
      W > <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{ann.plain}</auth>
      W < <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
      W opens xml:lang='cs'
      W > <iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
      W > <message to='{bo}' id='m1' xml:lang='de-AT'><body>servus</body></message>
      bo < <message id='m1' xml:lang='de-AT'><body>servus</body></message>
    `,
  },
])

/** IQs that are not as section 8.2.3 has them. */
const badIqs: readonly (readonly [says: string, that: string, iq: string])[] = [
  [
    `The 'type' attribute is REQUIRED. […] If the value is other than one of the foregoing, the recipient or an intermediate router SHOULD return a stanza error of <bad-request/>.`,
    'another type',
    `<iq type='ask' id='q1' to='{domain}'>${ping}</iq>`,
  ],
  [`The 'type' attribute is REQUIRED.`, 'no type', `<iq id='q1' to='{domain}'>${ping}</iq>`],
  [
    `An IQ stanza of type "get" or "set" MUST contain exactly one child element, which specifies the semantics of the particular request.`,
    'none',
    `<iq type='get' id='q1' to='{domain}'/>`,
  ],
  [
    `An IQ stanza of type "get" or "set" MUST contain exactly one child element […]`,
    'two',
    `<iq type='get' id='q1' to='{domain}'>${ping}<query xmlns='jabber:iq:version'/></iq>`,
  ],
  [
    `An IQ stanza of type "get" or "set" MUST contain exactly one child element […]`,
    'two, to a device',
    `<iq type='set' id='q1' to='{bo/desk}'>${ping}<query xmlns='jabber:iq:version'/></iq>`,
  ],
]

conform('RFC 6120', 'basic semantics of stanzas', [
  ...badIqs.map(([says, that, iq]): Case => ({
    at: '8.2.3',
    says,
    that,
    script: `
      there: ann, bo, ann=bo
      ann > ${iq}
      ann < <iq type='error' id='q1'>${error('bad-request', 'modify')}</iq>
      bo !< <iq/>
    `,
  })),
  {
    at: '8.2.3',
    says: `The 'id' attribute is REQUIRED for IQ stanzas.`,
    script: `
      there: ann
      ann > <iq type='get' to='{domain}'>${ping}</iq>
      ann < <iq type='error' id='{none}'>${error('bad-request', 'modify')}</iq>
    `,
  },
  {
    at: '8.2.3',
    says: `An entity that receives an IQ request of type "get" or "set" MUST reply with an IQ response of type "result" or "error". The response MUST preserve the 'id' attribute of the request […]`,
    script: `
      there: ann
      ann > <iq type='get' id='q1' to='{domain}'>${ping}</iq>
      ann > <iq type='set' id='q2' to='{domain}'>${ping}</iq>
      ann > <iq type='get' id='q3' to='{domain}'><pong xmlns='urn:xmpp:ping'/></iq>
      ann < <iq type='result' id='q1'/>
      ann < <iq type='error' id='q2'/>
      ann < <iq type='error' id='q3'/>
    `,
  },
  {
    at: '8.2.3',
    says: `An entity that receives a stanza of type "result" or "error" MUST NOT respond to the stanza by sending a further IQ response of type "result" or "error" […]`,
    script: `
      there: ann
      ann > <iq type='result' id='q1' to='{domain}'/>
      ann > <iq type='error' id='q2' to='{domain}'>${error('bad-request')}</iq>
      ann > <iq type='result' id='q3' to='nobody@{domain}/x'/>
      ann !< <iq/>
    `,
  },
  {
    at: '8.2.3',
    says: `An IQ stanza of type "result" MUST include zero or one child elements.`,
    that: 'none',
    script: `
      there: ann
      ann > <iq type='get' id='q1' to='{domain}'>${ping}</iq>
      ann < <iq type='result' id='q1'><ping xmlns='urn:xmpp:ping'>{none}</ping></iq>
    `,
  },
])

conform('RFC 6120', 'stanza errors', [
  {
    at: '8.3.1',
    says: `The entity that returns an error stanza MUST […] set the 'type' to "error" […] the same kind [of stanza] […] the 'from' and 'to' addresses [swapped] […] the 'id' […]`,
    script: `
      there: ann
      ann > <message to='nobody@{domain}' id='m1'><body>hi</body></message>
      ann < <message type='error' id='m1' from='nobody@{domain}' to='{ann/desk}'>${error('service-unavailable')}</message>
      ann > <iq type='get' to='nobody@{domain}' id='q1'>${ping}</iq>
      ann < <iq type='error' id='q1' from='nobody@{domain}' to='{ann/desk}'>${error('service-unavailable')}</iq>
    `,
  },
  {
    at: '8.3.1',
    says: `An entity that receives an error stanza MUST NOT respond to the stanza with a further error stanza; this helps to prevent looping.`,
    script: `
      there: ann
      ann > <message type='error' to='nobody@{domain}' id='m1'>${error('gone')}</message>
      ann > <presence type='error' to='nobody@{domain}' id='p1'>${error('gone')}</presence>
      ann > <iq type='error' to='nobody@{domain}' id='q1'>${error('gone')}</iq>
      ann !< <message/>
      ann !< <presence/>
      ann !< <iq/>
    `,
  },
  {
    at: '8.3.2',
    says: `The <error/> element MUST contain a defined condition […] qualified by the 'urn:ietf:params:xml:ns:xmpp-stanzas' namespace. […] the 'type' attribute is REQUIRED […]`,
    script: `
      there: ann
      ann > <iq type='get' to='{domain}' id='q1'><query xmlns='urn:example:none'/></iq>
      ann < <iq type='error' id='q1'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
    `,
  },
  {
    at: '8.3.3.19',
    says: `The server or recipient does not currently provide the requested service; the associated error type SHOULD be "cancel".`,
    that: 'a namespace nobody knows, in a get and a set',
    script: `
      there: ann
      ann > <iq type='set' to='{domain}' id='q1'><x xmlns='urn:example:none'/></iq>
      ann < <iq type='error' id='q1'>${error('service-unavailable', 'cancel')}</iq>
    `,
  },
  {
    at: '8.4',
    says: `[…] if an entity receives a message or presence stanza that contains XML elements […] it does not understand, […] the unknown [part] MUST [be] ignored […]. A server […] routes it […]`,
    script: `
      there: ann, bo, ann=bo
      ann > <presence><show>away</show><sparkle xmlns='urn:example:s'/></presence>
      bo < <presence from='{ann/desk}'><show>away</show><sparkle xmlns='urn:example:s'/></presence>
      ann > <message to='{bo}'><sparkle xmlns='urn:example:s'/></message>
      bo < <message from='{ann/desk}'><sparkle xmlns='urn:example:s'/></message>
    `,
  },
])

conform('RFC 6120', 'server rules for processing stanzas', [
  {
    at: '10.1',
    says: `An XMPP server MUST ensure in-order processing of the stanzas and other XML elements it receives over a given input stream from a connected client or remote server.`,
    script: `
      there: ann, bo
      ${Array.from({ length: 12 }, (_, n) => `ann > <message to='{bo}' id='m${n}'><body>${n}</body></message>`).join('\n')}
      ${Array.from({ length: 12 }, (_, n) => `bo next < <message id='m${n}'/>`).join('\n')}
    `,
  },
  {
    at: '10.1',
    says: `In-order processing applies […] to any XML elements used to negotiate and manage XML streams, and […] to all uses of XML stanzas […]: IQs […] presence […] messages.`,
    script: `
      there: ann, bo, ann=bo
      # What waited for him has come when this has.
      ann > <message to='{bo}' id='m0'><body>zero</body></message>
      bo < <message id='m0'/>
      ann > <message to='{bo}' id='m1'><body>one</body></message>
      ann > <presence><show>away</show></presence>
      ann > <message to='{bo}' id='m2'><body>two</body></message>
      bo next < <message id='m1'/>
      bo next < <presence from='{ann/desk}'/>
      bo next < <message id='m2'/>
    `,
  },
  {
    at: '10.3.1',
    says: `If the message […] has no 'to' attribute, then the server MUST treat the message as if the 'to' address were the bare JID <localpart@domainpart> of the sending entity.`,
    script: `
      there: ann
      ann > <message id='m1'><body>me</body></message>
      ann < <message id='m1' from='{ann/desk}'/>
    `,
  },
  {
    at: '10.3.3',
    says: `If the server receives an IQ stanza with no 'to' attribute, it MUST process the stanza on behalf of the account from which received the stanza […]`,
    script: `
      there: ann
      ann > <iq type='get' id='q1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
      ann < <iq type='result' id='q1'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='account'/></query></iq>
    `,
  },
  {
    at: '10.4.1',
    says: `[…] If no stream exists […] server's attempt […] fails […] the server MUST return a stanza error of <remote-server-not-found/> […] to the sender.`,
    script: `
      there: ann
      ann > <message to='x@nowhere.example' id='m1'><body>hi</body></message>
      ann < <message type='error' id='m1' from='x@nowhere.example'>${error('remote-server-not-found', 'cancel')}</message>
      ann > <presence type='subscribe' to='x@nowhere.example' id='p1'/>
      ann < <presence type='error' id='p1' from='x@nowhere.example'>${error('remote-server-not-found', 'cancel')}</presence>
    `,
  },
  {
    at: '10.5.1',
    says: `If the JID contained in the 'to' attribute is of the form <domainpart>, then the server MUST either (a) handle the stanza as appropriate for the stanza kind or (b) return an error stanza to the sender.`,
    script: `
      there: ann
      ann > <iq type='get' id='q1' to='{domain}'>${ping}</iq>
      ann < <iq type='result' id='q1'/>
      ann > <message id='m1' to='{domain}'><body>hi</body></message>
      ann < <message type='error' id='m1' from='{domain}'/>
    `,
  },
])
