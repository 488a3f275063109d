import { query, result } from './archives.ts'
import { conform } from './conform.ts'
import { isKept, oneLine, roomResult } from './in-messages.ts'
import { refusal } from './rooms.ts'

const document = 'XEP-0308 (1.2.1)'
const replace = (id: string): string => `<replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`
const same =
  'A correction MUST only be allowed when both the original message and correction originate from the same sender'

/** Ann has said `m1` to Bo. */
const said = `
  there: ann, bo
  ann > <message to='{bo}' type='chat' id='m1'><body>But soft, what light through yonder airlock breaks?</body></message>
  bo < <message id='m1'/>
`
const corrects = (id: string, of: string, text: string): string =>
  `<message to='{bo}' type='chat' id='${id}'><body>${text}</body>${replace(of)}</message>`

conform(document, 'in conversations of two', [
  {
    at: '3',
    says: 'When a user indicates to the client that he wants to correct the most recently sent message to a contact, the client will resend the corrected message with a new id, and with the replace payload refering to the previous message by id.',
    script: `
      ${said}
      ann > ${corrects('c1', 'm1', 'window')}
      bo < <message from='{ann/desk}' type='chat' id='c1'><body>window</body>${replace('m1')}</message>
      ann sets: ${query()}
      ann < ${result(`<message id='m1'><body>{any}airlock{any}</body></message>`)}
      ann < ${result(`<message id='c1'><body>window</body>${replace('m1')}</message>`)}
    `,
  },
  {
    at: '4',
    says: 'To deal with multiple payloads, the sender MUST re-send the entire stanza, only altering id and the payloads being corrected and adding the ‘replace’ payload.',
    that: 'what else is in it passes',
    script: `
      ${said}
      ann > <message to='{bo}' type='chat' id='c1'><subject>act 2</subject><body>window</body><thread>t1</thread>${replace('m1')}</message>
      bo < <message id='c1'><subject>act 2</subject><body>window</body><thread>t1</thread>${replace('m1')}</message>
    `,
  },
  {
    at: '4',
    says: 'If the same message is to be corrected several times, the id of the original message is used in each case (e.g. If a message of id 1 is corrected by a message of id 2, a subsequent correction should correct 1, not 2).',
    script: `
      ${said}
      ann > ${corrects('c1', 'm1', 'windw')}
      bo < <message id='c1'/>
      ann > ${corrects('c2', 'm1', 'window')}
      bo < <message id='c2'>${replace('m1')}</message>
    `,
  },
  {
    at: '4',
    says: same,
    that: 'in a conversation, the other one may not',
    script: `
      ${said}
      bo > <message to='{ann}' type='chat' id='c1'><body>yours</body>${replace('m1')}</message>
      bo < ${refusal(`message id='c1'`, 'not-allowed', 'modify')}
      ann !< <message/>
    `,
  },
  {
    at: '4',
    says: 'In direct conversations, this means the bare-JID must match the original bare-JID […]',
    that: 'another device of the same person may',
    script: `
      ${said}
      there: ann/pad
      ann/pad > ${corrects('c1', 'm1', 'window')}
      bo < <message from='{ann/pad}' id='c1'>${replace('m1')}</message>
    `,
  },
  {
    at: '4',
    says: 'While it is possible to use this protocol to correct messages older than the most recent received from a full JID, such use is out of scope for this document […].',
    that: 'it is possible',
    script: `
      ${said}
      ann > <message to='{bo}' type='chat' id='m2'><body>It is the east.</body></message>
      ann > ${corrects('c1', 'm1', 'window')}
      bo < <message id='c1'>${replace('m1')}</message>
    `,
  },
  {
    at: '4',
    says: 'A single message may be corrected multiple times by subsequent edits.',
    that: 'what corrects nothing that is known is a message',
    script: isKept(`<body>and so on</body>${replace('m0')}`),
  },
])

conform(document, 'in rooms', [
  {
    at: '4',
    says: '[…] in MUCs and MUC-PMs the correction’s full-JID must match the original full-JID […]',
    that: 'one’s own is passed on, and in the archive',
    script: `
      ${oneLine}
      bo > <message to='{room}' type='groupchat' id='c'><body>second</body>${replace('said')}</message>
      ann < <message from='{room}/Bo' type='groupchat' id='c'><body>second</body>${replace('said')}</message>
      ann sets {room}: ${query()}
      ann < ${roomResult(`<message id='c'>${replace('said')}</message>`)}
    `,
  },
  {
    at: '4',
    says: same,
    that: 'another’s is refused',
    script: `
      ${oneLine}
      bo > <message to='{room}' type='groupchat' id='only-bo'><body>one</body></message>
      all is read
      cy > <message to='{room}' type='groupchat' id='c'><body>second</body>${replace('only-bo')}</message>
      cy < ${refusal(`message from='{room}' id='c'`, 'not-allowed', 'modify')}
      ann !< <message/>
    `,
  },
  {
    at: '4',
    says: same,
    that: 'nor may a moderator',
    script: `
      ${oneLine}
      ann > <message to='{room}' type='groupchat' id='c'><body>second</body>${replace('said')}</message>
      ann < ${refusal(`message id='c'`, 'not-allowed', 'modify')}
      bo !< <message/>
    `,
  },
])
