import { searchAnswer, type SearchAnswer } from '../../api/contract/shared.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer } from '../admin.ts'
import {
  answer,
  type Call,
  type Command,
  settingsOptions,
  textOption,
  WrongUsage,
} from '../command.ts'

export const search: Command = {
  name: 'search',
  usage:
    'onrecord search QUERY               search the record as an officer: --as ADDRESS --purpose TEXT [--matter NAME] [--category KIND] [--order newest|oldest|relevance] [--limit N] [--after NEXT] [--size N]',
  options: {
    ...settingsOptions,
    as: { type: 'string' },
    purpose: { type: 'string' },
    matter: { type: 'string' },
    category: { type: 'string' },
    order: { type: 'string' },
    limit: { type: 'string' },
    after: { type: 'string' },
    size: { type: 'string' },
  },
  words: 1,
  async run(call) {
    const [query = ''] = call.args
    required(call, 'as', 'which officer searches')
    const purpose = required(call, 'purpose', 'what for, as it goes on record')
    const body = { purpose, query, ...optional(call) }
    const path = '/v1/searches'
    try {
      const found = searchAnswer.parse(await administer(call, { method: 'POST', path, body }))
      answer(call, linesOf(found).join('\n'), found)
      return 0
    } catch (error) {
      if (error instanceof OperatorError && call.options['json'] !== true) point(call, query, error)
      throw error
    }
  },
}

function required(call: Call, name: string, what: string): string {
  const text = textOption(call, name)
  if (text !== undefined && text !== '') return text
  throw new WrongUsage(`--${name} is missing: say ${what}`)
}

function optional(call: Call): Readonly<Record<string, string | number>> {
  const texts = ['matter', 'category', 'order', 'after'].flatMap((name) => {
    const value = textOption(call, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const numbers = ['limit', 'size'].flatMap((name) => {
    const value = textOption(call, name)
    if (value === undefined) return []
    if (!/^\d{1,15}$/.test(value)) throw new WrongUsage(`--${name} is a number, and not ${value}`)
    return [[name, Number(value)] as const]
  })
  return Object.fromEntries([...texts, ...numbers])
}

/** Where in the question it is wrong. */
function point(call: Call, query: string, { message }: OperatorError): void {
  const column = Number(/^column (\d{1,5}):/.exec(message)?.[1] ?? 0)
  if (column === 0 || query.includes('\n')) return
  call.console.err(query)
  call.console.err(`${' '.repeat(column - 1)}^`)
}

function linesOf(found: SearchAnswer): string[] {
  const { total, head, items, unreadable, next, isComplete } = found
  const lines = items.map(
    ({ position, at, from, to, kind, texts, files }) =>
      `${position}\t${at}\t${from ?? 'the server'} → ${to}\t${kind}\t${[...texts.map(marked), ...files].join(' | ')}`,
  )
  lines.push(...unreadable.map(({ position, why }) => `${position}\t${why}`))
  lines.push(
    `${total} found among the first ${head.size} records, of which the root is ${head.root}`,
  )
  if (!isComplete) lines.push('not all of them are indexed yet: search again')
  if (next !== null) lines.push(`more: --after ${next} --size ${head.size}`)
  return lines
}

/** What fits stands in brackets. */
function marked({ text, highlights }: SearchAnswer['items'][number]['texts'][number]): string {
  let out = ''
  let at = 0
  for (const { from, to } of highlights) {
    out += `${text.slice(at, from)}[${text.slice(from, to)}]`
    at = to
  }
  return (out + text.slice(at)).replaceAll(/\s+/g, ' ')
}
