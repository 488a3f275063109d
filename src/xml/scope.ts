// Namespaces in XML 1.0 (third edition).
import { notWellFormed } from './errors.ts'

/** Bound to the prefix `xml`, always. */
export const xmlNs = 'http://www.w3.org/XML/1998/namespace'
const xmlnsNs = 'http://www.w3.org/2000/xmlns/'

/** The namespaces that are declared at one place. Elements without declarations share that of their parent. */
export class Scope {
  /** What names without a prefix belong to, '' for none. */
  readonly defaultNs: string
  readonly #prefixes: ReadonlyMap<string, string> | null
  readonly #outer: Scope | null

  constructor(
    defaultNs: string,
    prefixes: ReadonlyMap<string, string> | null,
    outer: Scope | null,
  ) {
    this.defaultNs = defaultNs
    this.#prefixes = prefixes
    this.#outer = outer
  }

  /** @throws {XmlError} when nothing declares the prefix */
  namespaceOf(prefix: string): string {
    const ns = prefix === 'xml' ? xmlNs : this.#declared(prefix)
    if (ns === undefined) throw notWellFormed('a namespace prefix is not declared')
    return ns
  }

  #declared(prefix: string): string | undefined {
    const ns = this.#prefixes?.get(prefix)
    return ns === undefined && this.#outer ? this.#outer.#declared(prefix) : ns
  }
}

/** Where nothing is declared. */
export const outermost: Scope = new Scope('', null, null)

/**
 * Section 3: what may be declared.
 *
 * @param prefix '' for the default namespace
 * @throws {XmlError}
 */
export function checkDeclaration(prefix: string, ns: string): void {
  if (prefix === 'xmlns' || ns === xmlnsNs || (prefix === 'xml') !== (ns === xmlNs)) {
    throw notWellFormed('a reserved namespace or prefix is declared')
  }
  if (prefix !== '' && ns === '') throw notWellFormed('a namespace prefix is declared as empty')
}
