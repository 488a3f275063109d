import { type Parcel } from '../services.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type DomainPair, pairKey } from './inside.ts'
import { Outgoing, type OutgoingHost } from './outgoing.ts'
import { type Traffic } from './traffic.ts'

/** What goes to other servers, by pair of domains. */
export type Pairs = {
  send(parcel: Omit<Parcel, 'to'>, pair: DomainPair): void
  /** A stream that another server opened may be used for this pair. */
  adopt(pair: DomainPair, traffic: Traffic): void
  /** Tries a stream for it now, though nothing waits. */
  retry(pair: DomainPair): void
  sweep(now: number): void
  /** Stanzas that wait or are not confirmed. */
  waiting(): number
  /** Tries nothing new, and gives back what waits for a stream. */
  giveUp(): void
  /** Asks for what is not confirmed yet, and waits a moment for the answers. */
  confirmed(): Promise<void>
}

/** At a stop, how long other servers have to confirm what they have, in ms. */
const confirmMs = 1_000

const tooMany = new StanzaError('resource-constraint', {
  text: 'There are too many other servers to talk to: please try again later.',
})

export function createPairs(host: OutgoingHost): Pairs {
  const pairs = new Map<string, Outgoing>()
  let isStopping = false

  function outgoing(pair: DomainPair): Outgoing | null {
    const key = pairKey(pair)
    const known = pairs.get(key)
    if (known) return known
    if (isStopping || pairs.size >= host.settings.pairsMax) return null
    const made = new Outgoing(pair, host)
    pairs.set(key, made)
    return made
  }

  return {
    send(parcel, pair) {
      const to = outgoing(pair)
      if (to) to.send(parcel)
      else parcel.failed?.(tooMany)
    },
    adopt: (pair, traffic) => outgoing(pair)?.adopt(traffic),
    retry: (pair) => outgoing(pair)?.retry(),
    sweep(now) {
      for (const [key, one] of pairs) {
        one.sweep(now)
        if (one.isIdle) pairs.delete(key)
      }
    },
    waiting() {
      let waiting = 0
      for (const one of pairs.values()) waiting += one.waiting
      return waiting
    },
    giveUp() {
      isStopping = true
      for (const one of pairs.values()) one.giveUp()
    },
    confirmed: async () => await confirmed([...pairs.values()]),
  }
}

async function confirmed(pairs: readonly Outgoing[]): Promise<void> {
  const answers = pairs.map(async ({ traffic }) => await traffic?.whenConfirmed())
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, confirmMs)
  await Promise.race([Promise.all(answers), late])
  clearTimeout(timer)
}
