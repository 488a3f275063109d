// What was refused is on record as well, and nobody fills the record by guessing.

import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { conversationId } from '../record/ids.ts'
import { type Record } from '../record/ports.ts'
import { serverRecord } from '../record/server-record.ts'
import { type NewRecord, type PersonId } from '../record/types.ts'
import { type Attempt, type Attempts } from './ports.ts'

/** All of it is one conversation, so that none can be left out unseen. */
const attemptsConversation = conversationId(`${'0'.repeat(30)}a1`)

/** By themselves within a minute: of one actor at one route, and of all together. The rest is counted in one entry. */
const ofOneMax = 10
const ofAllMax = 100
/** And of all within a day: a flood that goes on is counted from there on. */
const ofDayMax = 10_000
const dayMs = 86_400_000
/** Lines of the entry at the end of a minute; what is beyond is one number. */
const linesMax = 100
/** Pairs of actor and route that are told apart within a minute. */
const pairsMax = 1_000
const minuteMs = 60_000
const nameCharsMax = 200

/** As it goes on record: `tried` where it is an address here, and else what stands for it, the same each time. */
type Written = Omit<Attempt, 'tried'> & {
  readonly tried: { readonly address: string } | { readonly pseudonym: string } | null
}

type Counted = { readonly attempt: Written; alone: number; counted: number }

export type OpenAttempts = Attempts & {
  /** Writes what was counted and not written. */
  close(): Promise<void>
}

export function createAttempts(parts: {
  readonly record: Pick<Record, 'append'>
  /** Id of who has that address here; null: nobody. */
  readonly findHere: (address: string) => PersonId | null
  readonly pseudonym: (label: string, name: string) => Uint8Array
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
}): OpenAttempts {
  const { clock, timer } = parts
  const append = appendTo(parts)
  let pairs = new Map<string, Counted>()
  let [alone, beyond, since] = [0, 0, clock.now()]
  let today = { day: -1, alone: 0 }
  let ends: (() => void) | null = null
  let last: Promise<void> = Promise.resolve()

  /** The minute is over. */
  function flush(): void {
    ends?.()
    ends = null
    const lines = [...pairs.values()].filter(({ counted }) => counted > 0)
    const more = lines.slice(linesMax).reduce((sum, { counted }) => sum + counted, beyond)
    const told = lines.slice(0, linesMax).map(({ attempt, counted }) => ({ ...attempt, counted }))
    const [from, until] = [since, clock.now()]
    pairs = new Map()
    ;[alone, beyond] = [0, 0]
    if (told.length > 0 || more > 0)
      last = append({ what: 'counted', from, until, lines: told, more }, null, true)
  }

  return {
    note(attempt) {
      if (ends === null) {
        since = clock.now()
        ends = timer.after(minuteMs, flush)
      }
      const written = writtenOf(attempt, parts)
      const key = JSON.stringify(written)
      const before = pairs.get(key)
      if (before === undefined && pairs.size >= pairsMax) {
        beyond++
        return
      }
      const pair = before ?? { attempt: written, alone: 0, counted: 0 }
      pairs.set(key, pair)
      const day = Math.floor(clock.now() / dayMs)
      if (today.day !== day) today = { day, alone: 0 }
      // Who is nobody and has tried no name is counted alone: that is each visitor who has not signed in.
      const isNobody = written.person === null && written.tried === null
      if (isNobody || pair.alone >= ofOneMax || alone >= ofAllMax || today.alone >= ofDayMax) {
        pair.counted++
        return
      }
      pair.alone++
      alone++
      today.alone++
      last = append(written, attempt.person, false)
    },
    async close() {
      flush()
      await last
    },
  }
}

function writtenOf(
  { tried, ...attempt }: Attempt,
  { findHere, pseudonym }: Pick<Parameters<typeof createAttempts>[0], 'findHere' | 'pseudonym'>,
): Written {
  if (tried === null) return { ...attempt, tried: null }
  const name = tried.slice(0, nameCharsMax).toLowerCase()
  const person = attempt.person ?? findHere(name)
  // Somebody may have typed his password where the name goes.
  const stands = Buffer.from(pseudonym('attempt', name)).toString('hex')
  return { ...attempt, person, tried: person === null ? { pseudonym: stands } : { address: name } }
}

/** What it is about was refused whatever becomes of the entry: a record that takes nothing is told of elsewhere. */
function appendTo({
  record,
  log,
}: {
  readonly record: Pick<Record, 'append'>
  readonly log: Log
}): (what: object, sender: PersonId | null, isOwn: boolean) => Promise<void> {
  return async (what, sender, isOwn) => {
    const entry: NewRecord = serverRecord({
      kind: 'attempt',
      conversation: attemptsConversation,
      members: [],
      content: JSON.stringify({ v: 1, ...what }),
      sender,
      isOwn,
    })
    try {
      await record.append(entry)
    } catch (error) {
      log.warn('audit.attempt-not-noted', { error: String(error) })
    }
  }
}
