import { type Element } from './element.ts'
import { xmlNs } from './scope.ts'

const brace = 0x7b

/**
 * The element as text, with its namespace declared wherever it differs from what surrounds it. Prefixes are not kept: an
 * element declares its namespace as the default, and a namespaced attribute gets a prefix of its own.
 *
 * @param inherited the default namespace around it; '' gives a text that stands alone
 */
export function serialize(element: Element, inherited = ''): string {
  const { ns, attrs, children } = element
  // The namespace of `xml` must not be declared: Namespaces in XML, section 3.
  const isXml = ns === xmlNs
  const name = isXml ? `xml:${element.name}` : element.name
  const around = isXml ? inherited : ns
  let prefixes = 0
  let out = `<${name}`
  if (around !== inherited) out += ` xmlns='${escapeAttr(ns)}'`
  for (const key in attrs) {
    const value = attrs[key] ?? ''
    if (key.charCodeAt(0) === brace) out += prefixed(key, value, `a${prefixes++}`)
    else out += ` ${key}='${escapeAttr(value)}'`
  }
  if (children.length === 0) return `${out}/>`
  out += '>'
  for (const node of children) {
    out += typeof node === 'string' ? escapeText(node) : serialize(node, around)
  }
  return `${out}</${name}>`
}

/** @param key `{namespace}local`, where the namespace may have braces and the name has none */
function prefixed(key: string, value: string, prefix: string): string {
  const end = key.lastIndexOf('}')
  const ns = escapeAttr(key.slice(1, end))
  return ` xmlns:${prefix}='${ns}' ${prefix}:${key.slice(end + 1)}='${escapeAttr(value)}'`
}

/** Most texts have nothing of these, and one test of one class of characters says so. Some others are caught as well. */
const specialInText = /[^ -%'-;=?-\ufffd]/
const specialInAttr = /[^ !#-%(-;=?-\ufffd]/
/** Beside what would end the text, what XML does not have at all: one such character would end the reader's stream. */
const inText = /[&<>\r]|[^\t\n\r\u0020-\ufffd]/g
const inAttr = /[&<>'"\t\n\r]|[^\t\n\r\u0020-\ufffd]/g
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

/** Text that may stand between tags. What XML cannot say becomes U+FFFD. */
export function escapeText(text: string): string {
  return specialInText.test(text) ? text.replace(inText, escapeChar) : text
}

/** Text that may stand in an attribute, in quotes of either kind. What XML cannot say becomes U+FFFD. */
export function escapeAttr(text: string): string {
  return specialInAttr.test(text) ? text.replace(inAttr, escapeChar) : text
}

function escapeChar(char: string): string {
  return entities[char] ?? '\ufffd'
}
