import { conform } from './conform.ts'
import { error } from './error.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0092 (1.1)'
const ask = `<query xmlns='jabber:iq:version'/>`

conform(document, 'the version of the software', [
  {
    at: '2',
    says: 'The natural-language name of the software. This element is REQUIRED in a result. […] The specific version of the software. This element is REQUIRED in a result.',
    script: `
      there: ann
      ann gets {domain}: ${ask}
      ann is given <query xmlns='jabber:iq:version'><name>{any}</name><version>{any}</version></query>
    `,
  },
  {
    at: '5',
    says: 'Revealing the application’s underlying operating system may open the user or system to attacks directed against that operating system; therefore, an application MUST provide a way for a human user or administrator to disable sharing of information about the operating system.',
    that: 'it is never told',
    script: `
      there: ann
      ann gets {domain}: ${ask}
      ann is given <query xmlns='jabber:iq:version'><os>{none}</os></query>
    `,
  },
  {
    at: '4',
    says: 'In order for a requesting entity to determine if a responding entity supports this protocol, it SHOULD send a XEP-0030 information request to the responding entity:',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='jabber:iq:version'/></query>
    `,
  },
  {
    at: '3',
    says: 'The standard error conditions described in XEP-0086 apply (e.g., service unavailable if the entity does not support the namespace).',
    that: 'an account has no software',
    script: `
      there: ann
      ann gets {ann}: ${ask}
      ann is refused cancel service-unavailable
    `,
  },
  {
    at: '2',
    says: `The 'jabber:iq:version' namespace provides a standard way for Jabber entities to exchange information about the software version used by the entities.`,
    that: 'a device is asked itself, by contacts alone',
    script: `
      there: ann, bo, cy, ann=bo
      ann > <iq type='get' id='v1' to='{bo/desk}'>${ask}</iq>
      bo < <iq type='get' id='v1' from='{ann/desk}'>${ask}</iq>
      bo > <iq type='result' id='v1' to='{ann/desk}'><query xmlns='jabber:iq:version'><name>Gabber</name></query></iq>
      ann < <iq type='result' id='v1' from='{bo/desk}'><query xmlns='jabber:iq:version'><name>Gabber</name></query></iq>
      cy > <iq type='get' id='v2' to='{bo/desk}'>${ask}</iq>
      cy < <iq type='error' id='v2' from='{bo/desk}'>${error('service-unavailable', 'cancel')}</iq>
      bo !< <iq id='v2'/>
    `,
  },
])
