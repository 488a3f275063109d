import assert from 'node:assert/strict'
import { child, type Element, elements, textOf } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { conditionOf, type Scene, scene } from './scene.ts'

export const room = 'tea@conference.localhost'
export const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`
export const user = 'http://jabber.org/protocol/muc#user'

export const info = `<query xmlns='http://jabber.org/protocol/disco#info'/>`
export const items = `<query xmlns='http://jabber.org/protocol/disco#items'/>`
export const ping = `<ping xmlns='urn:xmpp:ping'/>`
export const mam = `<query xmlns='urn:xmpp:mam:2'/>`

export function never(): never {
  throw new Error('nothing came')
}

/** What a request was answered with, as XML; the condition of an error as it is. */
export function asXml(answer: Element | string | null): string {
  return answer === null || typeof answer === 'string' ? (answer ?? '') : serialize(answer)
}

export function kinds(s: Scene): string[] {
  return s.record.entries.map(({ kind }) => kind)
}

export function admin(content: string): string {
  return `<query xmlns='http://jabber.org/protocol/muc#admin'>${content}</query>`
}

export async function join(s: Scene, name: string, nick: string, more = ''): Promise<string[]> {
  s.got(name)
  const x = more === '' ? muc : `<x xmlns='http://jabber.org/protocol/muc'>${more}</x>`
  await s.send(name, `<presence to='${room}/${nick}'>${x}</presence>`)
  return s.got(name).map(inShort)
}

export async function instant(s: Scene, name: string): Promise<void> {
  const form = `<x xmlns='jabber:x:data' type='submit'/>`
  await s.set(name, `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`, room)
}

export async function configure(
  s: Scene,
  name: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig', ...values }
  const fields = Object.entries(all)
    .map(([key, value]) => `<field var='${key}'><value>${value}</value></field>`)
    .join('')
  const form = `<x xmlns='jabber:x:data' type='submit'>${fields}</x>`
  const answer = await s.set(
    name,
    `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`,
    room,
  )
  assert.equal(answer, null)
}

export async function say(s: Scene, name: string, text: string): Promise<void> {
  await s.send(name, `<message to='${room}' type='groupchat'><body>${text}</body></message>`)
}

/** Ann's room, with Bo in it, and what both have seen of his coming. */
export async function twoInRoom(...names: readonly string[]): Promise<Scene> {
  const all = new Set(['ann/phone', ...(names.length > 0 ? names : ['bo/desk'])])
  const s = await scene(...all)
  await join(s, 'ann/phone', 'Ann')
  await instant(s, 'ann/phone')
  s.got('ann/phone')
  if (!all.has('bo/desk')) return s
  await s.send('bo/desk', `<presence to='${room}/Bo'>${muc}</presence>`)
  return s
}

/** The same, and nobody has anything to look at. */
export async function inRoom(...names: readonly string[]): Promise<Scene> {
  const s = await twoInRoom(...names)
  for (const name of ['ann/phone', 'bo/desk'])
    if (names.length === 0 || names.includes(name)) s.got(name)
  return s
}

export function archived(stanzas: readonly Element[]): string[] {
  return stanzas.flatMap((stanza) => {
    const result = child(stanza, 'result', 'urn:xmpp:mam:2')
    const [forwarded] = result ? elements(result) : []
    const message = forwarded && child(forwarded, 'message', 'jabber:client')
    return message ? [textOf(child(message, 'body', 'jabber:client'))] : []
  })
}

/** `presence unavailable room/nick affiliation role jid nick=… by … because … codes`, `subject …`, `delayed …`, `said …`. */
export function inShort(stanza: Element): string {
  if (stanza.attrs['type'] === 'error') return `error ${conditionOf(stanza)}`
  if (stanza.name === 'message') return messageInShort(stanza)
  const x = child(stanza, 'x', user)
  const item = x && child(x, 'item', user)
  const codes = x ? elements(x).flatMap(({ attrs }) => attrs['code'] ?? []) : []
  const reason = item && child(item, 'reason', user)
  const actor = item && child(item, 'actor', user)
  return [
    stanza.name,
    stanza.attrs['type'],
    stanza.attrs['from'],
    item?.attrs['affiliation'],
    item?.attrs['role'],
    item?.attrs['jid'],
    item?.attrs['nick'] && `nick=${item.attrs['nick']}`,
    actor && `by ${actor.attrs['nick'] ?? ''}`,
    reason && `because ${textOf(reason)}`,
    ...codes.toSorted(),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
}

function messageInShort(stanza: Element): string {
  const subject = child(stanza, 'subject', 'jabber:client')
  if (subject) return `subject ${textOf(subject)}`
  const text = textOf(child(stanza, 'body', 'jabber:client'))
  return child(stanza, 'delay', 'urn:xmpp:delay') ? `delayed ${text}` : `said ${text}`
}
