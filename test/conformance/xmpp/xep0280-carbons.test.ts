import { type Case, conform } from './conform.ts'

const carbons = `xmlns='urn:xmpp:carbons:2'`
const enable = `<enable ${carbons}/>`
const forwarded = (message: string): string =>
  `<forwarded xmlns='urn:xmpp:forward:0'>${message.replace('<message', `<message xmlns='jabber:client'`)}</forwarded>`
/** Ann has a pad that is sent copies, and a phone that is not. */
const three = `
  there: ann, ann/pad, ann/phone, bo
  ann/pad does: ${enable}
`
const sent = `<message><sent ${carbons}/></message>`
const received = `<message><received ${carbons}/></message>`

/** Messages and whether they are copied. */
const eligible: readonly (readonly [
  isCopied: boolean,
  says: string,
  that: string,
  attrs: string,
  inside: string,
])[] = [
  [
    true,
    'A <message/> is eligible for carbons delivery if it does not contain a <private/> child element and if […] it is of type "chat".',
    'chat',
    `type='chat'`,
    '<body>hi</body>',
  ],
  [
    true,
    'A <message/> is eligible for carbons delivery if it does not contain a <private/> child element and if […] it is of type "chat".',
    'without a body',
    `type='chat'`,
    `<active xmlns='http://jabber.org/protocol/chatstates'/>`,
  ],
  [
    true,
    'A <message/> is eligible for carbons delivery if […] it is of type "normal" and contains a <body> element.',
    'normal',
    `type='normal'`,
    '<body>hi</body>',
  ],
  [
    true,
    'A <message/> is eligible for carbons delivery if […] it is of type "normal" and contains a <body> element.',
    'no type',
    '',
    '<body>hi</body>',
  ],
  [
    false,
    'A <message/> is eligible for carbons delivery if […] it is of type "normal" and contains a <body> element.',
    'none in it',
    '',
    `<x xmlns='urn:example:x'/>`,
  ],
  [
    true,
    'A <message/> is eligible for carbons delivery if […] it contains payload elements typically used in IM (XEP-0184, XEP-0085, XEP-0333).',
    'a receipt',
    '',
    `<received xmlns='urn:xmpp:receipts' id='a'/>`,
  ],
  [
    true,
    'A <message/> is eligible for carbons delivery if […] it contains payload elements typically used in IM […].',
    'a chat state',
    '',
    `<composing xmlns='http://jabber.org/protocol/chatstates'/>`,
  ],
  [
    true,
    'A <message/> is eligible for carbons delivery if […] it contains payload elements typically used in IM […].',
    'a marker',
    '',
    `<displayed xmlns='urn:xmpp:chat-markers:0' id='a'/>`,
  ],
  [
    true,
    'A <message/> containing a XEP-0249 SHOULD be carbon-copied.',
    '',
    '',
    `<x xmlns='jabber:x:conference' jid='{room}'/>`,
  ],
  [
    false,
    'A <message/> of type "groupchat" SHOULD NOT be carbon-copied.',
    '',
    `type='groupchat'`,
    '<body>hi</body>',
  ],
  [
    false,
    '[…] those (and only those) <message/> stanzas used for instant messaging SHOULD be delivered as Carbons.',
    '',
    `type='headline'`,
    '<body>hi</body>',
  ],
  [
    false,
    'A <message/> is eligible for carbons delivery if it does not contain a <private/> child element […].',
    '',
    `type='chat'`,
    `<body>hi</body><private ${carbons}/>`,
  ],
  [
    false,
    '[…] (albeit not of the <no-copy/> hint) […]',
    '',
    `type='chat'`,
    `<body>hi</body><no-copy xmlns='urn:xmpp:hints'/>`,
  ],
]

const version = 'XEP-0280 (1.0.1)'

conform(version, 'enabling and disabling', [
  {
    at: '3',
    says: `An entity advertises support for this protocol by including the "urn:xmpp:carbons:2" feature in its service discovery information features […].`,
    script: `
      there: ann
      ann gets {domain}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:carbons:2'/></query>
    `,
  },
  {
    at: '4',
    says: `The server will respond with an IQ-result when Carbons are enabled.`,
    script: `
      there: ann
      ann sets: ${enable}
      ann is given nothing
    `,
  },
  {
    at: '10.1',
    says: `The server SHOULD NOT treat multiple enable requests (without an intermediate disable request) as an error; the server SHOULD simply return an IQ-result (if the protocol is already enabled) […].`,
    that: 'and disable requests',
    script: `
      there: ann
      ann does: ${enable}
      ann does: ${enable}
      ann does: <disable ${carbons}/>
      ann does: <disable ${carbons}/>
      ann does: ${enable}
    `,
  },
  {
    at: '5',
    says: `Some clients might want to disable Carbons.`,
    that: 'then nothing comes',
    script: `
      ${three}
      ann/pad does: <disable ${carbons}/>
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      bo > <message to='{ann/desk}' type='chat'><body>ho</body></message>
      ann < <message from='{bo/desk}'/>
      ann/pad !< <message/>
    `,
  },
  {
    at: '4',
    says: `When a client wants to participate in the Carbons protocol, it enables the protocol by sending an IQ-set […].`,
    that: 'each session for itself',
    script: `
      ${three}
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      ann/pad < ${sent}
      ann/phone !< <message/>
      ann/pad leaves
      ann/pad arrives
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      ann/pad !< <message/>
    `,
  },
])

conform(version, 'which messages', [
  ...eligible.map(([isCopied, says, that, attrs, inside]): Case => ({
    at: '6.1',
    says,
    ...(that === '' ? {} : { that: `${that}, received` }),
    script: `
      ${three}
      bo > <message to='{ann/desk}' ${attrs}>${inside}</message>
      ann < <message from='{bo/desk}'>${inside}</message>
      ann/pad ${isCopied ? '<' : '!<'} <message from='{ann}' to='{ann/pad}'><received ${carbons}>${forwarded(`<message from='{bo/desk}' to='{ann/desk}'>${inside}</message>`)}</received></message>
      ann/pad !< <message/>
    `,
  })),
  ...eligible.map(([isCopied, says, that, attrs, inside]): Case => ({
    at: '6.1',
    says,
    ...(that === '' ? { that: 'sent' } : { that: `${that}, sent` }),
    script: `
      ${three}
      ann > <message to='{bo/desk}' ${attrs}>${inside}</message>
      bo < <message from='{ann/desk}'>${inside}</message>
      ann/pad ${isCopied ? '<' : '!<'} <message from='{ann}' to='{ann/pad}'><sent ${carbons}>${forwarded(`<message from='{ann/desk}' to='{bo/desk}'>${inside}</message>`)}</sent></message>
      ann/pad !< <message/>
    `,
  })),
  {
    at: '6.1',
    says: `A <message/> containing a Mediated Invitation SHOULD be carbon-copied.`,
    script: `
      ${three}
      bo makes {room} as Bo with membersonly=0
      bo > <message to='{room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='{ann/desk}'/></x></message>
      ann < <message from='{room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite/></x></message>
      ann/pad < <message><received ${carbons}>${forwarded(`<message from='{room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite/></x></message>`)}</received></message>
    `,
  },
])

conform(version, 'receiving and sending', [
  {
    at: '7',
    says: `The wrapping message SHOULD maintain the same 'type' attribute value; the 'from' attribute MUST be the Carbons-enabled user's bare JID […]; and the 'to' attribute MUST be the full JID of the resource receiving the copy.`,
    script: `
      ${three}
      bo > <message to='{ann/desk}' type='chat' id='m1'><body>hi</body></message>
      ann/pad < <message type='chat' from='{ann}' to='{ann/pad}'><received ${carbons}>${forwarded(`<message type='chat' id='m1' from='{bo/desk}' to='{ann/desk}'/>`)}</received></message>
    `,
  },
  {
    at: '7',
    says: `The receiving server MUST NOT send a forwarded copy to the client(s) the original <message/> stanza was addressed to, as these recipients receive the original <message/> stanza.`,
    script: `
      ${three}
      ann does: ${enable}
      bo > <message to='{ann}' type='chat' id='m1'><body>hi</body></message>
      ann < <message id='m1'/>
      ann/pad < <message id='m1'/>
      ann !< ${received}
      ann/pad !< ${received}
    `,
  },
  {
    at: '7',
    says: `The content of the wrapping message MUST contain a <received/> element […]`,
    that: 'also to those with a negative priority, which get none to the bare address',
    script: `
      there: ann, ann/pad -1, bo
      ann/pad does: ${enable}
      bo > <message to='{ann}' type='chat' id='m1'><body>hi</body></message>
      ann < <message id='m1'/>
      ann/pad < <message><received ${carbons}>${forwarded(`<message id='m1' to='{ann}'/>`)}</received></message>
    `,
  },
  {
    at: '8',
    says: `The sending server SHOULD NOT send a forwarded copy to the sending full JID if it is a Carbons-enabled resource.`,
    script: `
      ${three}
      ann does: ${enable}
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      ann/pad < ${sent}
      ann !< ${sent}
    `,
  },
  {
    at: '8',
    says: `The content of the wrapping message MUST contain a <sent/> element […]`,
    that: 'the copy comes all the same',
    script: `
      there: ann, ann/pad
      account: bo
      ann/pad does: ${enable}
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      ann/pad < ${sent}
    `,
  },
  {
    at: '8',
    says: `[…] forwarded […] contains the original <message/> stanza.`,
    that: 'also to another domain',
    script: `
      outsider: cy
      there: ann, ann/pad
      ann/pad does: ${enable}
      ann > <message to='{cy}' type='chat' id='m1'><body>hi</body></message>
      cy < <message id='m1'/>
      ann/pad < <message><sent ${carbons}>${forwarded(`<message id='m1' to='{cy}'/>`)}</sent></message>
      cy > <message to='{ann/desk}' type='chat' id='m2'><body>ho</body></message>
      ann/pad < <message><received ${carbons}>${forwarded(`<message id='m2' from='{cy}'/>`)}</received></message>
    `,
  },
  {
    at: '9',
    says: `The sending server MUST NOT deliver forwarded <message/>s to the other Carbons-enabled resources of the sender. The receiving server MUST NOT deliver forwarded <message/>s to the other Carbons-enabled resource of the recipient.`,
    script: `
      there: ann, ann/pad, bo, bo/pad
      ann/pad does: ${enable}
      bo/pad does: ${enable}
      ann > <message to='{bo/desk}' type='chat'><body>hi</body><private ${carbons}/></message>
      bo < <message><body>hi</body></message>
      ann/pad !< <message/>
      bo/pad !< <message/>
    `,
  },
  {
    at: '11',
    says: `When a server attempts to deliver a (locally generated) carbon copy, and that carbon copy bounces with an error for any reason, the server MUST NOT forward that error back to the original sender.`,
    script: `
      ${three}
      bo > <message to='{ann/desk}' type='chat' id='m1'><body>hi</body></message>
      ann/pad < ${received}
      ann/pad > <message to='{ann}' type='error' id='m1'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
      bo !< <message/>
    `,
  },
  {
    at: '6.1',
    says: `As the above is an implementation detail of servers, clients MUST NOT rely on the server implementing a particular set of rules […].`,
    that: 'copies are not copied, to nobody',
    script: `
      there: ann, ann/pad, ann/tab, bo
      ann/pad does: ${enable}
      ann/tab does: ${enable}
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      ann/pad < ${sent}
      ann/tab < ${sent}
      ann/pad !< <message/>
      ann/tab !< <message/>
    `,
  },
])
