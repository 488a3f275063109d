/** A question that cannot be asked. `column` is where in it, 1 for its first character. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly code = 'search.query'
  readonly column: number

  constructor(column: number, what: string) {
    super(`column ${column}: ${what}`)
    this.column = column
  }
}

/** A question that would take too long. The sentence says how to narrow it. */
export class SearchTooWide extends Error {
  override readonly name = 'SearchTooWide'
  readonly code = 'search.too-wide'
}
