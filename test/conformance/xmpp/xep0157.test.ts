import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'
import { contactAddresses } from './server.ts'

const values = contactAddresses.map((uri) => `<value>${uri}</value>`).join('')
const info = `<query xmlns='${NS_INFO}'/>`
const form = `<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/network/serverinfo</value></field>
<field var='admin-addresses' type='list-multi'>${values}</field></x>`

conform('XEP-0157 (1.1.1)', 'whom to ask', [
  {
    at: '4',
    says: '[…] a server SHOULD return in response to service discovery information ("disco#info") requests sent to the bare domain of the server.',
    script: `
      there: ann
      ann gets {domain}: ${info}
      ann is given <query xmlns='${NS_INFO}'>${form}</query>
    `,
  },
  {
    at: '4',
    says: 'This information MUST be scoped using a FORM_TYPE of "http://jabber.org/network/serverinfo" […].',
    that: 'of the server, and not of an account',
    script: `
      there: ann
      ann gets {ann}: ${info}
      ann is given <query xmlns='${NS_INFO}'><x xmlns='jabber:x:data'><field var='admin-addresses'>{none}</field></x></query>
    `,
  },
])
