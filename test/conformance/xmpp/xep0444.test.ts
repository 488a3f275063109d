import { archive, isKept, oneLine, roomResult, sentToNobody } from './in-messages.ts'
import { conform } from './conform.ts'

const document = 'XEP-0444 (0.2.1)'
const reactions = (id: string, ...emojis: readonly string[]): string =>
  `<reactions xmlns='urn:xmpp:reactions:0' id='${id}'>${emojis.map((emoji) => `<reaction>${emoji}</reaction>`).join('')}</reactions>`

/** Bo has sent Ann `m0`. */
const said = `
  there: ann, bo
  bo > <message to='{ann}' type='chat' id='m0'><body>first</body></message>
  ann < <message id='m0'/>
`
const sends = (id: string, inside: string): string =>
  `ann > <message to='{bo}' type='chat' id='${id}'>${inside}</message>
   bo < <message from='{ann/desk}' type='chat' id='${id}'>${inside}</message>`

conform(document, 'in conversations of two', [
  {
    at: '3.1',
    says: 'When a user chooses to react to a message with a certain emoji, the client sends a <message> stanza containing a <reactions> element.',
    that: 'it passes as it is, and is in the archive',
    script: isKept(reactions('m0', '👋')),
  },
  {
    at: '3.2',
    says: 'If the user chooses to remove reactions from or add reactions to a message they have already reacted to, the client sends a <message> with all <reaction> elements that are (still or newly) applicable to that message. […] In order to remove all reactions from a message, an empty <reactions> element is sent.',
    script: `
      ${said}
      ${sends('r1', reactions('m0', '👋'))}
      ${sends('r2', reactions('m0', '👋', '🐢'))}
      ${sends('r3', reactions('m0'))}
    `,
  },
  {
    at: '4',
    says: 'The sending entity SHOULD add a <store/> hint, as defined in XEP-0334, if the message being reacted to does not carry a <no-store/> hint.',
    that: 'it waits for who is away, with the hint or without',
    script: `
      ${sentToNobody(reactions('m0', '👋'))}
      bo < <message from='{ann/desk}' id='m1'>${reactions('m0', '👋')}</message>
    `,
  },
  {
    at: '4.1',
    says: 'In direct conversations, a reaction MUST only be accepted if the sender’s bare JID matches the bare JID of any of the two involved parties.',
    that: 'to one’s own message, too',
    script: `
      ${said}
      bo > <message to='{ann}' type='chat' id='r1'>${reactions('m0', '🐢')}</message>
      ann < <message from='{bo/desk}' id='r1'>${reactions('m0', '🐢')}</message>
    `,
  },
])

conform(document, 'in rooms', [
  {
    at: '4.2',
    says: 'Instead, in group chat situations, the ID assigned to the stanza by the group chat itself must be used.',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat'>${reactions('{sid}', '👋')}<store xmlns='urn:xmpp:hints'/></message>
      bo < <message from='{room}/Cy' type='groupchat'>${reactions('{sid}', '👋')}</message>
      ann sets {room}: ${archive}
      ann < ${roomResult(`<message from='{room}/Cy'>${reactions('{sid}', '👋')}</message>`)}
    `,
  },
  {
    at: '4.2',
    says: 'This implies that group chat messages without a XEP-0359 stanza-id cannot be reacted to.',
    that: 'each of ours has one',
    script: oneLine,
  },
])
