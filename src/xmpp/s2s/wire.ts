// RFC 6120 §4.8.3: what is jabber:client among us is jabber:server between servers.
import { Element } from '../../xml/element.ts'
import { NS_CLIENT, NS_SERVER } from '../stream/namespaces.ts'

const asClient = ` xmlns='${NS_CLIENT}'`
const asServer = ` xmlns='${NS_SERVER}'`

/**
 * A stanza of ours as it goes to another server. The serializer writes the namespace once, in the opening tag, and attributes
 * have no quotes in them; a message that is forwarded inside keeps its namespace (XEP-0297 §3).
 */
export function toServer(wire: string): string {
  return wire.replace(asClient, asServer)
}

/** A stanza of another server as it goes on here: itself, and its children of the same namespace. */
export function fromServer(element: Element): Element {
  if (element.ns !== NS_SERVER) return element
  const children = element.children.map((node) =>
    typeof node === 'string' ? node : fromServer(node),
  )
  return new Element(element.name, NS_CLIENT, element.attrs, children)
}
