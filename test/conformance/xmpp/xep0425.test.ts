import { conform } from './conform.ts'
import { archive, hasFeature, info, oneLine, roomResult } from './in-messages.ts'
import { refusal } from './rooms.ts'

const document = 'XEP-0425 (0.3.0)'
const NS = 'urn:xmpp:message-moderate:1'
const occupant = `<occupant-id xmlns='urn:xmpp:occupant-id:0' id='{any}'/>`
const retract = `<retract xmlns='urn:xmpp:message-retract:1'/>`
const reason = '<reason>inappropriate</reason>'

function moderate(content = retract, id = '{sid}'): string {
  return `<moderate xmlns='${NS}' id='${id}'>${content}</moderate>`
}

function tombstone(inside: string): string {
  return roomResult(
    `<message from='{room}/Bo' type='groupchat' id='said'><body>{none}</body>${inside}</message>`,
  )
}

conform(document, 'asking for it', [
  {
    at: '2',
    says: `If a groupchat supports moderated message retraction, it MUST specify the '${NS}' feature in its service discovery information features as specified in XEP-0030 […].`,
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${info}
      ann is given ${hasFeature(NS)}
    `,
  },
  {
    at: '3.1',
    says: 'If the moderator is allowed to moderate the message, the MUC will send a message stanza to all participants (including the moderator), indicating that the message has been retracted and by whom.',
    script: `
      ${oneLine}
      ann sets {room}: ${moderate()}
      ${['ann', 'bo', 'cy']
        .map(
          (who) =>
            `${who} < <message from='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/></message>`,
        )
        .join('\n')}
    `,
  },
  {
    at: '3.1',
    says: 'Inside the <retract/> element is a <moderated/> element indicating that the retraction was a moderator action, as well as an optional reason.',
    script: `
      ${oneLine}
      ann sets {room}: ${moderate(`${retract}${reason.replace('<reason', `<reason xmlns='${NS}'`)}`)}
      bo < <message from='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'><moderated xmlns='${NS}' by='{room}/Ann'>${occupant}</moderated>${reason}</retract></message>
    `,
  },
  {
    at: '3.1',
    says: 'The MUC also responds with an IQ "result" stanza.',
    that: 'after the others, as the request and what comes of it are one',
    script: `
      ${oneLine}
      ann sets {room}: ${moderate()}
      ann < <message from='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/></message>
      ann is given nothing
    `,
  },
  ...['bo', 'cy'].map((who) => ({
    at: '3.2',
    says: `In case the message could for some reason not be retracted, the MUC responds with an IQ stanza of type error. […] Only moderators are allowed to moderate other participants' messages`,
    that: who === 'bo' ? 'who has said it' : 'another participant',
    script: `
      ${oneLine}
      ${who} sets {room}: ${moderate()}
      ${who} is refused auth forbidden
      ann !< <message/>
    `,
  })),
  {
    at: '3.2',
    says: 'In case the message could for some reason not be retracted, the MUC responds with an IQ stanza of type error.',
    that: 'no such message, no id, nothing to be done with it',
    script: `
      ${oneLine}
      ann sets {room}: ${moderate(retract, 'no-such-id')}
      ann is refused cancel item-not-found
      ann sets {room}: <moderate xmlns='${NS}'>${retract}</moderate>
      ann is refused modify bad-request
      ann sets {room}: ${moderate('')}
      ann is refused modify bad-request
      bo !< <message/>
    `,
  },
  {
    at: '3.2',
    says: 'In case the message could for some reason not be retracted, the MUC responds with an IQ stanza of type error.',
    that: 'to who is not in',
    script: `
      ${oneLine}
      there: dan
      dan sets {room}: ${moderate()}
      dan is refused auth forbidden
      bo !< <message/>
    `,
  },
])

conform(document, 'what is left', [
  {
    at: '4',
    says: 'The archiving service replaces the message contents (i.e. the <body/> and any related elements which might leak information about the original message) with a <retracted/> element which in turn contains a <moderated/> element.',
    script: `
      ${oneLine}
      ann does {room}: ${moderate()}
      all is read
      cy sets {room}: ${archive}
      cy < ${tombstone(`<retracted xmlns='urn:xmpp:message-retract:1' stamp='{any}'><moderated xmlns='${NS}'/></retracted>`)}
      cy !< ${roomResult('<message><body>first</body></message>')}
    `,
  },
  {
    at: '4',
    says: `The <moderated/> element SHOULD have a 'by' attribute specifying the JID of the moderating entity.`,
    script: `
      ${oneLine}
      ann does {room}: ${moderate()}
      all is read
      cy sets {room}: ${archive}
      cy < ${tombstone(`<retracted xmlns='urn:xmpp:message-retract:1'><moderated xmlns='${NS}' by='{room}/Ann'/></retracted>`)}
    `,
  },
  {
    at: '4',
    says: 'If the message was sent in a semi-anonymous MUC, the occupant id from XEP-0421 SHOULD be included for the moderator in the <moderated/> element and for the original (retracted) message author in the <message/> element.',
    script: `
      ${oneLine}
      ann does {room}: ${moderate()}
      all is read
      cy sets {room}: ${archive}
      cy < ${tombstone(`${occupant}<retracted xmlns='urn:xmpp:message-retract:1'><moderated xmlns='${NS}'>${occupant}</moderated></retracted>`)}
    `,
  },
  {
    at: '4',
    says: 'Note the past tense in the element names, e.g. "retracted" instead of just "retract", to indicate that the retraction has already been executed and that this is therefore a tombstone and not an action that should be applied.',
    that: 'the act is in the archive as well, with its reason',
    script: `
      ${oneLine}
      ann does {room}: ${moderate(`${retract}${reason.replace('<reason', `<reason xmlns='${NS}'`)}`)}
      all is read
      cy sets {room}: ${archive}
      cy < ${roomResult(`<message from='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'><moderated xmlns='${NS}' by='{room}/Ann'/>${reason}</retract></message>`)}
    `,
  },
  {
    at: '5',
    says: 'The MUC or other service that supports message retraction SHOULD prevent further distribution of a moderated retracted message […].',
    that: 'to who comes later',
    script: `
      ${oneLine}
      there: dan
      ann does {room}: ${moderate()}
      all is read
      dan > <presence to='{room}/Dan'><x xmlns='{muc}'/></presence>
      dan !< <message><body>first</body></message>
    `,
  },
  {
    at: '5',
    says: 'In MUCs, only moderation messages (not tombstones, but messages containing the <moderate/> element) received from the MUC service itself are legitimate, all other such messages MUST be discarded.',
    that: 'nobody says in a room that he was a moderator',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat' id='m'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'><moderated xmlns='${NS}' by='{room}/Ann'/></retract></message>
      cy < ${refusal(`message id='m'`, 'not-allowed', 'modify')}
      bo !< <message/>
    `,
  },
])
