// From where people connect: apart from the trail, for those who look after security, and gone after a while.

import { type Clock } from '../base/clock.ts'
import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Timer } from '../base/timer.ts'
import { type ClientPlace, type SignInWatch } from '../directory/sign-in-watch.ts'
import { type PersonId } from '../record/types.ts'
import { type Connection, type ConnectionState } from './ports.ts'

/** What waits to be written. While more comes than the disk takes, the newest is left out, and counted in the log. */
const waitingMax = 10_000
const writeEveryMs = 2_000
const hourMs = 3_600_000
/** Rows that are kept, whatever their age: some 300 bytes each. */
const connectionsMax = 1_000_000
/** Pairs of token and address whose hour is remembered. */
const tokensRemembered = 10_000
const textCharsMax = 200

export type Connections = SignInWatch & {
  usedToken(person: PersonId, token: string, place: ClientPlace): void
  readonly find: ConnectionState['find']
  /** How long they are kept. */
  readonly keptMs: number
  /** Writes what waits. */
  close(): Promise<void>
}

type Parts = {
  readonly state: ConnectionState
  readonly findHere: (address: string) => PersonId | null
  readonly keptMs: number
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
}

export function openConnections(parts: Parts): Connections {
  const { state, findHere, keptMs, clock } = parts
  const { note, written, close } = createWriter(parts)
  const tokens = new Map<string, number>()
  return {
    keptMs,
    passed: (person, place, how) => note({ ...place, person, what: 'sign-in', how }),
    refused({ tried, how, code }, place) {
      const person = tried === null ? null : findHere(tried.toLowerCase())
      note({ ...place, person, what: 'refused', how: `${how}: ${code}` })
    },
    ended: (person, place) => note({ ...place, person, what: 'end', how: 'stream' }),
    usedToken(person, token, place) {
      const hour = Math.floor(clock.now() / hourMs)
      const key = `${token} ${place.address}`
      if (tokens.get(key) === hour) return
      if (tokens.size >= tokensRemembered) tokens.clear()
      tokens.set(key, hour)
      note({ ...place, person, what: 'token', how: token })
    },
    async find(query) {
      await written()
      const oldest = clock.now() - keptMs
      return (await state.find(query)).filter(({ at }) => at >= oldest)
    },
    close,
  }
}

/** Writes many at once, and drops what is too old once an hour, also where nobody comes any more. */
function createWriter({ state, keptMs, clock, timer, log }: Parts): {
  readonly note: (connection: Omit<Connection, 'at'>) => void
  /** Resolves when all that was noted is written, or told of in the log. */
  readonly written: () => Promise<void>
  readonly close: () => Promise<void>
} {
  let waiting: Connection[] = []
  let [left, sweptAt, isDue] = [0, Number.NEGATIVE_INFINITY, false]
  let writing: Promise<void> = Promise.resolve()
  let callOff = timer.after(hourMs, hourly)

  async function write(): Promise<void> {
    const now = clock.now()
    const [some, leftOut] = [waiting, left]
    ;[waiting, left, isDue] = [[], 0, false]
    if (leftOut > 0) log.warn('audit.connections-left-out', { connections: leftOut })
    try {
      await state.add(some)
      if (now - sweptAt < hourMs) return
      sweptAt = now
      await state.sweep(now - keptMs, connectionsMax)
    } catch (error) {
      if (error instanceof FatalError) throw error
      log.error('audit.connections-not-kept', { connections: some.length, error: String(error) })
    }
  }

  function writeNext(): void {
    writing = writing.then(write)
  }

  function hourly(): void {
    writeNext()
    callOff = timer.after(hourMs, hourly)
  }

  async function written(): Promise<void> {
    writeNext()
    await writing
  }

  return {
    note(connection) {
      const { address, agent, how } = connection
      const short = { address: cut(address), agent: cut(agent), how: cut(how) }
      if (waiting.length >= waitingMax) left++
      else waiting.push({ ...connection, ...short, at: clock.now() })
      if (isDue) return
      isDue = true
      timer.after(writeEveryMs, writeNext)
    },
    written,
    async close() {
      callOff()
      await written()
    },
  }
}

function cut(text: string): string {
  return text.slice(0, textCharsMax)
}
