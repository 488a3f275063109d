/**
 * One XML element, as plain data that may be sent to another thread.
 *
 * `name` is local, without prefix, and `ns` its namespace. Attributes without a namespace have their name as key,
 * `xml:lang` has `xml:lang`, and any other namespaced attribute has `{namespace}local`. Namespace declarations are
 * no attributes: the serializer writes them.
 */
export class Element {
  readonly name: string
  readonly ns: string
  readonly attrs: Readonly<Record<string, string>>
  readonly children: readonly Node[]

  constructor(
    name: string,
    ns: string,
    attrs: Readonly<Record<string, string>>,
    children: readonly Node[],
  ) {
    this.name = name
    this.ns = ns
    this.attrs = attrs
    this.children = children
  }
}

/** A child: an element, or text that is already decoded. */
export type Node = Element | string

export function el(
  name: string,
  ns: string,
  attrs: Readonly<Record<string, string>> = {},
  ...children: readonly Node[]
): Element {
  return new Element(name, ns, attrs, children)
}

/** The first child element of that name and namespace; undefined when there is none. */
export function child(parent: Element, name: string, ns: string): Element | undefined {
  for (const node of parent.children) {
    if (typeof node !== 'string' && node.name === name && node.ns === ns) return node
  }
  return undefined
}

/** All child elements, without the text between them. */
export function elements(parent: Element): Element[] {
  return parent.children.filter((node) => typeof node !== 'string')
}

/** The text directly inside, joined. */
export function textOf(parent: Element | undefined): string {
  if (!parent) return ''
  return parent.children.filter((node) => typeof node === 'string').join('')
}

/** The same element with some attributes set anew; null takes one away. */
export function withAttrs(
  element: Element,
  changes: Readonly<Record<string, string | null>>,
): Element {
  const attrs: Record<string, string> = { ...element.attrs }
  for (const key in changes) {
    const value = changes[key] ?? null
    if (value === null) delete attrs[key]
    else attrs[key] = value
  }
  return new Element(element.name, element.ns, attrs, element.children)
}

/** The same element with other children. */
export function withChildren(element: Element, children: readonly Node[]): Element {
  return new Element(element.name, element.ns, element.attrs, children)
}
