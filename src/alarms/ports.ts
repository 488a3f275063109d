import { type LogFields } from '../base/log.ts'
import { type PersonId } from '../record/types.ts'

/** `new`: nobody has looked. `owned`: somebody sees to it. `closed`: it is over; if it comes again it is new. */
export type AlarmState = 'new' | 'seen' | 'owned' | 'closed'

/** All that was said of one cause. */
export type Alarm = {
  /** 32 hex digits that stand for the event and its cause. */
  readonly id: string
  /** As the log has it. */
  readonly event: string
  /** What tells this cause from others: ids and codes, no content. */
  readonly cause: LogFields
  readonly severity: 'warning' | 'critical'
  readonly state: AlarmState
  /** Who sees to it. */
  readonly owner: PersonId | null
  /** ms since 1970: since it is new, when it was said last, how often. */
  readonly since: number
  readonly lastAt: number
  readonly count: number
  /** When it was told further up, as nobody had looked; null: not. */
  readonly escalatedAt: number | null
}

/** Keeps alarms. It is not on record: what stands in the way of the record is an alarm, too. */
export type AlarmStore = {
  load(): Promise<readonly Alarm[]>
  /** In place of what was there. Durable when it resolves. */
  put(alarm: Alarm): Promise<void>
  remove(id: string): Promise<void>
}

/** Sends mail. @throws {Error} when it could not be handed over */
export type Mailer = {
  send(mail: {
    readonly to: readonly string[]
    readonly subject: string
    readonly text: string
  }): Promise<void>
}
