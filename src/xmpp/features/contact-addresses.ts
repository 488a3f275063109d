// XEP-0157: Contact Addresses for XMPP Services, version 1.1.1
// Source: https://xmpp.org/extensions/xep-0157.html
import { el, type Element } from '../../xml/element.ts'
import { type Contacts, type Feature } from '../host.ts'

const NS_FORM = 'jabber:x:data'

/** Whom to write to about the server. The form is part of the server's disco#info. */
export const contactAddresses: Feature = {
  name: 'contact-addresses',
  xep: 157,
  title: 'Contact Addresses for XMPP Services',
  version: '1.1.1',
  discovery: [],
}

/** The form, or null where the settings name nobody. */
export function contactForm(contacts: Contacts): Element | null {
  const kinds = Object.entries(contacts).filter(([, addresses]) => addresses.length > 0)
  if (kinds.length === 0) return null
  const formType = field('FORM_TYPE', 'hidden', ['http://jabber.org/network/serverinfo'])
  const fields = kinds.map(([kind, addresses]) => field(kind, 'list-multi', addresses))
  return el('x', NS_FORM, { type: 'result' }, formType, ...fields)
}

function field(name: string, type: string, values: readonly string[]): Element {
  const children = values.map((value) => el('value', NS_FORM, {}, value))
  return el('field', NS_FORM, { var: name, type }, ...children)
}
