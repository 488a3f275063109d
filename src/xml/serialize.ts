import { type Element } from './element.ts'

/**
 * The element as text, with its namespace declared wherever it differs from what surrounds it.
 *
 * @param inherited the default namespace around it; '' gives a text that stands alone
 */
export function serialize(element: Element, inherited = ''): string {
  const { name, ns, attrs, children } = element
  let out = `<${name}`
  if (ns !== inherited) out += ` xmlns='${escapeAttr(ns)}'`
  for (const key in attrs) out += ` ${key}='${escapeAttr(attrs[key] ?? '')}'`
  if (children.length === 0) return `${out}/>`
  out += '>'
  for (const node of children)
    out += typeof node === 'string' ? escapeText(node) : serialize(node, ns)
  return `${out}</${name}>`
}

const inText = /[&<>\r]/g
const inAttr = /[&<>'"\t\n\r]/g
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Text that may stand between tags. */
export function escapeText(text: string): string {
  return text.replace(inText, (char) => entities[char] ?? char)
}

/** Text that may stand in an attribute, in quotes of either kind. */
export function escapeAttr(text: string): string {
  return text.replace(inAttr, (char) => entities[char] ?? char)
}
