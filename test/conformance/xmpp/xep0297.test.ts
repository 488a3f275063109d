import { conform } from './conform.ts'
import { isKept, oneLine } from './in-messages.ts'

const document = 'XEP-0297 (1.0)'
const inner = `<message xmlns='jabber:client' from='juliet@capulet.example/orchard' to='romeo@montague.example' type='chat' id='0202197'><body>Yet I should kill thee with much cherishing.</body></message>`
const forwarded = `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>${inner}</forwarded>`

conform(document, 'what people pass on', [
  {
    at: '3.1',
    says: "To forward this to Mercutio, Romeo would send a new message with a <forwarded/> payload of namespace 'urn:xmpp:forward:0'.",
    that: 'it passes with all that is in it, and is in the archive',
    script: isKept(`<body>A most courteous exposition!</body>${forwarded}`),
  },
  {
    at: '3.2',
    says: "The namespace of the forwarded stanza MUST be preserved (this is typically 'jabber:client').",
    that: 'in a room',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat'><body>see</body>${forwarded}</message>
      bo < <message from='{room}/Cy'>${forwarded}</message>
    `,
  },
  {
    at: '3.2',
    says: 'When a forwarded stanza forms part of an encapsulating protocol, the <forwarded/> element SHOULD be a child of a tag of that protocol, and SHOULD NOT be included as a direct child of the transmitted stanza.',
    that: 'carbons',
    script: `
      there: ann, bo/desk, bo/pad
      bo/pad does: <enable xmlns='urn:xmpp:carbons:2'/>
      ann > <message to='{bo/desk}' type='chat' id='m1'><body>hi</body></message>
      bo/pad < <message from='{bo}'><forwarded xmlns='urn:xmpp:forward:0'>{none}</forwarded><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='{ann/desk}' id='m1'><body>hi</body></message></forwarded></received></message>
    `,
  },
  {
    at: '3.2',
    says: 'The forwarding entity SHOULD add a <delay/> child to the <forwarded/> element to indicate to the recipient the date/time that the forwarding entity received the original stanza.',
    that: 'the archive',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>hi</body></message>
      all is read
      bo sets: <query xmlns='urn:xmpp:mam:2'/>
      bo < <message><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{any}Z'/><message xmlns='jabber:client' id='m1'/></forwarded></result></message>
    `,
  },
])
