import { conform } from './conform.ts'
import { event, NS_INFO, publishOptions, pubsub } from './pubsub-words.ts'

const open = publishOptions('access_model=open')

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

const NS_CARD4 = 'urn:ietf:params:xml:ns:vcard-4.0'
const card4 = `<vcard xmlns='${NS_CARD4}'><fn><text>Ann Other</text></fn></vcard>`

conform('XEP-0292 (0.12.0)', 'vCard4 as a node', [
  {
    at: '4.1.1',
    says: 'If a vCard exists for the target entity, the responsible entity […] MUST return the data in an IQ-result',
    script: `
      there: ann, cy
      ann does: ${pubsub(`<publish node='urn:xmpp:vcard4'><item>${card4}</item></publish>`, open)}
      cy gets {ann}: ${pubsub(`<items node='urn:xmpp:vcard4'/>`)}
      cy is given ${pubsub(`<items node='urn:xmpp:vcard4'><item id='{any}'>${card4}</item></items>`)}
    `,
  },
  {
    at: '4.1.2',
    says: 'If no error occurs, the responsible entity returns an IQ-result.',
    script: `
      there: ann
      ann sets: ${pubsub(`<publish node='urn:xmpp:vcard4'><item>${card4}</item></publish>`)}
      ann is given ${pubsub(`<publish node='urn:xmpp:vcard4'><item id='{any}'/></publish>`)}
    `,
  },
  {
    at: '4.2.2',
    says: 'Implicitly subscribe by advertising support for "urn:xmpp:vcard4+notify"',
    script: `
      there: ann, bo, ann=bo
      bo wants urn:xmpp:vcard4
      ann does: ${pubsub(`<publish node='urn:xmpp:vcard4'><item>${card4}</item></publish>`)}
      bo < ${event('{ann}', `<items node='urn:xmpp:vcard4'><item>${card4}</item></items>`)}
    `,
  },
])

const NS_DISPLAYED = 'urn:xmpp:mds:displayed:0'

function displayed(chat: string, id: string): string {
  return `<item id='${chat}'><displayed xmlns='${NS_DISPLAYED}'><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='${id}'/></displayed></item>`
}

function publishDisplayed(chat: string, id: string): string {
  const options = [
    ['persist_items', 'true'],
    ['max_items', 'max'],
    ['send_last_published_item', 'never'],
    ['access_model', 'whitelist'],
  ]
  const fields = options.map(
    ([name = '', value = '']) => `<field var='pubsub#${name}'><value>${value}</value></field>`,
  )
  return pubsub(
    `<publish node='${NS_DISPLAYED}'>${displayed(chat, id)}</publish>`,
    `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>${fields.join('')}</x></publish-options>`,
  )
}

conform('XEP-0490 (1.0.1)', 'what was displayed, for the own devices', [
  {
    at: '4.1',
    says: 'Clients use items in a private PEP node […] to synchronize and persist the displayed state. The item ID corresponds to the JID of the respective chat.',
    script: `
      there: ann/desk, ann/pad, bo, ann=bo
      ann/pad wants ${NS_DISPLAYED}
      bo wants ${NS_DISPLAYED}
      ann/desk does: ${publishDisplayed('{bo}', 'a')}
      ann/pad < ${event('{ann}', `<items node='${NS_DISPLAYED}'>${displayed('{bo}', 'a')}</items>`)}
      ann/desk does: ${publishDisplayed('{room}', 'b')}
      ann/desk does: ${publishDisplayed('{bo}', 'c')}
      bo !< <message/>
      ann/pad gets: ${pubsub(`<items node='${NS_DISPLAYED}'/>`)}
      ann/pad is given ${pubsub(`<items node='${NS_DISPLAYED}'>${displayed('{bo}', 'c')}${displayed('{room}', 'b')}</items>`)}
    `,
  },
  {
    at: '7',
    says: 'Servers that support the server assist feature MUST […] the server announces the "urn:xmpp:mds:server-assist:0" feature.',
    that: 'ours does not, and does not announce it',
    script: `
      there: ann
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='urn:xmpp:mds:server-assist:0'>{none}</feature></query>
    `,
  },
])
