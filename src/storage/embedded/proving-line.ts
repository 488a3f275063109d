// Between those who ask for keys and the key agent: shows it the officer's act that a question names, where the agent wants to see it.

import { OperatorError } from '../../base/errors.ts'
import { useIn, type Shown } from '../../record/keys/uses.ts'
import { type LogPosition } from '../../record/types.ts'
import { failureOf } from './failure.ts'
import { type KeyCall, type KeyLine, type KeyReply } from './key-line.ts'

/** What shows an act, and where the record stands that it names; null: it is not about one record. */
export type ActShower = (act: LogPosition, record: LogPosition | null) => Promise<Shown>

export type ProvingLine = KeyLine & {
  /** Before this, nothing is shown. */
  showWith(this: void, show: ActShower): void
}

export function provingLine(line: KeyLine): ProvingLine {
  let shower: ActShower | null = null

  async function shownFor({ args }: KeyCall, show: ActShower): Promise<Shown | null> {
    const use = args.map(useIn).find((one) => one !== null) ?? null
    if (use === null || typeof use === 'string') return null
    return await show(use.act, positionIn(args[0]))
  }
  return {
    showWith(show) {
      shower = show
    },
    async ask(call): Promise<KeyReply> {
      const reply = await line.ask(call)
      if (reply.ok || reply.failure.code !== 'key.act-not-shown' || shower === null) return reply
      try {
        const shown = await shownFor(call, shower)
        return shown === null ? reply : await line.ask({ ...call, args: [...call.args, shown] })
      } catch (cause) {
        return { ok: false, failure: failureOf(notShown(cause)) }
      }
    },
  }
}

/** The record whose key is asked for. */
function positionIn(place: unknown): LogPosition | null {
  if (typeof place !== 'object' || place === null || !('position' in place)) return null
  return typeof place.position === 'number' ? place.position : null
}

function notShown(cause: unknown): OperatorError {
  const why = 'The act could not be shown to the key agent'
  return new OperatorError('key.not-shown', why, { cause })
}
