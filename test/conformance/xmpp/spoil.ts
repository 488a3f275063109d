// Every way to spoil one field of a request, for the table of bad input.
import { Element, elements, textOf } from '../../../src/xml/element.ts'

/** In everything that is put in: no log has it. */
export const canary = 'zebrafinch-8731'

const nonsense = `@@${canary}@ /\u{1F4A9}`
const long = `${canary}${'x'.repeat(5_000)}`
const foreign = 'urn:example:other'

type Spoil = 'missing' | 'empty' | 'long' | 'nonsense' | 'doubled' | 'foreign'

/** A request with one field spoiled. */
type Spoiled = { readonly field: string; readonly how: Spoil; readonly request: Element }

/**
 * Attributes as `item@jid`, texts as `item`, and whole elements as `<item>`, with a number from the second of that name on. The
 * payload's own element is not taken away.
 */
export function* spoiled(request: Element): Iterable<Spoiled> {
  const count = new Map<string, number>()
  for (const path of pathsOf(request, [])) {
    const element = at(request, path)
    const times = (count.get(element.name) ?? 0) + 1
    count.set(element.name, times)
    const label = times === 1 ? element.name : `${element.name}${times}`
    for (const name of Object.keys(element.attrs)) {
      const field = `${label}@${name}`
      const put = (value: string | null): Element =>
        replaced(request, path, (old) => [withAttr(old, name, value)])
      yield { field, how: 'missing', request: put(null) }
      yield { field, how: 'empty', request: put('') }
      yield { field, how: 'long', request: put(long) }
      yield { field, how: 'nonsense', request: put(nonsense) }
    }
    if (textOf(element).trim() !== '') {
      const put = (text: string): Element => replaced(request, path, (old) => [withText(old, text)])
      yield { field: label, how: 'empty', request: put('') }
      yield { field: label, how: 'long', request: put(long) }
      yield { field: label, how: 'nonsense', request: put(nonsense) }
    }
    const field = `<${label}>`
    if (path.length > 0) {
      yield { field, how: 'missing', request: replaced(request, path, () => []) }
      yield { field, how: 'doubled', request: replaced(request, path, (old) => [old, old]) }
    }
    yield { field, how: 'foreign', request: replaced(request, path, (old) => [renamed(old)]) }
  }
}

function* pathsOf(element: Element, path: readonly number[]): Iterable<readonly number[]> {
  yield path
  for (const [index, child] of elements(element).entries()) yield* pathsOf(child, [...path, index])
}

function at(root: Element, path: readonly number[]): Element {
  const [first, ...rest] = path
  if (first === undefined) return root
  const child = elements(root)[first]
  if (!child) throw new RangeError('no such element')
  return at(child, rest)
}

function replaced(
  root: Element,
  path: readonly number[],
  change: (old: Element) => readonly Element[],
): Element {
  const [first, ...rest] = path
  if (first === undefined) return change(root)[0] ?? root
  const children = elements(root).flatMap((child, index) => {
    if (index !== first) return [child]
    return rest.length === 0 ? change(child) : [replaced(child, rest, change)]
  })
  return new Element(root.name, root.ns, root.attrs, children)
}

function withAttr(
  { name, ns, attrs, children }: Element,
  key: string,
  value: string | null,
): Element {
  const others = Object.fromEntries(Object.entries(attrs).filter(([other]) => other !== key))
  return new Element(name, ns, value === null ? others : { ...others, [key]: value }, children)
}

function withText({ name, ns, attrs, children }: Element, text: string): Element {
  return new Element(name, ns, attrs, [
    ...children.filter((child) => typeof child !== 'string'),
    ...(text === '' ? [] : [text]),
  ])
}

function renamed({ name, attrs, children }: Element): Element {
  return new Element(name, foreign, attrs, children)
}
