import { query, result } from './archives.ts'
import { conform } from './conform.ts'
import { hasFeature, info, oneLine, roomResult } from './in-messages.ts'
import { refusal } from './rooms.ts'

const document = 'XEP-0424 (0.4.2)'
const NS = 'urn:xmpp:message-retract:1'
const retract = (id: string): string => `<retract xmlns='${NS}' id='${id}'/>`
const store = `<store xmlns='urn:xmpp:hints'/>`

/** Ann has said `m1` to Bo, and takes it back with `r1`. */
const takenBack = `
  there: ann, bo
  ann > <message to='{bo}' type='chat' id='m1'><body>oops</body></message>
  ann > <message to='{bo}' type='chat' id='r1'>${retract('m1')}<body>I take it back.</body></message>
  bo < <message id='r1'>${retract('m1')}</message>
`
const roomTakenBack = `
  ${oneLine}
  bo > <message to='{room}' type='groupchat' id='r'>${retract('{sid}')}${store}</message>
  ann < <message from='{room}/Bo' type='groupchat' id='r'>${retract('{sid}')}</message>
`

conform(document, 'discovery', [
  ...['{ann}', '{domain}'].map((address) => ({
    at: '2',
    says: `Similarly, a server that is aware of message retractions and will therefore ensure that they’re archived for later retrieval (e.g.via XEP-0313), MUST also advertise the '${NS}' feature.`,
    that: address,
    script: `
      there: ann
      ann gets ${address}: ${info}
      ann is given ${hasFeature(NS)}
    `,
  })),
  {
    at: '4',
    says: `A service which supports tombstones MUST advertise the '${NS}#tombstone' feature in its Service Discovery responses.`,
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given ${hasFeature(`${NS}#tombstone`)}
    `,
  },
])

conform(document, 'in conversations of two', [
  {
    at: '3',
    says: 'The client sends out a retraction message and uses the ‘id’ attribute of the <message> element in the original message to indicate that it should be removed.',
    script: takenBack,
  },
  {
    at: '4',
    says: 'When replacing the original message with a tombstone, the original contents (i.e. the <body/> and any related elements which might leak information about the original message) get replaced with a <retracted/> element which MUST include an ‘id’ attribute that’s set to the value of the retraction’s <message/> element’s ‘id’ attribute […].',
    script: `
      ${takenBack}
      bo > <iq type='set' id='a1'>${query()}</iq>
      bo < <message><result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' id='m1' from='{ann/desk}' type='chat'><body>{none}</body><retracted xmlns='${NS}' id='r1'/></message></forwarded></result></message>
    `,
  },
  {
    at: '4',
    says: 'The <retracted/> element SHOULD also include a ‘stamp’ attribute indicating the time at which the retraction took place. As with other XEP-0313 archived messages, the XEP-0203 <delay/> element is used to indicate when the original message was received.',
    script: `
      ${takenBack}
      ann sets: ${query()}
      ann < ${result(`<message id='m1'><retracted xmlns='${NS}' id='r1' stamp='{any}Z'/></message>`)}
    `,
  },
  {
    at: '5',
    says: 'The archiving service therefore MUST store the retraction message, regardless of whether the original message is deleted or replaced with a tombstone.',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>oops</body></message>
      ann > <message to='{bo}' type='chat' id='r1'>${retract('m1')}</message>
      bo < <message id='r1'/>
      ann sets: ${query()}
      ann < ${result(`<message id='r1'>${retract('m1')}</message>`)}
    `,
  },
  {
    at: '5',
    says: 'Some clients may have been offline while the retraction was issued. […] These clients will then become aware of the retraction as soon as they catch up with the archive.',
    that: 'who comes later has the retraction, and not what was taken back',
    script: `
      there: ann
      account: bo
      ann > <message to='{bo}' type='chat' id='m1'><body>oops</body></message>
      ann > <message to='{bo}' type='chat' id='r1'>${retract('m1')}</message>
      all is read
      bo arrives
      bo < <message id='r1'>${retract('m1')}</message>
      bo !< <message><body>oops</body></message>
    `,
  },
  {
    at: '5',
    says: 'A retraction (that’s not part of a XEP-0425 operation) MUST only be processed when both the original message and the retraction request are received from the same bare-JID (in a one-on-one conversation) […].',
    that: 'the other one’s is refused',
    script: `
      there: ann, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>mine</body></message>
      bo < <message id='m1'/>
      bo > <message to='{ann}' type='chat' id='r1'>${retract('m1')}</message>
      bo < ${refusal(`message id='r1'`, 'not-allowed', 'modify')}
      ann !< <message/>
      ann sets: ${query()}
      ann < ${result(`<message id='m1'><body>mine</body></message>`)}
    `,
  },
  {
    at: '5',
    says: '[…] received from the same bare-JID (in a one-on-one conversation) […]',
    that: 'another device of the same person may',
    script: `
      there: ann, ann/pad, bo
      ann > <message to='{bo}' type='chat' id='m1'><body>oops</body></message>
      bo < <message id='m1'/>
      ann/pad > <message to='{bo}' type='chat' id='r1'>${retract('m1')}</message>
      bo < <message id='r1' from='{ann/pad}'/>
      ann sets: ${query()}
      ann < ${result(`<message id='m1'><retracted xmlns='${NS}' id='r1'/></message>`)}
    `,
  },
])

conform(document, 'in rooms', [
  {
    at: '3',
    says: 'In the case of a group chat message, for example XEP-0045, instead of the origin ID, the XEP-0359 stanza ID that was assigned by the group chat SHOULD be used.',
    script: roomTakenBack,
  },
  {
    at: '4',
    says: 'To do this, the archiving service MAY replace the retracted message contents with a ‘tombstone’.',
    script: `
      ${roomTakenBack}
      cy sets {room}: ${query()}
      cy < ${roomResult(`<message from='{room}/Bo' id='said'><body>{none}</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='{any}'/><retracted xmlns='${NS}' id='r' stamp='{any}'/></message>`)}
      cy !< ${roomResult('<message><body>first</body></message>')}
    `,
  },
  {
    at: '5',
    says: 'A MUC or other service that supports message retraction SHOULD prevent further distribution of the message by the service (e.g., by not replaying the message to new occupants joining the room […]).',
    script: `
      ${roomTakenBack}
      there: dan
      dan > <presence to='{room}/Dan'><x xmlns='{muc}'/></presence>
      dan !< <message><body>first</body></message>
    `,
  },
  {
    at: '5',
    says: '[…] received from the same bare-JID (in a one-on-one conversation) or full-JID (in a non-anonymous MUC from XEP-0045).',
    that: 'another’s is refused, also of a moderator',
    script: `
      ${oneLine}
      ${['cy', 'ann']
        .map(
          (who) => `
            ${who} > <message to='{room}' type='groupchat' id='r'>${retract('{sid}')}</message>
            ${who} < ${refusal(`message from='{room}' id='r'`, 'not-allowed', 'modify')}
          `,
        )
        .join('')}
      bo !< <message/>
    `,
  },
])
