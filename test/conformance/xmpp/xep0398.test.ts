import {
  card,
  data,
  emptyCard,
  hash,
  info,
  metadata,
  NS_DATA,
  NS_METADATA,
  NS_UPDATE,
  open,
  photo,
  publishData,
  publishMetadata,
  shown,
} from './avatars.ts'
import { conform } from './conform.ts'
import { configure, event, NS_INFO, ofOwner, pubsub } from './pubsub-words.ts'

conform('XEP-0398 (1.0.0)', 'one picture for both protocols', [
  {
    at: '2',
    says: 'The service MUST include a XEP-0030 feature of "urn:xmpp:pep-vcard-conversion:0" on the account.',
    script: `
      there: ann
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='urn:xmpp:pep-vcard-conversion:0'/></query>
    `,
  },
  {
    at: '3.1',
    says: "Upon receiving a publication request to the 'urn:xmpp:avatar:metadata' node the service MUST look up the corresponding item published in the 'urn:xmpp:avatar:data' node and store the content of the data element as a photo in the vcard.",
    script: `
      there: ann, cy
      ann does: <vCard xmlns='vcard-temp'><FN>Ann</FN></vCard>
      ann does: ${publishData(open)}
      ann does: ${publishMetadata(info, open)}
      cy gets {ann}: ${emptyCard}
      cy is given ${card}
      ann gets: ${emptyCard}
      ann is given ${card}
    `,
  },
  {
    at: '3.1',
    says: 'Services MUST consider the fact that the metadata node might contain multiple info elements and MUST pick the info element that does not point to an exernal URL.',
    script: `
      there: ann, cy
      ann does: ${publishData(open)}
      ann does: ${publishMetadata(`<info bytes='9' id='${'0'.repeat(40)}' type='image/gif' url='http://a.example/a.gif'/>${info}`, open)}
      cy gets {ann}: ${emptyCard}
      cy is given <vCard xmlns='vcard-temp'>${photo}</vCard>
    `,
  },
  {
    at: '3.1',
    says: 'Services SHOULD verify that the SHA-1 hash of the image matches the id.',
    script: `
      there: ann, cy
      ann does: ${pubsub(`<publish node='${NS_DATA}'><item id='${hash}'><data xmlns='${NS_DATA}'>bGll</data></item></publish>`, open)}
      ann does: ${publishMetadata(info, open)}
      cy gets {ann}: ${emptyCard}
      cy is refused cancel service-unavailable
    `,
  },
  {
    at: '3.2',
    says: "Upon receiving a vCard publication request with a valid photo attached to it a service MUST first publish an item to the 'urn:xmpp:avatar:data' node […]. The id of that item MUST be the SHA-1 hash of the image […]. Afterwards the service MUST publish a new item to the 'urn:xmpp:avatar:metadata' node with one info element […] using the type value from the vCard",
    script: `
      there: ann, bo, ann=bo
      bo wants ${NS_METADATA}
      ann does: ${card}
      bo < ${event('{ann}', `<items node='${NS_METADATA}'>${metadata(`<info bytes='67' id='${hash}' type='image/png'/>`)}</items>`)}
      bo gets {ann}: ${pubsub(`<items node='${NS_DATA}'/>`)}
      bo is given ${pubsub(`<items node='${NS_DATA}'>${data}</items>`)}
    `,
  },
  {
    at: '4',
    says: "services MUST include the hash on behalf of their users in every available presence that does not contain an empty photo element wrapped in an x element qualified by the 'vcard-temp:x:update' namespace.",
    script: `
      there: ann, bo, ann=bo
      ann does: ${publishData(open)}
      ann does: ${publishMetadata(info, open)}
      ann > <presence/>
      bo < ${shown(`<photo>${hash}</photo>`)}
      ann > <presence><x xmlns='${NS_UPDATE}'/></presence>
      bo < ${shown(`<photo>${hash}</photo>`)}
    `,
  },
  {
    at: '4',
    says: "The server redirects the presence but doesn't touch the photo element",
    that: 'where it is empty',
    script: `
      there: ann, bo, ann=bo
      ann does: ${publishData(open)}
      ann does: ${publishMetadata(info, open)}
      ann > <presence><x xmlns='${NS_UPDATE}'><photo/></x></presence>
      bo < ${shown('<photo/>')}
      bo !< ${shown(`<photo>${hash}</photo>`)}
    `,
  },
  {
    at: '4',
    says: 'The hash MUST also be injected into directed presences such as MUC joins',
    script: `
      there: ann, cy
      cy makes {room} as cy
      ann does: ${publishData(open)}
      ann does: ${publishMetadata(info, open)}
      ann > <presence to='{cy}'/>
      cy < ${shown(`<photo>${hash}</photo>`)}
      ann > <presence to='{room}/ann'><x xmlns='http://jabber.org/protocol/muc'/></presence>
      cy < <presence from='{room}/ann'><x xmlns='${NS_UPDATE}'><photo>${hash}</photo></x></presence>
    `,
  },
  {
    at: '7',
    says: 'Services that dynamically inject the PEP avatar into a vCard response SHOULD check if the entity that requested the vCard has access to both PEP nodes.',
    script: `
      there: ann, bo, cy, ann=bo
      ann does: <vCard xmlns='vcard-temp'><FN>Ann</FN></vCard>
      ann does: ${publishData()}
      ann does: ${publishMetadata(info)}
      bo gets {ann}: ${emptyCard}
      bo is given ${card}
      cy gets {ann}: ${emptyCard}
      cy is given <vCard xmlns='vcard-temp'><FN>Ann</FN><PHOTO>{none}</PHOTO></vCard>
    `,
  },
  {
    at: '7',
    says: 'has access to both PEP nodes',
    that: 'a picture that is open with metadata that are not',
    script: `
      there: ann, cy
      ann does: <vCard xmlns='vcard-temp'><FN>Ann</FN></vCard>
      ann does: ${publishData(open)}
      ann does: ${publishMetadata(info)}
      cy gets {ann}: ${emptyCard}
      cy is given <vCard xmlns='vcard-temp'><FN>Ann</FN><PHOTO>{none}</PHOTO></vCard>
    `,
  },
  {
    at: '7',
    says: 'has access to both PEP nodes',
    that: 'also when one of them is closed later, or gone',
    script: `
      there: ann, cy
      ann does: <vCard xmlns='vcard-temp'><FN>Ann</FN></vCard>
      ann does: ${publishData(open)}
      ann does: ${publishMetadata(info, open)}
      cy gets {ann}: ${emptyCard}
      cy is given ${card}
      ann does: ${configure(NS_DATA, 'access_model=presence')}
      cy gets {ann}: ${emptyCard}
      cy is given <vCard xmlns='vcard-temp'><FN>Ann</FN><PHOTO>{none}</PHOTO></vCard>
      ann does: ${configure(NS_DATA, 'access_model=open')}
      cy gets {ann}: ${emptyCard}
      cy is given ${card}
      ann does: ${ofOwner(`<purge node='${NS_DATA}'/>`)}
      cy gets {ann}: ${emptyCard}
      cy is given <vCard xmlns='vcard-temp'><FN>Ann</FN><PHOTO>{none}</PHOTO></vCard>
      ann does: ${publishData()}
      ann does: ${publishMetadata(info)}
      cy gets {ann}: ${emptyCard}
      cy is given ${card}
      ann does: ${ofOwner(`<delete node='${NS_METADATA}'/>`)}
      cy gets {ann}: ${emptyCard}
      cy is given <vCard xmlns='vcard-temp'><FN>Ann</FN><PHOTO>{none}</PHOTO></vCard>
    `,
  },
  {
    at: '3.5 of XEP-0084',
    says: "the user's client publishes an empty <metadata/> element",
    that: 'and the card has no picture any more, nor has the presence',
    script: `
      there: ann, bo, ann=bo
      ann does: <vCard xmlns='vcard-temp'><FN>Ann</FN></vCard>
      ann does: ${publishData()}
      ann does: ${publishMetadata(info)}
      ann does: ${pubsub(`<publish node='${NS_METADATA}'><item><metadata xmlns='${NS_METADATA}'/></item></publish>`)}
      bo gets {ann}: ${emptyCard}
      bo is given <vCard xmlns='vcard-temp'><FN>Ann</FN><PHOTO>{none}</PHOTO></vCard>
      all is read
      ann > <presence/>
      bo < <presence from='{ann/desk}'/>
      bo !< <presence from='{ann/desk}'/>
    `,
  },
])
