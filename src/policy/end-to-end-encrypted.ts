import { type Rule } from './rule.ts'

/** Payloads that only the devices can read: XEP-0384 in all its versions, XEP-0373, XEP-0027, RFC 3923. */
const encrypted =
  'xmlns=[\'"](?:eu\\.siacs\\.conversations\\.axolotl|urn:xmpp:omemo:\\d+|urn:xmpp:openpgp:\\d+|jabber:x:encrypted|urn:ietf:params:xml:ns:xmpp-e2e)[\'"]'

/** Five times as quick as the second, which is only asked where the first says yes. */
const anywhere = new RegExp(encrypted)
/** `<` stands in no text and in no attribute, so this is a tag. */
const inTag = new RegExp(`<[^<>]*${encrypted}`)

/** OTR has no element of its own: its messages are bodies that begin so (XEP-0364 §4). */
const offTheRecord = /<body[^<>]*>\s*\?OTR[:,?v]/

/** What the company could not read is not taken (DESIGN.md §8, decision 2): the record would be of noise. */
export const endToEndEncrypted: Rule = ({ kind, wire }) => {
  if (!speaksOfEncryption(wire) && !offTheRecord.test(wire)) return null
  const notice = kind === 'publish' ? keysNotice : messageNotice
  return { kind: 'refuse', rule: 'end-to-end-encrypted', notice }
}

/** Whether there is an encrypted payload in it, or keys for such. */
export function speaksOfEncryption(wire: string): boolean {
  return anywhere.test(wire) && inTag.test(wire)
}

const messageNotice =
  'Conversations here are kept on record, so end-to-end encrypted messages are not taken: please turn encryption off for this conversation.'
const keysNotice =
  'Conversations here are kept on record, so nobody could use keys for end-to-end encryption: please turn it off in this app.'
