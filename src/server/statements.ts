import { type Clock } from '../base/clock.ts'
import { type Log } from '../base/log.ts'
import { systemTimer } from '../base/timer.ts'
import { type HeadsSource } from '../record/heads/ports.ts'
import { createStatements, type Statements } from '../record/heads/statements.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Record } from '../record/ports.ts'
import { type Retention } from '../record/retention/open.ts'
import { type Stamps } from '../record/timestamps/kept.ts'
import { threadedHeads } from '../storage/embedded/heads-thread.ts'
import { type Config } from './config.ts'

/** What the log says of itself, and where conversations stand. Nothing is stated before it is started. */
export function openStatements(
  { data }: Pick<Config, 'data'>,
  {
    clock,
    fatal,
    ...parts
  }: {
    readonly clock: Clock
    readonly log: Log
    readonly fatal: (error: unknown) => void
    readonly record: Record
    readonly retention: Retention
    readonly stamps: Stamps
    readonly openings: Keys['openings']
  },
): { readonly heads: HeadsSource; readonly statements: Statements } {
  const heads = threadedHeads(data)
  const statements = createStatements({
    ...parts,
    source: heads,
    timer: systemTimer,
    now: () => clock.now(),
    failed: fatal,
  })
  return { heads, statements }
}
