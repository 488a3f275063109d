// Worlds of test/support/kill-corridor.ts in a process of their own, whose memory goes with it: `node corridor-process.ts FIRST-SEED KILLS`.
import { nothingMet } from './corridor-world.ts'
import { killCorridor } from './kill-corridor.ts'

const killsInEach = 25
const [first = 0, kills = 0] = process.argv.slice(2).map(Number)
const met = nothingMet()
for (let seed = first; met.kills < kills; seed++) await killCorridor(seed, killsInEach, met)
process.stdout.write(JSON.stringify(met))
