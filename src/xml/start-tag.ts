import { attributeValue, isSpace } from './characters.ts'
import { notWellFormed, XmlError } from './errors.ts'
import { type QualifiedName, qualifiedName } from './names.ts'
import { checkDeclaration, outermost, Scope } from './scope.ts'

const [equals, greater, slash, doubleQuote, singleQuote] = [0x3d, 0x3e, 0x2f, 0x22, 0x27]

/** By code unit: 1 where a name ends. */
const endsName = new Uint8Array(128)
for (const char of ' \t\n\r/=><"\'') endsName[char.charCodeAt(0)] = 1

type PrefixedAttribute = { readonly name: QualifiedName; readonly value: string }

/**
 * Reads a start tag in one pass over its characters. One reader serves all parsers: what it has read is taken from its
 * fields before it reads again.
 */
export class StartTag {
  name: QualifiedName = { text: '', prefix: '', local: '' }
  ns = ''
  attrs: Record<string, string> = {}
  scope: Scope = outermost
  isEmpty = false
  /** UTF-16 units of the namespaces of its attributes, each as often as it stands for one. */
  prefixedUnits = 0
  /** The index after the tag. */
  end = 0

  #text = ''
  #at = 0
  #attributes = 0
  #declaredDefault: string | null = null
  #declared: Map<string, string> | null = null
  #prefixed: PrefixedAttribute[] | null = null

  /**
   * @param at the index of its `<`
   * @returns false when the tag is not finished yet
   * @throws {XmlError}
   */
  read(text: string, at: number, outer: Scope, attributesMax: number): boolean {
    this.#text = text
    this.#at = at + 1
    this.#attributes = 0
    this.#declaredDefault = this.#declared = this.#prefixed = null
    this.attrs = {}
    const name = this.#name()
    if (name === null || !this.#attributesToEnd(attributesMax)) return false
    this.name = name
    this.end = this.#at
    this.#resolve(outer)
    return true
  }

  /** Up to and including the `>`. */
  #attributesToEnd(attributesMax: number): boolean {
    for (;;) {
      const isSpaced = this.#skipSpace()
      const code = this.#text.charCodeAt(this.#at)
      if (code === greater) {
        this.isEmpty = false
        this.#at++
        return true
      }
      if (code === slash) {
        if (this.#at + 1 >= this.#text.length) return false
        if (this.#text.charCodeAt(this.#at + 1) !== greater)
          throw notWellFormed('/ stands in a tag')
        this.isEmpty = true
        this.#at += 2
        return true
      }
      if (this.#at >= this.#text.length) return false
      if (!isSpaced) throw notWellFormed('white space is missing between attributes')
      if (++this.#attributes > attributesMax) {
        throw new XmlError(
          'policy-violation',
          `an element has more than ${attributesMax} attributes`,
        )
      }
      if (!this.#attribute()) return false
    }
  }

  #attribute(): boolean {
    const name = this.#name()
    if (name === null) return false
    this.#skipSpace()
    if (this.#at >= this.#text.length) return false
    if (this.#text.charCodeAt(this.#at) !== equals) throw notWellFormed('an attribute has no value')
    this.#at++
    this.#skipSpace()
    if (this.#at >= this.#text.length) return false
    const quote = this.#text.charCodeAt(this.#at)
    if (quote !== singleQuote && quote !== doubleQuote) throw notWellFormed('a value is not quoted')
    const start = this.#at + 1
    const end = this.#text.indexOf(quote === singleQuote ? "'" : '"', start)
    if (end < 0) return false
    this.#at = end + 1
    this.#add(name, attributeValue(this.#text.slice(start, end)))
    return true
  }

  #add(name: QualifiedName, value: string): void {
    if (name.prefix === 'xmlns') {
      checkDeclaration(name.local, value)
      this.#declared ??= new Map()
      if (this.#declared.has(name.local)) throw notWellFormed('a namespace is declared twice')
      this.#declared.set(name.local, value)
    } else if (name.text === 'xmlns') {
      checkDeclaration('', value)
      if (this.#declaredDefault !== null) throw notWellFormed('a namespace is declared twice')
      this.#declaredDefault = value
    } else if (name.prefix === '' || name.prefix === 'xml') {
      setOnce(this.attrs, name.text, value)
    } else {
      this.#prefixed ??= []
      this.#prefixed.push({ name, value })
    }
  }

  /** Declarations hold for the whole tag, so prefixes are looked up at its end. */
  #resolve(outer: Scope): void {
    const [defaultNs, declared, prefixed] = [this.#declaredDefault, this.#declared, this.#prefixed]
    const changes = defaultNs !== null || declared !== null
    this.scope = changes ? new Scope(defaultNs ?? outer.defaultNs, declared, outer) : outer
    const { prefix } = this.name
    this.ns = prefix === '' ? this.scope.defaultNs : this.scope.namespaceOf(prefix)
    this.prefixedUnits = 0
    if (prefixed === null) return
    for (const { name, value } of prefixed) {
      const ns = this.scope.namespaceOf(name.prefix)
      this.prefixedUnits += ns.length
      setOnce(this.attrs, `{${ns}}${name.local}`, value)
    }
  }

  /** Null when the text ends before the name does. */
  #name(): QualifiedName | null {
    const text = this.#text
    const { length } = text
    const start = this.#at
    let at = start
    for (; at < length; at++) {
      const code = text.charCodeAt(at)
      if (code < 128 && endsName[code] === 1) break
    }
    if (at === length) return null
    this.#at = at
    return qualifiedName(text, start, at)
  }

  #skipSpace(): boolean {
    const start = this.#at
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++
    return this.#at > start
  }
}

/** XML 1.0, section 3.1, and Namespaces in XML, section 6.3: an attribute appears once. */
function setOnce(attrs: Record<string, string>, key: string, value: string): void {
  if (attrs[key] !== undefined && Object.hasOwn(attrs, key)) {
    throw notWellFormed('an attribute appears twice')
  }
  if (key === '__proto__') {
    // An assignment would set the prototype instead.
    Object.defineProperty(attrs, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else attrs[key] = value
}
