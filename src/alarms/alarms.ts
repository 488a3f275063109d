// One engine for what the record, the scrubber, disposal, key holders, capacity and certificates raise: grouped by cause, and told until somebody looks.
import { toHex, utf8 } from '../base/bytes.ts'
import { type Clock } from '../base/clock.ts'
import { sha256 } from '../base/crypto.ts'
import { OperatorError } from '../base/errors.ts'
import { type Log, type LogFields } from '../base/log.ts'
import { doneRecord } from '../directory/acts.ts'
import { appendAct } from '../directory/acts-log.ts'
import { type Actor } from '../directory/ports.ts'
import { type Record } from '../record/ports.ts'
import { type PersonId } from '../record/types.ts'
import { type Alarm, type AlarmState, type AlarmStore } from './ports.ts'
import { alarmKinds } from './table.ts'

/** Alarms that are kept. Of more, the closed ones go first, and those last that nobody may close yet; of these, those that were said last longest ago. */
const alarmsMax = 1_000
/** A closed one is shown for so long. */
const closedMs = 30 * 86_400_000
/** Of one cause, the state is written so often at most. */
const writeEveryMs = 10_000

export type AlarmNews = 'raised' | 'escalated' | 'changed'

export type Alarms = {
  /** What the log says: nothing where that is no alarm. */
  hear(event: string, fields: LogFields): void
  /** Open ones first, the newest first. */
  list(): readonly Alarm[]
  /** Null: there is none with that id. */
  get(id: string): Alarm | null
  /**
   * Somebody has looked, sees to it, or closes it: on record first.
   * @throws {OperatorError} where there is none, or the record takes nothing
   */
  change(
    id: string,
    to: { readonly state: Exclude<AlarmState, 'new'>; readonly owner: PersonId | null },
    by: Exclude<Actor, { readonly invitation: string }>,
  ): Promise<Alarm>
  /** Time passes: what nobody has looked at is told further up. Called once a minute. */
  sweep(): void
  onNews(listener: (alarm: Alarm, news: AlarmNews) => void): void
}

export async function openAlarms(parts: {
  readonly store: AlarmStore
  readonly record: Pick<Record, 'append'>
  readonly clock: Clock
  readonly log: Log
  /** How long a critical one may be new before it is told further up, in ms. */
  readonly escalateMs: number
}): Promise<Alarms> {
  const { store, record, clock, log, escalateMs } = parts
  const kept = keepAlarms(await store.load(), { store, clock, log })
  const listeners: ((alarm: Alarm, news: AlarmNews) => void)[] = []
  const tell = (alarm: Alarm, news: AlarmNews): void => {
    for (const listener of listeners) listener(alarm, news)
  }

  return {
    hear(event, fields) {
      const kind = alarmKinds[event]
      if (kind === undefined) return
      const cause = Object.fromEntries(kind.by.map((name) => [name, fields[name] ?? null]))
      const id = idOf(event, cause)
      const now = clock.now()
      const before = kept.get(id)
      if (before === null || before.state === 'closed') {
        const { severity } = kind
        const since = { since: now, lastAt: now, count: 1, escalatedAt: null }
        const alarm: Alarm = { id, event, cause, severity, state: 'new', owner: null, ...since }
        kept.put(alarm)
        tell(alarm, 'raised')
        return
      }
      kept.count({ ...before, lastAt: now, count: before.count + 1 })
    },
    list: () =>
      kept
        .all()
        .toSorted(
          (a, b) =>
            Number(a.state === 'closed') - Number(b.state === 'closed') || b.lastAt - a.lastAt,
        ),
    get: (id) => kept.get(id),
    async change(id, { state, owner }, by) {
      const before = kept.get(id)
      if (before === null)
        throw new OperatorError(
          'alarms.unknown',
          'There is no such alarm: see onrecord alarm list.',
        )
      if (state === 'closed') refuseHush(before, clock.now())
      await appendAct(
        record,
        doneRecord('alarm.change', { alarm: id, event: before.event, state, owner }, { by }),
      )
      const alarm = { ...(kept.get(id) ?? before), state, owner }
      kept.put(alarm)
      tell(alarm, 'changed')
      return alarm
    },
    sweep() {
      const now = clock.now()
      for (const alarm of kept.all()) {
        if (alarm.state === 'closed' && now - alarm.lastAt > closedMs) kept.drop(alarm.id)
        const isDue = alarm.state === 'new' && alarm.severity === 'critical'
        if (!isDue || alarm.escalatedAt !== null || now - alarm.since < escalateMs) continue
        const escalated = { ...alarm, escalatedAt: now }
        kept.put(escalated)
        tell(escalated, 'escalated')
      }
    },
    onNews: (listener) => listeners.push(listener),
  }
}

/** @throws {OperatorError} for what nobody is to make disappear */
function refuseHush(alarm: Alarm, now: number): void {
  if (!mustStay(alarm, now)) return
  throw new OperatorError(
    'alarms.stays',
    'This alarm stays open for a week, so that nobody can hush it up: say that you have seen it.',
  )
}

function mustStay({ event, lastAt }: Alarm, now: number): boolean {
  const { staysMs = 0 } = alarmKinds[event] ?? {}
  return now < lastAt + staysMs
}

type Kept = {
  get(id: string): Alarm | null
  all(): Alarm[]
  put(alarm: Alarm): void
  /** One that is there was said again: it is written now and then. */
  count(alarm: Alarm): void
  drop(id: string): void
}

/** In memory and in the store. An alarm that cannot be written stands in memory. */
function keepAlarms(
  known: readonly Alarm[],
  { store, clock, log }: { readonly store: AlarmStore; readonly clock: Clock; readonly log: Log },
): Kept {
  const byId = new Map(known.map((alarm) => [alarm.id, alarm]))
  const writtenAt = new Map<string, number>()

  const write = (done: Promise<void>): void => {
    done.catch((error: unknown) => log.info('alarms.not-kept', { error: String(error) }))
  }
  function put(alarm: Alarm): void {
    if (!byId.has(alarm.id)) makeRoom()
    byId.set(alarm.id, alarm)
    writtenAt.set(alarm.id, clock.now())
    write(store.put(alarm))
  }
  function drop(id: string): void {
    byId.delete(id)
    writtenAt.delete(id)
    write(store.remove(id))
  }
  function makeRoom(): void {
    if (byId.size < alarmsMax) return
    const now = clock.now()
    const rank = (alarm: Alarm): number =>
      alarm.state === 'closed' ? 0 : mustStay(alarm, now) ? 2 : 1
    const [oldest] = [...byId.values()].toSorted((a, b) => rank(a) - rank(b) || a.lastAt - b.lastAt)
    if (oldest) drop(oldest.id)
  }
  return {
    get: (id) => byId.get(id) ?? null,
    all: () => [...byId.values()],
    put,
    count(alarm) {
      byId.set(alarm.id, alarm)
      if (clock.now() - (writtenAt.get(alarm.id) ?? 0) >= writeEveryMs) put(alarm)
    },
    drop,
  }
}

function idOf(event: string, cause: LogFields): string {
  return toHex(sha256(utf8(JSON.stringify([event, cause])))).slice(0, 32)
}
