import { field, fin, form, query, result } from './archives.ts'
import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0431 (0.2.0)'
const fullText = '{urn:xmpp:fulltext:0}fulltext'
const asks = (words: string): string => query(form(field(fullText, words)))
const found = (id: string): string => `ann next < ${result(`<message id='${id}'/>`)}`

/** What Bo says to Ann, and a word of Cy's that is no business of Ann's. */
const said = `
  there: ann, bo, cy
  bo > <message to='{ann}' id='m1' type='chat'><body>The contract is signed</body></message>
  bo > <message to='{ann}' id='m2' type='chat'><body>lunch?</body></message>
  bo > <message to='{ann}' id='m3' type='chat'><body>another Contract</body></message>
  cy > <message to='{bo}' id='m4' type='chat'><body>their contract</body></message>
  ann < <message id='m3'/>
  bo < <message id='m4'/>
  all is read
`

conform(document, 'words in an archive', [
  {
    at: '2.1',
    says: 'Support for this protocol is advertised by the Service Discovery protocol […] using a feature of urn:xmpp:fulltext:0.',
    script: `
      there: ann
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='urn:xmpp:fulltext:0'/></query>
    `,
  },
  {
    at: '3.1',
    says: "A text input field of {urn:xmpp:fulltext:0}fulltext is hereby defined for the 'urn:xmpp:mam:2' FORM_TYPE […]",
    script: `
      there: ann
      ann gets: ${query()}
      ann is given ${query(`<x xmlns='jabber:x:data' type='form'><field var='{fulltext}'/></x>`)}
    `.replace('{fulltext}', fullText),
  },
  {
    at: '3.2',
    says: '[…] the intent is that a reasonable full-text search is performed based on the input - servers SHOULD therefore honour this intent […].',
    that: 'a word finds what has it, in capitals too, and nothing of what others said to each other',
    script: `
      ${said}
      ann sets: ${asks('contract')}
      ${found('m1')}
      ${found('m3')}
      ann is given ${fin('', ` complete='true'`)}
    `,
  },
  {
    at: '3.2',
    says: '[…] the intent is that a reasonable full-text search is performed based on the input - servers SHOULD therefore honour this intent […].',
    that: 'a word that nobody said finds nothing',
    script: `
      ${said}
      ann sets: ${asks('dinner')}
      ann is given ${fin('', ` complete='true'`)}
      ann !< <message/>
    `,
  },
  {
    at: '2.2',
    says: '[…] an additional text key, which if non-empty is used as input to a full text search of some form.',
    that: 'an empty one is none',
    script: `
      ${said}
      ann sets: ${asks('')}
      ${found('m1')}
      ${found('m2')}
      ${found('m3')}
      ann is given ${fin('', ` complete='true'`)}
    `,
  },
])
