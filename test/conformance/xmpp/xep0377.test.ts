import { conform } from './conform.ts'
import { hasFeature, info } from './in-messages.ts'

const document = 'XEP-0377 (0.4.1)'
const NS = 'urn:xmpp:reporting:1'

function block(...items: readonly (readonly [jid: string, report: string])[]): string {
  const all = items.map(([jid, report]) => `<item jid='${jid}'>${report}</item>`)
  return `<block xmlns='urn:xmpp:blocking'>${all.join('')}</block>`
}

const report = (reason: string, inside = ''): string =>
  `<report xmlns='${NS}' reason='urn:xmpp:reporting:${reason}'>${inside}</report>`
const asks = `ann gets: <blocklist xmlns='urn:xmpp:blocking'/>`
const blocked = (...jids: readonly string[]): string =>
  `ann is given <blocklist xmlns='urn:xmpp:blocking'>${jids.length === 0 ? '<item>{none}</item>' : jids.map((jid) => `<item jid='${jid}'/>`).join('')}</blocklist>`

conform(document, 'reports', [
  {
    at: '3',
    says: `Entities that support XEP-0030 and the inclusion of reporting information in conjunction with the Blocking Command as defined in this specification MUST respond to service discovery requests with a feature of '${NS}'.`,
    script: `
      there: ann
      ann gets {domain}: ${info}
      ann is given ${hasFeature(NS)}
    `,
  },
  ...['spam', 'abuse', 'other'].map((reason) => ({
    at: '6',
    says: 'Servers that receive a blocking command with a report MUST block the JID or return an error just as they would if no report were present.',
    that: reason,
    script: `
      there: ann, bo
      ann sets: ${block(['{bo}', report(reason)])}
      ann is given nothing
      ${asks}
      ${blocked('{bo}')}
      bo > <message id='m1' to='{ann}' type='chat'><body>hi</body></message>
      bo < <message type='error' id='m1'/>
    `,
  })),
  {
    at: '4',
    says: 'Reports MAY contain a user provided message explaining or providing context about the reason for the report.',
    that: 'with the messages that it is about, and none of it is told to who is reported',
    script: `
      there: ann, bo
      ann sets: ${block(['{bo}', report('spam', `<text xml:lang='en'>Never came trouble to my house like this.</text><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='28482-98726-73623'/><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='38383-38018-18385'/>`)])}
      ann is given nothing
      bo !< <message/>
      bo !< <iq/>
    `,
  },
  ...[`<report xmlns='${NS}'/>`, `<report xmlns='${NS}' reason=''/>`].map((wrong) => ({
    at: '4',
    says: 'Abuse reports MUST include a reason for the report in the "reason" attribute.',
    that: `${wrong.includes('reason') ? 'an empty one' : 'none'}: nobody is blocked`,
    script: `
      there: ann, bo
      ann sets: ${block(['{bo}', wrong])}
      ann is refused modify bad-request
      ${asks}
      ${blocked()}
    `,
  })),
  {
    at: '7',
    says: 'The blocking command may be used to block multiple JIDs at the same time. When blocking multiple JIDs any abuse report only applies to a single JID.',
    script: `
      there: ann, bo, cy
      ann sets: ${block(['{bo}', report('spam')], ['{cy}', ''])}
      ann is given nothing
      ${asks}
      ${blocked('{bo}', '{cy}')}
    `,
  },
  {
    at: '7',
    says: 'When blocking multiple JIDs any abuse report only applies to a single JID.',
    that: 'one that is wrong, and nobody is blocked',
    script: `
      there: ann, bo, cy
      ann sets: ${block(['{bo}', report('spam')], ['{cy}', `<report xmlns='${NS}'/>`])}
      ann is refused modify bad-request
      ${asks}
      ${blocked()}
    `,
  },
  {
    at: '5',
    says: 'Servers MUST NOT process a report if the report that do not explicitly include the corresponding processing option.',
    that: 'nor with it: no report leaves',
    script: `
      there: ann
      outsider: zed
      ann sets: ${block(['{zed}', report('spam', '<report-origin/><third-party/>')])}
      ann is given nothing
      zed !< <message/>
      zed !< <iq/>
    `,
  },
  {
    at: '6',
    says: 'Reports submitted outside of a Blocking Command are outside the scope of this XEP.',
    script: `
      there: ann
      ann sets {domain}: ${report('spam')}
      ann is refused cancel service-unavailable
    `,
  },
])
