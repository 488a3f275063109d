import { conform } from './conform.ts'
import { hasFeature, info, isKept, oneLine } from './in-messages.ts'

const document = 'XEP-0359 (0.7.0)'
const NS = 'urn:xmpp:sid:0'
const deletes =
  "Stanza ID generating entities, which encounter a <stanza-id/> element where the 'by' attribute matches the 'by' attribute they would otherwise set, MUST delete that element even if they are not adding their own stanza ID."
const sid = (by: string, id: string): string => `<stanza-id xmlns='${NS}' by='${by}' id='${id}'/>`
const noSid = `<stanza-id xmlns='${NS}'>{none}</stanza-id>`

conform(document, 'ids', [
  {
    at: '2.1',
    says: "In order to create a <stanza-id/> extension element, the creating XMPP entity generates and sets the value of the 'id' attribute, and puts its own XMPP address as value of the 'by' attribute. […] Thus the IDs defined in this extension MUST be unique and stable within the scope of the generating XMPP entity.",
    that: 'the same in the archive',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' type='chat'><body>hi</body></message>
      bo < <message id='m1'>${sid('{bo}', '{=id}')}</message>
      bo sets: <query xmlns='urn:xmpp:mam:2'/>
      bo < <message><result xmlns='urn:xmpp:mam:2' id='{id}'/></message>
    `,
  },
  {
    at: '2.2',
    says: 'The server or component MAY add a <stanza-id/> element. In that case, it MUST preserve the content of the <origin-id/> element.',
    script: isKept(
      `<body>hi</body><origin-id xmlns='${NS}' id='de305d54-75b4-431b-adb2-eb6b9e546013'/>`,
    ),
  },
  {
    at: '2.2',
    says: 'In that case, it MUST preserve the content of the <origin-id/> element.',
    that: 'in a room',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat' id='m1'><body>hi</body><origin-id xmlns='${NS}' id='o1'/></message>
      bo < <message from='{room}/Cy'><origin-id xmlns='${NS}' id='o1'/>${sid('{room}', '{any}')}</message>
    `,
  },
])

conform(document, 'business rules', [
  {
    at: '3',
    says: deletes,
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' type='chat'><body>hi</body>${sid('{bo}', 'forged')}</message>
      bo < <message id='m1'>${sid('{bo}', '{any}')}<stanza-id xmlns='${NS}' by='{bo}' id='forged'>{none}</stanza-id></message>
    `,
  },
  {
    at: '3',
    says: deletes,
    that: 'in a message that is not archived',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' type='headline'><body>hi</body>${sid('{bo}', 'forged')}</message>
      bo < <message id='m1'>${noSid}</message>
    `,
  },
  {
    at: '3',
    says: deletes,
    that: 'in a room',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat' id='m1'><body>hi</body>${sid('{room}', 'forged')}</message>
      bo !< <message>${sid('{room}', 'forged')}</message>
      bo < <message from='{room}/Cy'>${sid('{room}', '{any}')}</message>
    `,
  },
  {
    at: '3',
    says: `Entities, which are routing stanzas, SHOULD NOT strip any elements qualified by the '${NS}' namespace from message stanzas unless the preceding rule applied to those elements.`,
    script: isKept(`<body>hi</body>${sid('room@muc.example.org', '5f3dbc5e')}`),
  },
  {
    at: '3',
    says: 'Stanzas MUST possess, in the direct child level of the stanza, at most one <stanza-id/> extension element with the same XMPP address as value of the ‘by’ attribute.',
    that: 'two forged ones, and an address that is written otherwise',
    script: `
      there: ann, bo
      ann > <message to='{bo}' id='m1' type='chat'><body>hi</body>${sid('{bo}', 'forged')}${sid('{bo}', 'again')}<stanza-id xmlns='${NS}' by='{bo.local}@CHAT.EXAMPLE' id='other'/></message>
      bo < <message id='m1'>${sid('{bo}', '{=id}')}<stanza-id xmlns='${NS}' id='forged'>{none}</stanza-id><stanza-id xmlns='${NS}' id='again'>{none}</stanza-id><stanza-id xmlns='${NS}' id='other'>{none}</stanza-id></message>
    `,
  },
  {
    at: '3',
    says: 'For one-on-one messages the assigning entity is the account. In groupchats the assigning entity is the room.',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat' id='m1'><body>hi</body></message>
      bo < <message from='{room}/Cy'>${sid('{room}', '{any}')}<stanza-id xmlns='${NS}' by='{bo}'>{none}</stanza-id></message>
    `,
  },
  ...['{ann}', '{domain}', '{room}'].map((address) => ({
    at: '5',
    says: `An entity that follows the business rules, especially the rule on overriding the ID in elements where the by atttribute matches the 'by' attribute they would otherwise set, SHOULD announce the '${NS}' namespace in its disco features […].`,
    that: address,
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets ${address}: ${info}
      ann is given ${hasFeature(NS)}
    `,
  })),
])
