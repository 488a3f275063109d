// XEP-0115: Entity Capabilities, version 1.6.0, section 5
// Source: https://xmpp.org/extensions/xep-0115.html
import { hash } from 'node:crypto'
import { type Element, elements, textOf } from '../../xml/element.ts'

const NS_INFO = 'http://jabber.org/protocol/disco#info'
const NS_FORM = 'jabber:x:data'

/**
 * The verification string of a disco#info answer, hashed with SHA-1 as XEP-0115 has it.
 *
 * @returns null when the answer is one of those that section 5.4 tells to refuse: something in it twice
 */
export function capsHash(info: Element): string | null {
  const all = elements(info)
  const identities = all
    .filter(isNamed('identity', NS_INFO))
    .map(({ attrs }) =>
      ['category', 'type', 'xml:lang', 'name'].map((key) => attrs[key] ?? '').join('/'),
    )
  const features = all.filter(isNamed('feature', NS_INFO)).map(({ attrs }) => attrs['var'] ?? '')
  const forms = all.filter(isNamed('x', NS_FORM)).flatMap(formText)
  const formTypes = forms.map(([type]) => type)
  if ([identities, features, formTypes].some(hasTwice)) return null
  const text = [
    ...identities.toSorted(byBytes),
    ...features.toSorted(byBytes),
    ...forms.toSorted(([a], [b]) => byBytes(a, b)).flat(),
  ]
  return hash('sha1', text.map((part) => `${part}<`).join(''), 'base64')
}

/** Form type, then each field with its values, all sorted; nothing of a form without a hidden FORM_TYPE. */
function formText(form: Element): [string, ...string[]][] {
  const fields = elements(form)
    .filter(isNamed('field', NS_FORM))
    .map((field) => ({
      name: field.attrs['var'] ?? '',
      type: field.attrs['type'],
      values: valuesOf(field),
    }))
  const formType = fields.find(({ name, type }) => name === 'FORM_TYPE' && type === 'hidden')
  if (!formType) return []
  const others = fields
    .filter(({ name }) => name !== 'FORM_TYPE')
    .toSorted((a, b) => byBytes(a.name, b.name))
  return [[formType.values[0] ?? '', ...others.flatMap(({ name, values }) => [name, ...values])]]
}

function valuesOf(field: Element): string[] {
  return elements(field)
    .filter(isNamed('value', NS_FORM))
    .map((value) => textOf(value))
    .toSorted(byBytes)
}

function isNamed(name: string, ns: string): (element: Element) => boolean {
  return (element) => element.name === name && element.ns === ns
}

/** "i;octet", RFC 4790 section 9.3. */
function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function hasTwice(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length
}
