// XEP-0114 §2: what is jabber:client among us is jabber:component:accept on the stream of a component.
import { Element } from '../../xml/element.ts'
import { NS_CLIENT, NS_COMPONENT } from '../stream/namespaces.ts'

const asClient = ` xmlns='${NS_CLIENT}'`

/**
 * A stanza of ours as it goes to a component, whose stream declares the namespace. The serializer writes ours once, in the
 * opening tag, and attributes have no quotes in them; a message that is forwarded inside keeps it (XEP-0297 §3).
 */
export function toComponent(wire: string): string {
  return wire.replace(asClient, '')
}

/** A stanza of a component as it goes on here: itself, and its children of the same namespace. */
export function fromComponent(element: Element): Element {
  if (element.ns !== NS_COMPONENT) return element
  const children = element.children.map((node) =>
    typeof node === 'string' ? node : fromComponent(node),
  )
  return new Element(element.name, NS_CLIENT, element.attrs, children)
}
