// What is wrong with what was given to a route, in one sentence: which field, what is wrong with it, and what to do.

import { type z } from 'zod'

/** Issues that one sentence names. */
const namedMax = 3
/** Names that somebody made up himself, and characters of each. */
const unknownMax = 5
const unknownCharsMax = 40

type Issue = Parameters<z.core.$ZodErrorMap>[0]

/** Out of the clauses of `clauseOf`, and those that shapes have of their own: `is no id: give its 32 hex digits`. */
export function sentence({ issues }: z.ZodError): string {
  const clauses = issues
    .slice(0, namedMax)
    .map(({ path, message }) => `${path.join('.') || 'the request'} ${message}`)
  const more = issues.length - clauses.length
  return `${clauses.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`
}

/** What is wrong with a field and what to do, with which a parser is to say so. */
export function clauseOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${issue.input === undefined ? 'is missing' : `is ${given(issue.input)}`}: give ${wanted(issue.expected)}`
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum))
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'is no time: give one in UTC, such as 2026-03-31T14:30:00Z'
        : `is not written as it has to be: give it as ${issue.pattern ?? issue.format}`
    case 'unrecognized_keys':
      return `has ${unknown(issue.keys)}, which nothing knows: leave it out, or see how it is spelled`
    case 'invalid_value':
      return `is none of what it can be: give ${listed(issue.values.map(String))}`
    case 'invalid_union':
      return 'is of none of the forms that there are: give one that the reference has'
    case 'not_multiple_of':
      return `is no multiple of ${issue.divisor}: give one`
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'is not what can stand here: give what the reference has'
    default:
      return issue satisfies never
  }
}

/** What it is, and never what stands in it: that may be a password. */
function given(input: unknown): string {
  if (input === null) return 'null'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'number' && !Number.isInteger(input)) return 'no whole number'
  return named[typeof input] ?? typeof input
}

function wanted(expected: string): string {
  return named[expected] ?? expected
}

/** By the names that JavaScript has for types, and zod. */
const named: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
}

function tooSmall(origin: string, minimum: number): string {
  if (origin === 'string')
    return minimum === 1
      ? 'is empty: give at least one character'
      : `is too short: give at least ${minimum} characters`
  return origin === 'array'
    ? `has too few in it: give at least ${minimum}`
    : `is too small: give ${minimum} or more`
}

function tooBig(origin: string, maximum: number): string {
  if (origin === 'string') return `is too long: give at most ${maximum} characters`
  return origin === 'array'
    ? `has too many in it: give at most ${maximum}`
    : `is too large: give ${maximum} or less`
}

function unknown(keys: readonly string[]): string {
  const names = keys
    .slice(0, unknownMax)
    .map((key) => JSON.stringify(key.slice(0, unknownCharsMax)))
  return `${keys.length === 1 ? 'the field' : 'the fields'} ${names.join(', ')}${keys.length > unknownMax ? ' and others' : ''}`
}

function listed(values: readonly string[]): string {
  return values.length < 2
    ? values.join('')
    : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
