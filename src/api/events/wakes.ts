import { type PersonId } from '../../record/types.ts'
import { type Chat } from '../chat/ports.ts'

/** Wakes those who follow events when there may be something for them. */
export type Wakes = {
  /** @returns what ends it */
  of(person: PersonId, wake: () => void): () => void
  /** How many of his wait. */
  count(person: PersonId): number
}

const known = new WeakMap<Chat, Wakes>()

/** The same one each time: it listens once. */
export function wakesOf(chat: Chat): Wakes {
  const wakes = known.get(chat) ?? createWakes(chat)
  known.set(chat, wakes)
  return wakes
}

function createWakes({ onRecorded }: Pick<Chat, 'onRecorded'>): Wakes {
  const waiting = new Map<PersonId, Set<() => void>>()
  const everybody = new Set<() => void>()
  onRecorded((people) => {
    if (everybody.size === 0) return
    // Nobody can see it: what rules withhold is for a few, who are asked for each.
    if (people.length === 0) for (const wake of everybody) wake()
    for (const person of people) for (const wake of waiting.get(person) ?? []) wake()
  })
  return {
    count: (person) => waiting.get(person)?.size ?? 0,
    of(person, wake) {
      const its = waiting.get(person) ?? new Set()
      waiting.set(person, its.add(wake))
      everybody.add(wake)
      return () => {
        everybody.delete(wake)
        its.delete(wake)
        if (its.size === 0) waiting.delete(person)
      }
    },
  }
}
