import { conform } from './conform.ts'
import { archive, isKept, oneLine, roomResult } from './in-messages.ts'
import { say } from './rooms.ts'

const document = 'XEP-0461 (0.2.1)'
const reply = (to: string, id: string): string =>
  `<reply xmlns='urn:xmpp:reply:0' to='${to}' id='${id}'/>`

conform(document, 'replies', [
  {
    at: '3',
    says: 'The <reply> element SHOULD have a ‘to’ attribute containing the full jid of the author of the referenced message and MUST have an ‘id’ attribute containing the id of the referenced message.',
    script: isKept(`<body>Great idea!</body>${reply('{bo/desk}', 'm0')}`),
  },
  {
    at: '3',
    says: 'In a 1:1 chat context, a bare jid MAY be used instead of a full jid.',
    script: isKept(`<body>Great idea!</body>${reply('{bo}', 'm0')}`),
  },
  {
    at: '3.1',
    says: 'To provide a fallback for non-supporting clients, the sending client MAY include fallback text in the body and indicate it via Compatibility Fallback.',
    that: 'it passes to the letter',
    script: isKept(
      `<body>&gt; We should bake a cake&#10;Great idea!</body>${reply('{bo}', 'm0')}<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='24'/></fallback>`,
    ),
  },
  {
    at: '4.1',
    says: 'For messages of type ‘groupchat’, the stanza’s ‘id’ attribute MUST NOT be used for replies. Instead, in group chat situations, the ID assigned to the stanza by the group chat itself must be used.',
    script: `
      ${oneLine}
      cy > ${say('reply', reply('{room}/Bo', '{sid}'))}
      bo < <message from='{room}/Cy'><body>reply</body>${reply('{room}/Bo', '{sid}')}</message>
      ann sets {room}: ${archive}
      ann < ${roomResult(`<message from='{room}/Cy'>${reply('{room}/Bo', '{sid}')}</message>`)}
    `,
  },
])
