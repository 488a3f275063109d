import { cdataValue, isSpace, textValue } from './characters.ts'
import { Element, type Node } from './element.ts'
import { notWellFormed, XmlError } from './errors.ts'
import { type XmlLimits } from './limits.ts'
import { outermost, type Scope } from './scope.ts'
import { StartTag } from './start-tag.ts'

/** An element that has been opened. Its children are added as they come. */
type Open = {
  readonly name: string // as it stands in the tag, with its prefix
  readonly scope: Scope
  readonly element: Element
  readonly children: Node[]
}

const [less, slash, bang, question, greater] = [0x3c, 0x2f, 0x21, 0x3f, 0x3e]
const cdataStart = '<![CDATA['
const declarationUnitsMax = 256
/** XML 1.0, production 23. */
const declaration =
  /^<\?xml[ \t\n\r]+version[ \t\n\r]*=[ \t\n\r]*(["'])1\.[0-9]+\1(?:[ \t\n\r]+encoding[ \t\n\r]*=[ \t\n\r]*(["'])([A-Za-z][\w.-]*)\2)?(?:[ \t\n\r]+standalone[ \t\n\r]*=[ \t\n\r]*(["'])(?:yes|no)\4)?[ \t\n\r]*\?>$/

/** Read by one parser at a time. */
const tag = new StartTag()
const childless: Node[] = []
Object.freeze(childless)

/**
 * The tree of one stream, built token by token: a tag, the text between two tags, a CDATA section. The elements right
 * under the root are the stanzas, and are not kept.
 */
export class Document {
  readonly #limits: XmlLimits
  #state: 'start' | 'prolog' | 'content' | 'end'
  #root: Open | null = null
  readonly #open: Open[] = []
  #elements = 0
  #namespaceUnits = 0

  /** What the last token made whole: the header, a stanza, the stream, or white space between stanzas. */
  completed: 'header' | 'stanza' | 'end' | 'space' | null = null
  #element: Element | null = null

  /** @param around `frame` has no root: it expects stanzas at once (RFC 7395) */
  constructor(limits: XmlLimits, around: 'stream' | 'frame') {
    this.#limits = limits
    this.#state = around === 'stream' ? 'start' : 'content'
  }

  /** The default namespace that the header declares, '' for none. */
  get contentNs(): string {
    return this.#root?.scope.defaultNs ?? ''
  }

  /** The header or stanza that the last token made whole, once: it is not kept after that. */
  takeElement(): Element | null {
    const element = this.#element
    this.#element = null
    return element
  }

  /** Whether a stanza has begun and is not whole. */
  get isOpen(): boolean {
    return this.#open.length > 0
  }

  /**
   * Reads the token at `at`, which is not the end of the text.
   *
   * @returns the index after it; `at` when it is not whole
   * @throws {XmlError}
   */
  read(text: string, at: number): number {
    this.completed = null
    if (text.charCodeAt(at) !== less) {
      return this.#open.length > 0 ? this.#readText(text, at) : this.#readSpace(text, at)
    }
    switch (text.charCodeAt(at + 1)) {
      case slash:
        return this.#readEndTag(text, at)
      case bang:
        return this.#readCdata(text, at)
      case question:
        return this.#readDeclaration(text, at)
      default:
        return this.#readStartTag(text, at)
    }
  }

  #readText(text: string, at: number): number {
    const end = text.indexOf('<', at)
    if (end < 0) return at
    this.#addText(textValue(text.slice(at, end)))
    return end
  }

  /** White space between stanzas keeps a connection alive (RFC 6120 section 4.6.1). */
  #readSpace(text: string, at: number): number {
    let end = at
    while (isSpace(text.charCodeAt(end))) end++
    if (end < text.length && text.charCodeAt(end) !== less) {
      if (this.#state === 'content') throw new XmlError('bad-format', 'text stands between stanzas')
      throw notWellFormed('text stands outside the stream')
    }
    if (this.#state === 'start') this.#state = 'prolog'
    this.completed = 'space'
    return end
  }

  #readStartTag(text: string, at: number): number {
    if (this.#state === 'end') throw notWellFormed('an element follows the end of the stream')
    const parent = this.#open[this.#open.length - 1]
    const outer = (parent ?? this.#root)?.scope ?? outermost
    if (!tag.read(text, at, outer, this.#limits.attributesMax)) return at
    const children = tag.isEmpty ? childless : []
    const element = new Element(tag.name.local, tag.ns, tag.attrs, children)
    const open = { name: tag.name.text, scope: tag.scope, element, children }
    if (this.#state !== 'content') this.#openRoot(open)
    else this.#addElement(parent, open)
    return tag.end
  }

  #openRoot(root: Open): void {
    if (tag.isEmpty) throw new XmlError('bad-format', 'the stream header is an empty element')
    this.#state = 'content'
    this.#root = root
    this.#complete('header', root.element)
  }

  #addElement(parent: Open | undefined, open: Open): void {
    const { depthMax, elementsMax } = this.#limits
    if (this.#open.length >= depthMax) {
      throw new XmlError('policy-violation', `elements are deeper than ${depthMax}`)
    }
    if (++this.#elements > elementsMax) {
      throw new XmlError('policy-violation', `a stanza has more than ${elementsMax} elements`)
    }
    this.#countNamespaces(parent, open)
    if (parent) parent.children.push(open.element)
    if (!tag.isEmpty) this.#open.push(open)
    else if (!parent) this.#complete('stanza', open.element)
  }

  /** A prefix is short for a namespace that is written out again wherever the stanza is: together no longer than a stanza. */
  #countNamespaces(parent: Open | undefined, { element }: Open): void {
    const { stanzaBytesMax } = this.#limits
    if (element.ns !== (parent?.element.ns ?? '')) this.#namespaceUnits += element.ns.length
    this.#namespaceUnits += tag.prefixedUnits
    if (this.#namespaceUnits <= stanzaBytesMax) return
    throw new XmlError(
      'policy-violation',
      `the namespaces of a stanza, written out, are longer than ${stanzaBytesMax} characters`,
    )
  }

  #readEndTag(text: string, at: number): number {
    const open = this.#open[this.#open.length - 1] ?? this.#root
    if (!open || this.#state === 'end') throw notWellFormed('an end tag has no start')
    const start = at + 2
    if (!text.startsWith(open.name, start)) {
      if (open.name.startsWith(text.slice(start))) return at
      throw notWellFormed('an end tag does not match its start')
    }
    let end = start + open.name.length
    while (isSpace(text.charCodeAt(end))) end++
    if (end >= text.length) return at
    if (text.charCodeAt(end) !== greater) throw notWellFormed('an end tag does not match its start')
    if (this.#open.length > 0) this.#closeElement()
    else {
      this.#state = 'end'
      this.completed = 'end'
    }
    return end + 1
  }

  #closeElement(): void {
    const closed = this.#open.pop()
    if (closed && this.#open.length === 0) this.#complete('stanza', closed.element)
  }

  #complete(what: 'header' | 'stanza', element: Element): void {
    this.completed = what
    this.#element = element
    this.#elements = 0
    this.#namespaceUnits = 0
  }

  /** The only one of the `<!` kind that RFC 6120 section 11.1 leaves. */
  #readCdata(text: string, at: number): number {
    if (!text.startsWith(cdataStart, at)) {
      if (cdataStart.startsWith(text.slice(at))) return at
      throw new XmlError('restricted-xml', 'comments and document types are not allowed')
    }
    if (this.#open.length === 0) throw notWellFormed('a CDATA section stands outside the stanzas')
    const end = text.indexOf(']]>', at + cdataStart.length)
    if (end < 0) return at
    this.#addText(cdataValue(text.slice(at + cdataStart.length, end)))
    return end + 3
  }

  /** Text that CDATA sections divide is one child. */
  #addText(text: string): void {
    const children = this.#open[this.#open.length - 1]?.children
    if (!children || text === '') return
    const last = children[children.length - 1]
    if (typeof last === 'string') children[children.length - 1] = last + text
    else children.push(text)
  }

  /** XML 1.0 section 2.8, at the very beginning; RFC 6120 section 11.6 for the encoding. */
  #readDeclaration(text: string, at: number): number {
    const head = text.slice(at, at + 5)
    if (this.#state !== 'start' || !'<?xml'.startsWith(head)) throw processingInstruction()
    if (text.length > at + 5 && !isSpace(text.charCodeAt(at + 5))) throw processingInstruction()
    const end = text.indexOf('?>', at)
    if (end - at > declarationUnitsMax || (end < 0 && text.length - at > declarationUnitsMax)) {
      throw notWellFormed(`the XML declaration is longer than ${declarationUnitsMax} characters`)
    }
    if (end < 0) return at
    const match = declaration.exec(text.slice(at, end + 2))
    if (!match) throw notWellFormed('the XML declaration is not allowed')
    if ((match[3] ?? 'utf-8').toLowerCase() !== 'utf-8') {
      throw new XmlError('unsupported-encoding', 'the encoding has to be UTF-8')
    }
    this.#state = 'prolog'
    return end + 2
  }
}

function processingInstruction(): XmlError {
  return new XmlError('restricted-xml', 'processing instructions are not allowed')
}
