import { type Element } from '../xml/element.ts'
import { type Shape } from './shapes.ts'
import { account, address, relayed, server, token } from './transient-table.ts'

/**
 * Who speaks: the server itself, a person's client through it, somebody in a room, whose nickname may have words in it: it is on record;
 * or a person's account to that person's own devices.
 */
export type Origin = 'server' | 'relayed' | 'room' | 'own'

type Children = 'any' | ReadonlyMap<string, Fits>
type Fits = {
  readonly attrs: ReadonlyMap<string, RegExp>
  readonly text: RegExp
  readonly children: Children
  readonly timesMax: number
}

const whitespace = /^\s{0,1024}$/
const tables = {
  relayed: new Map(Object.entries(relayed).map(([kind, shapes]) => [kind, compile(shapes)])),
  server: new Map(Object.entries(server).map(([kind, shapes]) => [kind, compile(shapes)])),
  own: new Map(Object.entries(account).map(([kind, shapes]) => [kind, compile(shapes)])),
}
const tableOf = { ...tables, room: tables.relayed }
const anyStanzaAttr: ReadonlyMap<string, RegExp> = new Map(
  ['from', 'to', 'id', 'type', 'xml:lang'].map((name) => [name, /^/]),
)

/** Attributes of the stanza itself, RFC 6120 §8.1. The types are in words of the specification. */
const relayedAttrs: readonly (readonly [string, RegExp])[] = [
  ['from', address],
  ['to', address],
  ['id', token],
  ['type', /^[a-z]{1,16}$/],
  ['xml:lang', /^[A-Za-z0-9-]{0,35}$/],
]
const stanzaAttrs: Readonly<Record<Origin, ReadonlyMap<string, RegExp>>> = {
  relayed: new Map(relayedAttrs),
  room: new Map([...relayedAttrs, ['from', /^/]]),
  server: anyStanzaAttr,
  own: anyStanzaAttr,
}

/** Whether the table lets it pass without being recorded. Costs a look at the first child where that is a body. */
export function isTransient(stanza: Element, origin: Origin): boolean {
  const children = tableOf[origin].get(stanza.name)
  if (children === undefined || stanza.ns !== 'jabber:client') return false
  if (origin === 'own' && !isToOwner(stanza)) return false
  return fits(stanza, { attrs: stanzaAttrs[origin], text: whitespace, children, timesMax: 1 })
}

/** From an account, by its bare JID, to itself or one of its devices: nobody else is told anything. */
function isToOwner({ attrs: { from = '', to = '' } }: Element): boolean {
  return from !== '' && !from.includes('/') && (to === from || to.startsWith(`${from}/`))
}

/**
 * What may wait while the client is inactive (XEP-0352 §5.1): presence of one resource, of which the newest counts, and
 * chat states. Null for all else.
 */
export function deferKeyOf(stanza: Element): string | null {
  const { name, attrs, children } = stanza
  const from = attrs['from'] ?? ''
  if (name === 'presence') {
    const isAvailability = attrs['type'] === undefined || attrs['type'] === 'unavailable'
    return isAvailability ? `presence ${from}` : null
  }
  if (name !== 'message' || attrs['type'] === 'error' || children.length === 0) return null
  return children.every((node) => typeof node === 'string' || isChatState(node))
    ? `state ${from}`
    : null
}

function isChatState({ name, ns }: Element): boolean {
  if (ns === 'http://jabber.org/protocol/chatstates') return true
  return ns === 'urn:xmpp:hints' || (name === 'thread' && ns === 'jabber:client')
}

function fits(element: Element, shape: Fits): boolean {
  let text = ''
  for (const node of element.children) {
    if (typeof node === 'string') {
      text += node
      continue
    }
    if (shape.children === 'any') continue
    const inner = shape.children.get(keyOf(node))
    if (inner === undefined || !fits(node, inner) || !mayStandAgain(node, inner, element)) {
      return false
    }
  }
  if (!shape.text.test(text)) return false
  for (const key in element.attrs) {
    const allowed = shape.attrs.get(key)
    if (allowed === undefined || !allowed.test(element.attrs[key] ?? '')) return false
  }
  return true
}

/** Children are few where they are looked at: the first that is there too often ends it. */
function mayStandAgain(node: Element, { timesMax }: Fits, { children }: Element): boolean {
  if (children.length <= timesMax) return true
  let times = 0
  for (const other of children) {
    if (typeof other !== 'string' && other.name === node.name && other.ns === node.ns) times += 1
    if (times > timesMax) return false
  }
  return true
}

function compile(shapes: readonly Shape[]): ReadonlyMap<string, Fits> {
  return new Map(
    shapes.map((shape) => [
      keyOf(shape),
      {
        attrs: new Map(Object.entries(shape.attrs ?? {})),
        text: shape.text ?? whitespace,
        children: shape.children === 'any' ? 'any' : compile(shape.children ?? []),
        timesMax: shape.timesMax ?? 1,
      },
    ]),
  )
}

function keyOf({ name, ns }: { readonly name: string; readonly ns: string }): string {
  return `${name} ${ns}`
}
