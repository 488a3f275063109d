import { type PlacedEvent } from '../../src/record/disposal/events.ts'
import { type EventStore } from '../../src/record/disposal/ports.ts'

/** Keeps events while the test runs. */
export function memoryEventStore(): EventStore {
  const events = new Map<number, PlacedEvent>()
  let applied = -1
  return {
    load: async () => ({ applied, events: [...events.values()] }),
    async add(more, upTo) {
      for (const event of more) if (!events.has(event.position)) events.set(event.position, event)
      applied = Math.max(applied, upTo)
    },
  }
}
