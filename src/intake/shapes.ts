// How the table of what may pass without a record says what an element may hold.

/**
 * One element: what it may hold. Attributes and children that are not named are refused, and so is other text. Each child
 * may be there once unless `timesMax` says more: a row of short words would make a sentence.
 */
export type Shape = {
  readonly name: string
  readonly ns: string
  readonly attrs?: Readonly<Record<string, RegExp>>
  /** Whole text; without it only white space. */
  readonly text?: RegExp
  /** 'any': made by the server, and not looked into. */
  readonly children?: readonly Shape[] | 'any'
  /** How often it may be there; 1 where nothing is said. */
  readonly timesMax?: number
}

/** Elements of one namespace that are alike. */
export function each(
  names: string,
  ns: string,
  attrs: Readonly<Record<string, RegExp>> = {},
): Shape[] {
  return names.split(' ').map((name) => ({ name, ns, attrs }))
}

/** Elements whose content the server has made. */
export function own(names: string, namespaces: string): Shape[] {
  return namespaces.split(' ').flatMap((ns) =>
    names.split(' ').map((name) => ({
      name,
      ns,
      attrs: anyOf('ver node queryid complete stable seconds default type'),
      children: 'any' as const,
    })),
  )
}

/** Attributes whose values the server chose. */
export function anyOf(names: string): Record<string, RegExp> {
  return Object.fromEntries(names.split(' ').map((name) => [name, /^/]))
}
