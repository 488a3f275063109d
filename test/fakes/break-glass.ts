import { silentLog, type Log } from '../../src/base/log.ts'
import { type BreakGlass, openBreakGlass } from '../../src/directory/break-glass/break-glass.ts'
import { type AccessState } from '../../src/directory/access/ports.ts'
import { type Directory } from '../../src/directory/ports.ts'
import { type ActsRecord } from '../../src/record/acts-on-record.ts'
import { memoryAccess } from './access-state.ts'
import { seededRandom } from './vault.ts'

export async function memoryBreakGlass({
  record,
  directory,
  now,
  state = memoryAccess(),
  log = silentLog,
}: {
  readonly record: ActsRecord
  readonly directory: Pick<Directory, 'get' | 'access' | 'tokens'>
  readonly now: () => number
  readonly state?: AccessState
  readonly log?: Log
}): Promise<BreakGlass> {
  const { access, tokens } = directory
  return await openBreakGlass({
    state,
    record,
    access,
    tokens,
    mayBeNamed: (id) => directory.get(id)?.role === 'member',
    cost: { memory: 8, passes: 1 },
    clock: { now },
    random: seededRandom('break-glass'),
    log,
  })
}
