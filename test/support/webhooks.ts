import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { type Directory } from '../../src/directory/ports.ts'
import { openWebhooks, type Webhooks } from '../../src/directory/webhooks/webhooks.ts'
import { type Record } from '../../src/record/ports.ts'
import { openState } from '../../src/storage/relational/open-state.ts'
import { relationalWebhooks } from '../../src/storage/relational/webhooks.ts'
import { memoryKeys } from '../fakes/vault.ts'

/** The real webhooks, over a state in a folder that goes with the test. @returns what opens them, as each start does */
export async function webhooksOver(
  t: TestContext,
  parts: { readonly record: Record; readonly directory: Pick<Directory, 'get'> },
): Promise<() => Promise<Webhooks>> {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-webhooks-'))
  const state = await openState(join(dir, 'state.db'))
  t.after(async () => {
    await state.close()
    rmSync(dir, { recursive: true })
  })
  const keys = await memoryKeys()
  return async () =>
    await openWebhooks({
      ...parts,
      state: relationalWebhooks(state.db, keys),
      random: systemRandom(),
      log: silentLog,
      mustBeReachable() {},
    })
}
