import { fin, query } from './archives.ts'
import { conform } from './conform.ts'
import { isKept, isNotKept, sentToNobody } from './in-messages.ts'

const document = 'XEP-0184 (1.4.0)'
const NS = 'urn:xmpp:receipts'
const request = `<request xmlns='${NS}'/>`
const received = `<received xmlns='${NS}' id='m0'/>`

conform(document, 'receipts', [
  {
    at: '5',
    says: 'A sender could request receipts on any non-error content message (chat, groupchat, headline, or normal) no matter if the recipient’s address is a bare JID […] or a full JID […].',
    that: 'what asks for one passes, and is in the archive',
    script: isKept(`<body>hi</body>${request}`),
  },
  {
    at: '7',
    says: `When the recipient sends an ack message, it SHOULD ensure that the message stanza contains only one child element, namely the <received/> element qualified by the 'urn:xmpp:receipts' namespace, which MUST include an 'id' attribute that echoes the 'id' attribute of the content message.`,
    that: 'it passes',
    script: isNotKept(received),
  },
  {
    at: '7',
    says: 'Note: It is a good practice to use the same message type as the message that requested the receipt, however a client SHOULD also accept receipts with a different message type.',
    that: 'of type normal',
    script: isNotKept(received, 'normal'),
  },
  {
    at: '4',
    says: 'The recipient returns an ack message but the ack message is lost on the way back from the recipient to the sender (e.g., because of connectivity issues or software failures at any hop).',
    that: 'not here: it waits for who is away',
    script: `
      ${sentToNobody(received)}
      bo < <message from='{ann/desk}' type='chat' id='m1'>${received}<delay xmlns='urn:xmpp:delay' stamp='{any}'/></message>
    `,
  },
  {
    at: '7',
    says: 'The recipient shall generate an ack message if and only if: it supports the Message Delivery Receipts protocol; and it is configured to return receipts, either globally or for this recipient.',
    that: 'the server generates none in his name',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>hi</body>${request}</message>
      bo < <message id='m1'/>
      ann !< <message/>
    `,
  },
  {
    at: '4',
    says: 'Because it is possible for a given content message to be delivered to multiple XMPP resources controlled by the recipient, the sender of the content message needs to be prepared to receive multiple ack messages.',
    script: `
      there: ann, bo/desk, bo/pad
      ann > <message to='{bo}' type='chat' id='m1'><body>hi</body>${request}</message>
      bo/desk < <message id='m1'/>
      bo/pad < <message id='m1'/>
      bo/desk > <message to='{ann/desk}' type='chat'><received xmlns='${NS}' id='m1'/></message>
      bo/pad > <message to='{ann/desk}' type='chat'><received xmlns='${NS}' id='m1'/></message>
      ann < <message from='{bo/desk}'><received xmlns='${NS}' id='m1'/></message>
      ann < <message from='{bo/pad}'><received xmlns='${NS}' id='m1'/></message>
    `,
  },
  {
    at: '5.3',
    says: `It is NOT RECOMMENDED to request a receipt when sending a content message of type "groupchat" in a XEP-0045 room […].`,
    that: 'it is passed on all the same',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo joins {room} as Bo
      ann > <message to='{room}' type='groupchat' id='m1'><body>hi</body>${request}</message>
      bo < <message from='{room}/Ann' id='m1'><body>hi</body>${request}</message>
    `,
  },
  {
    at: '5.5',
    says: 'An entity MUST NOT send an ack message when a user views messages that have been archived or stored on the client or the server (e.g., via XEP-0136), only when first receiving the message.',
    that: 'the archive says when it was',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>hi</body>${request}</message>
      all is read
      bo > <iq type='set' id='q1'>${query()}</iq>
      bo < <message><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{any}'/><message xmlns='jabber:client' id='m1'>${request}</message></forwarded></result></message>
      bo < <iq type='result' id='q1'>${fin()}</iq>
      ann !< <message/>
    `,
  },
])
