import {
  data,
  emptyCard,
  hash,
  info,
  metadata,
  NS_DATA,
  NS_METADATA,
  photo,
  png,
  publishData,
  publishMetadata,
} from './avatars.ts'
import { conform } from './conform.ts'
import { event, pubsub } from './pubsub-words.ts'

conform('XEP-0084 (1.1.4)', 'avatars as nodes', [
  {
    at: '3.3',
    says: 'the pubsub service notifies all subscribers of the new metadata',
    that: 'and the picture is fetched by who wants it',
    script: `
      there: ann, bo, ann=bo
      bo wants ${NS_METADATA}
      ann does: ${publishData()}
      bo !< <message/>
      ann does: ${publishMetadata(info)}
      bo < ${event('{ann}', `<items node='${NS_METADATA}'>${metadata(info)}</items>`)}
      bo gets {ann}: ${pubsub(`<items node='${NS_DATA}'><item id='${hash}'/></items>`)}
      bo is given ${pubsub(`<items node='${NS_DATA}'>${data}</items>`)}
    `,
  },
  {
    at: '3.5',
    says: "the user's client publishes an empty <metadata/> element to the metadata node",
    script: `
      there: ann, bo, ann=bo
      bo wants ${NS_METADATA}
      ann does: ${publishData()}
      ann does: ${publishMetadata(info)}
      all is read
      ann does: ${pubsub(`<publish node='${NS_METADATA}'><item><metadata xmlns='${NS_METADATA}'/></item></publish>`)}
      bo < ${event('{ann}', `<items node='${NS_METADATA}'><item><metadata xmlns='${NS_METADATA}'><info>{none}</info></metadata></item></items>`)}
    `,
  },
  {
    at: '6.1',
    says: 'If the user publishes avatar data to an PEP node, the result MUST contain the appropriate items.',
    script: `
      there: ann, bo, ann=bo
      ann does: ${publishData()}
      ann does: ${publishMetadata(info)}
      bo gets {ann}: <query xmlns='http://jabber.org/protocol/disco#items'/>
      bo is given <query xmlns='http://jabber.org/protocol/disco#items'><item jid='{ann}' node='${NS_DATA}'/><item jid='{ann}' node='${NS_METADATA}'/></query>
    `,
  },
  {
    at: '4.1',
    says: 'Line feeds SHOULD NOT be added but MUST be accepted.',
    script: `
      there: ann
      ann does: ${pubsub(`<publish node='${NS_DATA}'><item id='${hash}'><data xmlns='${NS_DATA}'>${png.slice(0, 40)}&#10;${png.slice(40)}</data></item></publish>`)}
      ann does: ${publishMetadata(info)}
      ann gets: ${emptyCard}
      ann is given <vCard xmlns='vcard-temp'>${photo}</vCard>
    `,
  },
])
