export const NS_SEARCH = 'urn:xmpp:channel-search:0:search'
export const NS_VCARD = 'vcard-temp'
export const NS_REGISTER = 'jabber:iq:register'

/** Namespaces of XEP-0045 section 15.3 and of what is spoken in rooms. */
export const muc = {
  base: 'http://jabber.org/protocol/muc',
  user: 'http://jabber.org/protocol/muc#user',
  admin: 'http://jabber.org/protocol/muc#admin',
  owner: 'http://jabber.org/protocol/muc#owner',
  request: 'http://jabber.org/protocol/muc#request',
  register: 'http://jabber.org/protocol/muc#register',
  occupantId: 'urn:xmpp:occupant-id:0',
  moderate: 'urn:xmpp:message-moderate:1',
} as const
