import { card, emptyCard, hash, NS_UPDATE, shown } from './avatars.ts'
import { conform } from './conform.ts'

conform('XEP-0153 (1.1.1)', 'the hash in presence', [
  {
    at: '3.1',
    says: "the user's client includes the SHA1 hash of the avatar image in a <presence/> stanza",
    that: 'one that the client says is brought to the contacts where the server knows of none',
    script: `
      there: ann, bo, ann=bo
      ann > <presence><x xmlns='${NS_UPDATE}'><photo>${hash}</photo></x></presence>
      bo < ${shown(`<photo>${hash}</photo>`)}
    `,
  },
  {
    at: '3.2',
    says: "it retrieves the sender's full vCard in accordance with the protocol flow described in XEP-0054",
    script: `
      there: ann, bo, ann=bo
      ann does: ${card}
      bo gets {ann}: ${emptyCard}
      bo is given ${card}
    `,
  },
])
