// XEPs whose words go through the server with messages, and what it makes of them.
import { fin, mam, query, result } from './archives.ts'
import { type Case, conform } from './conform.ts'

const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
const has = (feature: string): string =>
  `<query xmlns='http://jabber.org/protocol/disco#info'><feature var='${feature}'/></query>`

conform('XEP-0160 (1.0.1)', 'offline messages', [
  ...(
    [
      [
        'normal',
        `<body>hi</body>`,
        true,
        `Messages with a 'type' attribute whose value is "normal" (or messages with no 'type' attribute) SHOULD be stored offline.`,
      ],
      [
        'chat',
        `<body>hi</body>`,
        true,
        `Messages with a 'type' attribute whose value is "chat" SHOULD be stored offline […].`,
      ],
      [
        'chat',
        `<active xmlns='http://jabber.org/protocol/chatstates'/>`,
        false,
        `[…] with the exception of messages that contain only XEP-0085 content (such messages SHOULD NOT be stored offline).`,
      ],
      [
        'groupchat',
        `<body>hi</body>`,
        false,
        `Messages with a 'type' attribute whose value is "groupchat" SHOULD NOT be stored offline […].`,
      ],
      [
        'headline',
        `<body>hi</body>`,
        false,
        `Messages with a 'type' attribute whose value is "headline" SHOULD NOT be stored offline […].`,
      ],
      [
        'error',
        `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
        false,
        `Messages with a 'type' attribute whose value is "error" SHOULD NOT be stored offline […].`,
      ],
    ] as const
  ).map(([type, inside, isStored, says]): Case => ({
    at: '3',
    says,
    script: `
      there: bo
      account: ann
      bo > <message to='{ann}' type='${type}' id='m1'>${inside}</message>
      all is read
      ann arrives
      ann ${isStored ? '<' : '!<'} <message from='{bo/desk}' id='m1'>${inside}<delay xmlns='urn:xmpp:delay' from='{domain}' stamp='{any}Z'/></message>
      ann !< <message/>
    `,
  })),
  {
    at: '2',
    says: `When the recipient next sends non-negative available presence to the server, the server delivers the message to the resource that has sent that presence.`,
    that: 'not before, in order, and once',
    script: `
      there: bo
      account: ann
      bo > <message to='{ann}' id='m1'><body>1</body></message>
      bo > <message to='{ann}' id='m2'><body>2</body></message>
      all is read
      ann connects
      ann !< <message/>
      ann > <presence><priority>-1</priority></presence>
      ann !< <message/>
      ann > <presence/>
      ann < <message id='m1'/>
      ann next < <message id='m2'/>
      ann/pad arrives
      ann/pad !< <message/>
    `,
  },
  {
    at: '4',
    says: `If a server supports offline message handling as described herein, it SHOULD return a "msgoffline" feature in response to XEP-0030 information requests.`,
    script: `there: ann\nann gets {domain}: ${info}\nann is given ${has('msgoffline')}`,
  },
])

/** Payloads that pass as they are, and are in both archives. */
const carried: readonly (readonly [
  document: string,
  at: string,
  says: string,
  inside: string,
  isKept: boolean,
])[] = [
  [
    'XEP-0184 (1.4.0)',
    '5',
    `<request/> -- included in a content message by a sending entity that wishes to know if the content message has been received […]`,
    `<body>hi</body><request xmlns='urn:xmpp:receipts'/>`,
    true,
  ],
  [
    'XEP-0184 (1.4.0)',
    '5',
    `[…] namely the <received/> element […], which MUST include an 'id' attribute […]`,
    `<received xmlns='urn:xmpp:receipts' id='richard2-4.1.247'/>`,
    false,
  ],
  [
    'XEP-0085 (2.1)',
    '2',
    `A "standalone notification" […]`,
    `<composing xmlns='http://jabber.org/protocol/chatstates'/>`,
    false,
  ],
  [
    'XEP-0308 (1.2.1)',
    '3',
    `When a user indicates to the client that he wants to correct the most recently sent message to a contact, the client will resend the corrected message […] with a new id, and with the replace payload refering to the previous message by id.`,
    `<body>and so on</body><replace xmlns='urn:xmpp:message-correct:0' id='m0'/>`,
    true,
  ],
  [
    'XEP-0333 (1.0.0)',
    '3',
    `Opting in via <markable/> is enough`,
    `<body>hi</body><markable xmlns='urn:xmpp:chat-markers:0'/>`,
    true,
  ],
  [
    'XEP-0333 (1.0.0)',
    '3',
    `[…] <displayed/> […] MUST have an 'id' […]`,
    `<displayed xmlns='urn:xmpp:chat-markers:0' id='m0'/>`,
    false,
  ],
  [
    'XEP-0444 (0.2.1)',
    '3',
    `[…] <reactions/> […] this XEP introduces a separate XML element for reactions.`,
    `<reactions xmlns='urn:xmpp:reactions:0' id='m0'><reaction>👋</reaction><reaction>🐢</reaction></reactions>`,
    true,
  ],
  [
    'XEP-0461 (0.2.1)',
    '3.1',
    `[…] <reply/> […] 'to' […] 'id' […]`,
    `<body>Great idea!</body><reply xmlns='urn:xmpp:reply:0' to='{ann}' id='m0'/>`,
    true,
  ],
  [
    'XEP-0461 (0.2.1)',
    '3.2',
    `[…] fallback […]`,
    `<body>&gt; hi\nGreat idea!</body><reply xmlns='urn:xmpp:reply:0' id='m0'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='6'/></fallback>`.replace(
      '\n',
      ' ',
    ),
    true,
  ],
  [
    'XEP-0203 (2.0)',
    '4',
    `[…] stamp […]`,
    `<body>late</body><delay xmlns='urn:xmpp:delay' from='juliet@capulet.com/balcony' stamp='2002-09-10T23:41:07Z'/>`,
    true,
  ],
  [
    'XEP-0359 (0.7.0)',
    '3.2',
    `The server or component MAY add a <stanza-id/> element. In that case, it MUST preserve the content of the <origin-id/> element.`,
    `<body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='de305d54-75b4-431b-adb2-eb6b9e546013'/>`,
    true,
  ],
  [
    'XEP-0359 (0.7.0)',
    '4',
    `Entities, which are routing stanzas, SHOULD NOT strip any elements qualified by the 'urn:xmpp:sid:0' namespace from message stanzas unless the preceding rule applied to those elements.`,
    `<body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' id='5f3dbc5e' by='room@muc.example.org'/>`,
    true,
  ],
  [
    'XEP-0334 (1.0.0)',
    '4',
    `[…] hints […]`,
    `<body>hi</body><store xmlns='urn:xmpp:hints'/>`,
    true,
  ],
]
for (const [document, at, says, inside, isKept] of carried) {
  conform(document, 'as it is sent', [
    {
      at,
      says,
      script: `
        there: ann, bo
        ann > <message to='{bo}' type='chat' id='m0'><body>first</body></message>
        bo < <message id='m0'/>
        ann > <message to='{bo}' type='chat' id='m1'>${inside}</message>
        bo < <message from='{ann/desk}' type='chat' id='m1'>${inside}</message>
        ${isKept ? `ann sets: ${query()}\nann < ${result(`<message id='m1'>${inside}</message>`)}` : ''}
      `,
    },
  ])
}

conform('XEP-0359 (0.7.0)', 'business rules', [
  {
    at: '4',
    says: `Stanza ID generating entities, which encounter a <stanza-id/> element where the 'by' attribute matches the 'by' attribute they would otherwise set, MUST delete that element even if they are not adding their own stanza ID.`,
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' type='chat'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='{bo}' id='forged'/></message>
      bo < <message id='m1'><stanza-id xmlns='urn:xmpp:sid:0' by='{bo}' id='{any}'/><stanza-id xmlns='urn:xmpp:sid:0' by='{bo}' id='forged'>{none}</stanza-id></message>
    `,
  },
  {
    at: '4',
    says: `MUST delete that element even if they are not adding their own stanza ID.`,
    that: 'in a message that is not archived',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' type='headline'><body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' by='{bo}' id='forged'/></message>
      bo < <message id='m1'><stanza-id xmlns='urn:xmpp:sid:0'>{none}</stanza-id></message>
    `,
  },
  {
    at: '5',
    says: `An entity that follows the business rules […] SHOULD announce the 'urn:xmpp:sid:0' namespace in its disco features […].`,
    script: `there: ann\nann gets {ann}: ${info}\nann is given ${has('urn:xmpp:sid:0')}\nann gets {domain}: ${info}\nann is given ${has('urn:xmpp:sid:0')}`,
  },
])

conform('XEP-0203 (2.0)', 'security considerations', [
  {
    at: '5',
    says: `[…] it is possible for delayed delivery notations to be forged. For example, the originator of a message […] could include a notation that makes it appear as if delivery of the message was delayed by the recipient's server.`,
    that: 'such a notation is taken out',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1'><body>hi</body><delay xmlns='urn:xmpp:delay' from='{domain}' stamp='2002-09-10T23:08:25Z'/></message>
      bo < <message id='m1'><delay xmlns='urn:xmpp:delay'>{none}</delay></message>
    `,
  },
])

const retract = `<retract xmlns='urn:xmpp:message-retract:1' id='m1'/>`

conform('XEP-0424 (0.4.2)', 'retraction', [
  {
    at: '3',
    says: `Similarly, a server that is aware of message retractions and will therefore ensure that they're archived for later retrieval (e.g. via XEP-0313), MUST also advertise the 'urn:xmpp:message-retract:1' feature.`,
    script: `there: ann\nann gets {ann}: ${info}\nann is given ${has('urn:xmpp:message-retract:1')}\nann gets {domain}: ${info}\nann is given ${has('urn:xmpp:message-retract:1')}`,
  },
  {
    at: '5',
    says: `A service which supports tombstones MUST advertise the 'urn:xmpp:message-retract:1#tombstone' feature in its Service Discovery responses.`,
    script: `there: ann\nann gets {ann}: ${info}\nann is given ${has('urn:xmpp:message-retract:1#tombstone')}`,
  },
  {
    at: '5',
    says: `[…] replaced with a <retracted/> element which MUST include an 'id' attribute that's set to the value of the retraction's <message/> element's 'id' attribute […]. The <retracted/> element SHOULD also include a 'stamp' attribute […].`,
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>oops</body></message>
      ann > <message to='{bo}' type='chat' id='r1'>${retract}<body>I take it back.</body></message>
      bo < <message id='r1'>${retract}</message>
      bo > <iq type='set' id='a1'>${query()}</iq>
      bo < <message><result ${mam}><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' id='m1'><body>{none}</body>
        <retracted xmlns='urn:xmpp:message-retract:1' id='r1' stamp='{any}'/></message></forwarded></result></message>
    `,
  },
  {
    at: '5',
    says: `The archiving service therefore MUST store the retraction message, regardless of whether the original message is deleted or replaced with a tombstone.`,
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>oops</body></message>
      ann > <message to='{bo}' type='chat' id='r1'>${retract}</message>
      bo < <message id='r1'/>
      ann sets: ${query()}
      ann < ${result(`<message id='r1'>${retract}</message>`)}
    `,
  },
  {
    at: '6',
    says: `A retraction […] MUST only be processed when both the original message and the retraction request are received from the same bare-JID (in a one-on-one conversation) […].`,
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>mine</body></message>
      bo < <message id='m1'/>
      bo > <message to='{ann}' type='chat' id='r1'>${retract}</message>
      bo < <message type='error' id='r1'/>
      ann sets: ${query()}
      ann < ${result(`<message id='m1'><body>mine</body></message>`)}
    `,
  },
])

conform('XEP-0308 (1.2.1)', 'business rules', [
  {
    at: '4',
    says: `A correction MUST only be allowed when both the original message and correction originate from the same sender.`,
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>mine</body></message>
      bo < <message id='m1'/>
      bo > <message to='{ann}' type='chat' id='c1'><body>yours</body><replace xmlns='urn:xmpp:message-correct:0' id='m1'/></message>
      bo < <message type='error' id='c1'/>
      ann !< <message/>
    `,
  },
])

conform('XEP-0334 (1.0.0)', 'hints', [
  {
    at: '4',
    says: `Hints contained within a stanza of type 'error' SHOULD be ignored.`,
    that: 'and <no-permanent-store/> changes nothing of what is on record',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>hi</body><no-permanent-store xmlns='urn:xmpp:hints'/></message>
      bo < <message id='m1'/>
      bo > <iq type='set' id='a1'>${query()}</iq>
      bo < <iq type='result' id='a1'>${fin()}</iq>
    `,
  },
])

const inactive = `<inactive xmlns='urn:xmpp:csi:0'/>`

conform('XEP-0352 (1.0.0)', 'client state', [
  {
    at: '3',
    says: `If the server supports CSI, it advertises it in the stream features after the client has authenticated.`,
    script: `
      account: ann
      wire W
      W signs in as ann
      W < <features xmlns='http://etherx.jabber.org/streams'><csi xmlns='urn:xmpp:csi:0'/></features>
    `,
  },
  {
    at: '5',
    says: `Suppress presence updates until the client becomes active again. On becoming active, push the latest […]`,
    that: 'what was newest comes then',
    script: `
      there: ann, bo, ann=bo
      ann > ${inactive}
      all is read
      ann > ${inactive}
      bo > <presence><show>away</show></presence>
      bo > <presence><show>dnd</show></presence>
      bo > <iq type='get' id='b1' to='{domain}'><ping xmlns='urn:xmpp:ping'/></iq>
      bo < <iq id='b1'/>
      ann > <active xmlns='urn:xmpp:csi:0'/>
      ann < <presence from='{bo/desk}'><show>dnd</show></presence>
      ann !< <presence from='{bo/desk}'><show>away</show></presence>
    `,
  },
  {
    at: '4.2',
    says: `CSI active/inactive state is unrelated to the user's presence, the server MUST treat the two independently.`,
    script: `
      there: ann, bo, ann=bo
      ann > ${inactive}
      bo !< <presence/>
      bo > <message to='{ann}' id='m1'><body>hi</body></message>
      ann < <message id='m1'/>
    `,
  },
  {
    at: '6',
    says: `[…] in-order processing […]`,
    that: 'presence that waits comes before the message that follows it',
    script: `
      there: ann, bo, ann=bo
      ann > ${inactive}
      bo > <presence><show>xa</show></presence>
      bo > <message to='{ann}' id='m1'><body>hi</body></message>
      ann < <presence from='{bo/desk}'><show>xa</show></presence>
      ann next < <message id='m1'/>
    `,
  },
])
