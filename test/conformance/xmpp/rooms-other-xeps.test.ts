// What is said in rooms with other XEPs.
import { conform } from './conform.ts'
import { enter, refusal, say } from './rooms.ts'

const mam = 'urn:xmpp:mam:2'
const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`

/** Bo has said something, which has the stanza id `{sid}`. */
const oneLine = `
  there: ann, bo, cy
  ann makes {room} as Ann
  bo joins {room} as Bo
  cy joins {room} as Cy
  bo > ${say('first')}
  ann < <message from='{room}/Bo'><body>first</body><stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{=sid}'/></message>
  all is read
`

function moderate(content = `<retract xmlns='urn:xmpp:message-retract:1'/>`): string {
  return `<moderate xmlns='urn:xmpp:message-moderate:1' id='{sid}'>${content}</moderate>`
}

function result(message: string): string {
  return `<message from='{room}' to='{any}'><result xmlns='${mam}' id='{any}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{any}'/>${message}</forwarded></result></message>`
}

conform('XEP-0425 (0.3.0)', 'moderated message retraction', [
  {
    at: '2',
    says: 'If a groupchat supports moderated message retraction, it MUST specify the ‘urn:xmpp:message-moderate:1’ feature.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${info}
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:message-moderate:1'/></query>
    `,
  },
  {
    at: '3.1',
    says: 'The MUC will send a message stanza to all participants (including the moderator), indicating that the message has been retracted and by whom.',
    script: `
      ${oneLine}
      ann sets {room}: ${moderate(`<retract xmlns='urn:xmpp:message-retract:1'/><reason>inappropriate</reason>`)}
      bo < <message from='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'><moderated xmlns='urn:xmpp:message-moderate:1' by='{room}/Ann'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='{any}'/></moderated><reason>inappropriate</reason></retract></message>
      cy < <message from='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/></message>
      ann < <message from='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/></message>
      ann is given nothing
    `,
  },
  {
    at: '3.2',
    says: 'In case the message could for some reason not be retracted, the MUC responds with an IQ stanza of type error.',
    that: 'only moderators may; of a message that there is',
    script: `
      ${oneLine}
      cy sets {room}: ${moderate()}
      cy is refused auth forbidden
      bo sets {room}: ${moderate()}
      bo is refused auth forbidden
      ann sets {room}: <moderate xmlns='urn:xmpp:message-moderate:1' id='no-such-id'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>
      ann is refused cancel item-not-found
      ann sets {room}: <moderate xmlns='urn:xmpp:message-moderate:1'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>
      ann is refused modify bad-request
      ann sets {room}: ${moderate('')}
      ann is refused modify bad-request
      bo !< <message/>
    `,
  },
  {
    at: '5',
    says: 'The MUC or other service that supports message retraction SHOULD prevent further distribution of a moderated retracted message.',
    that: 'to who comes later',
    script: `
      ${oneLine}
      there: dan
      ann does {room}: ${moderate()}
      all is read
      dan > ${enter('Dan')}
      dan !< <message><body>first</body></message>
    `,
  },
  {
    at: '4',
    says: 'The archiving service replaces the message contents […] with a <retracted/> element which in turn contains a <moderated/> element.',
    script: `
      ${oneLine}
      ann does {room}: ${moderate(`<retract xmlns='urn:xmpp:message-retract:1'/><reason>inappropriate</reason>`)}
      all is read
      cy sets {room}: <query xmlns='${mam}'/>
      cy < ${result(`<message xmlns='jabber:client' from='{room}/Bo'><retracted xmlns='urn:xmpp:message-retract:1' stamp='{any}'/><body>{none}</body></message>`)}
      cy !< <message><result xmlns='${mam}'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>first</body></message></forwarded></result></message>
    `,
  },
  {
    at: '5',
    says: 'In MUCs, only moderation messages received from the MUC service itself are legitimate.',
    that: 'nobody may say in a room that he was a moderator',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat' id='m'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'><moderated xmlns='urn:xmpp:message-moderate:1' by='{room}/Ann'/></retract></message>
      cy < ${refusal(`message id='m'`, 'not-allowed', 'modify')}
      bo !< <message/>
    `,
  },
])

conform('XEP-0424, 0308, 0444, 0461', 'messages about messages, in rooms', [
  {
    at: 'XEP-0424 5',
    says: 'In the case of groupchat […] the retraction refers to the message by its stanza-id.',
    script: `
      ${oneLine}
      bo > <message to='{room}' type='groupchat' id='r'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/><store xmlns='urn:xmpp:hints'/></message>
      ann < <message from='{room}/Bo' type='groupchat' id='r'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/></message>
      cy sets {room}: <query xmlns='${mam}'/>
      cy < ${result(`<message xmlns='jabber:client' from='{room}/Bo'><retracted xmlns='urn:xmpp:message-retract:1'/><body>{none}</body></message>`)}
    `,
  },
  {
    at: 'XEP-0424 5',
    says: 'A retraction of somebody else’s message.',
    that: 'is refused, and nothing is retracted',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat' id='r'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/></message>
      cy < ${refusal(`message from='{room}' id='r'`, 'not-allowed', 'modify')}
      ann !< <message/>
    `,
  },
  {
    at: 'XEP-0308 4',
    says: 'A correction MUST only be allowed when both the original message and correction are received from the same full-JID.',
    that: 'one’s own is passed on',
    script: `
      ${oneLine}
      bo > <message to='{room}' type='groupchat' id='c'><body>second</body><replace xmlns='urn:xmpp:message-correct:0' id='said'/></message>
      ann < <message from='{room}/Bo' type='groupchat' id='c'><body>second</body><replace xmlns='urn:xmpp:message-correct:0' id='said'/></message>
    `,
  },
  {
    at: 'XEP-0308 4',
    says: 'A correction MUST only be allowed when both the original message and correction are received from the same full-JID.',
    that: 'another’s is not',
    script: `
      ${oneLine}
      bo > <message to='{room}' type='groupchat' id='only-bo'><body>one</body></message>
      all is read
      cy > <message to='{room}' type='groupchat' id='c'><body>second</body><replace xmlns='urn:xmpp:message-correct:0' id='only-bo'/></message>
      cy < ${refusal(`message id='c'`, 'not-allowed', 'modify')}
      ann !< <message/>
    `,
  },
  {
    at: 'XEP-0444 3',
    says: 'In groupchats, the id of the <reactions/> element is the stanza-id that the room assigned.',
    script: `
      ${oneLine}
      cy > <message to='{room}' type='groupchat'><reactions xmlns='urn:xmpp:reactions:0' id='{sid}'><reaction>👋</reaction></reactions><store xmlns='urn:xmpp:hints'/></message>
      bo < <message from='{room}/Cy' type='groupchat'><reactions xmlns='urn:xmpp:reactions:0' id='{sid}'><reaction>👋</reaction></reactions></message>
      ann sets {room}: <query xmlns='${mam}'/>
      ann < ${result(`<message xmlns='jabber:client' from='{room}/Cy'><reactions xmlns='urn:xmpp:reactions:0' id='{sid}'/></message>`)}
    `,
  },
  {
    at: 'XEP-0461 3',
    says: 'For messages of type ‘groupchat’, the stanza’s Stanza ID MUST be used for replies.',
    script: `
      ${oneLine}
      cy > ${say('reply', `<reply xmlns='urn:xmpp:reply:0' to='{room}/Bo' id='{sid}'/>`)}
      bo < <message from='{room}/Cy'><body>reply</body><reply xmlns='urn:xmpp:reply:0' to='{room}/Bo' id='{sid}'/></message>
    `,
  },
  {
    at: 'XEP-0359 4',
    says: 'Stanza ID generating entities […] MUST delete any <stanza-id/> child elements […] with a ‘by’ that is their own.',
    script: `
      ${oneLine}
      cy > ${say('hi', `<stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='forged'/><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>`)}
      bo !< <message><stanza-id xmlns='urn:xmpp:sid:0' id='forged'/></message>
      bo < <message from='{room}/Cy'><body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/><stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{any}'/></message>
    `,
  },
])

conform('XEP-0313 (1.1.3)', 'the archive of a room', [
  {
    at: '6.2',
    says: 'A MUC archive MUST announce its support.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${info}
      ann is given <query xmlns='http://jabber.org/protocol/disco#info'><feature var='${mam}'/><feature var='${mam}#extended'/></query>
    `,
  },
  {
    at: '5.1.2',
    says: 'When sending out the archives to a requesting client, the ‘from’ of the forwarded stanza MUST be the JID of the sender of the archived message — the occupant JID.',
    script: `
      ${oneLine}
      cy sets {room}: <query xmlns='${mam}' queryid='q1'/>
      cy < <message from='{room}'><result xmlns='${mam}' queryid='q1' id='{sid}'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='{room}/Bo' type='groupchat' id='said'><body>first</body></message></forwarded></result></message>
      cy is given <fin xmlns='${mam}' complete='true'><set xmlns='http://jabber.org/protocol/rsm'/></fin>
    `,
  },
  {
    at: '4.2',
    says: 'The <forwarded/> element SHOULD contain the original message as it was received, and […] a <delay/> element.',
    that: 'no delay in the message itself, and no presence, nor private message',
    script: `
      ${oneLine}
      ann > <message to='{room}/Cy' type='chat'><body>psst</body></message>
      all is read
      cy sets {room}: <query xmlns='${mam}'/>
      cy < ${result(`<message xmlns='jabber:client'><body>first</body><delay xmlns='urn:xmpp:delay'>{none}</delay></message>`)}
      cy !< ${result(`<message xmlns='jabber:client'><body>psst</body></message>`)}
    `,
  },
  {
    at: '5.1.2',
    says: 'A MUC service MUST check that the user requesting the archive has the right to enter it at the time of the query.',
    that: 'members only',
    script: `
      there: ann, bo
      ann makes {room} as Ann with membersonly=1
      bo sets {room}: <query xmlns='${mam}'/>
      bo is refused auth forbidden
    `,
  },
  {
    at: '5.1.2',
    says: 'A MUC service MUST check that the user requesting the archive has the right to enter it at the time of the query.',
    that: 'who was banned',
    script: `
      ${oneLine}
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='outcast' jid='{cy}'/></query>
      cy sets {room}: <query xmlns='${mam}'/>
      cy is refused auth forbidden
    `,
  },
  {
    at: '5.1.2',
    says: 'A MUC service MUST check that the user requesting the archive has the right to enter it at the time of the query.',
    that: 'with a password, who was never in',
    script: `
      there: ann, bo
      ann makes {room} as Ann with passwordprotectedroom=1 roomsecret=cauldronburn
      ann > ${say('secret')}
      all is read
      bo sets {room}: <query xmlns='${mam}'/>
      bo is refused auth forbidden
    `,
  },
  {
    at: '4.1',
    says: 'Requesting the form.',
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: <query xmlns='${mam}'/>
      ann is given <query xmlns='${mam}'><x xmlns='jabber:x:data' type='form'><field var='with'/><field var='start'/><field var='end'/></x></query>
    `,
  },
  {
    at: '4.1.3',
    says: 'Limiting results.',
    that: 'with RSM, from the end',
    script: `
      ${oneLine}
      bo > ${say('second')}
      all is read
      cy sets {room}: <query xmlns='${mam}'><set xmlns='http://jabber.org/protocol/rsm'><max>1</max><before/></set></query>
      cy < ${result(`<message xmlns='jabber:client'><body>second</body></message>`)}
      cy is given <fin xmlns='${mam}'><set xmlns='http://jabber.org/protocol/rsm'><first/><last/><count>2</count></set></fin>
      cy !< ${result(`<message xmlns='jabber:client'><body>first</body></message>`)}
    `,
  },
])

conform('XEP-0500 (0.1.1)', 'slow mode', [
  {
    at: '3',
    says: 'muc#roomconfig_slow_mode_duration',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann does {room}: <query xmlns='{muc}#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>{muc}#roomconfig</value></field><field var='muc#roomconfig_slow_mode_duration'><value>600</value></field></x></query>
      bo joins {room} as Bo
      bo gets {room}: ${info}
      bo is given <query xmlns='http://jabber.org/protocol/disco#info'><x xmlns='jabber:x:data' type='result'><field var='muc#roominfo_slow_mode_duration'><value>600</value></field></x></query>
      bo > ${say('one')}
      ann < <message from='{room}/Bo'><body>one</body></message>
      bo > ${say('two')}
      bo < ${refusal(`message from='{room}' id='said'`, 'policy-violation', 'wait')}
      ann !< <message/>
      ann > ${say('a')}
      ann > ${say('b')}
      bo < <message from='{room}/Ann'><body>b</body></message>
    `,
  },
])
