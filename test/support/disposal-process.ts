// A process that disposes of whatever is due in a data folder, and that `disposal-kill.test.ts` kills.
//   node disposal-process.ts TIME PERSON PERSON, with the settings in the environment
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { personId } from '../../src/record/ids.ts'
import { readConfig } from '../../src/server/config.ts'
import { openStorage } from '../../src/server/storage.ts'

const [, , time = '', one = '', two = ''] = process.argv
const fatal = (error: unknown): never => {
  throw error
}
await using opened = new AsyncDisposableStack()
const storage = await openStorage(
  // oxlint-disable-next-line node/no-process-env
  readConfig({ env: process.env }),
  {
    clock: { now: () => Number(time) },
    random: systemRandom(),
    log: silentLog,
    fatal,
    onFlush: () => undefined,
    onNewKey: () => undefined,
  },
  opened,
)
const { disposals } = storage.management
const buckets = disposals.due().map(({ bucket }) => bucket.number)
const { id, digest } = await disposals.propose({ by: personId(one), buckets })
process.stdout.write('proposed')
await disposals.approve({
  by: personId(two),
  run: id,
  approves: true,
  proposal: digest,
  reason: '',
})
await disposals.idle()
