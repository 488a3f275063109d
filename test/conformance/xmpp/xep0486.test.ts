import { hash } from 'node:crypto'
import { conform } from './conform.ts'
import { NS_INFO } from './pubsub-words.ts'

const document = 'XEP-0486 (0.1.0)'
const info = `<query xmlns='${NS_INFO}'/>`
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"/>`
const png = 'not really a picture'

function photo(type: string, picture: string): string {
  const packed = Buffer.from(picture).toString('base64')
  return `<PHOTO><TYPE>${type}</TYPE><BINVAL>${packed}</BINVAL></PHOTO>`
}

const card = (...photos: readonly string[]): string =>
  `<vCard xmlns='vcard-temp'>${photos.join('')}</vCard>`
const ask = `<vCard xmlns='vcard-temp'/>`
const drawing = card(photo('image/svg+xml', svg))
const told = `<message from='{room}' type='groupchat'><x xmlns='{muc}#user'><status code='104'/></x></message>`

function about(field: string): string {
  return `<query xmlns='${NS_INFO}'><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>{muc}#roominfo</value></field>${field}</x></query>`
}

const hashes = (...pictures: readonly string[]): string =>
  about(
    `<field var='muc#roominfo_avatarhash' type='text-multi'>${pictures.map((picture) => `<value>${hash('sha1', picture)}</value>`).join('')}</field>`,
  )
const noHash = about(`<field var='muc#roominfo_avatarhash'>{none}</field>`)

const start = `
  there: ann, bo, cy
  ann makes {room} as Ann
  bo joins {room} as Bo
`
const withPicture = `
  ${start}
  ann does {room}: ${drawing}
  all is read
`

conform(document, 'pictures of rooms', [
  {
    at: '3.1',
    says: 'Before trying to use avatars, a client must check that the group chat service hosting a room does support them.',
    that: 'service and room say so',
    script: `
      ${start}
      cy gets {rooms}: ${info}
      cy is given <query xmlns='${NS_INFO}'><identity category='conference' type='text'/><feature var='{muc}'/><feature var='vcard-temp'/></query>
      cy gets {room}: ${info}
      cy is given <query xmlns='${NS_INFO}'><feature var='vcard-temp'/></query>
    `,
  },
  {
    at: '3.2',
    says: 'Before anyone can see an avatar attached to the room, an owner or some other priviledged entity must publish a vCard-temp containing the avatar’s data, using the protocol defined in XEP-0054.',
    script: `
      ${start}
      ann sets {room}: ${drawing}
      ann is given nothing
    `,
  },
  {
    at: '3.2',
    says: 'If the user trying to publish an avatar isn’t allowed to do so, the room must return a forbidden error, see the Security Considerations.',
    that: 'an occupant, somebody who is not in, and an admin of the room',
    script: `
      ${start}
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='admin' jid='{cy}'/></query>
      all is read
      bo sets {room}: ${drawing}
      bo is refused auth forbidden
      cy sets {room}: ${drawing}
      cy is refused auth forbidden
      ann !< <message/>
      bo gets {room}: ${info}
      bo is given ${noHash}
    `,
  },
  {
    at: '3.2',
    says: 'The room should then broadcast a notification that the configuration changed to all users present.',
    script: `
      ${start}
      ann does {room}: ${drawing}
      ann < ${told}
      bo < ${told}
      cy !< <message/>
    `,
  },
  {
    at: '3.2',
    says: 'Setting an empty vCard unpublishes the avatar.',
    that: 'and all are told',
    script: `
      ${withPicture}
      ann does {room}: ${ask}
      bo < ${told}
      bo gets {room}: ${info}
      bo is given ${noHash}
      bo gets {room}: ${ask}
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '3.3',
    says: `If the room has had an avatar published, it should advertise it in its 'muc#roominfo' extension form, using the XEP-0153 hash computation method.`,
    that: 'to who is not in, too',
    script: `
      ${withPicture}
      bo gets {room}: ${info}
      bo is given ${hashes(svg)}
      cy gets {room}: ${info}
      cy is given ${hashes(svg)}
    `,
  },
  {
    at: '3.3',
    says: `This 'muc#roominfo_avatarhash' will not be present when the room doesn’t have an avatar set.`,
    script: `
      ${start}
      bo gets {room}: ${info}
      bo is given ${noHash}
    `,
  },
  {
    at: '3.4',
    says: 'At this point the client knows the hash and can retrieve the room’s vCard-temp.',
    that: 'in the room or not',
    script: `
      ${withPicture}
      bo gets {room}: ${ask}
      bo is given ${drawing}
      cy gets {room}: ${ask}
      cy is given ${drawing}
    `,
  },
  {
    at: '3.4',
    says: 'At this point the client knows the hash and can retrieve the room’s vCard-temp.',
    that: 'not who is banned',
    script: `
      ${withPicture}
      ann does {room}: <query xmlns='{muc}#admin'><item affiliation='outcast' jid='{cy}'/></query>
      cy gets {room}: ${ask}
      cy is refused auth forbidden
    `,
  },
  {
    at: '4',
    says: `A room SHOULD NOT include a 'muc#roominfo_avatarhash' field if it doesn’t have an avatar set.`,
    that: 'a card without a picture',
    script: `
      ${start}
      ann does {room}: ${card('<FN>Tea room</FN>')}
      bo gets {room}: ${info}
      bo is given ${noHash}
      bo gets {room}: ${ask}
      bo is given ${card('<FN>Tea room</FN>')}
    `,
  },
  {
    at: '5.1',
    says: `Multiple <PHOTO/> elements may be present in a vCard, in which case they should all represent the same image and the 'muc#roominfo_avatarhash' field must contain a hash of all of them.`,
    script: `
      ${start}
      ann does {room}: ${card(photo('image/svg+xml', svg), photo('image/png', png))}
      bo gets {room}: ${info}
      bo is given ${hashes(svg, png)}
    `,
  },
  {
    at: '5.2',
    says: 'For those reasons, this XEP doesn’t encourage this way of advertising the presence of an avatar […]',
    that: 'there is no presence of the room itself',
    script: `
      ${start}
      ann does {room}: ${drawing}
      bo !< <presence/>
      cy > <presence to='{room}/Cy'><x xmlns='{muc}'/></presence>
      cy !< <presence from='{room}'/>
    `,
  },
  {
    at: '6',
    says: 'A server should take care that only allowed entities can publish a vCard-temp on a MUC, for instance room owners or service administrators.',
    that: 'to an occupant, a card is a request to that occupant',
    script: `
      ${withPicture}
      bo sets {room}/Ann: ${ask}
      ann < <iq type='set' from='{room}/Bo'>${ask}</iq>
      bo gets {room}: ${ask}
      bo is given ${drawing}
    `,
  },
])
