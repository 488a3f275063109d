// XEP-0059: Result Set Management, version 1.0
// Source: https://xmpp.org/extensions/xep-0059.html
import { child, el, type Element, textOf } from '../../xml/element.ts'
import { ns } from './names.ts'
import { StanzaError } from './stanza-error.ts'

/** Which page somebody asks for. */
export type PageRequest = {
  /** How many items at most; null leaves it to us. 0 asks for the count alone (section 2.7). */
  readonly max: number | null
  readonly after: string | null
  /** '' asks for the last page (section 2.5). */
  readonly before: string | null
  /** Section 2.6. */
  readonly index: number | null
}

/** What a page that was found is said to be. */
export type PageAnswer = {
  /** Ids of the first and the last item; null on an empty page. */
  readonly first: string | null
  readonly last: string | null
  /** Of the first item, counted from 0. */
  readonly index?: number
  /** Of the whole set, null where it is not known. */
  readonly count: number | null
}

const wholeNumber = /^[0-9]{1,15}$/

/**
 * The page that the `<set/>` inside `parent` asks for.
 *
 * @returns null when there is no `<set/>`
 * @throws {StanzaError} bad-request, when a number is none
 */
export function readPageRequest(parent: Element): PageRequest | null {
  const set = child(parent, 'set', ns.rsm)
  if (!set) return null
  const after = partOf(set, 'after')
  return {
    max: numberOf(set, 'max'),
    // Clients send an empty one for the first page.
    after: after === '' ? null : after,
    before: partOf(set, 'before'),
    index: numberOf(set, 'index'),
  }
}

/** The `<set/>` that goes with a page. */
export function buildPageAnswer({ first, last, index, count }: PageAnswer): Element {
  const children: Element[] = []
  if (first !== null && last !== null) {
    const attrs: Record<string, string> = index === undefined ? {} : { index: String(index) }
    children.push(el('first', ns.rsm, attrs, first), el('last', ns.rsm, {}, last))
  }
  if (count !== null) children.push(el('count', ns.rsm, {}, String(count)))
  return el('set', ns.rsm, {}, ...children)
}

function partOf(set: Element, name: string): string | null {
  const part = child(set, name, ns.rsm)
  return part ? textOf(part) : null
}

function numberOf(set: Element, name: string): number | null {
  const text = partOf(set, name)
  if (text === null) return null
  if (wholeNumber.test(text)) return Number(text)
  throw new StanzaError('bad-request', { text: `<${name}/> has to be a whole number.` })
}
