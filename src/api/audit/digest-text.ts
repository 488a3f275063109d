import { type z } from 'zod'
import { type digestAnswer } from '../contract/audit.ts'

/** A digest as people read it, a line each. Names are in it as they are given. */
export function digestText({ month, lines, more, totals }: z.infer<typeof digestAnswer>): string {
  const { searches, opened, exports, connections } = totals
  const head = `In ${month} officers searched ${searches} times, opened ${opened} records, exported ${exports} times and looked at connections ${connections} times.`
  const each = lines.map((line) => {
    const matter = line.matter === null ? '' : `, matter ${line.matter}`
    const counts = `${line.searches} searches, ${line.opened} records, ${line.exports} exports, ${line.connections} connections`
    return `${line.person} (${line.category}${matter}; ${JSON.stringify(line.purpose)}): ${counts}`
  })
  const rest = more === 0 ? [] : [`and ${more} acts under other purposes`]
  return [head, ...each, ...rest].join('\n')
}
