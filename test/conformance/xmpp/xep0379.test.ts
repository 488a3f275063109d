// XEP-0379: the server answers in place of the client, for the tokens that it has made itself.
import { conform } from './conform.ts'
import { getsToken, rosterWith, subscribes } from './invitations.ts'

const document = 'XEP-0379 (0.3.3)'
const roster = `<query xmlns='jabber:iq:roster'/>`

/** Ann's and Bo's devices hear of changes of their rosters. */
const start = `
  there: ann, bo
  ann gets: ${roster}
  bo gets: ${roster}
  ${getsToken('ann')}
  all is read
`
const both = (of: string): string =>
  `<iq type='set'>${rosterWith(`jid='{${of}}' subscription='both'`)}</iq>`

conform(document, 'pre-authenticated subscriptions', [
  {
    at: '3.5',
    says: 'If the token is considered valid, the client SHOULD automatically approve the subscription request, add the sender of the subscription request to the roster and send a subscription request of its own.',
    that: 'of somebody here: both are contacts',
    script: `
      ${start}
      bo > ${subscribes('{ann}', '{token}')}
      ann < ${both('bo')}
      bo < ${both('ann')}
      bo < <presence from='{ann/desk}'/>
      ann < <presence from='{bo/desk}'/>
      ann !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.5',
    says: 'If the token is considered valid, the client SHOULD automatically approve the subscription request, add the sender of the subscription request to the roster and send a subscription request of its own.',
    that: 'of somebody at another domain',
    script: `
      there: ann
      outsider: zed
      ann gets: ${roster}
      ${getsToken('ann')}
      zed > ${subscribes('{ann}', '{token}')}
      zed < <presence type='subscribed' from='{ann}'/>
      zed < <presence type='subscribe' from='{ann}'/>
      ann < <iq type='set'>${rosterWith(`jid='{zed}' subscription='from' ask='subscribe'`)}</iq>
      zed > <presence type='subscribed' to='{ann}'/>
      ann < <iq type='set'>${rosterWith(`jid='{zed}' subscription='both'`)}</iq>
      ann !< <presence type='subscribe'/>
    `,
  },
  {
    at: '3.2',
    says: `Server-side implementation: it is possible (but out-of-scope for this document), to let the user's server handle generation of links as well as automatic approval of qualified subscription requests.`,
    that: 'while nobody of that person is there',
    script: `
      there: ann, bo
      ${getsToken('ann')}
      ann leaves
      bo gets: ${roster}
      bo > ${subscribes('{ann}', '{token}')}
      bo < ${both('ann')}
      ann arrives
      bo < <presence from='{ann/desk}'/>
    `,
  },
  {
    at: '4.1',
    says: `If a client receives a malformed or unknown 'preauth' token, it MUST ignore it and act as if no preauth token was contained.`,
    that: 'the request goes on, with the token, which may be of the client itself',
    script: `
      ${start}
      bo > ${subscribes('{ann}', '1tMFqYDdKhfe2pwp')}
      ann < <presence type='subscribe' from='{bo}'><preauth xmlns='urn:xmpp:pars:0' token='1tMFqYDdKhfe2pwp'/></presence>
      bo < <iq type='set'>${rosterWith(`jid='{ann}' subscription='none' ask='subscribe'`)}</iq>
      bo !< <presence/>
    `,
  },
  {
    at: '4.1',
    says: `If a client receives a malformed or unknown 'preauth' token, it MUST ignore it and act as if no preauth token was contained.`,
    that: 'malformed',
    script: `
      ${start}
      bo > <presence to='{ann}' type='subscribe'><preauth xmlns='urn:xmpp:pars:0'/></presence>
      ann < <presence type='subscribe' from='{bo}'/>
      bo !< <presence/>
    `,
  },
  {
    at: '5.2',
    says: 'Usage: in the typical scenario, each token may only be used once.',
    script: `
      ${start}
      there: cy
      bo > ${subscribes('{ann}', '{token}')}
      ann < ${both('bo')}
      all is read
      cy > ${subscribes('{ann}', '{token}')}
      ann < <presence type='subscribe' from='{cy}'/>
      cy !< <presence/>
    `,
  },
  {
    at: '5.2',
    says: 'If a token is considered invalid (due to failing any of the above conditions, or for other reasons), a client MUST fall back to manual roster addition and manual subscription approval.',
    that: 'the token of another person',
    script: `
      ${start}
      there: cy
      cy > ${subscribes('{bo}', '{token}')}
      bo < <presence type='subscribe' from='{cy}'/>
      cy !< <presence/>
      cy > ${subscribes('{ann}', '{token}')}
      ann < ${both('cy')}
    `,
  },
  {
    at: '5.4',
    says: `When the user's client automatically approves a subscription, it SHOULD add the new contact to the roster without a 'name' or with the 'name' equal to the JID, to prevent impersonation attacks.`,
    script: `
      ${start}
      bo > ${subscribes('{ann}', '{token}')}
      ann < <iq type='set'>${rosterWith(`jid='{bo}' subscription='both' name='{none}'`)}</iq>
    `,
  },
])
