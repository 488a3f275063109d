// How often officers were shown what somebody has said or got: for his own page. Who that was, and which records, is not in it.

import { isNobodys, isArchiveOfActs } from '../record/ids.ts'
import { RecordUnreadable } from '../record/errors.ts'
import { type Opened } from '../record/bodies/opened.ts'
import { type Record } from '../record/ports.ts'
import { type LogPosition, type PersonId } from '../record/types.ts'
import { type LookCount, type LookState } from './ports.ts'
import { monthOf } from './months.ts'
import { type Trail } from './trail.ts'

/** Acts whose counts go into the state at once. */
const actsAtOnce = 100

export type Looks = {
  /** Counts what is on record and was not counted. */
  catchUp(): Promise<void>
  /** Of months before this one. @param monthsBack 1: the month that runs is left out, so that nobody is told of what goes on */
  of(person: PersonId, monthsBack: number): Promise<readonly Omit<LookCount, 'person'>[]>
}

export function createLooks(parts: {
  readonly trail: Trail
  readonly record: Pick<Record, 'readSome'>
  readonly state: LookState
  readonly now: () => number
}): Looks {
  const { trail, record, state, now } = parts
  let running: Promise<void> | null = null

  async function catchUp(): Promise<void> {
    let counts = new Map<string, LookCount>()
    let [seen, acts] = [await state.applied(), 0]
    const wanted = { scope: 'all', kinds: ['read'] } as const
    for await (const { position, at, details } of trail.after(seen, wanted)) {
      const category = typeof details['category'] === 'string' ? details['category'] : 'other'
      const opened = await openedAt(record, positionsIn(details['positions']))
      for (const person of opened.flatMap(peopleOf))
        add(counts, { person, month: monthOf(at), category })
      seen = position
      if (++acts < actsAtOnce) continue
      await state.add([...counts.values()], seen)
      ;[counts, acts] = [new Map(), 0]
    }
    if (acts > 0) await state.add([...counts.values()], seen)
  }

  return {
    async catchUp() {
      running ??= catchUp().finally(() => {
        running = null
      })
      await running
    },
    async of(person, monthsBack) {
      const first = monthOf(now(), -monthsBack + 1)
      return (await state.of(person)).filter(({ month }) => monthsBack === 0 || month < first)
    },
  }
}

function add(counts: Map<string, LookCount>, look: Omit<LookCount, 'records'>): void {
  const key = `${look.person} ${look.month} ${look.category}`
  counts.set(key, { ...look, records: (counts.get(key)?.records ?? 0) + 1 })
}

function positionsIn(value: unknown): LogPosition[] {
  return Array.isArray(value) ? value.filter((one) => Number.isSafeInteger(one)) : []
}

/** Those that were disposed of since are left out. */
async function openedAt(
  record: Pick<Record, 'readSome'>,
  positions: readonly LogPosition[],
): Promise<readonly Opened[]> {
  const found: Opened[] = []
  for (let rest = positions; rest.length > 0;) {
    try {
      const some = await record.readSome(rest)
      found.push(...some)
      rest = rest.slice(some.length)
    } catch (error) {
      if (!(error instanceof RecordUnreadable)) throw error
      const bad = error.position
      rest = rest.filter((position) => position !== bad)
    }
  }
  return found
}

/** Who said it, and whose archives it is in: of a room's message that is the room, and nobody. */
function peopleOf({ envelope: { sender, views } }: Opened): PersonId[] {
  const all = new Set<PersonId>()
  if (sender !== null) all.add(sender)
  for (const { owner } of views) if (!isNobodys(owner) && !isArchiveOfActs(owner)) all.add(owner)
  return [...all]
}
