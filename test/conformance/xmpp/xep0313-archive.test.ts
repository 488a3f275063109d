import { field, fin, five, form, mam, message, query, result, rsm } from './archives.ts'
import { type Case, conform } from './conform.ts'

const version = 'XEP-0313 (1.1.3)'

conform(version, 'what is archived, for whom', [
  {
    at: '3.1',
    says: `When a message is archived, the server MUST add an <stanza-id/> element as defined in XEP-0359 to the message […]. The 'by' attribute MUST be set to the address of the archive.`,
    script: `
      there: ann, bo
      bo > <message to='{ann}' type='chat'><body>hi</body></message>
      ann < <message><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='{=id}'/></message>
      ann sets: ${query()}
      ann < ${result(`<message><body>hi</body></message>`, '{id}')}
    `,
  },
  {
    at: '3.1',
    says: `Servers MUST NOT include the <stanza-id/> element in messages addressed to JIDs that do not have permissions to access the archive, such as a users's outgoing messages to their contacts.`,
    script: `
      outsider: cy
      there: ann, bo
      bo > <message to='{ann}' type='chat'><body>hi</body></message>
      ann < <message><stanza-id xmlns='urn:xmpp:sid:0' by='{bo}'>{none}</stanza-id></message>
      bo > <message to='{cy}' type='chat'><body>hi</body></message>
      cy < <message><stanza-id xmlns='urn:xmpp:sid:0'>{none}</stanza-id></message>
    `,
  },
  {
    at: '3.1',
    says: `However servers SHOULD include the element as a child of the forwarded message when using XEP-0280.`,
    script: `
      there: ann, ann/pad, bo
      ann/pad does: <enable xmlns='urn:xmpp:carbons:2'/>
      ann > <message to='{bo}' type='chat'><body>hi</body></message>
      ann/pad < <message><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>
        <message xmlns='jabber:client'><stanza-id xmlns='urn:xmpp:sid:0' by='{ann}' id='{=id}'/></message></forwarded></sent></message>
      ann sets: ${query()}
      ann < ${result(`<message to='{bo}'><body>hi</body></message>`, '{id}')}
    `,
  },
  ...(
    [
      ['chat', true],
      ['normal', true],
      ['headline', false],
      ['error', false],
    ] as const
  ).map(([type, isKept]): Case => ({
    at: '6.1',
    says: isKept
      ? `A server SHOULD include in a user archive all of the messages a user sends or receives of type 'normal' or 'chat' that contain a <body> element.`
      : `[…] all of the messages a user sends or receives of type 'normal' or 'chat' […]`,
    that: type,
    script: `
      there: ann, bo
      bo > <message to='{ann/desk}' type='${type}' id='m1'><body>hi</body></message>
      ann < <message id='m1'/>
      ann sets: ${query()}
      ${isKept ? `ann < ${result(message('m1'))}` : ''}
      ann is given ${fin()}
      ann !< <message/>
      bo > <iq type='set' id='a1'>${query()}</iq>
      bo < <iq type='result' id='a1'/>
      ${isKept ? `bo < <message><result ${mam}/></message>` : ''}
      bo !< <message><result ${mam}/></message>
    `,
  })),
  {
    at: '6.1',
    says: `A server SHOULD include in a user archive all of the messages a user sends or receives […].`,
    that: 'a note to oneself is there once',
    script: `
      there: ann
      ann > <message to='{ann}' id='m1' type='chat'><body>note</body></message>
      ann < <message id='m1'/>
      ann sets: ${query(form(field('with', '{ann}')))}
      ann < ${result(message('m1'))}
      ann is given ${fin()}
      ann !< <message/>
    `,
  },
  {
    at: '9.1',
    says: `If a client requests access to an archive it does not have permissions for the server MUST return an iq with type error, and the error condition SHOULD be 'forbidden'.`,
    script: `
      there: ann, bo, ann=bo
      ann sets {bo}: ${query()}
      ann is refused auth forbidden
    `,
  },
  {
    at: '7',
    says: `If a server or other entity hosts archives and supports MAM queries, it MUST advertise […] made to archiving JIDs (i.e. JIDs hosting an archive, such as users' bare JIDs)`,
    script: `
      there: ann
      ann gets {ann}: <query xmlns='http://jabber.org/protocol/disco#info'/>
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:mam:2'/><feature var='urn:xmpp:mam:2#extended'/>
        <feature var='urn:xmpp:mam:2#groupchat-field'/><feature var='http://jabber.org/protocol/rsm'/></query>
    `,
  },
  {
    at: '3',
    says: `Servers that expose archive messages of sent/received messages on behalf of local users MUST expose these archives to the user on the user's bare JID.`,
    script: `
      ${five}
      ann sets {ann}: ${query(rsm('<max>1</max>'))}
      ann < ${result(message('m1'), '{u1}')}
      ann is given ${fin()}
    `,
  },
])
