import { hash } from 'node:crypto'
import { type Audit, openAudit } from '../../src/audit/open.ts'
import { type TrailRecord } from '../../src/audit/trail.ts'
import { type Clock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { type Timer } from '../../src/base/timer.ts'
import { type Directory } from '../../src/directory/ports.ts'
import { type Record } from '../../src/record/ports.ts'
import { memoryConnections, memoryLooks } from './audit-state.ts'
import { fakeTime } from './timer.ts'

/** The trail over a record in memory. A stream ends where it would wait for what comes. */
export function fakeAudit(parts: {
  readonly record: TrailRecord & Pick<Record, 'append' | 'readSome'>
  readonly directory: Pick<Directory, 'find'>
  readonly clock: Clock
  readonly timer?: Timer
}): Audit {
  return {
    ...openAudit({
      timer: fakeTime(),
      ...parts,
      findHere: (address) => parts.directory.find(address)?.id ?? null,
      pseudonym: (label, name) => hash('sha256', `${label} ${name}`, 'buffer'),
      log: silentLog,
      connectionState: memoryConnections(),
      connectionMs: 30 * 86_400_000,
      lookState: memoryLooks(),
      looksShownAfter: 1,
    }),
    pause: async () => await Promise.resolve(false),
  }
}
