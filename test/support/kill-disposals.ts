// Disposal, erasure, vault epochs and holds, carried on while a seed kills the process again and again.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isCode } from '../../src/base/files.ts'
import { isOver, type Run } from '../../src/record/disposal/runs.ts'
import { RecordUnreadable } from '../../src/record/errors.ts'
import { factsOf } from '../../src/record/holds/facts.ts'
import { holdersOf } from '../../src/record/holds/holders.ts'
import { type RecordFacts } from '../../src/record/holds/ports.ts'
import { conversation, newRecord, person } from '../fakes/new-record.ts'
import {
  lea,
  lou,
  matching,
  newDisk,
  nothing,
  start,
  type Disk,
  type Running,
} from './disposal-scene.ts'
import { mortal, type Mortal } from './mortal.ts'

const november = Date.UTC(2026, 10, 21)
const december = Date.UTC(2026, 11, 12)
const march = Date.UTC(2027, 2, 5)
const people = 4
const killsMax = 3
const copiesMax = 20
/** A kill comes within so many calls that change something: a start takes some 10, a run some 40. */
const callsMax = 90
const said = { by: lea, name: 'a matter', reason: 'a claim' }

/** A message that may go: what it is, and the bucket it was put into. */
type Said = { readonly facts: RecordFacts; readonly bucket: number }

/** Whole numbers from 0 to below `below`, the same for a seed. */
function drawsOf(seed: number): (below: number) => number {
  let state = (Math.imul(seed + 1, 2_654_435_761) ^ 0x9e37_79b9) >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}

/**
 * A world in which much is due, killed up to three times and then left alone.
 *
 * @returns how many kills there were
 * @throws {AssertionError} that names the seed
 */
export async function killDisposals(seed: number): Promise<number> {
  // Timers of a record keep no process alive, and there is nothing else here.
  const awake = setInterval(() => undefined, 1_000)
  try {
    return await killAndLook(seed)
  } finally {
    clearInterval(awake)
  }
}

async function killAndLook(seed: number): Promise<number> {
  const draw = drawsOf(seed)
  const clock = { at: november }
  let disk = await newDisk()
  const all = await talk(disk, clock)
  let readable: ReadonlySet<number> = new Set(all.map(({ facts }) => facts.position))
  let kills = 0
  while (kills < killsMax) {
    const left: { disk: Disk | null } = { disk: null }
    const keeps = draw(2) === 0 ? 'nothing' : 'all'
    const life = mortal({ call: draw(callsMax), keeps }, () => {
      left.disk = snapshotOf(disk)
    })
    // What waits for something that the dead would have done waits for ever.
    const running = await Promise.race([started(disk, clock, life), life.death])
    if (running) {
      const living = live(running, draw, life).catch((error: unknown) => {
        if (!life.isDead) throw error
      })
      await Promise.race([living, life.death])
      if (!life.isDead) readable = await readableIn(running, all, { readable, seed })
    }
    if (running) await end(running, life)
    if (life.isDead) kills++
    disk = left.disk ?? disk
  }
  await lookAtTheEnd({ disk, clock, all, readable, seed })
  return kills
}

/** In November and December; then it is March. */
async function talk(disk: Disk, clock: { at: number }): Promise<readonly Said[]> {
  const running = await start(disk, clock)
  const all: Said[] = []
  for (const [month, at] of [november, december].entries()) {
    clock.at = at
    running.record.confirmClock()
    await running.keys.ensureBuckets(at)
    for (let i = 0; i < people * 3; i++) {
      const n = 1 + (i % people)
      const { position } = await running.record.append(messageOf(n, `${month} ${i}`))
      const { number: bucket } = await running.keys.bucketAt('default', at)
      all.push({ facts: factsOf(await running.record.read(position)), bucket })
    }
  }
  clock.at = march
  running.record.confirmClock()
  await running.record.append(messageOf(1, 'march'))
  await running.stop()
  return all
}

function messageOf(n: number, text: string): ReturnType<typeof newRecord> {
  return newRecord({
    conversation: conversation(n),
    sender: person(n),
    messageId: text,
    content: text,
    views: [{ owner: person(n), peer: person(9), peerDevice: '', incoming: false }],
  })
}

/** Everything that may happen, beside what is carried out. */
async function live(
  running: Running,
  draw: (below: number) => number,
  life: Mortal,
): Promise<void> {
  const { disposals, holds, record, keys } = running
  disposals.resume()
  for (let acts = 0; acts < 12 && !life.isDead; acts++) {
    await act(running, draw)
    for (let turns = draw(30); turns > 0; turns--) await new Promise(setImmediate)
  }
  await disposals.idle()
  assert.ok(holds && record && keys)
}

async function act(
  { disposals, holds, record, keys }: Running,
  draw: (below: number) => number,
): Promise<unknown> {
  const scope = { ...nothing, persons: [person(1 + draw(people))] }
  const standing = holds.list().filter(({ released }) => released === null)
  const [open] = disposals.list().filter((run) => !isOver(run))
  switch (draw(9)) {
    case 0:
      return await holds.place({ ...said, scope })
    case 1: {
      const hold = standing[draw(Math.max(1, standing.length))]
      return hold && (await holds.release({ by: lea, hold: hold.id, reason: 'settled' }))
    }
    case 2:
    case 3: {
      const buckets = disposals.due().map(({ bucket }) => bucket.number)
      return buckets.length > 0 && (await disposals.propose({ by: lea, buckets }))
    }
    case 4:
    case 5:
      return (
        open &&
        !open.approvals.some(({ by }) => by === lou) &&
        (await decide(disposals, open, true))
      )
    case 6:
      return draw(4) === 0 ? await refuse(disposals, open) : null
    case 7:
      if (draw(3) > 0) return await record.append(messageOf(1 + draw(people), 'march, too'))
      return await disposals
        .order({ by: lea, why: 'a decision', scope: { ...scope, query: '1 ' } })
        .catch(refusal)
    default:
      return draw(3) === 0 ? await keys.turn([]) : await record.append(messageOf(1, 'march'))
  }
}

async function decide(
  disposals: Running['disposals'],
  { id: run }: Run,
  approves: boolean,
): Promise<unknown> {
  return await disposals.approve({ by: lou, run, approves, reason: '' })
}

async function refuse(disposals: Running['disposals'], run: Run | undefined): Promise<unknown> {
  return run && (await decide(disposals, run, false).catch(refusal))
}

/** Too late, none that fits, in another run: whatever is refused has changed nothing. */
function refusal(error: unknown): null {
  if (error instanceof Error && 'code' in error) return null
  throw error
}

/** What can be opened. Nothing that could not before can now. */
async function readableIn(
  { record }: Running,
  all: readonly Said[],
  { readable, seed }: { readonly readable: ReadonlySet<number>; readonly seed: number },
): Promise<ReadonlySet<number>> {
  const now = new Set<number>()
  for (const { facts } of all) {
    try {
      await record.read(facts.position)
      now.add(facts.position)
      assert.ok(readable.has(facts.position), `seed ${seed}: record ${facts.position} is back`)
    } catch (error) {
      if (!(error instanceof RecordUnreadable) || !error.isGone) throw error
    }
  }
  return now
}

type End = {
  readonly disk: Disk
  readonly clock: { at: number }
  readonly all: readonly Said[]
  readonly readable: ReadonlySet<number>
  readonly seed: number
}

/** Left alone, what was committed is finished, and what is there is what the record says is to be there. */
async function lookAtTheEnd({ disk, clock, all, readable, seed }: End): Promise<void> {
  const running = await start(disk, clock)
  running.disposals.resume()
  await running.disposals.idle()
  const now = await readableIn(running, all, { readable, seed })
  const expected = all.filter((one) => !isGone(one, running)).map(({ facts }) => facts.position)
  assert.deepEqual([...now], expected, `seed ${seed}`)
  for (const run of running.disposals.list()) {
    const isBegun = [...run.buckets.values()].some(({ commit }) => commit !== null)
    assert.ok(!isBegun || isOver(run), `seed ${seed}: run ${run.id} is not over`)
  }
  const { position } = await running.record.append(messageOf(1, 'april'))
  assert.equal((await running.record.read(position)).content, 'april')
  assert.deepEqual(running.fatal, [], `seed ${seed}`)
  await running.stop()
  disk.home.remove()
}

/** Whether a run took it: a commit is on record that it was in, and no hold had it there. */
function isGone({ facts, bucket }: Said, { book }: Running): boolean {
  return book.runs.list().some(({ positions, buckets }) => {
    const commit = buckets.get(bucket)?.commit
    if (!commit || (positions && !positions.includes(facts.position))) return false
    return holdersOf(facts, book.holds.inForce(commit.position), matching).length === 0
  })
}

/** What the system has begun for the dead it goes on with, in threads: a file may get its name while it is copied. */
function copyOf(from: string): string {
  for (let tries = 0; ; tries++) {
    const dir = mkdtempSync(join(tmpdir(), 'onrecord-killed-'))
    try {
      cpSync(from, dir, { recursive: true })
      return dir
    } catch (error) {
      rmSync(dir, { recursive: true, force: true })
      if (!isCode(error, 'ENOENT') || tries === copiesMax) throw error
    }
  }
}

/** What lies outside of the folder is in memory, and nothing of the dead reaches it. */
function snapshotOf(disk: Disk): Disk {
  const dir = copyOf(disk.home.dir)
  const remove = (): void => rmSync(dir, { recursive: true, force: true })
  return { ...disk, home: { ...disk.home, dir, remove } }
}

async function started(disk: Disk, clock: { at: number }, life: Mortal): Promise<Running | null> {
  try {
    return await start(disk, clock, { life, failed: () => undefined })
  } catch (error) {
    if (life.isDead) return null
    throw error
  }
}

/** Of the dead only files are closed, whenever that may be. */
async function end(running: Running, life: Mortal): Promise<void> {
  if (!life.isDead)
    await running.stop().catch((error: unknown) => {
      // It may be killed while it stops.
      if (!life.isDead) throw error
    })
  if (!life.isDead) return
  const closed = async (): Promise<void> => {
    await running.disposals.close()
    rmSync((await running.kill()).dir, { recursive: true, force: true })
  }
  closed().catch(() => undefined)
}
