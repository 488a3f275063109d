import { silentLog } from '../../src/base/log.ts'
import { type Matters, openMatters } from '../../src/discovery/matters/matters.ts'
import { type AccessState } from '../../src/directory/access/ports.ts'
import { type ActsRecord } from '../../src/record/acts-on-record.ts'
import { memoryAccess } from './access-state.ts'
import { seededRandom } from './vault.ts'

export async function memoryMatters(
  record: ActsRecord,
  state: AccessState = memoryAccess(),
): Promise<Matters> {
  return await openMatters({ state, record, random: seededRandom('matters'), log: silentLog })
}
