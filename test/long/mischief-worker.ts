// The other side's noise, in a thread of its own: what it costs us to make must not count as slowness of the server.
import { workerData } from 'node:worker_threads'
import { mischiefUntil, type Target } from '../e2e/fuzz.ts'

const { target, seed, durationMs }: { target: Target; seed: number; durationMs: number } =
  workerData
const until = performance.now() + durationMs
await mischiefUntil(target, {
  seed,
  beside: 4,
  // Who makes noise has a machine of his own. Here he must leave the server some of the cores.
  pauseMs: 50,
  isEnough: () => performance.now() > until,
})
