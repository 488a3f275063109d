import { type ParseArgsOptionsConfig } from 'node:util'
import { type Call, listOption, textOption } from './command.ts'

/** Which records a hold or an erasure is about. */
export const scopeOptions = {
  person: { type: 'string', multiple: true },
  room: { type: 'string', multiple: true },
  query: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

/** As the API takes it. */
export function scopeIn(call: Call): object {
  return {
    persons: listOption(call, 'person'),
    conversations: listOption(call, 'room'),
    query: textOption(call, 'query') ?? null,
    from: timeOf(textOption(call, 'from'), 'T00:00:00.000Z'),
    until: timeOf(textOption(call, 'until'), 'T23:59:59.999Z'),
  }
}

/** A day is all of it, in UTC. */
function timeOf(text: string | undefined, rest: string): string | null {
  if (text === undefined) return null
  return /^\d{4}-\d\d-\d\d$/.test(text) ? text + rest : text
}
