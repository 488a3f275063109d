// What the tables of pictures of people say again and again.
import { pubsub } from './pubsub-words.ts'

export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='
export const hash = '91bfbed99ea3ff574447a2ab340744f36621d80b'
export const NS_DATA = 'urn:xmpp:avatar:data'
export const NS_METADATA = 'urn:xmpp:avatar:metadata'
export const NS_UPDATE = 'vcard-temp:x:update'

export const open = `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>open</value></field></x></publish-options>`
export const data = `<item id='${hash}'><data xmlns='${NS_DATA}'>${png}</data></item>`
export const info = `<info bytes='67' id='${hash}' type='image/png' width='1' height='1'/>`

export function metadata(inside: string): string {
  return `<item id='${hash}'><metadata xmlns='${NS_METADATA}'>${inside}</metadata></item>`
}

export function publishData(options = ''): string {
  return pubsub(`<publish node='${NS_DATA}'>${data}</publish>`, options)
}

export function publishMetadata(inside: string, options = ''): string {
  return pubsub(`<publish node='${NS_METADATA}'>${metadata(inside)}</publish>`, options)
}

export const emptyCard = `<vCard xmlns='vcard-temp'/>`
export const photo = `<PHOTO><TYPE>image/png</TYPE><BINVAL>${png}</BINVAL></PHOTO>`
export const card = `<vCard xmlns='vcard-temp'><FN>Ann</FN>${photo}</vCard>`

export function shown(inside: string): string {
  return `<presence from='{ann/desk}'><x xmlns='${NS_UPDATE}'>${inside}</x></presence>`
}
