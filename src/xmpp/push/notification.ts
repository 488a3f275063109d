// XEP-0357: Push Notifications, version 0.4.1, section 7: what leaves. It has a number, and no name and no word of anybody
// Source: https://xmpp.org/extensions/xep-0357.html
import { el, type Element } from '../../xml/element.ts'
import { buildForm } from '../wire/data-form.ts'
import { type PushTarget } from './ports.ts'

export const NS_PUSH = 'urn:xmpp:push:0'
const NS_PUBSUB = 'http://jabber.org/protocol/pubsub'

/** @param messages that wait for that client, as far as we have counted */
export function notification({ node, options }: PushTarget, messages: number): Element {
  const count = { name: 'message-count', values: [String(messages)] }
  const summary = buildForm('result', 'urn:xmpp:push:summary', [count])
  const item = el('item', NS_PUBSUB, {}, el('notification', NS_PUSH, {}, summary))
  const publish = el('publish', NS_PUBSUB, node === '' ? {} : { node }, item)
  const fields = options.map(([name, value]) => ({ name, values: [value] }))
  const form = buildForm('submit', 'http://jabber.org/protocol/pubsub#publish-options', fields)
  const given = options.length === 0 ? [] : [el('publish-options', NS_PUBSUB, {}, form)]
  return el('pubsub', NS_PUBSUB, {}, publish, ...given)
}

/**
 * Whether it is worth waking somebody: something to read, a call or an invitation. Text in it is escaped, so that a tag is
 * a tag. Not what he has said himself on another device (XEP-0280), nor a page of his archive.
 */
export function wakes(wire: string): boolean {
  if (!wire.startsWith('<message') || !reasons.some((reason) => wire.includes(reason))) return false
  return !neither.some((tag) => wire.includes(tag)) && !/^<message[^>]* type='error'/.test(wire)
}

const reasons = [
  '<body>',
  '<body ',
  `<propose xmlns='urn:xmpp:jingle-message:0'`,
  `<x xmlns='jabber:x:conference'`,
  '<invite ',
]
const neither = [`<sent xmlns='urn:xmpp:carbons:2'`, `<result xmlns='urn:xmpp:mam:2'`]
