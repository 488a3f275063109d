import { type Keys } from '../../record/keys/ports.ts'
import { type Scrubber } from '../../record/scrub/ports.ts'
import { askedThreads, type AskedThreads } from './asked-threads.ts'
import { type KeyedPlace } from './key-line.ts'
import {
  type ScrubAnswer,
  type ScrubAsk,
  type Scrubs,
  type ScrubSettings,
} from './scrub-messages.ts'

/** Does the steps in a thread, which the first one starts and `rest` ends. @param keys those of the thread that destroys keys */
export function threadedScrubber(
  places: KeyedPlace & ScrubSettings,
  keys: Pick<Keys, 'epoch'>,
): Scrubber {
  let thread: AskedThreads<Scrubs> | null = null

  async function ask(what: ScrubAsk): Promise<ScrubAnswer> {
    thread ??= askedThreads<Scrubs>({
      file: new URL('scrub-worker.ts', import.meta.url),
      name: 'scrubber',
      place: places,
      count: 1,
    })
    return await thread.ask(what)
  }
  return {
    async begin(startedAt) {
      const answer = await ask({ kind: 'begin', startedAt, epoch: keys.epoch })
      if (answer.kind !== 'begun') throw new Error('the scrubber answered something else')
      return answer.place
    },
    async step(place) {
      const answer = await ask({ kind: 'step', place, epoch: keys.epoch })
      if (answer.kind !== 'stepped') throw new Error('the scrubber answered something else')
      return answer.stepped
    },
    async rest() {
      const its = thread
      thread = null
      await its?.close()
    },
  }
}
