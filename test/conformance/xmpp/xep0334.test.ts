import { query, result } from './archives.ts'
import { conform } from './conform.ts'
import { isKept, sentToNobody } from './in-messages.ts'

const document = 'XEP-0334 (1.0.0)'
const hint = (name: string): string => `<${name} xmlns='urn:xmpp:hints'/>`
const enable = `<enable xmlns='urn:xmpp:carbons:2'/>`
const carbon = `<message><received xmlns='urn:xmpp:carbons:2'/></message>`

conform(document, 'hints', [
  {
    at: '4.1',
    says: `The <no-permanent-store/> hint informs entities that they shouldn't store the message in any permanent or semi-permanent public or private archive (such as described in XEP-0136 and XEP-0313) or in logs (such as chatroom logs).`,
    that: 'nothing keeps a message off the record or out of an archive',
    script: isKept(`<body>hi</body>${hint('no-permanent-store')}`),
  },
  {
    at: '4.2',
    says: 'A message containing a <no-store/> hint should not be stored by a server either permanently (as above) or temporarily, e.g. for later delivery to an offline client, or to users not currently present in a chatroom.',
    that: 'nor does that, for who is away',
    script: `
      ${sentToNobody(`<body>hi</body>${hint('no-store')}`)}
      bo < <message id='m1'><body>hi</body>${hint('no-store')}</message>
      ann sets: ${query()}
      ann < ${result(`<message id='m1'/>`)}
    `,
  },
  {
    at: '4.3',
    says: 'Messages with the <no-copy/> hint should not be copied to addresses other than the one to which it is addressed, for example through XEP-0280.',
    script: `
      there: ann, bo/desk, bo/pad
      bo/pad does: ${enable}
      ann > <message to='{bo/desk}' type='chat' id='m1'><body>hi</body>${hint('no-copy')}</message>
      bo/desk < <message id='m1'/>
      bo/pad !< <message/>
      ann > <message to='{bo/desk}' type='chat' id='m2'><body>hi</body></message>
      bo/pad < ${carbon}
    `,
  },
  {
    at: '4.3',
    says: 'This hint MUST only be included on messages addressed to full JIDs and explicitly does not override the behaviour defined in XMPP IM for handling messages to bare JIDs, which may involve copying to multiple resources, or multiple occupants in a XEP-0045 room.',
    script: `
      there: ann, bo/desk, bo/pad
      ann > <message to='{bo}' type='chat' id='m1'><body>hi</body>${hint('no-copy')}</message>
      bo/desk < <message id='m1'/>
      bo/pad < <message id='m1'/>
    `,
  },
  {
    at: '4.4',
    says: `A message containing the <store/> hint that is not of type 'error' SHOULD be stored by the entity.`,
    script: isKept(`<body>hi</body>${hint('store')}`),
  },
  {
    at: '4.4',
    says: 'However a sender may want to indicate that a message is worth storing even though it might not match those rules (e.g. an encrypted message that carries the payload outside the body element). Such a message can be marked with a <store/> hint.',
    that: 'one without a body',
    script: isKept(`<x xmlns='urn:example:x'>words</x>${hint('store')}`),
  },
  {
    at: '5',
    says: `Hints contained within a stanza of type 'error' SHOULD be ignored.`,
    script: `
      there: ann, bo
      ann > <message to='{bo/desk}' type='error' id='m1'><body>hi</body>${hint('store')}<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
      bo < <message type='error' id='m1'/>
      bo sets: ${query()}
      bo is given <fin xmlns='urn:xmpp:mam:2'/>
      bo !< <message><result xmlns='urn:xmpp:mam:2'/></message>
    `,
  },
])
