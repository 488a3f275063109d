import { OperatorError } from '../base/errors.ts'

/** Streams at the same time, of one reader and of all. */
const perReaderMax = 4
const allMax = 64

export type StreamSlots = {
  /** @returns what gives it back. @throws {OperatorError} when there are too many */
  take(reader: string): () => void
}

export function createStreamSlots(): StreamSlots {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(reader) {
      const own = taken.get(reader) ?? 0
      if (own >= perReaderMax || all >= allMax)
        throw new OperatorError('api.too-many', 'These are too many streams: close another first.')
      taken.set(reader, own + 1)
      all++
      return () => {
        all--
        const left = (taken.get(reader) ?? 1) - 1
        if (left > 0) taken.set(reader, left)
        else taken.delete(reader)
      }
    },
  }
}
