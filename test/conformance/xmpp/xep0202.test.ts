import { conform } from './conform.ts'
import { error } from './error.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0202 (2.0)'
const ask = `<time xmlns='urn:xmpp:time'/>`

conform(document, 'the time', [
  {
    at: '2',
    says: `The entity's numeric time zone offset from UTC. The format MUST conform to the Time Zone Definition (TZD) specified in XEP-0082.`,
    script: `
      there: ann
      ann gets {domain}: ${ask}
      ann is given <time xmlns='urn:xmpp:time'><tzo>Z</tzo></time>
    `,
  },
  {
    at: '2',
    says: 'The UTC time according to the responding entity. The format MUST conform to the dateTime profile specified in XEP-0082 and MUST be expressed in UTC.',
    script: `
      there: ann
      ann gets {domain}: ${ask}
      ann is given <time xmlns='urn:xmpp:time'><utc>20{any}-{any}-{any}T{any}:{any}:{any}Z</utc></time>
    `,
  },
  {
    at: '4',
    says: 'If an entity supports the Entity Time protocol, it MUST report that by including a service discovery feature of "urn:xmpp:time" in response to a XEP-0030 information request:',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='urn:xmpp:time'/></query>
    `,
  },
  {
    at: '3',
    says: 'The standard error conditions described in XEP-0086 apply (e.g., <service-unavailable/> if the entity does not support the namespace).',
    that: 'nobody can set the time',
    script: `
      there: ann
      ann sets {domain}: ${ask}
      ann is refused cancel service-unavailable
    `,
  },
  {
    at: '6',
    says: `Revealing an entity's numeric time zone offset may leak limited information about the entity's current location.`,
    that: 'a device is asked by contacts alone',
    script: `
      there: ann, bo, cy, ann=bo
      ann > <iq type='get' id='t1' to='{bo/desk}'>${ask}</iq>
      bo < <iq type='get' id='t1' from='{ann/desk}'>${ask}</iq>
      cy > <iq type='get' id='t2' to='{bo/desk}'>${ask}</iq>
      cy < <iq type='error' id='t2' from='{bo/desk}'>${error('service-unavailable', 'cancel')}</iq>
      bo !< <iq id='t2'/>
    `,
  },
])
