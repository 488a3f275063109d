import { type Clock } from '../../base/clock.ts'
import { type Outages } from '../outages.ts'
import { type DomainPair } from './inside.ts'

/** Servers that are known to be gone. Of more than that people are not told when they are back. */
const absentMax = 1_000

/** How often one that was given up is tried anew though nobody has said anything to it, in ms. */
const retryMs = 600_000

/**
 * Other servers that were given up, until they are there again. People are told once that all there is gone, and once that it
 * is back; what lies between, and each hiccup that is over before anything was given up, they do not hear of.
 */
export type Absences = {
  /** Something for it was given up, and no stream is there. `isFinal`: trying again soon is of no use. */
  gaveUp(pair: DomainPair, how: { readonly isFinal: boolean }): void
  /** There is a stream to it. */
  up(pair: DomainPair): void
  /** It has made a stream to us: @returns whether it is time to try one to it */
  heard(pair: DomainPair): boolean
  /** @returns those that are to be tried anew */
  due(): readonly DomainPair[]
}

/** @param domain our own: nobody is a contact of a service here, or in a room through it */
export function createAbsences({
  domain,
  outages,
  clock,
}: {
  readonly domain: string
  readonly outages: Outages
  readonly clock: Clock
}): Absences {
  /** By domain, with when it is to be tried anew. */
  const absent = new Map<string, number>()
  return {
    gaveUp({ from, to }, { isFinal }) {
      if (from !== domain) return
      const isKnown = absent.has(to)
      if (!isKnown && absent.size >= absentMax) return
      absent.set(to, isFinal ? Infinity : clock.now() + retryMs)
      if (!isKnown) outages.begun(to)
    },
    up({ from, to }) {
      if (from === domain && absent.delete(to)) outages.over(to)
    },
    heard: ({ from, to }) => from === domain && absent.has(to),
    due() {
      const now = clock.now()
      const tos = [...absent].filter(([, at]) => now >= at).map(([to]) => to)
      for (const to of tos) absent.set(to, now + retryMs)
      return tos.map((to) => ({ from: domain, to }))
    },
  }
}
