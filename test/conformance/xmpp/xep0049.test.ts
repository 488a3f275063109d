import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0049 (1.2)'
const prefs = `<exodus xmlns='exodus:prefs'><defaultnick>Hamlet</defaultnick></exodus>`
const others = `<pidgin xmlns='exodus:prefs'><skin>dark</skin></pidgin>`

function query(inside: string): string {
  return `<query xmlns='jabber:iq:private'>${inside}</query>`
}

conform(document, 'private XML', [
  {
    at: '2.3',
    says: 'A Jabber client can store any arbitrary XML on the server side […] and retrieve it whenever necessary.',
    script: `
      there: ann/desk, ann/pad
      ann/desk sets: ${query(prefs)}
      ann/desk is given nothing
      ann/pad gets: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      ann/pad is given ${query(prefs)}
    `,
  },
  {
    at: '2.1',
    says: 'The data can then be retrieved by […] a child element scoped by the namespace used for storage of that fragment.',
    that: 'what was never stored comes back empty',
    script: `
      there: ann
      ann gets: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      ann is given ${query(`<exodus xmlns='exodus:prefs'><defaultnick>{none}</defaultnick></exodus>`)}
    `,
  },
  {
    at: '2.3',
    says: 'However, an IQ set or result MAY contain multiple elements qualified by the same namespace.',
    script: `
      there: ann
      ann does: ${query(prefs + others)}
      ann gets: ${query(`<pidgin xmlns='exodus:prefs'/>`)}
      ann is given ${query(others)}
      ann gets: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      ann is given ${query(prefs)}
    `,
  },
  {
    at: '2.3',
    says: 'A client MUST NOT query for more than one namespace in a single IQ get request.',
    script: `
      there: ann
      ann gets: ${query(`<a xmlns='x:a'/><b xmlns='x:b'/>`)}
      ann is refused modify bad-request
    `,
  },
  {
    at: '2.3',
    says: 'At least one child element with a proper namespace MUST be included; otherwise the server MUST respond with a "Not Acceptable" error',
    script: `
      there: ann
      ann sets: ${query('')}
      ann is refused modify not-acceptable
      ann sets: ${query('<unqualified/>')}
      ann is refused modify not-acceptable
    `,
  },
  {
    at: '3',
    says: 'Bad Format: The IQ get does not contain a child element.',
    script: `
      there: ann
      ann gets: ${query('')}
      ann is refused modify bad-request
    `,
  },
  {
    at: '3',
    says: 'Forbidden: The IQ get or set is sent to a JID other than that of the sender.',
    script: `
      there: ann, bo, cy, ann=bo
      bo sets {ann}: ${query(prefs)}
      bo is refused cancel forbidden
      bo gets {ann}: ${query(`<exodus xmlns='exodus:prefs'/>`)}
      bo is refused cancel forbidden
      cy sets {ann}: ${query(prefs)}
      cy is refused cancel forbidden
    `,
  },
  ...['vcard-temp', 'jabber:client', 'jabber:iq:roster'].map((namespace) => ({
    at: '3',
    says: 'Not Acceptable: The IQ get or set is qualified by a reserved namespace.',
    that: namespace,
    script: `
      there: ann
      ann sets: ${query(`<x xmlns='${namespace}'/>`)}
      ann is refused modify not-acceptable
      ann gets: ${query(`<x xmlns='${namespace}'/>`)}
      ann is refused modify not-acceptable
    `,
  })),
  {
    at: '2.1',
    says: 'jabber:iq:private',
    that: 'is announced',
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='jabber:iq:private'/></query>
    `,
  },
])
