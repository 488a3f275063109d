// XEP-0492: Chat Notification Settings, version 0.2.0: what of a room somebody wants to be woken for
// Source: https://xmpp.org/extensions/xep-0492.html
import { child, type Element, elements, textOf } from '../../xml/element.ts'
import { parseJid } from '../wire/jid.ts'

const NS_BOOKMARKS = 'urn:xmpp:bookmarks:1'
const NS = 'urn:xmpp:notification-settings:1'

const settings = ['always', 'on-mention', 'never'] as const
export type Setting = (typeof settings)[number]

/** Somebody who may have been spoken to. */
export type Addressee = {
  /** Bare JID. */
  readonly bare: string
  /** Bare JID of the room. */
  readonly room: string
  /** What he is called there, as far as that is known. */
  readonly nicks: readonly string[]
}

/**
 * What the bookmark of a room says. Who is woken has a telephone in his hand: of settings for several kinds of clients those for one
 * hold, then those for any client, then those for all (section 3).
 *
 * @param conference of XEP-0402; null where he has no bookmark of that room
 */
export function settingIn(conference: Element | null, isPrivate: boolean): Setting {
  const extensions = conference && child(conference, 'extensions', NS_BOOKMARKS)
  const notify = extensions && child(extensions, 'notify', NS)
  const given = notify ? elements(notify).filter(({ ns }) => ns === NS) : []
  const found = [['client', 'phone'], ['client'], []].flatMap(([category, type]) =>
    given.filter(
      ({ attrs }) => attrs['identity-category'] === category && attrs['identity-type'] === type,
    ),
  )
  const named = found.flatMap(({ name }) => settings.find((one) => one === name) ?? [])
  return named[0] ?? (isPrivate ? 'always' : 'on-mention')
}

/** The nickname that a bookmark has, if any. */
export function nickIn(conference: Element | null): readonly string[] {
  const nick = textOf(conference ? child(conference, 'nick', NS_BOOKMARKS) : undefined)
  return nick === '' ? [] : [nick]
}

/** An answer to him (XEP-0461), a reference to him (XEP-0372), or his nickname in the words. */
export function mentions(said: Element, { bare, room, nicks }: Addressee): boolean {
  const isHim = (text: string): boolean => {
    const jid = parseJid(text)
    return jid?.bare === bare || (jid?.bare === room && nicks.includes(jid.resource ?? ''))
  }
  const isNamed = elements(said).some(({ name, ns, attrs }) => {
    if (name === 'reply' && ns === 'urn:xmpp:reply:0') return isHim(attrs['to'] ?? '')
    if (name !== 'reference' || ns !== 'urn:xmpp:reference:0') return false
    return attrs['type'] === 'mention' && isHim(addressIn(attrs['uri'] ?? ''))
  })
  const words = textOf(child(said, 'body', said.ns)).toLowerCase()
  return isNamed || nicks.some((nick) => hasWord(words, nick.toLowerCase()))
}

/** Of a URI of RFC 5122; '' for another one. */
function addressIn(uri: string): string {
  const [, address = ''] = /^xmpp:([^?#]*)/.exec(uri) ?? []
  try {
    return decodeURIComponent(address)
  } catch {
    // Percent signs that mean nothing.
    return ''
  }
}

const letter = /[\p{L}\p{N}]/u

/** The word by itself: no letter before it, and none after it. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + word.length]]
    if (!letter.test(before) && !letter.test(after)) return true
  }
  return false
}
