import { conform } from './conform.ts'
import { isKept, oneLine, sentToNobody } from './in-messages.ts'

const document = 'XEP-0203 (2.0)'
const delay = (attrs: string): string => `<delay xmlns='urn:xmpp:delay' ${attrs}/>`
const stamp = `stamp='{any}-{any}-{any}T{any}:{any}:{any}Z'`

conform(document, 'what the server delays', [
  {
    at: '2',
    says: 'A message that is sent to an offline entity and stored for later delivery (see XEP-0160).',
    script: `
      ${sentToNobody('<body>hi</body>')}
      bo < <message id='m1'>${delay(`from='{domain}' ${stamp}`)}</message>
    `,
  },
  {
    at: '2',
    says: 'Messages cached by a XEP-0045 room for delivery to new participants when they join the room. […] The Jabber ID of the entity that originally sent the XML stanza or that delayed the delivery of the stanza (e.g., the address of a multi-user chat room).',
    script: `
      ${oneLine}
      there: dan
      dan > <presence to='{room}/Dan'><x xmlns='{muc}'/></presence>
      dan < <message from='{room}/Bo' id='said'>${delay(`from='{room}' ${stamp}`)}</message>
    `,
  },
  {
    at: '2',
    says: 'Information about the delivery delay is communicated by adding to the <message/> or <presence/> stanza one and only one <delay/> child […].',
    that: 'what is not delayed has none',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>hi</body></message>
      bo < <message id='m1'>${delay('').replace('/>', '>{none}</delay>')}</message>
    `,
  },
])

conform(document, 'what others say that they have delayed', [
  {
    at: '5',
    says: `Although the recipient's server SHOULD discard a delayed delivery notation whose 'from' attribute matches the server's JabberID […]`,
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1'><body>hi</body>${delay(`from='{domain}' stamp='2002-09-10T23:08:25Z'`)}</message>
      bo < <message id='m1'>${delay('').replace('/>', '>{none}</delay>')}</message>
    `,
  },
  {
    at: '5',
    says: `[…] this policy does not guard against forging of notations putatively from other entities […]`,
    that: 'those pass',
    script: isKept(
      `<body>late</body>${delay(`from='juliet@capulet.com/balcony' stamp='2002-09-10T23:41:07Z'`)}`,
    ),
  },
  {
    at: '5',
    says: 'The same is true of delayed delivery notations putatively added by a Multi-User Chat room, which could be forged by the message originator […]',
    that: 'not by who may not say when something was',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat' id='m1'><body>hi</body>${delay(`from='{room}' stamp='2002-09-10T23:08:25Z'`)}</message>
      bo < <message from='{room}/Cy' id='m1'><body>hi</body>${delay('').replace('/>', '>{none}</delay>')}</message>
    `,
  },
])
