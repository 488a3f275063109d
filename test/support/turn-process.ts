// A process that turns a vault and is killed by the system at a step of it: `turn-kill.test.ts` starts it.
//   node turn-process.ts FOLDER CALL KEEPS

import { ok } from 'node:assert/strict'
import { openKeys } from '../../src/record/keys/open-keys.ts'
import { stoppable } from '../fakes/stoppable-vault.ts'
import { over, turnedVault } from './turned-vault.ts'

const [, , dir = '', call = '', keeps = ''] = process.argv
ok(keeps === 'nothing' || keeps === 'all')
const stop = { call: Number(call), keeps } as const
const { parts } = stoppable(turnedVault(dir), stop, () => process.kill(process.pid, 'SIGKILL'))
const keys = await openKeys(parts)
await keys.ensureBuckets(over)
await keys.turn([{ bucket: 1, survivors: null, index: false }])
