// RFC 6120 section 13.11, with RFC 6121 section 8.5.1 and XEP-0030 section 8: whom nobody knows answers as who shows no presence.
// The same for every request, byte by byte: src/xmpp/harvesting.test.ts.
import { conform } from './conform.ts'
import { NS, NS_INFO, NS_ITEMS } from './pubsub-words.ts'

/** What a request to a stranger comes to. Where its document names an error for what is another's, nobody answers with that, too. */
const requests: readonly (readonly [string, string, string])[] = [
  ['gets', `<query xmlns='jabber:iq:version'/>`, 'is refused cancel service-unavailable'],
  ['gets', `<ping xmlns='urn:xmpp:ping'/>`, 'is refused cancel service-unavailable'],
  ['gets', `<x xmlns='urn:unknown'/>`, 'is refused cancel service-unavailable'],
  ['gets', `<query xmlns='${NS_INFO}'/>`, 'is refused cancel service-unavailable'],
  ['gets', `<query xmlns='${NS_ITEMS}'/>`, `is given <query xmlns='${NS_ITEMS}'/>`],
  ['gets', `<vCard xmlns='vcard-temp'/>`, 'is refused cancel service-unavailable'],
  ['sets', `<vCard xmlns='vcard-temp'><FN>X</FN></vCard>`, 'is refused auth forbidden'],
  ['gets', `<query xmlns='jabber:iq:last'/>`, 'is refused auth forbidden'],
  [
    'sets',
    `<query xmlns='jabber:iq:roster'><item jid='x@y'/></query>`,
    'is refused auth forbidden',
  ],
  ['sets', `<query xmlns='urn:xmpp:mam:2'/>`, 'is refused auth forbidden'],
  ['gets', `<pubsub xmlns='${NS}'><items node='n'/></pubsub>`, 'is refused cancel item-not-found'],
  ['sets', `<pubsub xmlns='${NS}'><create/></pubsub>`, 'is refused auth forbidden'],
]

conform(
  'RFC 6120',
  'directory harvesting',
  requests.map(([ask, payload, fate]) => ({
    at: '13.11',
    says: 'Subtle differences in the exact XML of error stanzas […] can enable an attacker to determine the network presence of a user.',
    that: payload,
    script: `
      there: ann, bo, cy
      cy does: <block xmlns='urn:xmpp:blocking'><item jid='{ann}'/></block>
      ann ${ask} nobody@{domain}: ${payload}
      ann ${fate}
      ann ${ask} {bo}: ${payload}
      ann ${fate}
      ann ${ask} {cy}: ${payload}
      ann ${fate}
    `,
  })),
)
