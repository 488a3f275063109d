// Ten minutes of random bytes and mutated stanzas at every listener, from a fresh seed: no crash, memory bounded, and
// other people's messages as quick as before.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { type Client } from '../client/client.ts'
import { everyListener, type Target } from '../e2e/fuzz.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from '../e2e/people.ts'
import { type TestServer } from '../e2e/server.ts'

const durationMs = 600_000
const seed = Math.trunc(Math.random() * 0x7fffffff)

/** Time between two messages of the people who are watched. */
const pauseMs = 20
/** Quicker than this a slice of the system's scheduler counts for more than the server does. */
const p95MsMin = 10
/** Of the server's log, where the test fails. */
const logCharsMax = 5_000
const growthBytesMax = 200_000_000

test(`noise at every listener for ten minutes, seed ${seed}`, async (t) => {
  const { server, target } = await everyListener()
  try {
    await server.start()
    addPeople(server, 'ann', 'bo', 'fuzz')
    const [ann, bo] = [await comeOnline(server, 'ann'), await comeOnline(server, 'bo')]
    const calm = await p95Until(ann, bo, pass(10_000))

    const warm = begin(target, durationMs / 10, seed)
    await p95Until(ann, bo, warm)
    const bytesBefore = residentBytes(server)
    const noise = begin(target, (durationMs / 10) * 9, seed + 0x1000_0000)
    const during = await p95Until(ann, bo, noise)

    const grown = residentBytes(server) - bytesBefore
    t.diagnostic(`p95 ${calm} ms before, ${during} ms during`)
    t.diagnostic(`memory ${bytesBefore / 1e6} MB after a tenth, ${grown / 1e6} MB more at the end`)
    assert.equal(await server.stop(), 0, server.log())
    assert.equal(server.run(['verify']).status, 0)
    assert.doesNotMatch(server.log(), /"level":"error"/)
    assert.ok(grown < growthBytesMax, `grown by ${grown} bytes`)
    assert.ok(during <= Math.max(p95MsMin, 2 * calm), `p95 ${during} ms, before ${calm} ms`)
  } finally {
    if (!t.passed) t.diagnostic(server.log().slice(-logCharsMax))
    await server.remove()
  }
})

/** Resolves when the noise is over. */
async function begin(target: Target, ms: number, from: number): Promise<void> {
  const worker = new Worker(new URL('mischief-worker.ts', import.meta.url), {
    workerData: { target, seed: from, durationMs: ms },
  })
  // Its exit status is all that it says.
  const [status]: unknown[] = await once(worker, 'exit')
  assert.equal(status, 0)
}

/** Messages one after the other until then. @returns the 95th percentile of their ways, in ms */
async function p95Until(from: Client, to: Client, end: Promise<unknown>): Promise<number> {
  const times: number[] = []
  const state = { isOver: false }
  const over = end.finally(() => (state.isOver = true))
  while (!state.isOver) {
    const began = performance.now()
    say(from, to.jid, `message ${times.length}`, `m${times.length}`)
    assert.equal(bodyOf(await nextMessage(to)), `message ${times.length}`)
    times.push(performance.now() - began)
    // Who says nothing for minutes is asked whether he is still there.
    to.send(' ')
    await pass(pauseMs)
  }
  await over
  times.sort((a, b) => a - b)
  return times[Math.floor(times.length * 0.95)] ?? 0
}

function residentBytes(server: TestServer): number {
  const status = readFileSync(`/proc/${server.pid()}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024
}
