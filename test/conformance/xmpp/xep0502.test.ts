// XEP-0502: over the first hours there are no data. What they come to is looked at with a clock of its own (rooms/finding.test.ts).
import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'
import { say } from './rooms.ts'

const document = 'XEP-0502 (0.1.0)'
const info = `<query xmlns='${NS_INFO}'/>`
const without = `<query xmlns='${NS_INFO}'><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>{muc}#roominfo</value></field><field var='{urn:xmpp:muc-activity}message-activity'>{none}</field></x></query>`

conform(document, 'before there are data', [
  {
    at: '3.1',
    says: 'In particular, services MUST omit the field entirely if the above preconditions are not met. Services MUST NOT put placeholder values in the field.',
    that: 'no whole hour is over',
    script: `
      there: ann, bo
      ann makes {room} as Ann with persistentroom=1 publicroom=1
      ann > ${say('hi')}
      bo gets {room}: ${info}
      bo is given ${without}
    `,
  },
  ...['persistentroom=1 publicroom=0', 'persistentroom=0 publicroom=1', 'membersonly=1'].map(
    (values) => ({
      at: '9',
      says: 'Services MUST NOT publish message activity indicators for MUCs which are not publicly listed (muc_public feature flag) or where users would need some kind of specific authorization to join (such as a password or the member affiliation).',
      that: values,
      script: `
        there: ann, bo
        ann makes {room} as Ann with ${values}
        ann > ${say('hi')}
        ann gets {room}: ${info}
        ann is given ${without}
      `,
    }),
  ),
])
