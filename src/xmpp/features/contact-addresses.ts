// XEP-0157: Contact Addresses for XMPP Services, version 1.1.1
// Source: https://xmpp.org/extensions/xep-0157.html
import { type Element } from '../../xml/element.ts'
import { type Contacts, type Feature } from '../host.ts'
import { buildForm } from '../wire/data-form.ts'

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
  const fields = Object.entries(contacts)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => ({ name, type: 'list-multi' as const, values }))
  if (fields.length === 0) return null
  return buildForm('result', 'http://jabber.org/network/serverinfo', fields)
}
