// A process that has a key agent, and that `key-agent.test.ts` kills.
//   node agent-process.ts FOLDER
import { join } from 'node:path'
import { systemTicks } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemTimer } from '../../src/base/timer.ts'
import { startKeyAgent } from '../../src/storage/embedded/key-agent.ts'
import { oneKeyFile } from '../../src/storage/key-holders/open-holders.ts'

const [, , dataDir = ''] = process.argv
const place = { dataDir, holders: oneKeyFile(join(dataDir, 'keys/vault.key')) }
const fatal = (error: unknown): never => {
  throw error
}
await startKeyAgent(
  { place, domain: 'chat.example', hotMs: null },
  { log: silentLog, fatal, ticks: systemTicks, timer: systemTimer },
)
process.stdout.write('up')
