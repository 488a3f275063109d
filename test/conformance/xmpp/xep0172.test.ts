import { conform } from './conform.ts'
import { event, pubsub } from './pubsub-words.ts'

const NS_NICK = 'http://jabber.org/protocol/nick'

conform('XEP-0172 (1.1)', 'nicknames', [
  {
    at: '4.3',
    says: 'when the user modifies his or her nickname, the client SHOULD publish it […] to the node',
    script: `
      there: ann, bo, ann=bo
      bo wants ${NS_NICK}
      ann does: ${pubsub(`<publish node='${NS_NICK}'><item><nick xmlns='${NS_NICK}'>Ishmael</nick></item></publish>`)}
      bo < ${event('{ann}', `<items node='${NS_NICK}'><item><nick xmlns='${NS_NICK}'>Ishmael</nick></item></items>`)}
    `,
  },
  {
    at: '4.2',
    says: 'the user SHOULD include the nickname with the first message sent to the contact',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat'><body>hi</body><nick xmlns='${NS_NICK}'>Ishmael</nick></message>
      bo < <message from='{ann/desk}'><body>hi</body><nick xmlns='${NS_NICK}'>Ishmael</nick></message>
    `,
  },
])
