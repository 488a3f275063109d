// Documents of many records, batch by batch: made beside, and here as well while the next ones are not there yet.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type LogPosition } from '../types.ts'
import { type Documents } from './documents.ts'
import { type SearchDocument } from './ports.ts'

/** Batches that the thread beside has to do: it goes on while this one does not look. */
const besideMax = 3
/** Batches that are made, or being made, from the one on that is waited for: what they take of memory. */
const aheadMax = 8

type Batch = {
  readonly positions: readonly LogPosition[]
  /** While somebody makes it, and afterwards. */
  making: Promise<void> | null
  isOver: boolean
  /** Null when that failed. */
  made: readonly SearchDocument[] | null
}

/**
 * In the order of the batches. What fails beside, as when that thread has ended, is made here.
 *
 * @param beside null: each is made here when it is asked for
 */
export async function* madeInOrder(
  all: readonly (readonly LogPosition[])[],
  { here, beside }: { readonly here: Documents; readonly beside: Documents | null },
): AsyncGenerator<readonly SearchDocument[]> {
  const batches = all.map((positions): Batch => ({
    positions,
    making: null,
    isOver: false,
    made: null,
  }))
  /** The one that is waited for, the first that nobody makes, and how many are being made beside. */
  let [at, next, besides] = [0, 0, 0]

  const taken = (): Batch | undefined => (next < at + aheadMax ? batches[next++] : undefined)
  const free = (): Batch | undefined => (besides < besideMax ? taken() : undefined)
  const askBeside = (by: Documents): void => {
    for (let batch = free(); batch !== undefined; batch = free())
      batch.making = makeBeside(batch, by)
  }
  const makeBeside = async (batch: Batch, by: Documents): Promise<void> => {
    besides++
    await make(batch, by)
    besides--
    askBeside(by)
  }
  try {
    for (const batch of batches) {
      if (beside !== null) askBeside(beside)
      while (!batch.isOver) {
        const mine = taken()
        await (mine === undefined ? batch.making : make(mine, here))
        // What has come from beside meanwhile is seen.
        if (beside !== null) await nextTurn()
      }
      yield batch.made ?? (await here.make(batch.positions))
      batch.made = null
      at++
    }
  } finally {
    next = batches.length
  }
}

async function make(batch: Batch, by: Documents): Promise<void> {
  batch.made = await by.make(batch.positions).catch(() => null)
  batch.isOver = true
}
