// How far the indexer gives way: what has long been on record can wait while messages come in.

import { type Ticks } from '../../base/clock.ts'
import { type LogPosition } from '../types.ts'

/** The record has grown at least so long ago, in ms, when it is looked at how fast. */
const lookMs = 100
/** Growth that is not seen again counts half after this time: 3,000 records a second are forgotten after 2 s. */
const halfMs = 200
/** Records a second: less is nothing. */
const growthMin = 1
/** While messages come in, at least so many times as many records are made searchable: what is behind comes nearer all the same. */
const leastShare = 1.25
/** A pause is so many times as long as the step had to wait for a processor, which others had. */
const pauseShare = 10
/** At most, in ms. */
const pauseMsMax = 500

/** What a step took. */
export type Step = {
  readonly records: number
  readonly ms: number
  /** Of them, those for which the thread had a processor. */
  readonly threadMs: number
}

export type Pace = {
  /** The record was so long at this moment. */
  told(size: LogPosition): void
  /** Whether messages come in. */
  isGrowing(): boolean
  /** How long to rest after a step. 0 when nothing comes in, or nobody else wants the processors. */
  pauseMs(step: Step): number
}

export function paceFrom(size: LogPosition, ticks: Ticks): Pace {
  let last = { size, at: ticks.elapsed() }
  /** Records a second, as of then. */
  let growth = { perSecond: 0, at: last.at }

  function perSecond(): number {
    const left = growth.perSecond * 0.5 ** ((ticks.elapsed() - growth.at) / halfMs)
    return left < growthMin ? 0 : left
  }
  return {
    told(now) {
      const at = ticks.elapsed()
      const ms = at - last.at
      if (ms < lookMs) return
      const seen = ((now - last.size) * 1_000) / ms
      last = { size: now, at }
      growth = { perSecond: Math.max(seen, perSecond()), at }
    },
    isGrowing: () => perSecond() > 0,
    pauseMs({ records, ms, threadMs }) {
      const grows = perSecond()
      if (grows === 0) return 0
      const waitedMs = Math.max(0, ms - threadMs)
      const least = (records * 1_000) / (grows * leastShare) - ms
      return Math.max(0, Math.min(waitedMs * pauseShare, least, pauseMsMax))
    },
  }
}
