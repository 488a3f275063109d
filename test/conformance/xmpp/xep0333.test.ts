import { conform } from './conform.ts'
import { isKept, isNotKept, oneLine, sentToNobody } from './in-messages.ts'

const document = 'XEP-0333 (1.0.0)'
const NS = 'urn:xmpp:chat-markers:0'
const displayed = (id: string): string => `<displayed xmlns='${NS}' id='${id}'/>`

conform(document, 'markers', [
  {
    at: '4.1',
    says: `An entity interested to know if the recipient has displayed a message attaches a <markable/> element qualified by the '${NS}' namespace to the message.`,
    that: 'it passes, and is in the archive',
    script: isKept(`<body>hi</body><markable xmlns='${NS}'/>`),
  },
  {
    at: '4.2',
    says: `To let the sender know a message has been displayed an entity sends a message with a <displayed/> element qualified by the '${NS}' namespace. The <displayed/> element MUST have an 'id' attribute that copies the value from the 'id' attribute of the message it refers to.`,
    script: isNotKept(displayed('m0')),
  },
  {
    at: '4.2',
    says: 'A Displayed Marker MAY be sent to the bare JID of the entity that requested it.',
    that: 'all of that person’s devices have it',
    script: `
      there: ann, bo/desk, bo/pad
      bo/desk > <message to='{ann}' type='chat' id='m0'><body>hi</body></message>
      all is read
      ann > <message to='{bo}' type='chat'>${displayed('m0')}</message>
      bo/desk < <message from='{ann/desk}'>${displayed('m0')}</message>
      bo/pad < <message from='{ann/desk}'>${displayed('m0')}</message>
    `,
  },
  {
    at: '2',
    says: 'Enable a client to fetch and set Displayed Markers regardless of whether the other users in a chat are online.',
    that: 'it waits for who is away',
    script: `
      ${sentToNobody(displayed('m0'))}
      bo < <message from='{ann/desk}' id='m1'>${displayed('m0')}</message>
    `,
  },
  {
    at: '4.3',
    says: 'Displayed Markers can be used within group chats to indicate read status of each occupant.',
    that: 'with the id that the room has given',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat'>${displayed('{sid}')}</message>
      bo < <message from='{room}/Cy' type='groupchat'>${displayed('{sid}')}</message>
      ann < <message from='{room}/Cy' type='groupchat'>${displayed('{sid}')}</message>
    `,
  },
  {
    at: '4.3',
    says: 'Therefore, if a MUC announces support for XEP-0359 then clients MUST always use the MUC-assigned id for Displayed Markers.',
    that: 'it does announce that',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:sid:0'/></query>
    `,
  },
  {
    at: '5',
    says: 'Displayed Marker with an id-attribute that references a message not found in the respective chat MUST be ignored.',
    that: 'by clients: it reaches them',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat'>${displayed('never')}</message>
      bo < <message from='{ann/desk}'>${displayed('never')}</message>
      ann !< <message/>
    `,
  },
  {
    at: '5',
    says: 'Entities MUST not sent Displayed Markers for outgoing messages that were sent by the same or a different resource of the same entity […].',
    that: 'who says to himself what he has seen disturbs nobody',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m0'><body>hi</body></message>
      bo < <message id='m0'/>
      all is read
      ann > <message to='{ann}' type='chat'>${displayed('m0')}</message>
      bo !< <message/>
    `,
  },
])
