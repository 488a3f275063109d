import { el, type Element, elements, textOf } from '../../../src/xml/element.ts'
import { parseFrame } from '../../../src/xml/frame.ts'
import { defaultXmlLimits } from '../../../src/xml/limits.ts'

/** What a name in braces stands for, in one case. */
export type Names = Map<string, string>

/** XML that need not say that it is of `jabber:client`, with `{name}` put in where that name is known. */
export function filled(text: string, names: Names): string {
  return text.replace(/\{([^{}=]+)\}/g, (whole, name: string) => names.get(name) ?? whole)
}

/** As `filled()`, parsed. */
export function parsePattern(text: string, names: Names): Element {
  const xml = filled(text, names).trim()
  const hasNamespace = /^<[^>]*\sxmlns=/.test(xml)
  return parseFrame(
    hasNamespace ? xml : xml.replace(/^<([\w-]+)/, `<$1 xmlns='jabber:client'`),
    defaultXmlLimits,
  )
}

/**
 * Whether an element has all that the pattern has; more is allowed. In attributes and texts of the pattern `{any}` stands for
 * one character or more and `{=name}` for the same, which has that name from then on. An attribute `{none}`, or a child that
 * contains `{none}` and nothing else, must not be there.
 *
 * @param names is given what was found, when the whole matches
 */
export function matches(element: Element, pattern: Element, names: Names): boolean {
  const found: Names = new Map()
  if (!fits(element, pattern, found)) return false
  for (const [name, value] of found) names.set(name, value)
  return true
}

function fits(element: Element, pattern: Element, found: Names): boolean {
  if (element.name !== pattern.name || element.ns !== pattern.ns) return false
  for (const [name, expected] of Object.entries(pattern.attrs)) {
    if (!textFits(element.attrs[name], expected, found)) return false
  }
  const text = textOf(pattern).trim()
  if (text !== '' && !textFits(textOf(element).trim(), text, found)) return false
  const left = elements(element)
  for (const wanted of elements(pattern)) {
    const isForbidden = isNone(wanted)
    const at = left.findIndex((candidate) =>
      isForbidden
        ? fits(candidate, withoutNone(wanted), new Map())
        : fits(candidate, wanted, found),
    )
    if (isForbidden !== at < 0) return false
    if (!isForbidden) left.splice(at, 1)
  }
  return true
}

function isNone(pattern: Element): boolean {
  return pattern.children.length === 1 && textOf(pattern) === '{none}'
}

function withoutNone({ name, ns, attrs }: Element): Element {
  return el(name, ns, attrs)
}

/** Whether a text is what the pattern says, with `{any}` and `{=name}` in it. */
export function textFits(value: string | undefined, expected: string, found: Names): boolean {
  if (expected === '{none}') return value === undefined
  if (value === undefined) return false
  const captured: string[] = []
  const source = expected
    .split(/(\{any\}|\{=[^{}]+\})/)
    .map((part) => {
      if (part === '{any}') return '[^]+'
      const name = /^\{=([^{}]+)\}$/.exec(part)?.[1]
      if (name === undefined) return part.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
      captured.push(name)
      return '([^]+)'
    })
    .join('')
  const match = new RegExp(`^${source}$`).exec(value)
  if (!match) return false
  for (const [index, name] of captured.entries()) found.set(name, match[index + 1] ?? '')
  return true
}
