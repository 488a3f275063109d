/** The stream errors of RFC 6120 section 4.9.3 that the XML itself can cause. */
export type XmlCondition =
  | 'bad-format'
  | 'not-well-formed'
  | 'policy-violation'
  | 'restricted-xml'
  | 'unsupported-encoding'

/** What arrived is no XML that XMPP allows. The message says what was wrong and quotes nothing of it. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
  readonly code = 'xml.refused'
  readonly condition: XmlCondition

  constructor(condition: XmlCondition, message: string) {
    super(message)
    this.condition = condition
  }
}

/** The most common of them. Namespace errors are among these (RFC 6120 section 4.9.3.13). */
export function notWellFormed(message: string): XmlError {
  return new XmlError('not-well-formed', message)
}
