import { type ParseArgsOptionsConfig } from 'node:util'
import { type Names, type ScopeAnswer } from '../api/contract/shared.ts'
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
    from: timeIn(textOption(call, 'from'), 'T00:00:00.000Z'),
    until: timeIn(textOption(call, 'until'), 'T23:59:59.999Z'),
  }
}

/** A line for each part of a scope. */
export function scopeLines(scope: ScopeAnswer, names: Names = {}): readonly string[] {
  const { persons, conversations, query, from, until } = scope
  return [
    ...persons.map((one) => `person ${names[one] ?? one}`),
    ...conversations.map((one) => conversationName(one, names)),
    ...(query === null ? [] : [`query ${query}`]),
    ...(from === null ? [] : [`from ${from}`]),
    ...(until === null ? [] : [`until ${until}`]),
  ]
}

/** By its address where it is a room that is there, by the addresses of who talks there, or by its id. */
export function conversationName(
  id: string,
  names: Names = {},
  persons: readonly string[] = [],
): string {
  if (names[id] !== undefined) return `room ${names[id]}`
  if (persons.length === 0) return `conversation ${id}`
  return persons.map((one) => names[one] ?? one).join(' and ')
}

/** A day is all of it, in UTC. */
export function timeIn(text: string | undefined, rest: string): string | null {
  if (text === undefined) return null
  return /^\d{4}-\d\d-\d\d$/.test(text) ? text + rest : text
}
