// XEP-0313: the archives of rooms.
import { conform } from './conform.ts'
import { info, oneLine, roomResult } from './in-messages.ts'
import { NS_INFO } from './pubsub-words.ts'
import { say } from './rooms.ts'

const document = 'XEP-0313 (1.1.3)'
const mam = 'urn:xmpp:mam:2'
const query = `<query xmlns='${mam}'/>`
const rightToEnter =
  'A MUC archive MUST check that the user requesting the archive has the right to enter it at the time of the query and only allow access if so.'
const mucUser = (jid: string): string => `<x xmlns='{muc}#user'><item jid='${jid}'/></x>`
const noMucUser = `<x xmlns='{muc}#user'>{none}</x>`
const extended = `In the case of non-anonymous rooms or if the recipient of the MUC archive has the right to access the sender real JID at the time of the query, the archive message will use extended message information in an <x/> element qualified by the 'http://jabber.org/protocol/muc#user' namespace and containing an <item/> child with a 'jid' attribute specifying the occupant's full JID […].`

conform(document, 'the archive of a room', [
  {
    at: '3.3.2',
    says: "A MUC service allowing MAM queries for a room MUST expose the MAM archive on the room's bare JID.",
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${info}
      ann is given <query xmlns='${NS_INFO}'><feature var='${mam}'/><feature var='${mam}#extended'/></query>
      ann sets {room}: ${query}
      ann is given <fin xmlns='${mam}' complete='true'/>
    `,
  },
  {
    at: '6.1.2',
    says: 'A MUC archives allows a user to view the conversation within a room. All messages sent to the room that contain a <body> element SHOULD be stored, as should subject change stanzas, apart from those messages that the room rejects.',
    script: `
      ${oneLine}
      ann > <message to='{room}' type='groupchat'><subject>Fire Burn</subject></message>
      cy > <message to='{room}' type='groupchat'><retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/><body>refused</body></message>
      all is read
      cy sets {room}: ${query}
      cy < ${roomResult(`<message from='{room}/Bo'><body>first</body></message>`)}
      cy < ${roomResult(`<message from='{room}/Ann'><subject>Fire Burn</subject></message>`)}
      cy !< ${roomResult(`<message from='{room}/Cy'/>`)}
    `,
  },
  {
    at: '6.1.2',
    says: 'A MUC archive MUST store each message only once (not, for example, every copy sent out to an occupant).',
    script: `
      ${oneLine}
      cy sets {room}: ${query}
      cy < ${roomResult(`<message from='{room}/Bo'><body>first</body></message>`)}
      cy !< ${roomResult(`<message from='{room}/Bo'><body>first</body></message>`)}
    `,
  },
  {
    at: '6.1.2',
    says: `A MUC archive MUST NOT include 'private message' results (those sent directly between occupants, not shared in the room) in the results.`,
    script: `
      ${oneLine}
      ann > <message to='{room}/Cy' type='chat'><body>psst</body></message>
      all is read
      cy sets {room}: ${query}
      cy < ${roomResult('<message><body>first</body></message>')}
      cy !< ${roomResult('<message><body>psst</body></message>')}
    `,
  },
  {
    at: '6.1.2',
    says: "When sending out the archives to a requesting client, the forwarded stanza MUST NOT have a 'to' attribute, and the 'from' MUST be the occupant JID of the sender of the archived message.",
    script: `
      ${oneLine}
      cy sets {room}: <query xmlns='${mam}' queryid='q1'/>
      cy < <message from='{room}'><result xmlns='${mam}' queryid='q1' id='{sid}'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' to='{none}' from='{room}/Bo' type='groupchat' id='said'><body>first</body><delay xmlns='urn:xmpp:delay'>{none}</delay></message></forwarded></result></message>
      cy is given <fin xmlns='${mam}' complete='true'><set xmlns='http://jabber.org/protocol/rsm'/></fin>
    `,
  },
])

conform(document, 'who may read it', [
  {
    at: '6.1.2',
    says: rightToEnter,
    that: 'with a password, who was never in',
    script: `
      there: ann, bo
      ann makes {room} as Ann with passwordprotectedroom=1 roomsecret=cauldronburn
      ann > ${say('secret')}
      all is read
      bo sets {room}: ${query}
      bo is refused auth forbidden
    `,
  },
  {
    at: '6.1.2',
    says: 'In a members-only chat room, only owners, admins or members can query a room archive.',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann with membersonly=1
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='member' jid='{cy}'/></query>
      bo sets {room}: ${query}
      bo is refused auth forbidden
      cy sets {room}: ${query}
      cy is given <fin xmlns='${mam}'/>
    `,
  },
  {
    at: '6.1.2',
    says: `In the case of open MUC rooms, the MUC archives can generally be accessed by any users (including those who have never entered the room) who do not have an affiliation of 'outcast' […].`,
    script: `
      ${oneLine}
      there: dan
      dan sets {room}: ${query}
      dan < ${roomResult(`<message from='{room}/Bo'><body>first</body></message>`)}
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='outcast' jid='{dan}'/></query>
      dan sets {room}: ${query}
      dan is refused auth forbidden
    `,
  },
  {
    at: '6.1.2',
    says: 'A MUC archive MAY, if it stores historical data about previous configuration states, limit the results returned to only those that the querying user would have been authorised to see at the time (e.g. it MAY limit the results to not include results while a user was an outcast).',
    script: `
      ${oneLine}
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='outcast' jid='{cy}'/></query>
      bo > ${say('behind his back')}
      all is read
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='none' jid='{cy}'/></query>
      cy sets {room}: ${query}
      cy < ${roomResult('<message><body>first</body></message>')}
      cy !< ${roomResult('<message><body>behind his back</body></message>')}
    `,
  },
])

conform(document, 'who has said it', [
  {
    at: '6.1.2',
    says: extended,
    that: 'a room that is not anonymous',
    script: `
      ${oneLine}
      ann configures {room}: whois=anyone
      all is read
      cy sets {room}: ${query}
      cy < ${roomResult(`<message from='{room}/Bo'><body>first</body>${mucUser('{bo/desk}')}</message>`)}
    `,
  },
  {
    at: '6.1.2',
    says: extended,
    that: 'a moderator, also when he is not in',
    script: `
      ${oneLine}
      ann sets {room}: ${query}
      ann < ${roomResult(`<message from='{room}/Bo'><body>first</body>${mucUser('{bo/desk}')}</message>`)}
      ann > <presence to='{room}/Ann' type='unavailable'/>
      all is read
      ann sets {room}: ${query}
      ann < ${roomResult(`<message from='{room}/Bo'>${mucUser('{bo/desk}')}</message>`)}
    `,
  },
  {
    at: '6.1.2',
    says: extended,
    that: 'nobody else',
    script: `
      ${oneLine}
      cy sets {room}: ${query}
      cy < ${roomResult(`<message from='{room}/Bo'><body>first</body>${noMucUser}</message>`)}
    `,
  },
  {
    at: '8.4',
    says: `However this element is not sanitized by MUC services, so the archiving entity MUST strip any existing <x> element in the 'http://jabber.org/protocol/muc#user' namespace from messages before archiving them (regardless of whether it adds in its own <x> element).`,
    script: `
      ${oneLine}
      bo > ${say('second', mucUser('{ann}'))}
      all is read
      cy sets {room}: ${query}
      cy < ${roomResult(`<message from='{room}/Bo'><body>second</body>${noMucUser}</message>`)}
      ann sets {room}: ${query}
      ann !< ${roomResult(`<message><body>second</body>${mucUser('{ann}')}</message>`)}
    `,
  },
])

conform(document, 'queries to it', [
  {
    at: '4.1.5',
    says: "In order for the client find out about additional fields the server might support, it can send an iq stanza of type 'get' addressed to the archive like this:",
    script: `
      there: ann
      ann makes {room} as Ann
      ann gets {room}: ${query}
      ann is given <query xmlns='${mam}'><x xmlns='jabber:x:data' type='form'><field var='with'/><field var='start'/><field var='end'/></x></query>
    `,
  },
  {
    at: '4.3.3',
    says: 'To request the page at the end of the archive (i.e. the most recent messages), include just an empty <before/> element in the RSM part of the query.',
    script: `
      ${oneLine}
      bo > ${say('second')}
      all is read
      cy sets {room}: <query xmlns='${mam}'><set xmlns='http://jabber.org/protocol/rsm'><max>1</max><before/></set></query>
      cy < ${roomResult('<message><body>second</body></message>')}
      cy is given <fin xmlns='${mam}'><set xmlns='http://jabber.org/protocol/rsm'><first/><last/><count>2</count></set></fin>
      cy !< ${roomResult('<message><body>first</body></message>')}
    `,
  },
])
