import { type Case, conform } from './conform.ts'
import { enter, present, said, say } from './rooms.ts'

const document = 'XEP-0045 (1.35.5)'
const delay = `<delay xmlns='urn:xmpp:delay' from='{room}' stamp='{any}'/>`

/** Ann has said one, two, three and four, and a subject in between; Bo is about to come. */
const fourLines = `
  there: ann, bo
  ann makes {room} as Ann
  ann > ${say('one')}
  ann > ${say('two')}
  ann > <message to='{room}' type='groupchat'><subject>tea</subject></message>
  ann > ${say('three')}
  ann > ${say('four')}
  all is read
`

/** What somebody who asks for this much gets. */
const asked: readonly (readonly [string, string, readonly string[]])[] = [
  [
    `maxstanzas='2'`,
    'Limit the total number of messages in the history to "X".',
    ['three', 'four'],
  ],
  [`maxstanzas='0'`, 'Limit the total number of messages in the history to "X".', []],
  [
    `maxstanzas='100'`,
    'Limit the total number of messages in the history to "X".',
    ['one', 'two', 'three', 'four'],
  ],
  [
    `maxchars='0'`,
    'If the client wishes to receive no history, it MUST set the ‘maxchars’ attribute to a value of "0" (zero).',
    [],
  ],
  [
    `maxchars='10'`,
    'It MUST not literally truncate the history at a certain number of characters.',
    [],
  ],
  [
    `maxchars='100000'`,
    'Limit the total number of characters in the history to "X".',
    ['one', 'two', 'three', 'four'],
  ],
  [`seconds='0'`, 'Send only the messages received in the last "X" seconds.', []],
  [
    `seconds='600'`,
    'Send only the messages received in the last "X" seconds.',
    ['one', 'two', 'three', 'four'],
  ],
  [
    `since='1970-01-01T00:00:00Z'`,
    'Send only the messages received since the UTC datetime specified.',
    ['one', 'two', 'three', 'four'],
  ],
  [
    `since='2100-01-01T00:00:00Z'`,
    'Send only the messages received since the UTC datetime specified.',
    [],
  ],
  [
    `seconds='600' since='2100-01-01T00:00:00Z'`,
    'The service MUST send the smallest amount of traffic that meets any combination of the above criteria.',
    [],
  ],
  [
    `since='1970-01-01T00:00:00Z' seconds='0'`,
    'The service MUST send the smallest amount of traffic that meets any combination of the above criteria.',
    [],
  ],
  [
    `maxstanzas='1' since='1970-01-01T00:00:00Z'`,
    'The service MUST send the smallest amount of traffic that meets any combination of the above criteria.',
    ['four'],
  ],
  [
    `maxstanzas='3' maxchars='0'`,
    'The service MUST send the smallest amount of traffic that meets any combination of the above criteria.',
    [],
  ],
]

conform(
  document,
  'managing discussion history',
  asked.map(([attrs, says, lines]): Case => ({
    at: '7.2.14',
    says,
    that: attrs,
    script: `
      ${fourLines}
      bo > ${enter('Bo', `<history ${attrs}/>`)}
      bo < ${present('Bo', '', 110)}
      ${lines.map((line) => `bo next < ${said('Ann', line, delay)}`).join('\n')}
      bo next < <message type='groupchat'><subject>tea</subject></message>
    `,
  })),
)

conform(document, 'discussion history', [
  {
    at: '7.2.13',
    says: 'Discussion history messages MUST be stamped with XEP-0203 information […] The ‘from’ attribute MUST be set to the JID of the room itself.',
    script: `
      ${fourLines}
      bo > ${enter('Bo')}
      bo < ${said('Ann', 'one', `<delay xmlns='urn:xmpp:delay' from='{room}' stamp='{any}Z'/>`)}
    `,
  },
  {
    at: '7.2.13',
    says: 'The room subject (and changes to the room subject prior to the current subject) are not part of the discussion history.',
    script: `
      ${fourLines}
      ann > <message to='{room}' type='groupchat'><subject>coffee</subject></message>
      all is read
      bo > ${enter('Bo')}
      bo < ${said('Ann', 'four', delay)}
      bo next < <message type='groupchat'><subject>coffee</subject></message>
      bo !< <message><subject>tea</subject></message>
    `,
  },
  {
    at: '7.2.13',
    says: 'Whether such history is sent, and how many messages comprise the history, shall be determined by […] room configuration.',
    that: 'muc#maxhistoryfetch',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann does {room}: <query xmlns='{muc}#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>{muc}#roomconfig</value></field><field var='muc#maxhistoryfetch'><value>1</value></field></x></query>
      ann > ${say('one')}
      ann > ${say('two')}
      all is read
      bo > ${enter('Bo')}
      bo < ${present('Bo', '', 110)}
      bo next < ${said('Ann', 'two', delay)}
    `,
  },
  {
    at: '7.2.14',
    says: 'SHOULD appropriately limit the amount of history sent to the user based on service or room defaults.',
    that: 'nobody gets more than the room sends by itself',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann does {room}: <query xmlns='{muc}#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>{muc}#roomconfig</value></field><field var='muc#maxhistoryfetch'><value>1</value></field></x></query>
      ann > ${say('one')}
      ann > ${say('two')}
      all is read
      bo > ${enter('Bo', `<history maxstanzas='20' since='1970-01-01T00:00:00Z'/>`)}
      bo < ${present('Bo', '', 110)}
      bo next < ${said('Ann', 'two', delay)}
    `,
  },
  {
    at: '7.2.13',
    says: 'A room MAY send discussion history to the new occupant.',
    that: 'without what was said to one, and without what says nothing',
    script: `
      there: ann, bo, cy
      ann makes {room} as Ann
      cy joins {room} as Cy
      ann > <message to='{room}/Cy' type='chat'><body>psst</body></message>
      ann > <message to='{room}' type='groupchat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>
      ann > ${say('one')}
      all is read
      bo > ${enter('Bo')}
      bo < ${present('Bo', '', 110)}
      bo next < ${said('Ann', 'one', delay)}
      bo !< <message><body>psst</body></message>
    `,
  },
  {
    at: '7.2.13',
    says: 'A room MAY send discussion history to the new occupant.',
    that: 'with its nickname then, and the ids that it had',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann > <message to='{room}' type='groupchat' id='m1'><body>one</body></message>
      ann < <message from='{room}/Ann'><stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{=sid}'/></message>
      ann > <presence to='{room}/Anna'/>
      all is read
      bo > ${enter('Bo')}
      bo < <message from='{room}/Ann' id='m1'><body>one</body><stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{sid}'/></message>
    `,
  },
])

conform(document, 'the room’s subject', [
  {
    at: '7.2.15',
    says: 'It SHALL send the current room subject. […] In addition, the subject SHOULD be stamped with XEP-0203 information […] its ‘from’ attribute MUST be set to the JID of the room itself.',
    script: `
      ${fourLines}
      bo > ${enter('Bo')}
      bo < <message from='{room}/Ann' to='{bo/desk}' type='groupchat'><subject>tea</subject><body>{none}</body>${delay}</message>
    `,
  },
  {
    at: '7.2.15',
    says: 'If there is no subject set, the room MUST return an empty <subject/> element.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo > ${enter('Bo')}
      bo < <message from='{room}' to='{bo/desk}' type='groupchat'><subject/><body>{none}</body></message>
    `,
  },
  {
    at: '7.2.15',
    says: 'The <delay/> SHOULD be included if the subject was actively cleared.',
    script: `
      ${fourLines}
      ann > <message to='{room}' type='groupchat'><subject/></message>
      all is read
      bo > ${enter('Bo')}
      bo < <message type='groupchat'><subject/>${delay}</message>
      bo !< <message><subject>tea</subject></message>
    `,
  },
  {
    at: '7.2.15',
    says: 'Only a message that contains a <subject/> but no <body/> element shall be considered a subject change for MUC purposes.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann > <message to='{room}' type='groupchat'><subject>no</subject><body>one</body></message>
      all is read
      bo > ${enter('Bo')}
      bo < <message from='{room}/Ann'><subject>no</subject><body>one</body>${delay}</message>
      bo next < <message from='{room}'><subject/></message>
    `,
  },
  {
    at: '8.1',
    says: 'A message with […] a <subject/> and a <thread/> is a legitimate message, but it SHALL NOT be interpreted as a subject change.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann > <message to='{room}' type='groupchat'><subject>no</subject><thread>t1</thread></message>
      all is read
      bo > ${enter('Bo')}
      bo < <message from='{room}'><subject/></message>
    `,
  },
  {
    at: '7.2.15',
    says: 'It SHALL send the current room subject.',
    that: 'after the server has started again, too',
    script: `
      there: ann, bo
      ann makes {room} as Ann with persistentroom=1
      ann > <message to='{room}' type='groupchat'><subject>tea</subject></message>
      all is read
      the server starts again
      bo connects
      bo > ${enter('Bo')}
      bo < <message from='{room}/Ann' type='groupchat'><subject>tea</subject>${delay}</message>
    `,
  },
])
