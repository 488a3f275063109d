import { type Case, conform } from './conform.ts'
import { hasFeature, info, sentToNobody } from './in-messages.ts'

const document = 'XEP-0160 (1.0.1)'
const body = '<body>hi</body>'

const types: readonly (readonly [type: string, inside: string, isStored: boolean, says: string])[] =
  [
    [
      'normal',
      body,
      true,
      `Messages with a 'type' attribute whose value is "normal" (or messages with no 'type' attribute) SHOULD be stored offline.`,
    ],
    [
      'chat',
      body,
      true,
      `Messages with a 'type' attribute whose value is "chat" SHOULD be stored offline, […]`,
    ],
    [
      'chat',
      `<active xmlns='http://jabber.org/protocol/chatstates'/>`,
      false,
      '[…] with the exception of messages that contain only XEP-0085 content (such messages SHOULD NOT be stored offline).',
    ],
    [
      'groupchat',
      body,
      false,
      `Messages with a 'type' attribute whose value is "groupchat" SHOULD NOT be stored offline […].`,
    ],
    [
      'headline',
      body,
      false,
      `Messages with a 'type' attribute whose value is "headline" SHOULD NOT be stored offline […].`,
    ],
    [
      'error',
      `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
      false,
      `Messages with a 'type' attribute whose value is "error" SHOULD NOT be stored offline […].`,
    ],
  ]

conform(document, 'types', [
  ...types.map(([type, inside, isStored, says]): Case => ({
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
    at: '3',
    says: `(or messages with no 'type' attribute)`,
    script: `
      there: ann
      account: bo
      ann > <message to='{bo}' id='m1'>${body}</message>
      all is read
      bo arrives
      bo < <message from='{ann/desk}' id='m1'>${body}</message>
    `,
  },
])

conform(document, 'the flow', [
  {
    at: '2',
    says: `Recipient's server does not return a <service-unavailable/> error but instead stores the message stanza for later delivery.`,
    script: `
      ${sentToNobody(body)}
      bo < <message from='{ann/desk}' id='m1'>${body}</message>
      ann !< <message/>
    `,
  },
  {
    at: '2',
    says: 'When the recipient next sends non-negative available presence to the server, the server delivers the message to the resource that has sent that presence.',
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
    at: '2',
    says: 'Recipient’s server determines that the intended recipient has no available resources that have specified non-negative presence priority. As specified in RFC 6121, available resources that have specified a negative presence priority shall never receive message stanzas addressed to <node@domain>.',
    script: `
      there: bo, ann/pad -1
      bo > <message to='{ann}' type='chat' id='m1'>${body}</message>
      ann/pad !< <message/>
      ann/desk arrives
      ann/desk < <message id='m1'>${body}</message>
      ann/pad !< <message/>
    `,
  },
  {
    at: '2',
    says: 'If there are, the server immediately delivers the message stanza to the resource that it determines to be most available (based on its own algorithm).',
    that: 'and it does not wait for others',
    script: `
      there: ann, bo
      bo > <message to='{ann}' type='chat' id='m1'>${body}</message>
      ann < <message id='m1'><delay xmlns='urn:xmpp:delay'>{none}</delay></message>
      ann/pad arrives
      ann/pad !< <message/>
    `,
  },
  {
    at: '2',
    says: `The recipient's server now delivers the offline message to that resource (it is RECOMMENDED for the server to add a XEP-0203 extension to indicate that the message was stored offline).`,
    script: `
      ${sentToNobody(body)}
      bo < <message id='m1'><delay xmlns='urn:xmpp:delay' from='{domain}' stamp='{any}Z'/></message>
    `,
  },
  {
    at: '2',
    says: `Recipient's server determines that if the server can store offline messages on behalf of the intended recipient; if not (e.g., because the recipient's offline message queue is full), the server returns a <service-unavailable/> error to the sender.`,
    that: 'for nobody it cannot',
    script: `
      there: ann
      ann > <message to='nobody@{domain}' type='chat' id='m1'>${body}</message>
      ann < <message type='error' id='m1'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
    `,
  },
  {
    at: '4',
    says: `If a server supports offline message handling as described herein, it SHOULD return a "msgoffline" feature in response to XEP-0030 information requests:`,
    script: `
      there: ann
      ann gets {domain}: ${info}
      ann is given ${hasFeature('msgoffline')}
    `,
  },
])
