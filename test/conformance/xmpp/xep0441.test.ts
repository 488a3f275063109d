import { conform } from './conform.ts'
import { isKept } from './in-messages.ts'

const document = 'XEP-0441 (0.2.0)'
const mam = `xmlns='urn:xmpp:mam:2'`
const prefs = (by: string, always = '', never = ''): string =>
  `<prefs ${mam} default='${by}'><always>${always}</always><never>${never}</never></prefs>`

conform(document, 'preferences', [
  {
    at: '2.1',
    says: "The server replies with the user's current archiving preferences. The <prefs> element MUST be present and contain the current default archiving policy. The <always> and <never> MUST also be present (even if empty), and contain a list of JIDs enclosed in <jid> elements.",
    script: `
      there: ann
      ann gets: <prefs ${mam}/>
      ann is given ${prefs('always')}
    `,
  },
  ...['never', 'roster'].map((by) => ({
    at: '2.1',
    says: "It is also possible for the server to respond with an error, for example (but not limited to) […] 'not-allowed' (the server generally does not allow changing of configuration preferences).",
    that: by,
    script: `
      there: ann
      ann sets: ${prefs(by)}
      ann is refused cancel not-allowed
      ann gets: <prefs ${mam}/>
      ann is given ${prefs('always')}
    `,
  })),
  {
    at: '2.1.3',
    says: 'The <prefs/> element MAY contain an <never/> child element. If present, it contains a list of <jid/> elements, each containing a single JID.',
    that: 'nobody is kept out of the archive',
    script: `
      there: ann
      ann sets: ${prefs('always', '', '<jid>montague@montague.lit</jid>')}
      ann is refused cancel not-allowed
    `,
  },
  {
    at: '2.1',
    says: 'The server then replies with the applied preferences (note that due to server policies these MAY be different to the preferences sent by the client):',
    that: 'what is so already can be asked for',
    script: `
      there: ann
      ann sets: ${prefs('always')}
      ann is given ${prefs('always')}
    `,
  },
  {
    at: '2.1.1',
    says: "'always' - all messages are archived by default.",
    script: isKept('<body>hi</body>'),
  },
])
