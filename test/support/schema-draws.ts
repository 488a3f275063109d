// Values that a JSON Schema (2020-12, as zod writes it) takes, and values that it hardly does.

export type JsonSchema = { readonly [name: string]: unknown }

type Draw = (below: number) => number

const words = [
  'ann@chat.example',
  'nobody@chat.example',
  'x',
  '7 years',
  'self.see',
  '2026-01-01T00:00:00Z',
]
const odd = [
  '',
  ' ',
  '\0',
  '../..',
  '%00',
  '😀'.repeat(40),
  "'; --",
  '__proto__',
  'x'.repeat(5_000),
]
const numbers = [0, 1, -1, 2, 0.5, 2 ** 53, -(2 ** 31), 1e300]
const depthMax = 6

/** @param isKind whether it has to fit the schema, as far as that is told by types */
export function valueFor(schema: JsonSchema, draw: Draw, isKind: boolean, depth = 0): unknown {
  if (!isKind && draw(4) === 0) return strange(draw)
  if (depth > depthMax) return null
  const any = listOf(schema['anyOf'] ?? schema['oneOf'])
  if (any.length > 0) return valueFor(pick(any, draw), draw, isKind, depth + 1)
  if ('const' in schema) return schema['const']
  const among = schema['enum']
  if (Array.isArray(among)) return pick(among, draw)
  switch (schema['type']) {
    case 'object':
      return objectFor(schema, draw, isKind, depth)
    case 'array':
      return Array.from({ length: draw(3) + Number(schema['minItems'] ?? 0) }, () =>
        valueFor(schemaOf(schema['items']), draw, isKind, depth + 1),
      )
    case 'integer':
    case 'number':
      return isKind ? Math.max(1 + draw(3), Number(schema['minimum'] ?? 0)) : pick(numbers, draw)
    case 'boolean':
      return draw(2) === 0
    case 'null':
      return null
    case 'string':
      return textFor(schema, draw, isKind)
    default:
      return {}
  }
}

function objectFor(schema: JsonSchema, draw: Draw, isKind: boolean, depth: number): unknown {
  const properties = Object.entries(schemaOf(schema['properties']))
  const required = new Set(listOfTexts(schema['required']))
  const made = properties
    .filter(([name]) => (required.has(name) ? isKind || draw(6) > 0 : draw(2) === 0))
    .map(([name, one]) => [name, valueFor(schemaOf(one), draw, isKind, depth + 1)] as const)
  return Object.fromEntries(isKind || draw(6) > 0 ? made : [...made, ['more', strange(draw)]])
}

function textFor(schema: JsonSchema, draw: Draw, isKind: boolean): string {
  if (!isKind && draw(2) === 0) return pick(odd, draw)
  if (schema['format'] === 'date-time') return '2026-01-01T00:00:00Z'
  const { pattern } = schema
  if (typeof pattern === 'string' && /\\d/.test(pattern)) return String(draw(9))
  if (typeof pattern === 'string' && pattern.includes('0-9a-f')) return 'ab'.repeat(8)
  return pick(words, draw)
}

function strange(draw: Draw): unknown {
  return pick<unknown>([null, true, [], {}, [[[]]], { a: { b: 1 } }, ...odd, ...numbers], draw)
}

function pick<T>(all: readonly T[], draw: Draw): T {
  const one = all[draw(all.length)]
  if (one === undefined) throw new Error('there is nothing to pick from')
  return one
}

function listOf(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.map(schemaOf) : []
}

function listOfTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

export function schemaOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
