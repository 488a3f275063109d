import { type Case, conform } from './conform.ts'
import { error } from './error.ts'

const ns = `xmlns='urn:xmpp:blocking'`
const block = (jid: string): string => `<block ${ns}><item jid='${jid}'/></block>`
const unblock = (jid: string): string => `<unblock ${ns}><item jid='${jid}'/></unblock>`
const list = `<blocklist ${ns}/>`
const blocked = `<error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><blocked xmlns='urn:xmpp:blocking:errors'/></error>`

const version = 'XEP-0191 (1.3)'

conform(version, 'the block list', [
  {
    at: '3.1',
    says: `If the server supports the protocol defined herein, it MUST return a feature of "urn:xmpp:blocking".`,
    script: `
      there: ann
      ann gets {domain}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:blocking'/></query>
    `,
  },
  {
    at: '3.2',
    says: `If the user has no JIDs in its blocklist, the server MUST return an IQ-result containing an empty <blocklist/> element.`,
    script: `
      there: ann
      ann gets: ${list}
      ann is given <blocklist ${ns}><item>{none}</item></blocklist>
    `,
  },
  {
    at: '3.2',
    says: `If the user has any JIDs in its blocklist, the server MUST return an IQ-result containing a <blocklist/> element that in turn contains one child <item/> element for each blocked JID.`,
    script: `
      there: ann
      ann does: <block ${ns}><item jid='romeo@montague.net'/><item jid='iago@shakespeare.lit'/></block>
      ann gets: ${list}
      ann is given <blocklist ${ns}><item jid='romeo@montague.net'/><item jid='iago@shakespeare.lit'/></blocklist>
    `,
  },
  {
    at: '3.2',
    says: `[…] contains one child <item/> element for each blocked JID.`,
    that: 'once, and it stays',
    script: `
      there: ann
      ann does: ${block('romeo@montague.net')}
      ann does: ${block('ROMEO@montague.net')}
      ann leaves
      ann arrives
      ann gets: ${list}
      ann is given <blocklist ${ns}><item jid='romeo@montague.net'/><item>{none}</item></blocklist>
    `,
  },
  {
    at: '3.3',
    says: `The server MUST also send an IQ-set to all of the user's resources that have requested the blocklist, containing the blocked item(s).`,
    script: `
      there: ann, ann/pad, ann/phone connected
      ann gets: ${list}
      ann is given ${list}
      ann/pad gets: ${list}
      ann/pad is given ${list}
      ann does: ${block('romeo@montague.net')}
      ann < <iq type='set'>${block('romeo@montague.net')}</iq>
      ann/pad < <iq type='set'>${block('romeo@montague.net')}</iq>
      ann/phone !< <iq type='set'/>
    `,
  },
  {
    at: '3.3',
    says: `If the <block/> element does not contain at least one <item/> child element, the server MUST return a <bad-request/> error.`,
    script: `
      there: ann
      ann sets: <block ${ns}/>
      ann is refused modify bad-request
    `,
  },
  {
    at: '3.4',
    says: `The server MUST also send an IQ-set to all of the user's resources that have requested the blocklist, containing the unblocked item(s).`,
    script: `
      there: ann, ann/pad
      ann does: ${block('romeo@montague.net')}
      ann/pad gets: ${list}
      ann/pad is given ${list}
      ann does: ${unblock('romeo@montague.net')}
      ann/pad < <iq type='set'>${unblock('romeo@montague.net')}</iq>
      ann gets: ${list}
      ann is given <blocklist ${ns}><item>{none}</item></blocklist>
    `,
  },
  {
    at: '3.5',
    says: `The server MUST also send an IQ-set to all of the user's resources that have requested the blocklist, containing notification of global unblocking.`,
    script: `
      there: ann, ann/pad
      ann does: <block ${ns}><item jid='romeo@montague.net'/><item jid='iago@shakespeare.lit'/></block>
      ann/pad gets: ${list}
      ann/pad is given ${list}
      ann does: <unblock ${ns}/>
      ann/pad < <iq type='set'><unblock ${ns}><item>{none}</item></unblock></iq>
      ann gets: ${list}
      ann is given <blocklist ${ns}><item>{none}</item></blocklist>
    `,
  },
])

const friends = `there: ann, bo, ann=bo`
/** From bo to ann, who has blocked him: what he sees, where it is anything. */
const fromBlocked: readonly (readonly [
  says: string,
  that: string,
  stanza: string,
  answer: string,
])[] = [
  [
    `For presence stanzas (including notifications, subscriptions, and probes), the server MUST NOT respond and MUST NOT return an error.`,
    'a notification',
    `<presence><show>away</show></presence>`,
    '',
  ],
  [
    `For presence stanzas (including notifications, subscriptions, and probes), the server MUST NOT respond and MUST NOT return an error.`,
    'directed',
    `<presence to='{ann}'/>`,
    '',
  ],
  ...['subscribe', 'unsubscribed', 'probe'].map(
    (type) =>
      [
        `For presence stanzas (including notifications, subscriptions, and probes), the server MUST NOT respond and MUST NOT return an error.`,
        type,
        `<presence type='${type}' to='{ann}'/>`,
        '',
      ] as const,
  ),
  [
    `For message stanzas, the server SHOULD return an error, which SHOULD be <service-unavailable/>.`,
    'to the bare address',
    `<message to='{ann}' id='x1'><body>hi</body></message>`,
    `<message type='error' id='x1' from='{ann}'>${error('service-unavailable', 'cancel')}</message>`,
  ],
  [
    `For message stanzas, the server SHOULD return an error, which SHOULD be <service-unavailable/>.`,
    'to a device',
    `<message to='{ann/desk}' id='x1' type='chat'><body>hi</body></message>`,
    `<message type='error' id='x1' from='{ann/desk}'>${error('service-unavailable', 'cancel')}</message>`,
  ],
  ...['get', 'set'].map(
    (type) =>
      [
        `For IQ stanzas of type "get" or "set", the server MUST return an error, which SHOULD be <service-unavailable/>.`,
        type,
        `<iq type='${type}' to='{ann/desk}' id='x1'><query xmlns='jabber:iq:version'/></iq>`,
        `<iq type='error' id='x1' from='{ann/desk}'>${error('service-unavailable', 'cancel')}</iq>`,
      ] as const,
  ),
  [
    `IQ stanzas of other types MUST be silently dropped by the server.`,
    'result',
    `<iq type='result' to='{ann/desk}' id='x1'/>`,
    '',
  ],
]

conform(version, 'what is blocked', [
  {
    at: '3.3',
    says: `When the user blocks communications with a JID, the user's server MUST send unavailable presence information to the JID (but only if the JID is allowed to receive presence notifications from the user […]).`,
    script: `
      ${friends}
      ann does: ${block('{bo}')}
      bo < <presence type='unavailable' from='{ann/desk}'/>
    `,
  },
  {
    at: '3.3',
    says: `[…] (but only if the JID is allowed to receive presence notifications from the user […]).`,
    that: 'a stranger sees nothing',
    script: `
      there: ann, bo
      ann does: ${block('{bo}')}
      bo !< <presence/>
    `,
  },
  ...fromBlocked.map(([says, that, stanza, answer]): Case => ({
    at: '3.3',
    says,
    that,
    script: `
      ${friends}
      ann does: ${block('{bo}')}
      all is read
      bo > ${stanza}
      ${answer === '' ? '' : `bo < ${answer}`}
      ann !< <message/>
      ann !< <presence/>
      ann !< <iq/>
      bo !< <message/>
      bo !< <presence from='{ann/desk}'/>
      bo !< <presence from='{ann}'/>
      bo !< <iq type='error'/>
    `,
  })),
  {
    at: '3.3',
    says: `Once the user has blocked communications with a JID, the user's server MUST NOT deliver any XML stanzas from the JID to the user.`,
    that: 'nor when the user comes later',
    script: `
      ${friends}
      ann does: ${block('{bo}')}
      ann leaves
      bo > <message to='{ann}' id='x1'><body>hi</body></message>
      bo < <message type='error' id='x1'/>
      ann arrives
      ann !< <message/>
      ann !< <presence from='{bo/desk}'/>
    `,
  },
  ...[
    [`<message to='{bo}' id='x1'><body>hi</body></message>`, 'message'],
    [`<message to='{bo/desk}' id='x1'><body>hi</body></message>`, 'message'],
    [`<iq type='get' to='{bo/desk}' id='x1'><ping xmlns='urn:xmpp:ping'/></iq>`, 'iq'],
    [`<iq type='get' to='{bo}' id='x1'><query xmlns='jabber:iq:version'/></iq>`, 'iq'],
    [`<presence to='{bo}' id='x1'/>`, 'presence'],
    [`<presence to='{bo}' type='subscribe' id='x1'/>`, 'presence'],
    [`<presence to='{bo}' type='probe' id='x1'/>`, 'presence'],
  ].map(([stanza = '', name = '']): Case => ({
    at: '3.3',
    says: `If the user attempts to send an outbound stanza to the JID, the user's server MUST NOT route the stanza to the JID but instead MUST return a <not-acceptable/> error containing an application-specific error condition of <blocked/> qualified by the 'urn:xmpp:blocking:errors' namespace.`,
    that: stanza.replace(/ id='x1'/, ''),
    script: `
      ${friends}
      ann does: ${block('{bo}')}
      all is read
      ann > ${stanza}
      ann < <${name} type='error' id='x1'>${blocked}</${name}>
      bo !< <${name}/>
    `,
  })),
  {
    at: '3.4',
    says: `When the user unblocks communications with a JID, the user's server MUST send the user's current presence information to the JID (but only if the JID is allowed to receive presence notifications […]).`,
    script: `
      ${friends}
      ann does: ${block('{bo}')}
      all is read
      ann does: ${unblock('{bo}')}
      bo < <presence from='{ann/desk}' type='{none}'/>
    `,
  },
  {
    at: '3.4',
    says: `After the user has unblocked communications with a JID, the user's server MUST deliver any subsequent XML stanzas from the JID to the user.`,
    script: `
      ${friends}
      ann does: ${block('{bo}')}
      ann does: ${unblock('{bo}')}
      bo > <message to='{ann}' id='x1'><body>hi</body></message>
      ann < <message from='{bo/desk}' id='x1'/>
      bo > <presence><show>dnd</show></presence>
      ann < <presence from='{bo/desk}'><show>dnd</show></presence>
    `,
  },
  ...(
    [
      ['{bo/desk}', true, 'user@domain/resource (only that resource matches)'],
      ['{bo}/other', false, 'user@domain/resource (only that resource matches)'],
      ['{bo}', true, 'user@domain (any resource matches)'],
      [
        'outside.example',
        false,
        'domain (the domain itself matches, as does any user@domain or domain/resource)',
      ],
    ] as const
  ).map(([jid, isBlocked, says]): Case => ({
    at: '5',
    says,
    that: jid,
    script: `
      there: ann, bo
      ann does: ${block(jid)}
      bo > <message to='{ann}' id='x1'><body>hi</body></message>
      ${isBlocked ? `bo < <message type='error' id='x1'/>\nann !< <message/>` : `ann < <message id='x1'/>`}
    `,
  })),
  {
    at: '5',
    says: `domain (the domain itself matches, as does any user@domain or domain/resource)`,
    that: 'somebody at another domain',
    script: `
      outsider: cy
      there: ann
      ann does: ${block('outside.example')}
      cy > <message to='{ann}' id='x1'><body>hi</body></message>
      cy < <message type='error' id='x1'>${error('service-unavailable')}</message>
      ann !< <message/>
      ann > <message to='{cy}' id='x2'><body>hi</body></message>
      ann < <message type='error' id='x2'>${blocked}</message>
      cy > <presence type='probe' to='{ann}'/>
      cy !< <presence/>
    `,
  },
  {
    at: '4',
    says: `An implementation MUST NOT block communications from one of a user's resources to another, even if the user happens to define a rule that would otherwise result in that behavior.`,
    script: `
      there: ann, ann/pad
      ann does: ${block('{ann}')}
      ann > <message to='{ann/pad}' id='x1'><body>hi</body></message>
      ann/pad < <message id='x1'/>
    `,
  },
])
